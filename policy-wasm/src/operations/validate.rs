//! `validate`: one admission request, judged together with what the cluster says of its surroundings.
//!
//! What an error would be elsewhere is an answer here: Kubewarden turns an error into "internal server error", which
//! helps nobody whose deployment was refused.

mod context;
mod mutation;
mod request;
mod verdict;

use super::{language_of, say};
use crate::host::Host;
use context::Context;
use mesh_ready_core::{
    Lang, Report, Settings, check_admission,
    manifest::{Json, Value},
    report::Finding,
    settings::OnMissingContext,
};
use request::{Operation, Request};
use verdict::{Code, Verdict};

/// Fixes are applied one at a time, since one may change what the next one does. More than there are rules with safe
/// fixes, on an object with one pod template.
const MAX_FIXES: usize = 8;

pub(super) fn run(payload: &[u8], host: Host) -> Result<Vec<u8>, String> {
    let json = match Json::parse(payload) {
        Ok(json) => json,
        Err(error) => {
            let reason = format!("its payload is not JSON: {error}");
            return Verdict::cannot_judge(Lang::default(), Code::REQUEST, &reason).into_json();
        }
    };
    judge(payload, json.root(), host).into_json()
}

fn judge(payload: &[u8], root: Value<'_>, host: Host) -> Verdict {
    let settings = root.get("settings");
    let lang = language_of(settings);
    let request = match Request::read(root) {
        Ok(Some(request)) => request,
        Ok(None) => return Verdict::accepted(),
        Err(missing) => {
            let reason = say!(lang,
                en: "its payload has no {missing}",
                zh: "其内容中没有 {missing}");
            return Verdict::cannot_judge(lang, Code::REQUEST, &reason);
        }
    };
    let mut settings = match super::settings(settings, lang) {
        Ok(settings) => settings,
        Err(errors) => {
            let reason = say!(lang,
                en: "the policy's settings are not valid:\n{errors}",
                zh: "策略的设置无效：\n{errors}");
            return Verdict::cannot_judge(lang, Code::SETTINGS, &reason);
        }
    };
    let context = Context::ask(&request, &mut settings, host, lang);
    if !context.missing.is_empty() {
        host.warn(&format!("mesh-ready: {}", context.missing.join("; ")));
        let is_tolerated = settings.on_missing_context == OnMissingContext::Warn;
        if !is_tolerated && request.operation != Operation::Delete {
            return Verdict::lacks_context(lang, &context.missing);
        }
    }
    let report = check_admission(&context.admission(&request), &settings, lang);
    let fixed = fix(payload, &request, &context, &settings, &report);
    let (report, mutated) = match fixed {
        Some((report, object)) => (report, Some(object)),
        None => (report, None),
    };
    let mut verdict = Verdict::of(&request, &report, &settings);
    verdict.note_missing(lang, &context.missing, context.undecided(&report));
    verdict.mutate(mutated);
    verdict
}

/// Applies the safe fixes that settings ask for, and gives the report on the changed object with its text.
fn fix(
    payload: &[u8],
    request: &Request<'_>,
    context: &Context,
    settings: &Settings,
    report: &Report,
) -> Option<(Report, String)> {
    // The template of a Job cannot be changed.
    let is_fixed = request.kind == "Job" && request.operation == Operation::Update;
    if settings.mutate.is_empty() || is_fixed || request.object.is_none() {
        return None;
    }
    let text = str::from_utf8(payload).ok()?;
    let text = mutation::field(text, &["request", "object"])?;
    let name = request.name();
    let mut changed: Option<(Report, String)> = None;
    for _ in 0..MAX_FIXES {
        let (report, text) = match &changed {
            Some((report, text)) => (report, text.as_str()),
            None => (report, text),
        };
        let is_wanted = |finding: &&Finding| {
            !finding.suppressed
                && settings.mutate.contains(&finding.rule)
                && (
                    finding.resource.kind.as_str(),
                    finding.resource.name.as_str(),
                ) == (request.kind, name.as_str())
        };
        let mut findings = report.findings.iter().filter(is_wanted);
        let next = findings.find_map(|finding| {
            let fix = finding.fix.as_ref().filter(|fix| fix.safe)?;
            mutation::apply(text, &fix.patch)
        });
        let Some(next) = next else { break };
        let Ok(json) = Json::parse(next.as_bytes()) else {
            break;
        };
        let request = Request {
            object: Some(json.root()),
            ..*request
        };
        let report = check_admission(&context.admission(&request), settings, settings.language);
        changed = Some((report, next));
    }
    changed
}
