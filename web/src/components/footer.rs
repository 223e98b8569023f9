//! The bottom of the page: which module checked, and where the text stays.

use yew::prelude::*;

use super::copy_button::CopyButton;
use crate::Language;
use crate::session;
use crate::state::{Module, State};
use crate::tools::Tools;

/// The bottom of the page.
pub(crate) fn footer(state: &State, tools: &Tools) -> Html {
    let (language, tools) = (state.language, tools.clone());
    // The version of the rules, once a report has told it.
    let version = state.report().map(|report| report.version.clone());
    html! {
        <footer>
            <p class="private">
                { language.kept() }
                { " " }
                <button type="button" class="link" id="clear" onclick={move |_: MouseEvent| session::clear(&tools)}>
                    { language.clear() }
                </button>
                { " " }
                <a href="./editor.licenses.txt">{ language.licences() }</a>
            </p>
            <p class="module">
                <span>
                    { "policy.wasm" }
                    if let Some(version) = version {
                        { " " }
                        { version }
                    }
                </span>
                { match &state.module {
                    Module::Loading => html! { <span>{ language.loading() }</span> },
                    Module::Failed(_) => html! { <span>{ language.load_failed() }</span> },
                    Module::Ready(None) => html! { <span id="module-sha256">{ language.no_digest() }</span> },
                    Module::Ready(Some(digest)) => draw_digest(language, digest),
                } }
            </p>
        </footer>
    }
}

fn draw_digest(language: Language, digest: &str) -> Html {
    let digest = AttrValue::from(digest.to_owned());
    html! {
        <>
            <span class="digest" title={language.digest_means()}>
                { "sha256 " }
                <code id="module-sha256" data-sha256={digest.clone()}>{ digest.clone() }</code>
            </span>
            <CopyButton {language} text={digest} class="link" />
        </>
    }
}
