//! A button that leaves one kind of entry out of a list, and takes it in again.

use yew::prelude::*;

/// A button that leaves one kind of entry out of a list, and takes it in again.
pub(super) fn chip(
    kind: &'static str,
    sign: Html,
    words: String,
    is_shown: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button
            type="button"
            class="amount chip"
            data-chip={kind}
            aria-pressed={is_shown.to_string()}
            {onclick}
        >
            { sign }
            <span>{ words }</span>
        </button>
    }
}
