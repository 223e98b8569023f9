//! The top of the page: what it is, examples, sharing and taking away, language, theme.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::TargetCast;
use yew::prelude::*;

use super::mark;
use crate::examples::Example;
use crate::preferences;
use crate::state::{Action, Dialog, Notice, State};
use crate::tools::Tools;
use crate::{Language, Theme};

/// The top of the page.
pub(crate) fn header(state: &State, tools: &Tools) -> Html {
    let language = state.language;
    let action = |id: &'static str, sign: mark::Sign, words: &'static str, dialog: Dialog| {
        let onclick = tools.on(move |_: MouseEvent| Action::Open(dialog.clone()));
        html! {
            <button type="button" class="button action" {id} title={words} {onclick}>
                { mark::sign(sign) }
                <span>{ words }</span>
            </button>
        }
    };
    html! {
        <header>
            <div class="name">
                { mark::logo() }
                <div>
                    <h1>{ "mesh-ready" }</h1>
                    <p>{ language.claim() }</p>
                </div>
            </div>
            <div class="tools">
                { action("examples-button", mark::Sign::Examples, language.gallery(), Dialog::Gallery) }
                { action("share-button", mark::Sign::Share, language.share(), Dialog::Share) }
                { action("export-button", mark::Sign::Download, language.export(), Dialog::Export) }
                { language_choice(language, tools) }
                { theme_choice(language, state.theme, tools) }
            </div>
        </header>
    }
}

/// Examples to begin with, as buttons.
pub(super) fn example_list(language: Language, tools: &Tools) -> Html {
    let item = |example: Example| {
        let tools = tools.clone();
        let onclick = move |_: MouseEvent| {
            let tools = tools.clone();
            let before = tools.documents.texts();
            spawn_local(async move {
                match example.text().await {
                    // Whoever has typed meanwhile wants that.
                    Ok(_) if tools.documents.texts() != before => {}
                    Ok(text) => {
                        let name = format!("{}.yaml", example.id());
                        tools.documents.replace_all(vec![(name, text.to_owned())]);
                    }
                    Err(_) => tools.dispatch(Action::Say(Some(Notice::PartMissing))),
                }
            });
        };
        html! {
            <li key={example.id()}>
                <button
                    type="button"
                    data-example={example.id()}
                    {onclick}
                >
                    <strong>{ language.example_title(example) }</strong>
                    <span>{ language.example_lesson(example) }</span>
                </button>
            </li>
        }
    };
    html! { <ul class="examples">{ for Example::ALL.into_iter().map(item) }</ul> }
}

/// Only a choice is remembered: until there is one, the browser's settings hold.
fn language_choice(chosen: Language, tools: &Tools) -> Html {
    let tools = tools.clone();
    let onchange = move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(language) = select.and_then(|select| Language::from_tag(&select.value())) {
            preferences::remember_language(language);
            tools.dispatch(Action::Speak(language));
        }
    };
    let option = |language: Language| {
        html! {
            <option value={language.tag()} lang={language.tag()} selected={language == chosen}>
                { language.own_name() }
            </option>
        }
    };
    html! {
        <select id="language" class="button" aria-label={chosen.language()} {onchange}>
            { for Language::ALL.into_iter().map(option) }
        </select>
    }
}

/// Only a choice is remembered here, too.
fn theme_choice(language: Language, chosen: Theme, tools: &Tools) -> Html {
    let choice = |theme: Theme| {
        let name = language.theme_name(theme);
        let onchange = tools.on(move |_: Event| {
            preferences::remember_theme(theme);
            Action::Paint(theme)
        });
        html! {
            <label title={name}>
                <input
                    type="radio"
                    name="theme"
                    value={theme.name()}
                    checked={theme == chosen}
                    aria-label={name}
                    {onchange}
                />
                { mark::theme(theme) }
            </label>
        }
    };
    html! {
        <fieldset class="themes" aria-label={language.theme()}>
            { for Theme::ALL.into_iter().map(choice) }
        </fieldset>
    }
}
