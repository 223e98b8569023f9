//! What happened, and what can be done about it: a line below the header that goes when it is closed.

use std::rc::Rc;

use web_sys::{CustomEvent, Window};
use yew::prelude::*;

use crate::session;
use crate::share::Shared;
use crate::state::{Action, Notice, State};
use crate::tools::Tools;

/// The event on the document by which web/offline.js is told to take a newer version of the page.
const TAKE_UPDATE: &str = "mesh-ready:update-accepted";

/// The lines that there are to say.
pub(crate) fn notices(state: &State, tools: &Tools) -> Html {
    let language = state.language;
    html! {
        <div class="notices" role="status" aria-live="polite">
            if let Some(notice) = &state.notice {
                <p class="notice" id="notice">
                    <span>{ language.notice(notice) }</span>
                    if let Notice::Replaced(before) = notice {
                        <button type="button" class="link" id="bring-back" onclick={bring_back(tools, before)}>
                            { language.bring_back() }
                        </button>
                    }
                    <button type="button" class="link" onclick={tools.on(|_: MouseEvent| Action::Say(None))}>
                        { language.close() }
                    </button>
                </p>
            }
            if state.update {
                <p class="notice" id="update">
                    <span>{ language.update_ready() }</span>
                    <button type="button" class="link" onclick={|_: MouseEvent| take_update()}>
                        { language.update_take() }
                    </button>
                </p>
            }
        </div>
    }
}

fn bring_back(tools: &Tools, before: &Rc<Shared>) -> Callback<MouseEvent> {
    let (tools, before) = (tools.clone(), Rc::clone(before));
    Callback::from(move |_| {
        session::restore(&tools, (*before).clone());
        tools.dispatch(Action::Say(None));
    })
}

fn take_update() {
    let document = web_sys::window().as_ref().and_then(Window::document);
    if let (Some(document), Ok(event)) = (document, CustomEvent::new(TAKE_UPDATE)) {
        // Dispatching a fresh event cannot fail, and nobody may cancel it.
        let _ = document.dispatch_event(&event);
    }
}
