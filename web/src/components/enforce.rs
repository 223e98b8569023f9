//! The policy for a cluster, with the settings of the page, to copy or download.

use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::copy_button::CopyButton;
use super::text::{mistakes, prose};
use crate::Language;
use crate::answers::Settings;
use crate::differing::Differing;
use crate::enforce::{Enforcement, cluster_admission_policy, module};
use crate::policy::PolicyError;
use crate::save::download;
use crate::state::{Action, View};
use crate::tools::{ask, tools};

const FILE: &str = "mesh-ready-policy.yaml";

/// What a policy does with an object that it would reject.
const MODES: [&str; 2] = ["monitor", "protect"];

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) digest: Option<String>,
    pub(super) settings: Differing,
    /// The version of the rules, once a report has told it.
    pub(super) version: Option<String>,
}

/// The policy for a cluster.
#[component]
pub(super) fn Enforce(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    let address = use_state_eq(|| module().to_owned());
    let mode = use_state_eq(|| MODES[0].to_owned());
    let answer = use_state_eq(|| None::<Result<Settings, PolicyError>>);
    {
        let (answer, tools) = (answer.setter(), tools.clone());
        let asked = (props.settings.clone(), language);
        use_effect_with(asked, move |(differing, language)| {
            let value = differing.fields();
            let payload = json!({"value": value, "language": language.tag()});
            spawn_local(async move {
                if let Some(policy) = tools.policy() {
                    answer.set(Some(ask(&policy, "settings", &payload).await));
                }
            });
        });
    }
    let settings = match &*answer {
        None => return html! { <p class="settings">{ language.loading() }</p> },
        Some(Err(why)) => {
            return html! { <p class="settings failed" role="alert">{ language.policy_error(why) }</p> };
        }
        Some(Ok(Settings {
            yaml: Some(yaml), ..
        })) => yaml.clone(),
        Some(Ok(Settings { errors, .. })) => {
            let errors: Vec<_> = errors.iter().map(|error| error.say(language)).collect();
            return html! {
                <div class="settings enforce" id="enforce">
                    <p class="meaning">{ language.no_policy() }</p>
                    { mistakes("enforce-mistakes", &errors) }
                    <div class="row">
                        <button
                            type="button"
                            class="button"
                            onclick={tools.on(|_: MouseEvent| Action::Show(View::Settings))}
                        >
                            { language.open_settings() }
                        </button>
                    </div>
                </div>
            };
        }
    };
    let fields = props.settings.fields();
    let mutated = fields.get("mutate").and_then(Value::as_array);
    let version = props.version.clone().unwrap_or_default();
    let digest = props.digest.as_deref().unwrap_or_default();
    let yaml = cluster_admission_policy(&Enforcement {
        module: &address,
        mode: &mode,
        settings: &settings,
        mutates: mutated.is_some_and(|rules| !rules.is_empty()),
        asks: fields.get("context").and_then(Value::as_str) != Some("none"),
        comments: &language.enforce_comments(&version, digest),
    });
    let on_address = {
        let address = address.setter();
        move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                // A line break would leave the field.
                address.set(input.value().split_whitespace().collect());
            }
        }
    };
    let on_mode = {
        let mode = mode.setter();
        move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                mode.set(select.value());
            }
        }
    };
    let save = {
        let yaml = yaml.clone();
        move |_: MouseEvent| download(FILE, "application/yaml", &yaml)
    };
    html! {
        <div class="settings enforce" id="enforce">
            <p class="meaning">{ prose(language.enforce_means()) }</p>
            <div class="field">
                <div class="field-head">
                    <label class="field-name" for="enforce-module">{ "module" }</label>
                    <input id="enforce-module" class="wide" value={(*address).clone()} spellcheck="false" oninput={on_address} />
                </div>
                <p class="meaning">{ prose(language.enforce_module_means()) }</p>
            </div>
            <div class="field">
                <div class="field-head">
                    <label class="field-name" for="enforce-mode">{ "mode" }</label>
                    <select id="enforce-mode" class="button" onchange={on_mode}>
                        { for MODES.map(|name| html! {
                            <option value={name} selected={*mode == name}>{ name }</option>
                        }) }
                    </select>
                </div>
                <p class="meaning">{ prose(language.enforce_mode_means()) }</p>
            </div>
            <div class="row">
                <CopyButton {language} text={yaml.clone()} class="button" />
                <button type="button" class="button" id="enforce-download" onclick={save}>{ language.export() }</button>
            </div>
            <pre id="enforce-yaml" role="group" tabindex="0" aria-label="ClusterAdmissionPolicy">{ yaml }</pre>
        </div>
    }
}
