//! The half beside the editor: the view that was chosen.

use std::rc::Rc;

use yew::prelude::*;

use super::admission::Admission;
use super::enforce::Enforce;
use super::findings::Findings;
use super::mesh::Mesh;
use super::settings::Settings;
use super::trouble::Trouble;
use crate::Language;
use crate::state::{Module, State, View};
use crate::tools::use_tools;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: Rc<State>,
}

/// The half beside the editor.
#[component]
pub(crate) fn ViewPane(props: &Props) -> Html {
    let tools = use_tools();
    let state = &props.state;
    let language: Language = state.language;
    let input = state.input.clone();
    let content = match (&state.module, state.view) {
        (Module::Failed(why), _) => {
            let checker = tools.checker.clone();
            html! {
                <Trouble
                    {language}
                    title={language.load_failed()}
                    meaning={language.load_failed_means()}
                    why={why.clone()}
                    on_retry={Callback::from(move |()| checker.load())}
                />
            }
        }
        (_, View::Findings) => html! {
            <Findings
                {language}
                outcome={state.outcome.clone()}
                files={state.files.len()}
                read_only={state.embed.as_ref().is_some_and(|embed| embed.read_only)}
                filter={state.filter.clone()}
                shown={state.shown}
            />
        },
        (_, View::Mesh) => html! { <Mesh {language} {input} report={state.report().cloned()} /> },
        (_, View::Admission) => html! { <Admission {language} {input} /> },
        (Module::Ready(digest), View::Enforce) => html! {
            <Enforce
                {language}
                digest={digest.clone()}
                settings={Rc::clone(&state.settings)}
                version={state.report().map(|report| report.version.clone())}
            />
        },
        (Module::Loading, View::Enforce) => Html::default(),
        (_, View::Settings) => html! {
            <Settings {language} settings={Rc::clone(&state.settings)} is_ready={state.module != Module::Loading} />
        },
    };
    let stop = {
        let checker = Rc::clone(&tools.checker);
        move |_: MouseEvent| checker.cancel()
    };
    html! {
        <section
            class="pane view"
            id="view"
            role="tabpanel"
            tabindex="-1"
            aria-labelledby={format!("tab-{}", state.view.name())}
        >
            if state.checking {
                <p class="checking">
                    <span>{ language.checking() }</span>
                    <button type="button" class="link" id="stop" onclick={stop}>{ language.stop() }</button>
                </p>
            }
            { content }
        </section>
    }
}
