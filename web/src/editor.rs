//! The custom element `<mr-editor>`, which web/editor builds and describes.

use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, Event, HtmlElement};
use yew::NodeRef;

use crate::Language;
use crate::policy::object;
use crate::report::{Entry, Location, Report, TextEdit};

/// More squiggles than this in one document help nobody and cost the editor time; the list has them all.
const MARKS: usize = 2_000;

#[wasm_bindgen]
extern "C" {
    /// The element; its class has no global name, so only a node known to be it may be cast.
    ///
    /// Documents have ids of the page's choice; the one that is there at first has the empty id. What is said of a
    /// document that is not open is ignored, so an answer that comes late does no harm.
    #[wasm_bindgen(extends = HtmlElement)]
    #[derive(Clone)]
    pub(crate) type Editor;

    /// Adds a document, or starts it anew, with a history of its own. It is not shown yet.
    #[wasm_bindgen(method)]
    pub(crate) fn open(this: &Editor, id: &str, text: &str);

    /// Shows a document as it was left: its selection, folds and place.
    #[wasm_bindgen(method)]
    pub(crate) fn show(this: &Editor, id: &str);

    /// Forgets a document. If it was shown, an empty one with the empty id is.
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Editor, id: &str);

    /// The text of a document, lines ended by LF; none if it is not open.
    #[wasm_bindgen(method, js_name = textOf)]
    pub(crate) fn text_of(this: &Editor, id: &str) -> Option<String>;

    /// The length of a document in UTF-16 units, without making the string; none if it is not open.
    #[wasm_bindgen(method, js_name = lengthOf)]
    pub(crate) fn length_of(this: &Editor, id: &str) -> Option<u32>;

    /// Gives a document another text as one undoable edit of few places, so that cursor, folds and marks stay.
    #[wasm_bindgen(method)]
    pub(crate) fn replace(this: &Editor, id: &str, text: &str);

    #[wasm_bindgen(method, js_name = edit)]
    fn edit_with(this: &Editor, id: &str, edits: &JsValue);

    #[wasm_bindgen(method, js_name = findingsOf)]
    fn set_findings_of(this: &Editor, id: &str, findings: &JsValue);

    /// Gives a document the marks again that it was given last.
    #[wasm_bindgen(method, js_name = findingsOf)]
    pub(crate) fn mark_again(this: &Editor, id: &str);

    #[wasm_bindgen(method, js_name = jumpTo)]
    fn jump_to(this: &Editor, line: u32, column: u32, end_line: u32, end_column: u32);

    #[wasm_bindgen(method, js_name = goToFinding)]
    fn go_to_finding_named(this: &Editor, which: &str);

    /// Whether the marks are of an older text, which fades them; also the attribute `stale`.
    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_stale(this: &Editor, stale: bool);

    /// Whether people may only read, also the attribute `readonly`. The page may still edit.
    #[wasm_bindgen(method, setter, js_name = readOnly)]
    pub(crate) fn set_read_only(this: &Editor, read_only: bool);

    #[wasm_bindgen(method, js_name = localise)]
    fn localise(this: &Editor, words: &JsValue);
}

#[wasm_bindgen]
extern "C" {
    /// What an event of the editor carries. Each event has the fields that its constant names, and no others.
    pub(crate) type Detail;

    /// The document's id.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn id(this: &Detail) -> String;

    /// The index that [`Fix`] gave.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn index(this: &Detail) -> u32;

    /// The rule's id.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn rule(this: &Detail) -> String;

    #[wasm_bindgen(method, getter, js_name = direction)]
    fn direction_name(this: &Detail) -> String;
}

/// The event it fires after each change of a document, by whatever hand: `id`. It does not bubble.
pub(crate) const EDIT: &str = "edit";

/// Somebody wants a fix of a finding: `id`, `index`.
pub(crate) const FIX: &str = "fix";

/// Somebody wants to read about a rule: `rule`.
pub(crate) const EXPLAIN: &str = "explain";

/// F8 found no further finding in the document shown: `direction`. Unless the default is prevented, it starts over.
pub(crate) const NEXT_FINDING: &str = "next-finding";

/// A file that the editor needs for a text could not be fetched. It goes on without, and fetches it again.
pub(crate) const INCOMPLETE: &str = "incomplete";

impl Detail {
    /// The detail of one of the editor's own events, and of no other.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        Some(event.dyn_ref::<CustomEvent>()?.detail().unchecked_into())
    }

    /// Which way F8 goes.
    pub(crate) fn direction(&self) -> Step {
        match self.direction_name().as_str() {
            "previous" => Step::Previous,
            _ => Step::Next,
        }
    }
}

/// A way from finding to finding in the document shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To its first finding.
    First,
    /// To its last.
    Last,
    /// To the next after the cursor, as F8 does.
    Next,
    /// To the one before, as Shift-F8 does.
    Previous,
}

/// A mark in the text, and what hovering over it says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mark<'a> {
    severity: &'static str,
    rule: Option<&'a str>,
    name: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    /// Offered as buttons.
    fixes: Vec<Fix<'a>>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// A fix that the editor offers.
#[derive(Clone, Copy, Debug, Serialize)]
struct Fix<'a> {
    /// What the button says.
    title: &'a str,
    /// What the event [`FIX`] carries back: the finding's index in the report.
    index: u32,
}

impl<'a> Mark<'a> {
    /// The mark of what has a place; a finding with its index in the report, for its fix.
    fn new(index: usize, entry: Entry<'a>) -> Option<Self> {
        let place = entry.location()?;
        let (rule, name, message, help, fix) = match entry {
            Entry::Diagnostic(diagnostic) => (None, None, diagnostic.message.as_str(), None, None),
            Entry::Finding(finding) => (
                Some(finding.rule.as_str()),
                Some(finding.name.as_str()),
                finding.message.as_str(),
                Some(finding.help.as_str()),
                finding.fix.as_ref(),
            ),
        };
        let index = u32::try_from(index).ok()?;
        let fixes = fix.into_iter().map(|fix| Fix {
            title: &fix.title,
            index,
        });
        Some(Self {
            severity: entry.severity().name(),
            rule,
            name,
            message,
            help,
            fixes: fixes.collect(),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        })
    }
}

/// A change of a text: a range of it, counted as in [`Location`], and what takes its place.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'a> {
    #[serde(flatten)]
    place: &'a Location,
    new_text: &'a str,
}

/// A plain JavaScript value of the same shape.
fn plain(value: &impl Serialize) -> Option<JsValue> {
    JSON::parse(&serde_json::to_string(value).ok()?).ok()
}

impl Editor {
    /// The element behind a reference that was given to an `<mr-editor>` and to nothing else.
    pub(crate) fn of(node: &NodeRef) -> Option<Self> {
        Some(node.get()?.unchecked_into())
    }

    /// Marks in a document what a report says of the file of this name; none clears the marks.
    pub(crate) fn mark(&self, id: &str, file: &str, report: Option<&Report>) {
        let entries = report.map(Report::indexed).unwrap_or_default();
        let marks = entries.into_iter().filter_map(|(index, entry)| {
            let is_here = entry.location().is_some_and(|place| place.file == file);
            is_here.then(|| Mark::new(index, entry)).flatten()
        });
        self.set_marks(id, marks);
    }

    /// Gives a document these marks and no others, up to a bound.
    fn set_marks<'a>(&self, id: &str, marks: impl IntoIterator<Item = Mark<'a>>) {
        let marks: Vec<_> = marks.into_iter().take(MARKS).collect();
        if let Some(marks) = plain(&marks) {
            self.set_findings_of(id, &marks);
        }
    }

    /// Changes a document as one undoable edit. The places are those of its text today, and do not overlap.
    pub(crate) fn edit(&self, id: &str, edits: &[TextEdit]) {
        let edits = edits.iter().map(|edit| Edit {
            place: &edit.location,
            new_text: &edit.new_text,
        });
        let edits: Vec<_> = edits.collect();
        if let Some(edits) = plain(&edits) {
            self.edit_with(id, &edits);
        }
    }

    /// Selects a place in the document shown and takes the focus.
    pub(crate) fn go_to(&self, place: &Location) {
        self.jump_to(place.line, place.column, place.end_line, place.end_column);
    }

    /// Goes to a finding in the document shown, says what it is, and takes the focus.
    pub(crate) fn go_to_finding(&self, step: Step) {
        self.go_to_finding_named(match step {
            Step::First => "first",
            Step::Last => "last",
            Step::Next => "next",
            Step::Previous => "previous",
        });
    }

    /// Gives the editor the words of a language.
    pub(crate) fn speak(&self, language: Language) {
        let texts = language.editor_phrases().iter();
        let texts: Vec<_> = texts
            .map(|(phrase, text)| (*phrase, JsValue::from(*text)))
            .collect();
        let phrases: Vec<_> = texts.iter().map(|(phrase, text)| (*phrase, text)).collect();
        self.localise(&object(&[
            ("label", &language.editor_label().into()),
            ("placeholder", &language.editor_placeholder().into()),
            ("phrases", &object(&phrases)),
        ]));
    }
}
