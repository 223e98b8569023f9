//! Whether the screen is narrow, so that one half of the page is shown at a time.

use gloo_events::EventListener;
use web_sys::MediaQueryList;
use yew::prelude::*;

/// As in web/styles/page.css.
const NARROW: &str = "(width <= 760px)";

/// Whether the screen is narrow now.
#[hook]
pub(crate) fn use_narrow() -> bool {
    let query = use_memo((), |()| web_sys::window()?.match_media(NARROW).ok()?);
    let is_narrow = use_state_eq(|| (*query).as_ref().is_some_and(MediaQueryList::matches));
    {
        let is_narrow = is_narrow.setter();
        use_effect_with((), move |()| {
            let listener = (*query).clone().map(|query| {
                EventListener::new(&query.clone(), "change", move |_| {
                    is_narrow.set(query.matches());
                })
            });
            move || drop(listener)
        });
    }
    *is_narrow
}
