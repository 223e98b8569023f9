//! The half beside the editor: the view that was chosen.

use std::rc::Rc;

use yew::prelude::*;

use super::header::example_list;
use super::later::{Part, later};
use super::text::prose;
use super::trouble::Trouble;
use crate::Language;
use crate::policy::{HostError, PolicyError};
use crate::state::{Action, Module, Outcome, State, View};
use crate::tools::Tools;

/// The half beside the editor.
pub(crate) fn view_pane(state: &Rc<State>, tools: &Tools) -> Html {
    let language = state.language;
    let content = match (&state.module, state.view) {
        (Module::Failed(why), _) => {
            let checker = Rc::clone(&tools.checker);
            let trouble = Trouble {
                language,
                title: language.load_failed(),
                meaning: language.load_failed_means(),
                why: Some(why),
            };
            trouble.draw(move || checker.load(), Html::default())
        }
        (_, View::Findings) => match &state.outcome {
            Outcome::Blank => welcome(state, tools),
            Outcome::Failed(why) => draw_failure(language, why, tools),
            Outcome::Report(_) => later(Part::Findings, state),
        },
        (_, View::Mesh) => later(Part::Mesh, state),
        (_, View::Admission | View::Enforce | View::Settings) => later(Part::Views, state),
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

/// The check did not finish.
fn draw_failure(language: Language, why: &PolicyError, tools: &Tools) -> Html {
    let settings = tools.on(|_: MouseEvent| Action::Show(View::Settings));
    let others = html! {
        if matches!(why, PolicyError::Host(HostError::Guest(_))) {
            <button type="button" class="button" id="open-settings" onclick={settings}>
                { language.open_settings() }
            </button>
        }
    };
    let trouble = Trouble {
        language,
        title: language.check_failed(),
        meaning: language.check_failed_means(why),
        why: Some(why),
    };
    let checker = Rc::clone(&tools.checker);
    trouble.draw(move || checker.check(), others)
}

/// There is nothing to check yet. Whoever can only read is not told how to begin: others bring the text.
fn welcome(state: &State, tools: &Tools) -> Html {
    let language = state.language;
    if state.is_read_only() {
        return html! {
            <div class="welcome" id="welcome">
                <p class="lead">{ language.nothing_to_check() }</p>
            </div>
        };
    }
    html! {
        <div class="welcome" id="welcome">
            <h2>{ language.welcome() }</h2>
            <p class="lead">{ language.welcome_means() }</p>
            { example_list(language, tools) }
            <ul class="advice">
                { for language.advice().into_iter().map(|advice| html! { <li>{ prose(advice) }</li> }) }
            </ul>
        </div>
    }
}
