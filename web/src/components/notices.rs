//! What happened, and what can be done about it: a line below the header that goes when it is closed.

use std::rc::Rc;

use web_sys::{CustomEvent, Window};
use yew::prelude::*;

use crate::Language;
use crate::session;
use crate::share::Shared;
use crate::state::{Action, Notice};
use crate::tools::{Tools, use_tools};

/// The event on the document by which web/offline.js is told to take a newer version of the page.
const TAKE_UPDATE: &str = "mesh-ready:update-accepted";

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) notice: Option<Notice>,
    pub(crate) update: bool,
}

/// The lines that there are to say.
#[component]
pub(crate) fn Notices(props: &Props) -> Html {
    let tools = use_tools();
    let language = props.language;
    html! {
        <div class="notices" role="status" aria-live="polite">
            if let Some(notice) = &props.notice {
                <p class="notice" id="notice">
                    <span>{ language.notice(notice) }</span>
                    if let Notice::Replaced(before) = notice {
                        <button type="button" class="link" id="bring-back" onclick={bring_back(&tools, before)}>
                            { language.bring_back() }
                        </button>
                    }
                    <button type="button" class="link" onclick={tools.on(|_: MouseEvent| Action::Say(None))}>
                        { language.close() }
                    </button>
                </p>
            }
            if props.update {
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
