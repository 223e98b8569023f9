//! Text from the module and places in it, as every view shows them.

use yew::prelude::*;

use crate::report::Location;
use crate::state::Action;
use crate::tools::Tools;

/// Text from the module; what stands between backticks is code.
pub(super) fn prose(text: &str) -> Html {
    text.split('`')
        .enumerate()
        .map(|(index, part)| match index % 2 {
            0 => html! { { part } },
            _ => html! { <code>{ part }</code> },
        })
        .collect()
}

/// A message from the module as a heading. Terminals show it after a colon, so it begins in lower case.
pub(super) fn heading(text: &str) -> Html {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    prose(&first.into_iter().chain(characters).collect::<String>())
}

/// A button to a place in the text; what has none is only text.
pub(super) fn place(
    text: Html,
    location: Option<&Location>,
    class: &'static str,
    tools: &Tools,
) -> Html {
    match location.cloned() {
        Some(location) => {
            let onclick = tools.on(move |_: MouseEvent| Action::Jump(location.clone()));
            html! { <button type="button" {class} {onclick}>{ text }</button> }
        }
        None => html! { <p {class}>{ text }</p> },
    }
}

/// What is wrong with something, one after the other, and nothing when nothing is.
pub(super) fn mistakes(id: &'static str, mistakes: &[String]) -> Html {
    if mistakes.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="failed" {id} role="alert">
            { for mistakes.iter().map(|mistake| html! { <li>{ prose(mistake) }</li> }) }
        </ul>
    }
}
