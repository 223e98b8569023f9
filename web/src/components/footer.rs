//! The bottom of the page: which module checked, and where the text stays.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::Language;
use crate::state::Module;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) module: Module,
    /// The version of the rules, once a report has told it.
    pub(crate) version: Option<AttrValue>,
}

#[component]
pub(crate) fn Footer(props: &Props) -> Html {
    let language = props.language;
    html! {
        <footer>
            <p class="private">
                { language.private() }
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
    // Whether the last copy succeeded, once there was one.
    let copied = use_state(|| None);
    let onclick = {
        let (copied, digest) = (copied.setter(), props.digest.clone());
        Callback::from(move |_: MouseEvent| {
            let (copied, digest) = (copied.clone(), digest.clone());
            spawn_local(async move {
                copied.set(Some(to_clipboard(&digest).await));
            });
        })
    };
    let label = match *copied {
        None => language.copy(),
        Some(true) => language.copied(),
        Some(false) => language.not_copied(),
    };
    html! {
        <>
            <span class="digest" title={language.digest_means()}>
                { "sha256 " }
                <code id="module-sha256" data-sha256={props.digest.clone()}>{ props.digest.clone() }</code>
            </span>
            <button type="button" class="link" aria-live="polite" {onclick}>{ label }</button>
        </>
    }
}

/// A browser may refuse the clipboard.
async fn to_clipboard(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let written = window.navigator().clipboard().write_text(text);
    JsFuture::from(written).await.is_ok()
}
