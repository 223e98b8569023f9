//! The top of the page: what it is, examples, sharing and taking away, language, theme.

use web_sys::HtmlSelectElement;
use yew::TargetCast;
use yew::prelude::*;

use super::mark;
use crate::examples::Example;
use crate::state::{Action, Dialog};
use crate::tools::use_tools;
use crate::{Language, Theme};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    pub(crate) on_language: Callback<Language>,
    pub(crate) on_theme: Callback<Theme>,
}

#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let tools = use_tools();
    let language = props.language;
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
                <LanguageChoice {language} on_language={props.on_language.clone()} />
                <ThemeChoice {language} theme={props.theme} on_theme={props.on_theme.clone()} />
            </div>
        </header>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct ExampleProps {
    pub(super) language: Language,
}

/// Examples to begin with, as buttons.
#[component]
pub(super) fn ExampleList(props: &ExampleProps) -> Html {
    let tools = use_tools();
    let language = props.language;
    let item = |example: Example| {
        let documents = tools.documents.clone();
        let onclick = move |_: MouseEvent| {
            let name = format!("{}.yaml", example.id());
            documents.replace_all(vec![(name, example.text().to_owned())]);
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

#[derive(Properties, PartialEq)]
struct LanguageProps {
    language: Language,
    on_language: Callback<Language>,
}

#[component]
fn LanguageChoice(props: &LanguageProps) -> Html {
    let chosen = props.language;
    let on_language = props.on_language.clone();
    let onchange = move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(language) = select.and_then(|select| Language::from_tag(&select.value())) {
            on_language.emit(language);
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

#[derive(Properties, PartialEq)]
struct ThemeProps {
    language: Language,
    theme: Theme,
    on_theme: Callback<Theme>,
}

#[component]
fn ThemeChoice(props: &ThemeProps) -> Html {
    let language = props.language;
    let choice = |theme: Theme| {
        let name = language.theme_name(theme);
        let onchange = props.on_theme.reform(move |_: Event| theme);
        html! {
            <label title={name}>
                <input
                    type="radio"
                    name="theme"
                    value={theme.name()}
                    checked={theme == props.theme}
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
