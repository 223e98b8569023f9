//! The report of the operation `check`, as far as the page reads it.
//!
//! These types are the page's own: it shares no code with the rules, only the documented JSON.

use std::fmt;

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::order::sorted_by_key;
use crate::read::{Fields, Read, ReadFields, Unreadable, from_json, read_fields};

/// How much a finding matters, the heaviest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The application will not work in the mesh.
    Error,
    /// It may not work, or loses something that the mesh gives.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// All of them, the heaviest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The name in the report, in class names and in custom properties.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A whole report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The version of the rules.
    pub version: String,
    /// The counts.
    pub summary: Summary,
    /// Rules that could not be decided.
    pub skipped: Vec<Skipped>,
    /// What the rules found, in the order of the text.
    pub findings: Vec<Finding>,
    /// What is wrong with the input itself.
    pub diagnostics: Vec<Diagnostic>,
}

/// The counts of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Kubernetes objects that were read.
    pub resources: usize,
    /// Rules that ran.
    pub rules: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that the manifests themselves silence.
    pub suppressed: usize,
    /// YAML documents that are no Kubernetes object.
    pub ignored: usize,
}

/// A rule that could not be decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The rule's id.
    pub rule: String,
    /// What was missing.
    pub reason: String,
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, with the values that are.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The object it is about.
    pub resource: Resource,
    /// The field it is about.
    pub path: String,
    /// Where that field stands.
    pub location: Option<Location>,
    /// Other places that take part in it.
    pub related: Vec<Related>,
    /// A change that removes it.
    pub fix: Option<Fix>,
    /// The rule's page, relative to the repository.
    pub docs: String,
    /// Whether the manifests silence it.
    pub suppressed: bool,
    /// Why they do, in their own words; empty when they do not say.
    pub reason: String,
}

/// A change of the text that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// Whether it may be applied without a look.
    pub safe: bool,
    /// The changes, none of which overlap.
    pub edits: Vec<TextEdit>,
}

/// New text for a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// The range, which may be empty.
    pub location: Location,
    /// What comes in its place.
    pub new_text: String,
}

/// The name of a Kubernetes object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Kind, namespace and name.
impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            namespace,
            name,
        } = self;
        if namespace.is_empty() {
            write!(formatter, "{kind} {name}")
        } else {
            write!(formatter, "{kind} {namespace}/{name}")
        }
    }
}

/// A range of a file. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The file's name as it was given.
    pub file: String,
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last.
    pub end_column: u32,
}

/// Another place that takes part in a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What part it takes.
    pub message: String,
    /// The object it belongs to.
    pub resource: Resource,
    /// The field.
    pub path: String,
    /// Where it stands.
    pub location: Option<Location>,
}

/// Something wrong with the input itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
}

/// A line of the list that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// The input is wrong here.
    Diagnostic(&'a Diagnostic),
    /// A rule found something here.
    Finding(&'a Finding),
}

impl<'a> Entry<'a> {
    /// Where it stands.
    pub fn location(self) -> Option<&'a Location> {
        match self {
            Self::Diagnostic(diagnostic) => diagnostic.location.as_ref(),
            Self::Finding(finding) => finding.location.as_ref(),
        }
    }

    /// How much it matters.
    pub fn severity(self) -> Severity {
        match self {
            Self::Diagnostic(diagnostic) => diagnostic.severity,
            Self::Finding(finding) => finding.severity,
        }
    }
}

impl Report {
    /// Reads the answer of `check`.
    ///
    /// # Errors
    ///
    /// When it is not a report.
    pub fn parse(json: &str) -> Result<Self, Unreadable> {
        from_json(json)
    }

    /// Diagnostics and findings that count, in no order, each with its index among its like.
    fn counted(&self) -> impl Iterator<Item = (usize, Entry<'_>)> {
        let diagnostics = self.diagnostics.iter().map(Entry::Diagnostic).enumerate();
        let findings = self.findings.iter().enumerate();
        let findings = findings.filter(|(_, finding)| !finding.suppressed);
        diagnostics.chain(findings.map(|(index, finding)| (index, Entry::Finding(finding))))
    }

    /// Diagnostics and findings that count, in the order of the text, each with its index among its like; what has no
    /// place comes first.
    pub fn indexed(&self) -> Vec<(usize, Entry<'_>)> {
        sorted_by_key(self.counted().collect(), |(_, entry)| {
            entry
                .location()
                .map(|place| (place.file.as_str(), place.line, place.column))
        })
    }

    /// The same without the index.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        self.indexed().into_iter().map(|(_, entry)| entry).collect()
    }

    /// Findings that the manifests silence.
    pub fn suppressed(&self) -> Vec<&Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.suppressed).collect()
    }

    /// How many entries there are, diagnostics among them.
    pub fn total(&self) -> usize {
        self.counted().count()
    }

    /// How many of them have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.counted()
            .filter(|(_, entry)| entry.severity() == severity)
            .count()
    }

    /// How many of the findings that count have a fix that may be applied without a look.
    pub fn safe_fixes(&self) -> usize {
        let counted = self.findings.iter().filter(|finding| !finding.suppressed);
        let fixes = counted.filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.safe).count()
    }

    /// The finding of another report in this one: at the same index, or else the first that tells the same of the same
    /// field and has the same fix, wherever the lines have moved to.
    pub fn same(&self, index: usize, other: &Finding) -> Option<&Finding> {
        let is_same = |finding: &&Finding| {
            let title = |finding: &'_ Finding| finding.fix.as_ref().map(|fix| fix.title.clone());
            finding.rule == other.rule
                && finding.resource == other.resource
                && finding.path == other.path
                && title(finding) == title(other)
        };
        let here = self.findings.get(index).filter(is_same);
        here.or_else(|| self.findings.iter().find(is_same))
    }
}

read_fields!(Report {
    version,
    summary,
    skipped,
    findings,
    diagnostics
});
read_fields!(Summary {
    resources,
    rules,
    errors,
    warnings,
    infos,
    suppressed,
    ignored
});
read_fields!(Skipped { rule, reason });
read_fields!(Fix { title, safe, edits });
read_fields!(TextEdit { location, new_text = "newText" });
read_fields!(Resource {
    kind,
    namespace,
    name
});
read_fields!(Location { file, line, column, end_line = "endLine", end_column = "endColumn" });
read_fields!(Related {
    message,
    resource,
    path,
    location
});
read_fields!(Diagnostic {
    severity,
    message,
    location
});

impl ReadFields for Finding {
    fn read_fields(fields: &Fields) -> Result<Self, Unreadable> {
        Ok(Self {
            rule: fields.read("rule")?,
            name: fields.read("name")?,
            severity: fields.read("severity")?,
            message: fields.read("message")?,
            help: fields.read("help")?,
            resource: fields.read("resource")?,
            path: fields.read("path")?,
            location: fields.read("location")?,
            related: fields.read("related")?,
            fix: fields.read("fix")?,
            docs: fields.read("docs")?,
            suppressed: fields.read::<Option<_>>("suppressed")?.unwrap_or_default(),
            reason: fields.read::<Option<_>>("reason")?.unwrap_or_default(),
        })
    }
}

impl Read for Severity {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        let name = String::read(value, field)?;
        let severity = Self::ALL
            .into_iter()
            .find(|severity| severity.name() == name);
        severity.ok_or(Unreadable(field))
    }
}
