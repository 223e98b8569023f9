//! Below an embedded page: the way to the whole one, with what is here.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::Language;
use crate::session;
use crate::share::{Fragment, Shared, to_fragment};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) shared: Option<Shared>,
}

/// The way to the whole page. Where the manifests are too long for a link, it leads there without them.
#[component]
pub(crate) fn Backlink(props: &Props) -> Html {
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
