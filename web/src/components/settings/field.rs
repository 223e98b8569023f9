//! One field of the settings.

use std::rc::Rc;

use serde_json::{Map, Value};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::super::text::prose;
use crate::Language;
use crate::answers::{Catalogue, Field, Kind, Rule};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) field: Field,
    pub(super) value: Value,
    pub(super) is_changed: bool,
    /// What is wrong with the value.
    pub(super) mistakes: Vec<String>,
    /// The rules, once the module has told them.
    pub(super) catalogue: Option<Rc<Catalogue>>,
    /// The name, and the value unless it is the default.
    pub(super) on_change: Callback<(String, Option<Value>)>,
}

/// One field: its name, what it means, and something to change it with.
#[component]
pub(super) fn FieldRow(props: &Props) -> Html {
    let language = props.language;
    let field = &props.field;
    let id = format!("setting-{}", field.name);
    let meaning = format!("{id}-meaning");
    let mistake_id = |index: usize| format!("{id}-mistake-{index}");
    let described_by = (0..props.mistakes.len())
        .map(mistake_id)
        .fold(meaning.clone(), |ids, id| format!("{ids} {id}"));
    let set = {
        let (name, default, on_change) = (
            field.name.clone(),
            field.default.clone(),
            props.on_change.clone(),
        );
        move |value: Value| on_change.emit((name.clone(), (value != default).then_some(value)))
    };
    let reset = {
        let (name, on_change) = (field.name.clone(), props.on_change.clone());
        move |_: MouseEvent| on_change.emit((name.clone(), None))
    };
    let invalid = (!props.mistakes.is_empty()).then_some("true");
    let typed = |is_list: bool| {
        let set = set.clone();
        let onchange = move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            let text = input.value();
            set(if is_list {
                let items = text.split([',', '，', ' ']).map(str::trim);
                let items = items.filter(|item| !item.is_empty());
                items.map(Value::from).collect()
            } else {
                text.into()
            });
        };
        let shown = match &props.value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                items.join(", ")
            }
            value => value.as_str().unwrap_or_default().to_owned(),
        };
        html! {
            <input
                id={id.clone()}
                value={shown}
                placeholder={is_list.then(|| language.list_hint())}
                autocomplete="off"
                spellcheck="false"
                aria-describedby={described_by.clone()}
                aria-invalid={invalid}
                {onchange}
            />
        }
    };
    let control = match field.kind {
        Kind::Bool => {
            let set = set.clone();
            let onchange = move |event: Event| {
                if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                    set(input.checked().into());
                }
            };
            html! {
                <input
                    id={id.clone()}
                    type="checkbox"
                    checked={props.value == Value::Bool(true)}
                    aria-describedby={described_by.clone()}
                    aria-invalid={invalid}
                    {onchange}
                />
            }
        }
        Kind::Choice => {
            let set = set.clone();
            let onchange = Callback::from(move |value: String| set(value.into()));
            let chosen = props.value.as_str().unwrap_or_default().to_owned();
            let choices = field.choices.iter();
            let choices: Vec<_> = choices.map(|name| (name.clone(), name.clone())).collect();
            html! {
                <Choose
                    id={id.clone()}
                    described_by={described_by.clone()}
                    {invalid}
                    {choices}
                    {chosen}
                    {onchange}
                />
            }
        }
        Kind::String | Kind::Version => typed(false),
        Kind::List => typed(true),
        Kind::Levels => Html::default(),
    };
    let levels = (field.kind == Kind::Levels).then(|| {
        let empty = Map::new();
        let levels = props.value.as_object().unwrap_or(&empty);
        let rule = |rule: &Rule| {
            let (set, levels, name) = (set.clone(), levels.clone(), rule.id.clone());
            let onchange = Callback::from(move |level: String| {
                let mut levels = levels.clone();
                if level.is_empty() {
                    levels.remove(&name);
                } else {
                    levels.insert(name.clone(), level.into());
                }
                set(Value::Object(levels));
            });
            let chosen = props.value.get(&rule.id).and_then(Value::as_str);
            let chosen = chosen.unwrap_or_default().to_owned();
            let own = (String::new(), language.own_severity(rule.severity.name()));
            let others = field.choices.iter();
            let others = others.map(|level| (level.clone(), level.clone()));
            let id = format!("level-{}", rule.id);
            html! {
                <li key={rule.id.clone()} data-rule={rule.id.clone()}>
                    <label for={id.clone()}><strong>{ &rule.id }</strong>{ " " }{ prose(&rule.title) }</label>
                    <Choose {id} choices={[own].into_iter().chain(others).collect::<Vec<_>>()} {chosen} {onchange} />
                </li>
            }
        };
        let rules = props.catalogue.iter().flat_map(|catalogue| &catalogue.rules);
        html! {
            <ul class="levels" aria-label={field.name.clone()} aria-describedby={described_by.clone()}>
                { for rules.map(rule) }
            </ul>
        }
    });
    html! {
        <div class={classes!("field", props.is_changed.then_some("changed"))} data-setting={field.name.clone()}>
            <div class="field-head">
                if field.kind == Kind::Levels {
                    <span class="field-name">{ &field.name }</span>
                } else {
                    <label class="field-name" for={id.clone()}>{ &field.name }</label>
                }
                { control }
                if props.is_changed {
                    <button
                        type="button"
                        class="link"
                        aria-label={language.reset_field(&field.name)}
                        onclick={reset}
                    >
                        { language.reset() }
                    </button>
                }
            </div>
            <p class="meaning" id={meaning.clone()}>{ prose(&field.meaning) }</p>
            { for props.mistakes.iter().enumerate().map(|(index, mistake)| html! {
                <p class="failed" role="alert" id={mistake_id(index)}>{ prose(mistake) }</p>
            }) }
            { for levels }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ChooseProps {
    id: String,
    #[prop_or_default]
    described_by: Option<String>,
    #[prop_or_default]
    invalid: Option<&'static str>,
    /// Values and what is shown for them.
    choices: Vec<(String, String)>,
    chosen: String,
    onchange: Callback<String>,
}

#[component]
fn Choose(props: &ChooseProps) -> Html {
    let onchange = props.onchange.clone();
    let onchange = move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            onchange.emit(select.value());
        }
    };
    html! {
        <select
            id={props.id.clone()}
            class="button"
            aria-describedby={props.described_by.clone()}
            aria-invalid={props.invalid}
            {onchange}
        >
            { for props.choices.iter().map(|(value, shown)| html! {
                <option value={value.clone()} selected={*value == props.chosen}>{ shown.clone() }</option>
            }) }
        </select>
    }
}
