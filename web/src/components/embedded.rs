//! What the page has only in a frame of another one: it listens to the page around, and below it there is the way to the
//! whole page, with what is here.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::Language;
use crate::embed::Frame;
use crate::session;
use crate::share::{Fragment, Shared, to_fragment};
use crate::tools::tools;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    /// What is on the page.
    pub(super) shared: Option<Shared>,
}

/// The way to the whole page. Where the manifests are too long for a link, it leads there without them.
#[component]
pub(super) fn Embedded(props: &Props) -> Html {
    let tools = tools();
    use_effect_with((), move |()| {
        let frame = Frame::new(&tools);
        move || drop(frame)
    });
    let fragment = use_state_eq(String::new);
    {
        let fragment = fragment.setter();
        use_effect_with(props.shared.clone(), move |shared| {
            // A large state takes longer than the small one after it.
            let is_last = Rc::new(Cell::new(true));
            let (shared, still) = (shared.clone(), Rc::clone(&is_last));
            spawn_local(async move {
                let link = match &shared {
                    Some(shared) => to_fragment(shared).await,
                    None => Ok(Fragment::Link(String::new())),
                };
                if still.get() {
                    fragment.set(match link {
                        Ok(Fragment::Link(link)) => link,
                        Ok(Fragment::TooLong(_)) | Err(_) => String::new(),
                    });
                }
            });
            move || is_last.set(false)
        });
    }
    html! {
        <footer>
            <a id="open-playground" href={session::link(&fragment)} target="_blank" rel="noopener">
                { props.language.open_playground() }
            </a>
            <span>{ "mesh-ready" }</span>
        </footer>
    }
}
