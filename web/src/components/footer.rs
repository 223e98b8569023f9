//! The bottom of the page: which module checked, and where the text stays.

use yew::prelude::*;

use super::copy_button::CopyButton;
use crate::Language;
use crate::session;
use crate::state::Module;
use crate::tools::use_tools;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) module: Module,
    /// The version of the rules, once a report has told it.
    pub(crate) version: Option<AttrValue>,
}

#[component]
pub(crate) fn Footer(props: &Props) -> Html {
    let tools = use_tools();
    let language = props.language;
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
                    if let Some(version) = &props.version {
                        { " " }
                        { version }
                    }
                </span>
                { match &props.module {
                    Module::Loading => html! { <span>{ language.loading() }</span> },
                    Module::Failed(_) => html! { <span>{ language.load_failed() }</span> },
                    Module::Ready(None) => html! { <span id="module-sha256">{ language.no_digest() }</span> },
                    Module::Ready(Some(digest)) => html! { <Digest {language} digest={digest.clone()} /> },
                } }
            </p>
        </footer>
    }
}

#[derive(Properties, PartialEq)]
struct DigestProps {
    language: Language,
    digest: AttrValue,
}

#[component]
fn Digest(props: &DigestProps) -> Html {
    let language = props.language;
    html! {
        <>
            <span class="digest" title={language.digest_means()}>
                { "sha256 " }
                <code id="module-sha256" data-sha256={props.digest.clone()}>{ props.digest.clone() }</code>
            </span>
            <CopyButton {language} text={props.digest.clone()} class="link" />
        </>
    }
}
