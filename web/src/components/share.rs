//! The link to what is on the page.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::copy_button::CopyButton;
use crate::Language;
use crate::session;
use crate::share::{Fragment, ShareError, Shared, to_fragment};
use crate::state::{Action, Dialog};
use crate::tools::tools;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    /// What is on the page; none before it was checked.
    pub(super) shared: Option<Shared>,
}

/// The link to what is on the page.
#[component]
pub(super) fn Share(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    let fragment = use_state_eq(|| None::<Result<Fragment, ShareError>>);
    {
        let fragment = fragment.setter();
        use_effect_with(props.shared.clone(), move |shared| {
            // A large state takes longer than the small one after it.
            let is_last = Rc::new(Cell::new(true));
            if let Some(shared) = shared.clone() {
                let is_last = Rc::clone(&is_last);
                spawn_local(async move {
                    let link = to_fragment(&shared).await;
                    if is_last.get() {
                        fragment.set(Some(link));
                    }
                });
            }
            move || is_last.set(false)
        });
    }
    if props.shared.is_none() {
        return html! { <p>{ language.nothing_to_share() }</p> };
    }
    match &*fragment {
        None => Html::default(),
        Some(Ok(Fragment::Link(fragment))) => {
            let link = session::link(fragment);
            html! {
                <div class="share">
                    <p>{ language.share_means() }</p>
                    <label>
                        <span>{ language.share_link() }{ " " }<small>{ language.link_length(link.len()) }</small></span>
                        <input id="share-link" readonly=true value={link.clone()} />
                    </label>
                    <CopyButton {language} text={link} class="button" label={language.copy_link()} />
                </div>
            }
        }
        Some(Ok(Fragment::TooLong(characters))) => html! {
            <div class="share" id="share-too-long">
                <p role="alert">{ language.share_too_long(*characters) }</p>
                <button
                    type="button"
                    class="button"
                    onclick={tools.on(|_: MouseEvent| Action::Open(Dialog::Export))}
                >
                    { language.export() }
                </button>
            </div>
        },
        Some(Err(error)) => {
            html! { <p class="failed" role="alert">{ language.share_error(error) }</p> }
        }
    }
}
