//! The page as a whole: its state, what follows from a change of it, and its halves.

use gloo_events::EventListener;
use web_sys::Element;
use yew::prelude::*;

use crate::checker::Checker;
use crate::components::{Findings, Footer, Header, Tabs};
use crate::editor::{EDIT, Editor};
use crate::examples::Example;
use crate::preferences;
use crate::report::Report;
use crate::state::{Action, Module, Outcome, State};

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

fn set_root(attribute: &str, value: &str) {
    if let Some(root) = root() {
        // These attributes' names are valid, the only thing that could fail.
        let _ = root.set_attribute(attribute, value);
    }
}

fn report(state: &State) -> Option<&Report> {
    match &state.outcome {
        Outcome::Report(report) => Some(report),
        Outcome::Blank | Outcome::Failed(_) => None,
    }
}

/// What a screen reader hears after a check.
fn announcement(state: &State) -> String {
    let language = state.language;
    match (&state.module, &state.outcome) {
        (Module::Failed(_), _) => language.load_failed().to_owned(),
        (_, Outcome::Failed(_)) => language.check_failed().to_owned(),
        (_, Outcome::Report(report)) => crate::components::headline(language, report),
        (_, Outcome::Blank) => String::new(),
    }
}

/// A word for tests and styles.
fn phase(state: &State) -> &'static str {
    match (&state.module, &state.outcome) {
        (Module::Loading, _) => "loading",
        (Module::Failed(_), _) | (_, Outcome::Failed(_)) => "failed",
        _ if state.checking => "checking",
        (_, Outcome::Blank) => "blank",
        (_, Outcome::Report(_)) => "checked",
    }
}

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let state = use_reducer_eq(|| State::new(preferences::language(), preferences::theme()));
    let editor = use_node_ref();
    let checker = {
        let (editor, dispatcher, language) = (editor.clone(), state.dispatcher(), state.language);
        use_memo((), move |()| Checker::new(editor, dispatcher, language))
    };

    {
        let (editor, checker) = (editor.clone(), checker.clone());
        use_effect_with((), move |()| {
            checker.load();
            let target = Editor::of(&editor);
            let listener =
                target.map(|target| EventListener::new(&target, EDIT, move |_| checker.edited()));
            move || drop(listener)
        });
    }
    {
        let (editor, checker) = (editor.clone(), checker.clone());
        use_effect_with(state.language, move |language| {
            set_root("lang", language.tag());
            if let Some(editor) = Editor::of(&editor) {
                editor.speak(*language);
            }
            checker.speak(*language);
        });
    }
    use_effect_with(state.theme, |theme| set_root("data-theme", theme.name()));
    {
        let (editor, state) = (editor.clone(), state.clone());
        use_effect_with(state.outcome.clone(), move |_| {
            if let Some(editor) = Editor::of(&editor) {
                editor.mark(report(&state));
            }
        });
    }
    {
        let editor = editor.clone();
        use_effect_with(state.jump.clone(), move |jump| {
            if let (Some(editor), Some(jump)) = (Editor::of(&editor), jump) {
                editor.go_to(&jump.location);
            }
        });
    }

    let on_example = {
        let editor = editor.clone();
        Callback::from(move |example: Example| {
            if let Some(editor) = Editor::of(&editor) {
                editor.set_text(example.text());
            }
        })
    };
    let on_retry = {
        let (checker, failed) = (checker, matches!(state.module, Module::Failed(_)));
        Callback::from(move |()| {
            if failed {
                checker.load();
            } else {
                checker.check();
            }
        })
    };
    let send = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action| dispatcher.dispatch(action))
    };
    // Only a choice is remembered: until there is one, the browser's settings hold.
    let on_language = send.reform(|language| {
        preferences::remember_language(language);
        Action::Speak(language)
    });
    let on_theme = send.reform(|theme| {
        preferences::remember_theme(theme);
        Action::Paint(theme)
    });
    let language = state.language;
    let entries = report(&state).map_or(0, Report::total);

    html! {
        <>
            <a class="skip" href="#findings">{ language.skip_link() }</a>
            <Header
                {language}
                theme={state.theme}
                on_example={on_example.clone()}
                {on_language}
                {on_theme}
            />
            <main data-phase={phase(&state)} data-pane={state.pane.name()} aria-busy={state.checking.to_string()}>
                <Tabs {language} pane={state.pane} {entries} on_pane={send.reform(Action::Show)} />
                <section class="pane editor" aria-label={language.manifests()}>
                    <mr-editor id="editor" ref={editor} />
                </section>
                <Findings
                    {language}
                    module={state.module.clone()}
                    outcome={state.outcome.clone()}
                    checking={state.checking}
                    shown={state.shown}
                    {on_example}
                    on_jump={send.reform(Action::Jump)}
                    on_more={send.reform(|()| Action::ShowMore)}
                    {on_retry}
                />
            </main>
            <Footer
                {language}
                module={state.module.clone()}
                version={report(&state).map(|report| AttrValue::from(report.version.clone()))}
            />
            <p class="unseen" role="status" aria-live="polite" id="announcement">{ announcement(&state) }</p>
        </>
    }
}
