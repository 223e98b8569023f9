//! What can be taken away: the files, with and without fixes, and the report in each of its forms.

use std::rc::Rc;

use js_sys::JSON;
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::copy_button::CopyButton;
use crate::Language;
use crate::save::download;
use crate::state::Input;
use crate::tools::{Answer, use_answer, use_reply};

const YAML: &str = "application/yaml";

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) input: Option<Rc<Input>>,
}

/// What the operation `fix` answers.
#[derive(Deserialize, PartialEq)]
struct Fixed {
    files: Vec<Named>,
    applied: Vec<Value>,
}

#[derive(Deserialize, PartialEq)]
struct Named {
    name: String,
    text: String,
}

/// A form of the report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Sarif,
    Markdown,
}

impl Form {
    const ALL: [Self; 3] = [Self::Json, Self::Sarif, Self::Markdown];

    /// As the module calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Markdown => "markdown",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Sarif => "SARIF",
            Self::Markdown => "Markdown",
        }
    }

    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("mesh-ready.json", "application/json"),
            Self::Sarif => ("mesh-ready.sarif", "application/sarif+json"),
            Self::Markdown => ("mesh-ready.md", "text/markdown"),
        }
    }

    /// What is asked of `check`.
    fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Json => &[("format", "json"), ("positionEncoding", "utf-16")],
            Self::Sarif => &[("format", "sarif"), ("positionEncoding", "utf-16")],
            Self::Markdown => &[("format", "markdown"), ("positionEncoding", "utf-16")],
        }
    }

    /// Makes the text of a file of what the module answers.
    fn reader(self) -> fn(&str) -> serde_json::Result<String> {
        match self {
            Self::Json | Self::Sarif => |json| Ok(indented(json)),
            Self::Markdown => |json| serde_json::from_str(json),
        }
    }
}

/// JSON for people, its fields in the order in which the module has them.
fn indented(json: &str) -> String {
    let text = JSON::parse(json).and_then(|value| {
        JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into())
    });
    text.map_or_else(|_| json.to_owned(), |text| String::from(text) + "\n")
}

/// What can be taken away.
#[component]
pub(super) fn Export(props: &Props) -> Html {
    let language = props.language;
    let fixed = use_answer::<Fixed>("fix", &[("which", "safe")], props.input.as_ref());
    let Some(input) = props.input.clone() else {
        return Html::default();
    };
    let row = |name: &str, text: &str| {
        let (file, text) = (name.to_owned(), text.to_owned());
        let onclick = move |_: MouseEvent| download(&file, YAML, &text);
        html! {
            <li key={name.to_owned()}>
                <span>{ name.to_owned() }</span>
                <button type="button" class="button" data-download={name.to_owned()} {onclick}>
                    { language.export() }
                </button>
            </li>
        }
    };
    html! {
        <div class="export">
            <section>
                <h3>{ language.manifests() }</h3>
                <ul>{ for input.files.iter().map(|(name, text)| row(name, text)) }</ul>
            </section>
            { match &fixed {
                Answer::Ready(fixed, number) if *number == input.number && !fixed.applied.is_empty() => html! {
                    <section id="fixed-files">
                        <h3>{ language.fixed_manifests(fixed.applied.len()) }</h3>
                        <ul>{ for fixed.files.iter().map(|file| row(&file.name, &file.text)) }</ul>
                    </section>
                },
                Answer::Failed(why) => html! { <p class="failed" role="alert">{ language.policy_error(why) }</p> },
                Answer::Ready(..) | Answer::Waiting => Html::default(),
            } }
            <section>
                <h3>{ language.report() }</h3>
                <ul>
                    { for Form::ALL.map(|form| html! {
                        <ReportRow key={form.name()} {language} {form} input={Rc::clone(&input)} />
                    }) }
                </ul>
            </section>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    language: Language,
    form: Form,
    input: Rc<Input>,
}

/// One form of the report: to a file, or to the clipboard. The module is asked when the dialog opens: browsers let a page
/// write to the clipboard only at the click itself.
#[component]
fn ReportRow(props: &RowProps) -> Html {
    let language = props.language;
    let form = props.form;
    let answer = use_reply("check", form.fields(), Some(&props.input), form.reader());
    let report = match &answer {
        Answer::Ready(text, _) => Some(AttrValue::from((**text).clone())),
        Answer::Waiting | Answer::Failed(_) => None,
    };
    let label = match form {
        Form::Markdown => language.copy_for_issue(),
        Form::Json | Form::Sarif => language.copy(),
    };
    let save = {
        let report = report.clone();
        move |_: MouseEvent| {
            let (name, kind) = form.file();
            download(name, kind, report.as_deref().unwrap_or_default());
        }
    };
    html! {
        <li>
            <span>{ form.title() }{ " " }<small>{ language.form_means(form.name()) }</small></span>
            if let Some(report) = report {
                <CopyButton {language} text={report} class="button" {label} what={form.name()} />
                <button type="button" class="button" data-download={form.name()} onclick={save}>
                    { language.export() }
                </button>
            }
            if let Answer::Failed(why) = &answer {
                <p class="failed" role="alert">{ language.policy_error(why) }</p>
            }
        </li>
    }
}
