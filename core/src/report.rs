//! What a check answers: findings with their places, counts, what was skipped and why.
//!
//! This is the JSON that every host shows; field names and order are part of the product's interface.

use crate::manifest::Span;
use serde::{Serialize, Serializer};

/// How bad a finding or diagnostic is. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// Breaks under conditions that the message names.
    Warning,
    /// Traffic or admission breaks.
    Error,
}

impl Severity {
    /// The word used in settings and reports: `info`, `warning` or `error`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Everything a check found out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Version of mesh-ready that made the report.
    pub version: &'static str,
    /// Counts.
    pub summary: Summary,
    /// Enabled rules that could not be decided, each with the reason.
    pub skipped: Vec<Skipped>,
    /// Findings, ordered by file and place.
    pub findings: Vec<Finding>,
    /// What is wrong with the input itself.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// The worst severity among the findings that are not suppressed.
    pub fn worst(&self) -> Option<Severity> {
        self.findings
            .iter()
            .filter(|finding| !finding.suppressed)
            .map(|finding| finding.severity)
            .max()
    }

    /// Whether some input could not be read as it was meant: a diagnostic of severity error.
    pub fn has_input_error(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Counts of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Kubernetes objects read; a List counts as its items.
    pub resources: usize,
    /// Rules that ran.
    pub rules: usize,
    /// Findings of severity error that are not suppressed.
    pub errors: usize,
    /// Findings of severity warning that are not suppressed.
    pub warnings: usize,
    /// Findings of severity info that are not suppressed.
    pub infos: usize,
    /// Suppressed findings.
    pub suppressed: usize,
    /// YAML documents that are no Kubernetes object.
    pub ignored: usize,
}

impl Summary {
    /// Adds up findings.
    pub(crate) fn count(&mut self, findings: &[Finding]) {
        for finding in findings {
            let count = match (finding.suppressed, finding.severity) {
                (true, _) => &mut self.suppressed,
                (false, Severity::Error) => &mut self.errors,
                (false, Severity::Warning) => &mut self.warnings,
                (false, Severity::Info) => &mut self.infos,
            };
            *count += 1;
        }
    }
}

/// An enabled rule that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// Rule id.
    pub rule: &'static str,
    /// Why, in the language asked for.
    pub reason: String,
}

/// One violation, at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Rule id, such as `MR103`.
    pub rule: &'static str,
    /// Rule name, such as `reserved-uid`.
    pub name: &'static str,
    /// Severity after settings.
    pub severity: Severity,
    /// What is wrong and what happens at run time.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The object it is about.
    pub resource: ResourceRef,
    /// Path inside the object, as Kubernetes writes field paths.
    pub path: String,
    /// Place in the input; absent when the object did not come from text.
    pub location: Option<Location>,
    /// The other sides of a conflict.
    pub related: Vec<Related>,
    /// A change that removes the finding, where there is one.
    pub fix: Option<Fix>,
    /// The rule's page, relative to the repository.
    pub docs: String,
    /// Whether the user silenced it; it is listed and counted all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suppressed: bool,
    /// Why, where the suppression says so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Whether settings silenced it, and nothing in the manifest did.
    #[serde(skip)]
    pub(crate) suppressed_by_settings: bool,
    /// Index of the input.
    #[serde(skip)]
    pub(crate) source: usize,
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// Whether it may be applied without a look: it changes nothing but what the rule is about. Others are offered.
    pub safe: bool,
    /// Edits of the finding's file, in order of place; they do not overlap. None when the object did not come from
    /// text.
    pub edits: Vec<TextEdit>,
    /// The same change of the object, as a JSON Patch (RFC 6902). Empty when it is no change of the object itself.
    pub patch: Vec<PatchOperation>,
}

/// A range of text and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// The range; an empty one where text is inserted.
    pub location: Location,
    /// What takes its place.
    pub new_text: String,
    #[serde(skip)]
    pub(crate) span: Span,
}

/// An operation of a JSON Patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PatchOperation {
    /// `add`, `replace` or `remove`.
    pub op: &'static str,
    /// A JSON Pointer into the object.
    pub path: String,
    /// What is added or put in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<PatchValue>,
}

/// A string, in mappings of one key each: `{"labels": {"app": "cart"}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchValue {
    /// The keys, outermost first.
    pub keys: Vec<String>,
    /// The string.
    pub text: String,
}

impl Serialize for PatchValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Nested(&self.keys, &self.text).serialize(serializer)
    }
}

struct Nested<'v>(&'v [String], &'v str);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.split_first() {
            None => serializer.serialize_str(self.1),
            Some((key, rest)) => serializer.collect_map([(key, Nested(rest, self.1))]),
        }
    }
}

/// Names an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRef {
    /// `apiVersion` as written.
    pub api_version: String,
    /// `kind` as written.
    pub kind: String,
    /// Namespace; `default` when left out, empty for cluster-scoped kinds.
    pub namespace: String,
    /// Name, or `generateName` followed by `*`.
    pub name: String,
}

/// Another place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// What is there.
    pub message: String,
    /// The object it is in.
    pub resource: ResourceRef,
    /// Path inside that object.
    pub path: String,
    /// Place in the input; absent when the object did not come from text.
    pub location: Option<Location>,
}

/// Something wrong with the input itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// `error`: something was not checked as it was meant. `warning`: read, but the API server will refuse it.
    pub severity: Severity,
    /// What is wrong and what to do.
    pub message: String,
    /// Place in the input; absent when the object did not come from text.
    pub location: Option<Location>,
}

/// A range of text. Lines and columns are 1-based, the end is exclusive, columns count units of [`Columns`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Name of the input.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last unit.
    pub end_column: u32,
}

/// What a column counts. The names are those of the Language Server Protocol's position encodings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Columns {
    /// Bytes.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16 code units, as editors in browsers count.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Characters, as people and terminals count.
    #[default]
    #[serde(rename = "utf-32")]
    Chars,
}
