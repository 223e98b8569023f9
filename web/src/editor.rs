//! The custom element `<mr-editor>`, which web/editor builds and describes.

use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;
use yew::NodeRef;

use crate::Language;
use crate::report::{Entry, Location, Report};

/// More squiggles than this help nobody and cost the editor time; the list has them all.
const MARKS: usize = 2_000;

#[wasm_bindgen]
extern "C" {
    /// The element; its class has no global name, so only a node known to be it may be cast.
    #[wasm_bindgen(extends = HtmlElement)]
    #[derive(Clone)]
    pub(crate) type Editor;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn text(this: &Editor) -> String;

    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_text(this: &Editor, text: &str);

    #[wasm_bindgen(method, getter, js_name = textLength)]
    pub(crate) fn text_length(this: &Editor) -> u32;

    #[wasm_bindgen(method, setter, js_name = findings)]
    fn set_findings(this: &Editor, findings: &JsValue);

    #[wasm_bindgen(method, js_name = jumpTo)]
    fn jump_to(this: &Editor, line: u32, column: u32, end_line: u32, end_column: u32);

    #[wasm_bindgen(method, js_name = localise)]
    fn localise(this: &Editor, words: &JsValue);
}

/// The event it fires after each change of the text.
pub(crate) const EDIT: &str = "edit";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mark<'a> {
    severity: &'static str,
    rule: Option<String>,
    message: &'a str,
    help: Option<&'a str>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl<'a> Mark<'a> {
    fn new(entry: Entry<'a>) -> Option<Self> {
        let place = entry.location()?;
        let (rule, message, help) = match entry {
            Entry::Diagnostic(diagnostic) => (None, diagnostic.message.as_str(), None),
            Entry::Finding(finding) => (
                Some(format!("{} {}", finding.rule, finding.name)),
                finding.message.as_str(),
                Some(finding.help.as_str()),
            ),
        };
        Some(Self {
            severity: entry.severity().name(),
            rule,
            message,
            help,
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        })
    }
}

#[derive(Serialize)]
struct Words {
    label: &'static str,
    placeholder: &'static str,
    phrases: serde_json::Map<String, serde_json::Value>,
}

/// A plain JavaScript object with these fields.
fn object(value: &impl Serialize) -> Option<JsValue> {
    JSON::parse(&serde_json::to_string(value).ok()?).ok()
}

impl Editor {
    /// The element behind a reference that was given to an `<mr-editor>` and to nothing else.
    pub(crate) fn of(node: &NodeRef) -> Option<Self> {
        Some(node.get()?.unchecked_into())
    }

    /// Marks what a report says; none clears the marks.
    pub(crate) fn mark(&self, report: Option<&Report>) {
        let entries = report.map(Report::entries).unwrap_or_default();
        let marks: Vec<_> = entries
            .into_iter()
            .filter_map(Mark::new)
            .take(MARKS)
            .collect();
        if let Some(marks) = object(&marks) {
            self.set_findings(&marks);
        }
    }

    pub(crate) fn go_to(&self, place: &Location) {
        self.jump_to(place.line, place.column, place.end_line, place.end_column);
    }

    pub(crate) fn speak(&self, language: Language) {
        let words = Words {
            label: language.editor_label(),
            placeholder: language.editor_placeholder(),
            phrases: language
                .editor_phrases()
                .iter()
                .map(|(phrase, text)| ((*phrase).to_owned(), (*text).into()))
                .collect(),
        };
        if let Some(words) = object(&words) {
            self.localise(&words);
        }
    }
}
