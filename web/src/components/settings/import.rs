//! Settings from a text.

use serde_json::json;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::super::text;
use crate::Language;
use crate::answers::Settings;
use crate::state::Action;
use crate::tools::{ask, tools};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
}

/// Settings from YAML, as the command line and the policy take them.
#[component]
pub(super) fn Import(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    let area = use_node_ref();
    let mistakes = use_state_eq(Vec::<String>::new);
    let onclick = {
        let (area, mistakes) = (area.clone(), mistakes.setter());
        move |_: MouseEvent| {
            let (Some(area), Some(policy)) = (area.cast::<HtmlTextAreaElement>(), tools.policy())
            else {
                return;
            };
            let (tools, mistakes) = (tools.clone(), mistakes.clone());
            spawn_local(async move {
                let payload = json!({"text": area.value(), "language": language.tag()});
                let answer = ask::<Settings>(&policy, "settings", &payload).await;
                mistakes.set(
                    match answer.map(|answer| (answer.differing(), answer.errors)) {
                        Ok((Some(differing), _)) => {
                            tools.dispatch(Action::Configure(differing.into()));
                            area.set_value("");
                            Vec::new()
                        }
                        Ok((None, errors)) => {
                            errors.iter().map(|error| error.say(language)).collect()
                        }
                        Err(why) => vec![language.policy_error(&why)],
                    },
                );
            });
        }
    };
    html! {
        <details class="import">
            <summary>{ language.import_settings() }</summary>
            <textarea ref={area} id="settings-import" rows="8" spellcheck="false" aria-label={language.import_settings()} />
            <button type="button" class="button" id="settings-apply" {onclick}>{ language.apply() }</button>
            { text::mistakes("import-mistakes", &mistakes) }
        </details>
    }
}
