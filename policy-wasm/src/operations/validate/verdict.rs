//! The answer to an admission request, in the words of its author and of `kubectl`.

use mesh_ready_core::{
    Report, Severity,
    report::{Finding, ResourceRef},
};
use serde::Serialize;
use std::fmt::Write;

/// The API server cuts a warning after this many characters; bytes are never fewer.
const WARNING_LENGTH: usize = 256;

/// Kubewarden's `ValidationResponse`. The optional fields of an acceptance are left out.
#[derive(Debug, Serialize)]
pub(in crate::operations) struct Verdict {
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// Text by rule id, written as a mapping.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "serialize_mapping"
    )]
    audit_annotations: Vec<(&'static str, String)>,
}

/// The HTTP status of a rejection. It says whose move it is, and Kubewarden counts rejections by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// The object was read and breaks rules: the API server's own answer to objects that are not valid.
    Findings = 422,
    /// The request or its object cannot be read.
    Request = 400,
    /// The policy's settings are not valid: the administrator's move, not the author's.
    Settings = 500,
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(*self as u16)
    }
}

impl Verdict {
    /// Nothing to say.
    pub(super) fn accepted() -> Self {
        Self {
            accepted: true,
            message: None,
            code: None,
            warnings: vec![],
            audit_annotations: vec![],
        }
    }

    /// A request that was not judged: it does not pass unseen.
    pub(super) fn cannot_judge(code: Code, why: &str) -> Self {
        Self {
            accepted: false,
            message: Some(format!("mesh-ready cannot judge this request: {why}")),
            code: Some(code),
            ..Self::accepted()
        }
    }

    /// The audit annotation of a rule, empty at first.
    fn annotation(&mut self, rule: &'static str) -> &mut String {
        let annotations = &mut self.audit_annotations;
        let at = annotations
            .iter()
            .position(|(id, _)| *id == rule)
            .unwrap_or_else(|| {
                annotations.push((rule, String::new()));
                annotations.len() - 1
            });
        &mut annotations[at].1
    }

    /// What the report means for the request.
    pub(super) fn of(report: &Report, fail_on: Severity) -> Self {
        if report.summary.resources == 0 {
            return Self::cannot_judge(Code::Request, &unreadable(report));
        }

        let findings = report.findings.iter().filter(|finding| !finding.suppressed);
        let (fatal, tolerated): (Vec<_>, Vec<_>) =
            findings.partition(|finding| finding.severity >= fail_on);

        let mut verdict = Self::accepted();
        if let Some(first) = fatal.first() {
            verdict.accepted = false;
            verdict.code = Some(Code::Findings);
            verdict.message = Some(message(&first.resource, &fatal, fail_on));
        }
        for diagnostic in &report.diagnostics {
            verdict
                .warnings
                .push(shorten(&one_line(&diagnostic.message)));
        }
        for finding in tolerated {
            verdict.warnings.push(shorten(&line(finding)));
            // Audit logs have room for all of it.
            let annotation = verdict.annotation(finding.rule);
            if !annotation.is_empty() {
                annotation.push('\n');
            }
            let _ = write!(
                annotation,
                "{} {}: {}",
                finding.severity.word(),
                finding.path,
                one_line(&finding.message)
            );
        }
        verdict
    }
}

fn serialize_mapping<S: serde::Serializer>(
    entries: &[(&'static str, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
}

/// Why there is nothing to judge.
fn unreadable(report: &Report) -> String {
    let diagnostics = report
        .diagnostics
        .iter()
        .map(|diagnostic| one_line(&diagnostic.message));
    match diagnostics.collect::<Vec<_>>().join("; ") {
        none if none.is_empty() => "its object has no apiVersion and kind".to_owned(),
        diagnostics => format!("its object cannot be read: {diagnostics}"),
    }
}

/// What `kubectl` prints: one line that says what happened, then one for each finding.
fn message(resource: &ResourceRef, findings: &[&Finding], fail_on: Severity) -> String {
    let ResourceRef {
        kind,
        namespace,
        name,
        ..
    } = resource;
    let (count, noun) = (
        findings.len(),
        if findings.len() == 1 {
            "finding"
        } else {
            "findings"
        },
    );
    let mut message = format!(
        "mesh-ready: {kind} {namespace}/{name} is not ready for Istio: {count} {noun} (failOn: {})",
        fail_on.word()
    );
    for finding in findings {
        let _ = write!(message, "\n{}. {}", line(finding), one_line(&finding.help));
    }
    message
}

/// Rule, place and what is wrong.
fn line(finding: &Finding) -> String {
    format!(
        "{} {}: {}",
        finding.rule,
        finding.path,
        one_line(&finding.message)
    )
}

/// Several lines would be taken for several findings, and a warning travels in an HTTP header.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts what the API server would cut, at a word where there is one.
fn shorten(warning: &str) -> String {
    const ELLIPSIS: &str = "…";
    if warning.len() <= WARNING_LENGTH {
        return warning.to_owned();
    }
    let end = warning.floor_char_boundary(WARNING_LENGTH - ELLIPSIS.len());
    let head = &warning[..end];
    let head = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{head}{ELLIPSIS}")
}
