//! A button that copies a text and says whether it did.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::Language;
use crate::save::to_clipboard;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) text: AttrValue,
    pub(super) class: &'static str,
    /// What it says before it was used; "Copy" if nothing else.
    #[prop_or_default]
    pub(super) label: Option<&'static str>,
    /// What it copies, for tests: `data-copy`.
    #[prop_or_default]
    pub(super) what: Option<&'static str>,
}

/// A button that copies a text and says whether it did.
#[component]
pub(super) fn CopyButton(props: &Props) -> Html {
    let language = props.language;
    // Which text the last copy was of, and whether it succeeded.
    let copied = use_state(|| None);
    let onclick = {
        let (copied, text) = (copied.setter(), props.text.clone());
        move |_: MouseEvent| {
            let (copied, text) = (copied.clone(), text.clone());
            spawn_local(async move {
                let succeeded = to_clipboard(&text).await;
                copied.set(Some((text, succeeded)));
            });
        }
    };
    let label = match &*copied {
        Some((text, true)) if *text == props.text => language.copied(),
        Some((text, false)) if *text == props.text => language.not_copied(),
        _ => props.label.unwrap_or_else(|| language.copy()),
    };
    html! {
        <button type="button" class={props.class} data-copy={props.what} aria-live="polite" {onclick}>{ label }</button>
    }
}
