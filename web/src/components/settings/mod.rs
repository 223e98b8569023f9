//! The settings: every field with its meaning, what single rules report, and the same as YAML to take along.
//!
//! The fields, their meanings and what is wrong with a value are the module's to say.

mod field;
mod import;

use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use self::field::FieldRow;
use self::import::Import;
use super::copy_button::CopyButton;
use super::text::{mistakes, prose};
use crate::Language;
use crate::answers::{self, Field};
use crate::differing::Differing;
use crate::policy::PolicyError;
use crate::save::download;
use crate::state::Action;
use crate::tools::{ask, tools, use_catalogue};

/// The name that the command line looks for.
const FILE: &str = "mesh-ready.yaml";

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) settings: Differing,
    /// Whether the module can be asked.
    pub(super) is_ready: bool,
}

/// The settings.
#[component]
pub(super) fn Settings(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    // What stands in the fields, also while some of it is wrong.
    let draft = use_state_eq(|| props.settings.fields());
    let answer = use_state_eq(|| None::<Result<answers::Settings, PolicyError>>);
    let catalogue = use_catalogue(language);
    {
        // Settings that came from elsewhere, such as a link.
        let draft = draft.setter();
        use_effect_with(props.settings.clone(), move |settings| {
            draft.set(settings.fields());
        });
    }
    {
        let (answer, tools) = (answer.setter(), tools.clone());
        let applied = props.settings.fields();
        let asked = ((*draft).clone(), language, props.is_ready);
        use_effect_with(asked, move |(draft, ..)| {
            let (draft, policy) = (draft.clone(), tools.policy());
            spawn_local(async move {
                let Some(policy) = policy else { return };
                let payload = json!({"value": draft, "language": language.tag()});
                let result = ask::<answers::Settings>(&policy, "settings", &payload).await;
                let differing = result.as_ref().ok().and_then(answers::Settings::differing);
                if let Some(differing) = differing.filter(|differing| *differing != applied) {
                    tools.dispatch(Action::Configure(differing.into()));
                }
                answer.set(Some(result));
            });
        });
    }
    let answer = match &*answer {
        None => return html! { <p class="settings">{ language.loading() }</p> },
        Some(Err(why)) => {
            return html! { <p class="settings failed" role="alert">{ language.policy_error(why) }</p> };
        }
        Some(Ok(answer)) => answer.clone(),
    };
    let change = {
        let draft = draft.clone();
        Callback::from(move |(name, value): (String, Option<Value>)| {
            let mut next = (*draft).clone();
            match value {
                Some(value) => next.insert(name, value),
                None => next.remove(&name),
            };
            draft.set(next);
        })
    };
    let field = |field: &Field| {
        let value = draft.get(&field.name).unwrap_or(&field.default).clone();
        let mistakes = answer.errors.iter();
        let mistakes = mistakes.filter(|mistake| mistake.is_in(&field.name));
        let mistakes: Vec<_> = mistakes
            .map(|mistake| {
                if mistake.path == field.name {
                    mistake.message.clone()
                } else {
                    mistake.say(language)
                }
            })
            .collect();
        let is_changed = draft.contains_key(&field.name) && value != field.default;
        html! {
            <FieldRow
                key={field.name.clone()}
                {language}
                field={field.clone()}
                {value}
                {is_changed}
                {mistakes}
                catalogue={catalogue.clone()}
                on_change={change.clone()}
            />
        }
    };
    let reset = {
        let draft = draft.setter();
        move |_: MouseEvent| draft.set(Map::new())
    };
    let (policy_only, shared): (Vec<_>, Vec<_>) =
        answer.fields.iter().partition(|field| field.policy_only);
    // Such as a field that only a newer version has, from a link that it made.
    let of_no_field = answer.errors.iter().filter(|mistake| {
        let mut fields = answer.fields.iter();
        !fields.any(|field| mistake.is_in(&field.name))
    });
    let of_no_field: Vec<_> = of_no_field.map(|mistake| mistake.say(language)).collect();
    html! {
        <div class="settings" id="settings">
            <div class="settings-head">
                <p>{ prose(language.settings_mean()) }</p>
                <button type="button" class="button" id="settings-reset" disabled={draft.is_empty()} onclick={reset}>
                    { language.reset() }
                </button>
            </div>
            { mistakes("settings-mistakes", &of_no_field) }
            { for shared.into_iter().map(field) }
            <h2>{ language.policy_settings() }</h2>
            { for policy_only.into_iter().map(field) }
            <h2>{ language.settings_as_yaml() }</h2>
            <p class="meaning">{ prose(language.settings_as_yaml_means()) }</p>
            if let Some(yaml) = &answer.yaml {
                <Yaml {language} yaml={yaml.clone()} />
            }
            <Import {language} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct YamlProps {
    language: Language,
    /// What differs from the defaults.
    yaml: String,
}

/// The settings to take along.
#[component]
fn Yaml(props: &YamlProps) -> Html {
    let (language, yaml) = (props.language, &props.yaml);
    if yaml.is_empty() {
        return html! { <p id="settings-yaml">{ language.all_defaults() }</p> };
    }
    let save = {
        let yaml = yaml.clone();
        move |_: MouseEvent| download(FILE, "application/yaml", &yaml)
    };
    html! {
        <>
            <pre id="settings-yaml" role="group" tabindex="0" aria-label={language.settings_as_yaml()}>{ yaml }</pre>
            <div class="row">
                <CopyButton {language} text={yaml.clone()} class="button" />
                <button type="button" class="button" id="settings-download" onclick={save}>{ language.export() }</button>
            </div>
        </>
    }
}
