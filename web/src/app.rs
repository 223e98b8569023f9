//! The page as a whole: its state, what follows from a change of it, and its halves.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::checker::Checker;
use crate::components::{
    Part, footer, header, later, notices, take, use_dialog, use_file_bar, use_tabs, view_pane,
};
use crate::documents::Documents;
use crate::embed;
use crate::follow::Follower;
use crate::intake;
use crate::preferences;
use crate::state::{Module, Outcome, State};
use crate::tools::Tools;

/// What a screen reader hears after a check.
fn announcement(state: &State) -> String {
    let language = state.language;
    match (&state.module, &state.outcome) {
        (Module::Failed(_), _) => language.load_failed().to_owned(),
        (_, Outcome::Failed(_)) => language.check_failed().to_owned(),
        (_, Outcome::Report(report)) => language.headline(report),
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
    let editor = use_node_ref();
    let follower = {
        let (editor, dispatcher, language) = (editor.clone(), state.dispatcher(), state.language);
        use_memo((), move |()| {
            let documents = Rc::new(Documents::new(editor.clone(), dispatcher.clone()));
            let checker = Checker::new(Rc::clone(&documents), dispatcher.clone(), language);
            let tools = Tools {
                documents,
                checker: Rc::new(checker),
                state: dispatcher,
            };
            tools.keep();
            Follower::new(editor, tools)
        })
    };
    let tools = &follower.tools;
    let state = Rc::new((*state).clone());
    let tabs = use_tabs(&state, tools);
    let file_bar = use_file_bar(&state, tools);
    // Before what follows: a dialog that closes gives the focus back, which may then go elsewhere.
    let dialog = use_dialog(&state, tools);
    let is_embedded = state.embed.is_some();
    {
        let follower = Rc::clone(&follower);
        use_effect_with((), move |()| {
            let listeners = follower.begin(is_embedded);
            move || drop(listeners)
        });
    }
    {
        let (follower, state) = (Rc::clone(&follower), Rc::clone(&state));
        use_effect(move || follower.follow(&state));
    }

    let language = state.language;
    let read_only = state.is_read_only();

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
            let (tools, given) = (tools.clone(), intake::dropped(&dropped));
            spawn_local(async move { take(&tools, given).await });
        })
    };
    let dropping = *dropping;

    html! {
        <>
            <a class="skip" href="#view">{ language.skip_link() }</a>
            if !is_embedded {
                { header(&state, tools) }
            }
            { notices(&state, tools) }
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
                    { tabs }
                }
                <section class="pane editor" id="editor-pane" aria-label={language.manifests()} hidden={!state.has_editor()}>
                    { file_bar }
                    <mr-editor id="editor" ref={editor} />
                </section>
                if !state.views().is_empty() {
                    { view_pane(&state, tools) }
                }
            </main>
            if is_embedded {
                { later(Part::Embed, &state) }
            } else {
                { footer(&state, tools) }
            }
            { dialog }
            <p class="unseen" role="status" aria-live="polite" id="announcement">{ announcement(&state) }</p>
        </>
    }
}
