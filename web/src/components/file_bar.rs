//! The files as tabs above the editor, and the ways to open more.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::Language;
use crate::intake::{self, Given};
use crate::state::{Action, File, Notice, State};
use crate::tools::{Tools, tools};

/// The code of keys that an input method takes. Safari ends the composition before the key that ends it.
const COMPOSING: u32 = 229;

/// Opens what somebody gave and says what came of it.
pub(crate) async fn take(tools: &Tools, given: Given) {
    match intake::read(given).await {
        Ok(intake) => {
            let opened = Notice::Opened(intake.files.len(), intake.left_out);
            tools.dispatch(Action::Say(Some(opened)));
            tools.documents.add(intake.files);
        }
        Err(_) => tools.dispatch(Action::Say(Some(Notice::PartMissing))),
    }
}

/// The files as tabs above the editor.
#[hook]
pub(crate) fn use_file_bar(state: &State, tools: &Tools) -> Html {
    let language = state.language;
    let is_read_only = state.is_read_only();
    // The file whose name is being written.
    let renamed = use_state_eq(|| None::<u32>);
    let list = use_node_ref();
    // Whether the element that had the focus is gone by the visitor's own hand, and the tab shown is to have it.
    let wants_focus = use_mut_ref(|| false);
    {
        let (list, wants_focus) = (list.clone(), Rc::clone(&wants_focus));
        use_effect(move || {
            if *wants_focus.borrow() && focus_shown(&list) {
                wants_focus.replace(false);
            }
        });
    }
    let is_only = state.files.len() == 1;
    let tab = |file: &File| {
        let id = file.id;
        let is_shown = id == state.active;
        let close = {
            let documents = Rc::clone(&tools.documents);
            let (list, wants_focus) = (list.clone(), Rc::clone(&wants_focus));
            move |_: MouseEvent| {
                documents.close(id);
                if is_only {
                    // Its tab stays, so that perhaps nothing is drawn anew.
                    focus_shown(&list);
                } else {
                    wants_focus.replace(true);
                }
            }
        };
        let rename = {
            let renamed = renamed.setter();
            move |_: MouseEvent| renamed.set(Some(id))
        };
        html! {
            <li key={id} data-file={file.name.clone()} class={classes!(is_shown.then_some("shown"))}>
                if *renamed == Some(id) {
                    <Name {language} file={file.clone()} on_end={
                        let (renamed, wants_focus) = (renamed.setter(), Rc::clone(&wants_focus));
                        Callback::from(move |is_by_key: bool| {
                            wants_focus.replace(is_by_key);
                            renamed.set(None);
                        })
                    } />
                } else {
                    <button
                        type="button"
                        class="file"
                        aria-current={is_shown.then_some("true")}
                        title={(!is_read_only).then(|| language.rename_hint())}
                        onclick={tools.on(move |_: MouseEvent| Action::ShowFile(id))}
                        ondblclick={(!is_read_only).then(|| Callback::from(rename.clone()))}
                    >
                        { &file.name }
                    </button>
                    if is_shown && !is_read_only {
                        <button type="button" class="rename" aria-label={language.rename_file(&file.name)} onclick={rename}>
                            { "✎" }
                        </button>
                    }
                    if !is_read_only {
                        <button type="button" class="close" aria-label={language.close_file(&file.name)} onclick={close}>
                            { "×" }
                        </button>
                    }
                }
            </li>
        }
    };
    let create = {
        let documents = Rc::clone(&tools.documents);
        move |_: MouseEvent| documents.create()
    };
    html! {
        <div class="files">
            <ul ref={list.clone()} aria-label={language.files()}>{ for state.files.iter().map(tab) }</ul>
            if !is_read_only {
                <button type="button" class="link" id="new-file" onclick={create}>{ language.new_file() }</button>
                { choose(language, false, tools) }
                { choose(language, true, tools) }
            }
        </div>
    }
}

/// Gives the focus to the tab of the file shown; false while its name is being written.
fn focus_shown(list: &NodeRef) -> bool {
    let list = list.cast::<HtmlElement>();
    let tab = list.and_then(|list| list.query_selector("[aria-current]").ok()?);
    let tab = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
    tab.is_some_and(|tab| tab.focus().is_ok())
}

#[derive(Properties, PartialEq)]
struct NameProps {
    language: Language,
    file: File,
    /// Told whether a key ended it: otherwise the focus is elsewhere already.
    on_end: Callback<bool>,
}

/// The name of a file while it is written: Enter and leaving keep it, Escape does not.
#[component]
fn Name(props: &NameProps) -> Html {
    let tools = tools();
    let input = use_node_ref();
    {
        let input = input.clone();
        use_effect_with((), move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.select();
                // It is in the document, so it can have the focus.
                let _ = input.focus();
            }
        });
    }
    // A field that goes while it has the focus loses it, which would end it once more.
    let is_over = use_mut_ref(|| false);
    let end = {
        let (input, on_end, id) = (input.clone(), props.on_end.clone(), props.file.id);
        move |keeps: bool, is_by_key: bool| {
            if is_over.replace(true) {
                return;
            }
            if let Some(input) = input.cast::<HtmlInputElement>().filter(|_| keeps) {
                tools.documents.rename(id, &input.value());
            }
            on_end.emit(is_by_key);
        }
    };
    let onkeydown = {
        let end = end.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            // These belong to the input method then.
            _ if event.is_composing() || event.key_code() == COMPOSING => {}
            "Enter" => end(true, true),
            "Escape" => end(false, true),
            _ => {}
        }
    };
    html! {
        <input
            ref={input}
            class="name-of-file"
            value={props.file.name.clone()}
            aria-label={props.language.rename_file(&props.file.name)}
            {onkeydown}
            onblur={move |_: FocusEvent| end(true, false)}
        />
    }
}

/// A button that opens the browser's dialog for files or for a folder, which the field after it stands for.
fn choose(language: Language, is_folder: bool, tools: &Tools) -> Html {
    let (label, id) = if is_folder {
        (language.open_folder(), "open-folder")
    } else {
        (language.open_files(), "open-files")
    };
    let onclick = |event: MouseEvent| {
        // What translates pages puts elements of its own into a button.
        let target = event.target_dyn_into::<Element>();
        let button = target.and_then(|target| target.closest("button").ok()?);
        let field = button.and_then(|button| button.next_element_sibling());
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            field.click();
        }
    };
    let tools = tools.clone();
    let onchange = move |event: Event| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
            return;
        };
        let tools = tools.clone();
        spawn_local(async move {
            if let Some(list) = input.files() {
                take(&tools, Given::List(list)).await;
            }
            // Otherwise the same file could not be chosen again.
            input.set_value("");
        });
    };
    html! {
        <>
            <button type="button" class="link" {id} {onclick}>{ label }</button>
            <input
                type="file"
                hidden=true
                multiple=true
                webkitdirectory={is_folder}
                accept={(!is_folder).then_some(".yaml,.yml,.json")}
                tabindex="-1"
                aria-label={label}
                {onchange}
            />
        </>
    }
}
