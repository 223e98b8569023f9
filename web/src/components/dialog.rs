//! What stands above the page until it is closed. The browser keeps the focus inside, closes on Escape, and gives the
//! focus back.

use std::rc::Rc;

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::export::Export;
use super::fix::{FixAll, FixOne};
use super::gallery::Gallery;
use super::rule_page::RulePage;
use super::share::Share;
use crate::Language;
use crate::report::Report;
use crate::share::Shared;
use crate::state::{Action, Dialog, Input};
use crate::tools::use_tools;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) report: Option<Rc<Report>>,
    pub(crate) input: Option<Rc<Input>>,
    /// What a link tells of; only while it is asked for.
    pub(crate) shared: Option<Shared>,
}

/// The dialog that is open, if one is.
#[component]
pub(crate) fn Dialogs(props: &Props) -> Html {
    let tools = use_tools();
    let language = props.language;
    let element = use_node_ref();
    {
        let element = element.clone();
        use_effect_with(props.dialog.is_some(), move |is_open| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                match (*is_open, dialog.open()) {
                    // It is in the document, the only thing that could fail.
                    (true, false) => drop(dialog.show_modal()),
                    (false, true) => dialog.close(),
                    _ => {}
                }
            }
        });
    }
    let (name, title) = match &props.dialog {
        None => ("none", String::new()),
        Some(Dialog::Gallery) => ("gallery", language.gallery().to_owned()),
        Some(Dialog::Share) => ("share", language.share().to_owned()),
        Some(Dialog::Export) => ("export", language.export().to_owned()),
        Some(Dialog::Rule(id)) => ("rule", id.clone()),
        Some(Dialog::Fix(_)) => ("fix", language.fix_preview().to_owned()),
        Some(Dialog::FixAll) => ("fix-all", language.fix_all_preview().to_owned()),
    };
    let input = props.input.clone();
    let content = match &props.dialog {
        None => Html::default(),
        Some(Dialog::Gallery) => html! { <Gallery {language} /> },
        Some(Dialog::Share) => html! { <Share {language} shared={props.shared.clone()} /> },
        Some(Dialog::Export) => html! { <Export {language} {input} /> },
        Some(Dialog::Rule(id)) => html! { <RulePage {language} rule={id.clone()} /> },
        Some(Dialog::Fix(index)) => {
            html! { <FixOne {language} {input} report={props.report.clone()} index={*index} /> }
        }
        Some(Dialog::FixAll) => html! { <FixAll {language} {input} /> },
    };
    let close = tools.on(|_: MouseEvent| Action::Close);
    // Escape closes the element by itself; the state follows. The event comes later, when another may be open.
    let onclose = {
        let element = element.clone();
        move |_: Event| {
            let dialog = element.cast::<HtmlDialogElement>();
            if dialog.is_some_and(|dialog| !dialog.open()) {
                tools.dispatch(Action::Close);
            }
        }
    };
    html! {
        <dialog ref={element} id="dialog" class="dialog" data-dialog={name} aria-labelledby="dialog-title" {onclose}>
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
