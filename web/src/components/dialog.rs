//! What stands above the page until it is closed. The browser keeps the focus inside, closes on Escape, and gives the
//! focus back.

use std::rc::Rc;

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::later::{Part, later};
use crate::state::{Action, Dialog, State};
use crate::tools::Tools;

/// The dialog that is open, if one is.
#[hook]
pub(crate) fn use_dialog(state: &Rc<State>, tools: &Tools) -> Html {
    let language = state.language;
    let element = use_node_ref();
    {
        let (element, is_open) = (element.clone(), state.dialog.is_some());
        // After each change: one may follow another before the element has closed.
        use_effect(move || {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                match (is_open, dialog.open()) {
                    // It is in the document, the only thing that could fail.
                    (true, false) => drop(dialog.show_modal()),
                    (false, true) => dialog.close(),
                    _ => {}
                }
            }
        });
    }
    let (name, title) = match &state.dialog {
        None => ("none", String::new()),
        Some(Dialog::Gallery) => ("gallery", language.gallery().to_owned()),
        Some(Dialog::Share) => ("share", language.share().to_owned()),
        Some(Dialog::Export) => ("export", language.export().to_owned()),
        Some(Dialog::Rule(id)) => ("rule", id.clone()),
        Some(Dialog::Fix(_)) => ("fix", language.fix_preview().to_owned()),
        Some(Dialog::FixAll) => ("fix-all", language.fix_all_preview().to_owned()),
    };
    let content = match &state.dialog {
        None => Html::default(),
        Some(_) => later(Part::Dialogs, state),
    };
    let close = tools.on(|_: MouseEvent| Action::Close);
    // Escape closes the element by itself. The state is told before that: the event `close` comes with the next frame, when
    // another may be open.
    let oncancel = tools.on(|_: Event| Action::Close);
    html! {
        <dialog ref={element} id="dialog" class="dialog" data-dialog={name} aria-labelledby="dialog-title" {oncancel}>
            <div class="dialog-head">
                <h2 id="dialog-title">{ title }</h2>
                <button type="button" class="button" id="dialog-close" aria-label={language.close()} onclick={close}>
                    { "×" }
                </button>
            </div>
            <div class="dialog-body">{ content }</div>
        </dialog>
    }
}
