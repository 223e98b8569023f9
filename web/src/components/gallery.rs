//! Examples to open: whole applications, and what each rule's page shows. They are fetched when the dialog opens.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::Language;
use crate::fetched;
use crate::policy::PolicyError;
use crate::session;
use crate::share::{Shared, SharedFile};
use crate::state::Action;
use crate::tools::tools;

const FILE: &str = "examples.json";

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
}

/// An example, as web/site writes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Example {
    id: String,
    kind: Kind,
    /// The rule that it is about.
    rule: Option<String>,
    title: Words,
    /// What an application shows.
    about: Option<Words>,
    files: Vec<File>,
    settings: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Application,
    Fails,
    Passes,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Words {
    en: String,
    #[serde(rename = "zh-CN")]
    zh_cn: String,
}

impl Words {
    fn get(&self, language: Language) -> &str {
        language.pick(&self.en, &self.zh_cn)
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct File {
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "t")]
    text: String,
}

#[derive(Clone, PartialEq)]
enum Examples {
    Loading,
    Ready(Rc<Vec<Example>>),
    Failed(PolicyError),
}

async fn load() -> Examples {
    match fetched::text(FILE).await {
        Ok(json) => match serde_json::from_str(&json) {
            Ok(examples) => Examples::Ready(Rc::new(examples)),
            Err(error) => Examples::Failed(PolicyError::Fetch(FILE.to_owned(), error.to_string())),
        },
        Err(error) => Examples::Failed(error),
    }
}

/// The examples.
#[component]
pub(super) fn Gallery(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    let gallery = use_state_eq(|| Examples::Loading);
    let search = use_state_eq(String::new);
    {
        let gallery = gallery.setter();
        use_effect_with((), move |()| {
            spawn_local(async move { gallery.set(load().await) });
        });
    }
    let oninput = {
        let search = search.setter();
        move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                search.set(input.value().to_lowercase());
            }
        }
    };
    let examples = match &*gallery {
        Examples::Loading => return html! { <p>{ language.loading_examples() }</p> },
        Examples::Failed(why) => {
            return html! { <p class="failed" role="alert">{ language.policy_error(why) }</p> };
        }
        Examples::Ready(examples) => Rc::clone(examples),
    };
    let matches = |example: &&Example| {
        let about = example.about.iter().map(|about| about.get(language));
        let mut words = about.chain([example.title.get(language), example.id.as_str()]);
        words.any(|words| words.to_lowercase().contains(search.as_str()))
    };
    let open = |example: &Example| {
        let (tools, example) = (tools.clone(), example.clone());
        Callback::from(move |_: MouseEvent| {
            let files = example.files.iter().map(|file| SharedFile {
                name: file.name.clone(),
                text: file.text.clone(),
            });
            let shared = Shared {
                files: files.collect(),
                settings: example.settings.clone().into(),
                ..Shared::default()
            };
            session::replace(&tools, shared);
            tools.dispatch(Action::Close);
        })
    };
    let applications = examples
        .iter()
        .filter(|example| example.kind == Kind::Application)
        .filter(matches);
    let of_rules = examples
        .iter()
        .filter(|example| example.kind != Kind::Application)
        .filter(matches);
    html! {
        <div class="gallery" id="gallery">
            <input
                type="search"
                class="search"
                placeholder={language.search_examples()}
                aria-label={language.search_examples()}
                {oninput}
            />
            <ul class="examples applications">
                { for applications.map(|example| html! {
                    <li key={example.id.clone()}>
                        <button type="button" data-example={example.id.clone()} onclick={open(example)}>
                            <strong>{ example.title.get(language) }</strong>
                            { for example.about.iter().map(|about| html! { <span>{ about.get(language) }</span> }) }
                        </button>
                    </li>
                }) }
            </ul>
            <h3>{ language.examples_of_rules() }</h3>
            <ul class="of-rules">
                { for of_rules.map(|example| html! {
                    <li key={example.id.clone()}>
                        <button type="button" class="link" data-example={example.id.clone()} onclick={open(example)}>
                            { example.rule.clone() }
                            { " " }
                            { example.title.get(language) }
                        </button>
                        <span class={classes!("verdict", (example.kind == Kind::Fails).then_some("fails"))}>
                            { language.example_kind(example.kind == Kind::Fails) }
                        </span>
                    </li>
                }) }
            </ul>
        </div>
    }
}
