//! The answer to an admission request, in the words of its author and of `kubectl`.

use super::request::{Operation, Request};
use crate::operations::say;
use mesh_ready_core::{Lang, Report, Settings, Text, report::Finding};
use serde::Serialize;
use std::fmt::Write;

/// The API server cuts a warning after this many characters; bytes are never fewer.
const WARNING_LENGTH: usize = 256;

/// So many findings are spelt out; an object with more has been generated.
const MAX_LINES: usize = 50;

/// The audit annotation for what the cluster did not tell; the others are named after rules.
const CONTEXT: &str = "context";

/// Kubewarden's `ValidationResponse`. The optional fields of an acceptance are left out.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
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
    /// The text of the object with its fixes, which is written as it is.
    #[serde(skip)]
    mutated_object: Option<String>,
}

/// The HTTP status of a rejection. It says whose move it is, and Kubewarden counts rejections by it (`error_code`):
///
/// | code | why | whose move |
/// |---|---|---|
/// | 400 | the request or its object cannot be read | the author's |
/// | 460 | a suppression that silences nothing (MR001) | the author's |
/// | 461 | what pods and the cluster must be like (`MR1xx`) | the author's |
/// | 462 | ports (`MR2xx`) | the author's |
/// | 463 | protocols (`MR3xx`) | the author's |
/// | 464 | addresses (`MR4xx`) | the author's |
/// | 465 | joining the mesh (`MR5xx`) | the author's |
/// | 466 | start and end of pods (`MR6xx`) | the author's |
/// | 500 | the policy's settings are not valid | the administrator's |
/// | 503 | the cluster did not tell what rules need (`onMissingContext: reject`) | the administrator's |
///
/// Of several findings the worst decides, of equal ones the one with the lowest id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Code(u16);

impl Code {
    pub(super) const REQUEST: Self = Self(400);
    pub(super) const SETTINGS: Self = Self(500);
    const CONTEXT: Self = Self(503);

    /// The code of a rule's class: the digit after `MR`.
    fn of_rule(id: &str) -> Self {
        let class = id.as_bytes().get(2).copied().unwrap_or(b'0');
        Self(460 + u16::from(class.saturating_sub(b'0')))
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
            mutated_object: None,
        }
    }

    /// A request that was not judged: it does not pass unseen.
    pub(super) fn cannot_judge(lang: Lang, code: Code, why: &str) -> Self {
        Self {
            accepted: false,
            message: Some(say!(lang,
                en: "mesh-ready cannot judge this request: {why}",
                zh: "mesh-ready 无法检查此请求：{why}")),
            code: Some(code),
            ..Self::accepted()
        }
    }

    /// A request that may not be judged without what the cluster did not tell.
    pub(super) fn lacks_context(lang: Lang, missing: &[String]) -> Self {
        let missing = one_line(&missing.join("; "));
        let why = say!(lang,
            en: "the cluster did not tell what rules need (`onMissingContext: reject`): {missing}",
            zh: "未能从集群获得规则所需的信息（`onMissingContext: reject`）：{missing}");
        Self::cannot_judge(lang, Code::CONTEXT, &why)
    }

    /// What the report means for the request.
    pub(super) fn of(request: &Request<'_>, report: &Report, settings: &Settings) -> Self {
        let lang = settings.language;
        let is_deletion = request.operation == Operation::Delete;
        if report.summary.resources == 0 && !is_deletion {
            return Self::cannot_judge(lang, Code::REQUEST, &unreadable(lang, report));
        }

        let findings = report.findings.iter().filter(|finding| !finding.suppressed);
        // What a deletion leaves behind is no reason to keep the object.
        let (fatal, tolerated): (Vec<_>, Vec<_>) =
            findings.partition(|finding| !is_deletion && finding.severity >= settings.fail_on);

        let speaker = Speaker {
            lang,
            kind: request.kind,
            name: request.name(),
        };
        let mut verdict = Self::accepted();
        let worst = |finding: &&&Finding| (finding.severity, std::cmp::Reverse(finding.rule));
        if let Some(worst) = fatal.iter().max_by_key(worst) {
            verdict.accepted = false;
            verdict.code = Some(Code::of_rule(worst.rule));
            verdict.message = Some(speaker.message(request, &fatal, settings));
        }
        for diagnostic in &report.diagnostics {
            verdict
                .warnings
                .push(shorten(&one_line(&diagnostic.message)));
        }
        for finding in tolerated {
            verdict.warnings.push(shorten(&speaker.line(finding)));
            // Audit logs have room for all of it.
            let place = speaker.place(finding);
            let severity = finding.severity.word();
            let message = one_line(&finding.message);
            let annotation = verdict.annotation(finding.rule);
            if !annotation.is_empty() {
                annotation.push('\n');
            }
            let _ = write!(annotation, "{severity} {place}: {message}");
        }
        verdict
    }

    /// Says what the cluster did not tell, which rules could not run for that, and which ran without it.
    pub(super) fn note_missing(
        &mut self,
        lang: Lang,
        missing: &[String],
        [undecided, partial]: [Vec<&str>; 2],
    ) {
        if missing.is_empty() {
            return;
        }
        let missing = one_line(&missing.join("; "));
        let mut texts = Vec::new();
        if !undecided.is_empty() {
            let rules = undecided.join(", ");
            texts.push(say!(lang,
                en: "mesh-ready could not run {rules} ({missing})",
                zh: "mesh-ready 无法运行 {rules}（{missing}）"));
        }
        if !partial.is_empty() {
            let rules = partial.join(", ");
            texts.push(say!(lang,
                en: "mesh-ready does not know all of the cluster ({missing}), so these rules ran with part of what they read: {rules}",
                zh: "mesh-ready 未能了解集群的全部相关信息（{missing}），以下规则仅依据部分信息运行：{rules}"));
        }
        if texts.is_empty() {
            texts.push(say!(lang,
                en: "mesh-ready does not know all of the cluster ({missing})",
                zh: "mesh-ready 未能了解集群的全部相关信息（{missing}）"));
        }
        self.warnings.extend(texts.iter().map(|text| shorten(text)));
        self.audit_annotations.push((CONTEXT, texts.join("\n")));
    }

    /// Takes the changed object along, unless it is rejected all the same.
    pub(super) fn mutate(&mut self, object: Option<String>) {
        self.mutated_object = object.filter(|_| self.accepted);
    }

    /// The answer as Kubewarden reads it.
    pub(super) fn into_json(self) -> Result<Vec<u8>, String> {
        let mut json = crate::operations::answer(&self)?;
        if let Some(object) = &self.mutated_object {
            json.pop();
            json.extend_from_slice(b",\"mutated_object\":");
            json.extend_from_slice(object.as_bytes());
            json.push(b'}');
        }
        Ok(json)
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
}

fn serialize_mapping<S: serde::Serializer>(
    entries: &[(&'static str, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
}

/// Why there is nothing to judge.
fn unreadable(lang: Lang, report: &Report) -> String {
    const NO_TYPE: Text = Text {
        en: "its object has no apiVersion and kind",
        zh: "其对象没有 apiVersion 和 kind",
    };
    let diagnostics = report
        .diagnostics
        .iter()
        .map(|diagnostic| one_line(&diagnostic.message));
    match diagnostics.collect::<Vec<_>>().join("; ") {
        none if none.is_empty() => NO_TYPE.get(lang).to_owned(),
        diagnostics => say!(lang,
            en: "its object cannot be read: {diagnostics}",
            zh: "无法读取其对象：{diagnostics}"),
    }
}

/// Speaks to the author of an object.
struct Speaker<'a> {
    lang: Lang,
    kind: &'a str,
    name: String,
}

impl Speaker<'_> {
    /// What `kubectl` prints: one line that says what happened, then one for each finding.
    fn message(&self, request: &Request<'_>, findings: &[&Finding], settings: &Settings) -> String {
        let Self { lang, kind, name } = self;
        let namespace = request.namespace;
        let object = if namespace.is_empty() || request.is_cluster_scoped() {
            format!("{kind} {name}")
        } else {
            format!("{kind} {namespace}/{name}")
        };
        let count = findings.len();
        let noun = if count == 1 { "finding" } else { "findings" };
        let fail_on = settings.fail_on.word();
        let mut message = match lang {
            Lang::En => format!(
                "mesh-ready: {object} is not ready for Istio: {count} {noun} (failOn: {fail_on})"
            ),
            Lang::ZhCn => format!(
                "mesh-ready：{object} 尚未满足 Istio 的要求：{count} 个问题（failOn: {fail_on}）"
            ),
        };
        for finding in findings.iter().take(MAX_LINES) {
            let (line, help) = (self.line(finding), one_line(&finding.help));
            let stop = match lang {
                Lang::En => ". ",
                Lang::ZhCn => "。",
            };
            let _ = write!(message, "\n{line}{stop}{help}");
        }
        if let Some(more) = count.checked_sub(MAX_LINES).filter(|more| *more > 0) {
            let more = say!(lang, en: "and {more} more", zh: "以及另外 {more} 个");
            let _ = write!(message, "\n{more}");
        }
        message
    }

    /// Rule, place and what is wrong.
    fn line(&self, finding: &Finding) -> String {
        let (rule, place, message) = (
            finding.rule,
            self.place(finding),
            one_line(&finding.message),
        );
        say!(self.lang, en: "{rule} {place}: {message}", zh: "{rule} {place}：{message}")
    }

    /// The path, after the object that it is in where that is another one.
    fn place(&self, finding: &Finding) -> String {
        let resource = &finding.resource;
        if resource.kind == self.kind && resource.name == self.name {
            return finding.path.clone();
        }
        format!("{}/{} {}", resource.kind, resource.name, finding.path)
    }
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
