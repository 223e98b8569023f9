//! The page as a whole: its state, what follows from a change of it, and its halves.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

use crate::checker::Checker;
use crate::components::{
    Backlink, Dialogs, FileBar, Footer, Header, Notices, Tabs, ViewPane, headline, take,
};
use crate::documents::Documents;
use crate::editor::{Detail, EDIT, EXPLAIN, Editor, FIX, NEXT_FINDING, Step};
use crate::embed::{self, Frame};
use crate::intake;
use crate::preferences;
use crate::report::Report;
use crate::session;
use crate::state::{Action, Dialog, File, Module, Outcome, State};
use crate::tools::Tools;

/// The event on the document by which web/offline.js tells of a newer version of the page.
const UPDATE: &str = "mesh-ready:update";
const UPDATE_ATTRIBUTE: &str = "data-update";

/// After so many milliseconds without a change the page is kept for the next visit.
const KEEP_AFTER: u32 = 400;

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

fn set_root(attribute: &str, value: &str) {
    if let Some(root) = root() {
        // These attributes' names are valid, the only thing that could fail.
        let _ = root.set_attribute(attribute, value);
    }
}

/// What a screen reader hears after a check.
fn announcement(state: &State) -> String {
    let language = state.language;
    match (&state.module, &state.outcome) {
        (Module::Failed(_), _) => language.load_failed().to_owned(),
        (_, Outcome::Failed(_)) => language.check_failed().to_owned(),
        (_, Outcome::Report(report)) => headline(language, report),
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

fn holds_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|dropped| dropped.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let state = use_reducer_eq(|| match embed::asked() {
        Some(asked) => State::new(
            asked
                .language
                .unwrap_or_else(preferences::browser_or_default),
            asked.theme,
            Some(asked.embed),
        ),
        None => State::new(preferences::language(), preferences::theme(), None),
    });
    let is_embedded = state.embed.is_some();
    let read_only = state.embed.as_ref().is_some_and(|embed| embed.read_only);
    let editor = use_node_ref();
    let tools = {
        let (editor, dispatcher, language) = (editor.clone(), state.dispatcher(), state.language);
        use_memo((), move |()| {
            let documents = Rc::new(Documents::new(editor, dispatcher.clone()));
            let checker = Checker::new(Rc::clone(&documents), dispatcher.clone(), language);
            Tools {
                documents,
                checker: Rc::new(checker),
                state: dispatcher,
            }
        })
    };

    {
        let (editor, tools, checker) =
            (editor.clone(), (*tools).clone(), Rc::clone(&tools.checker));
        use_effect_with((), move |()| {
            checker.load();
            session::begin(&tools, is_embedded);
            let link = {
                let tools = tools.clone();
                web_sys::window().map(|window| {
                    EventListener::new(&window, "hashchange", move |_| session::follow_link(&tools))
                })
            };
            let target = Editor::of(&editor);
            let listener =
                target.map(|target| EventListener::new(&target, EDIT, move |_| checker.edited()));
            let update = web_sys::window().and_then(|window| window.document());
            let update = update.map(|document| {
                let state = tools.state.clone();
                EventListener::new(&document, UPDATE, move |_| {
                    state.dispatch(Action::UpdateReady);
                })
            });
            // What was offered before the page was there to hear it.
            if root().is_some_and(|root| root.has_attribute(UPDATE_ATTRIBUTE)) {
                tools.dispatch(Action::UpdateReady);
            }
            let frame = is_embedded.then(|| Frame::new(&tools)).flatten();
            move || drop((link, listener, update, frame))
        });
    }
    {
        let (editor, checker) = (editor.clone(), Rc::clone(&tools.checker));
        use_effect_with(state.language, move |language| {
            set_root("lang", language.tag());
            if let Some(editor) = Editor::of(&editor) {
                editor.speak(*language);
            }
            checker.speak(*language);
        });
    }
    {
        let checker = Rc::clone(&tools.checker);
        use_effect_with(Rc::clone(&state.settings), move |settings| {
            checker.configure(Rc::clone(settings));
        });
    }
    {
        // Opening, closing and renaming change what a report says; choosing a tab does not.
        let checker = Rc::clone(&tools.checker);
        use_effect_with(state.files.clone(), move |_| checker.check());
    }
    {
        let kept = (state.input.clone(), state.active, state.view);
        let (state, tools) = (state.clone(), (*tools).clone());
        use_effect_with(kept, move |_| {
            // Writing megabytes takes a moment, which typing must not wait for.
            let keep = Rc::new(move || session::keep(&state, &tools));
            let timer = {
                let keep = Rc::clone(&keep);
                Timeout::new(KEEP_AFTER, move || keep())
            };
            // Whoever closes the page before that has typed for the next visit, too.
            let leaving = web_sys::window()
                .map(|window| EventListener::new(&window, "pagehide", move |_| keep()));
            move || drop((timer, leaving))
        });
    }
    use_effect_with(is_embedded, |is_embedded| {
        if *is_embedded {
            set_root("data-embed", "");
        }
    });
    use_effect_with(state.theme, |theme| set_root("data-theme", theme.name()));
    {
        let (editor, state) = (editor.clone(), state.clone());
        use_effect_with((state.outcome.clone(), state.files.clone()), move |_| {
            if let Some(editor) = Editor::of(&editor) {
                for file in &state.files {
                    editor.mark(
                        &File::key(file.id),
                        &file.name,
                        state.report().map(Rc::as_ref),
                    );
                }
            }
        });
    }
    {
        let editor = editor.clone();
        use_effect_with(state.active, move |active| {
            if let Some(editor) = Editor::of(&editor) {
                editor.show(&File::key(*active));
            }
        });
    }
    {
        let editor = editor.clone();
        use_effect_with(state.checking, move |checking| {
            if let Some(editor) = Editor::of(&editor) {
                editor.set_stale(*checking);
            }
        });
    }
    {
        let editor = editor.clone();
        use_effect_with(read_only, move |read_only| {
            if let Some(editor) = Editor::of(&editor) {
                editor.set_read_only(*read_only);
            }
        });
    }
    {
        // The fixes and rules that the editor's tooltips offer.
        let (editor, dispatcher) = (editor.clone(), state.dispatcher());
        use_effect_with((), move |()| {
            let listen = |name, dialog: fn(&Detail) -> Option<Dialog>| {
                let dispatcher = dispatcher.clone();
                let target = Editor::of(&editor)?;
                Some(EventListener::new(&target, name, move |event| {
                    if let Some(dialog) = Detail::of(event).as_ref().and_then(dialog) {
                        dispatcher.dispatch(Action::Open(dialog));
                    }
                }))
            };
            let fix = listen(FIX, |detail| {
                Some(Dialog::Fix(usize::try_from(detail.index()).ok()?))
            });
            let explain = listen(EXPLAIN, |detail| Some(Dialog::Rule(detail.rule())));
            move || drop((fix, explain))
        });
    }
    {
        // F8 goes on in the next file that has something to show.
        let (editor, state) = (editor.clone(), state.clone());
        let follows = (state.files.clone(), state.active, state.outcome.clone());
        use_effect_with(follows, move |_| {
            let listener = Editor::of(&editor).map(|target| {
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&target, NEXT_FINDING, options, move |event| {
                    let (Some(detail), Some(editor)) = (Detail::of(event), Editor::of(&editor))
                    else {
                        return;
                    };
                    let step = detail.direction();
                    let Some(file) = state.next_file(step == Step::Next) else {
                        return;
                    };
                    event.prevent_default();
                    editor.show(&File::key(file));
                    state.dispatch(Action::ShowFile(file));
                    editor.go_to_finding(match step {
                        Step::Previous => Step::Last,
                        _ => Step::First,
                    });
                })
            });
            move || drop(listener)
        });
    }
    {
        // After the effect that shows the file.
        let editor = editor.clone();
        use_effect_with(state.jump.clone(), move |jump| {
            if let (Some(editor), Some(jump)) = (Editor::of(&editor), jump) {
                editor.go_to(&jump.location);
            }
        });
    }

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
    let entries = state.report().map_or(0, |report| Report::total(report));
    let has_editor = state.embed.as_ref().is_none_or(|embed| embed.editor);

    // Files may be dropped anywhere; other things, such as text, are the editor's.
    let dropping = use_state_eq(|| false);
    let ondragover = {
        let dropping = dropping.setter();
        Callback::from(move |event: DragEvent| {
            if !read_only && holds_files(&event) {
                event.prevent_default();
                dropping.set(true);
            }
        })
    };
    let ondragleave = {
        let dropping = dropping.setter();
        Callback::from(move |event: DragEvent| {
            // Moving onto a child leaves the parent, too.
            if event.related_target().is_none() {
                dropping.set(false);
            }
        })
    };
    let ondrop = {
        let (dropping, tools) = (dropping.setter(), tools.clone());
        Callback::from(move |event: DragEvent| {
            dropping.set(false);
            if read_only || !holds_files(&event) {
                return;
            }
            event.prevent_default();
            let Some(dropped) = event.data_transfer() else {
                return;
            };
            let tools = tools.clone();
            spawn_local(async move { take(&tools, intake::from_drop(&dropped).await) });
        })
    };
    let dropping = *dropping;

    html! {
        <ContextProvider<Tools> context={(*tools).clone()}>
            <a class="skip" href="#view">{ language.skip_link() }</a>
            if !is_embedded {
                <Header {language} theme={state.theme} {on_language} {on_theme} />
            }
            <Notices {language} notice={state.notice.clone()} update={state.update} />
            <main
                data-phase={phase(&state)}
                data-pane={state.pane.name()}
                data-view={state.view.name()}
                aria-busy={state.checking.to_string()}
                data-dropping={dropping.then_some("")}
                data-drop={language.drop_hint()}
                {ondragover}
                {ondragleave}
                {ondrop}
            >
                if !state.views().is_empty() {
                    <Tabs
                        {language}
                        pane={state.pane}
                        view={state.view}
                        views={state.views().to_vec()}
                        editor={has_editor}
                        {entries}
                    />
                }
                <section class="pane editor" id="editor-pane" aria-label={language.manifests()} hidden={!has_editor}>
                    <FileBar {language} files={state.files.clone()} active={state.active} {read_only} />
                    <mr-editor id="editor" ref={editor} />
                </section>
                if !state.views().is_empty() {
                    <ViewPane state={Rc::new((*state).clone())} />
                }
            </main>
            if is_embedded {
                <Backlink {language} shared={state.content()} />
            } else {
                <Footer
                    {language}
                    module={state.module.clone()}
                    version={state.report().map(|report| AttrValue::from(report.version.clone()))}
                />
            }
            <Dialogs
                {language}
                dialog={state.dialog.clone()}
                report={state.report().cloned()}
                input={state.input.clone()}
                shared={state.shared()}
            />
            <p class="unseen" role="status" aria-live="polite" id="announcement">{ announcement(&state) }</p>
        </ContextProvider<Tools>>
    }
}
