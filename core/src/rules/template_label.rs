//! What MR107 and MR108 share: the labels from which Istio takes a workload's canonical name and revision.
//!
//! Sources: Istio, `pkg/kube/labels/labels.go` (`CanonicalService`) and
//! `manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`.

use super::{Context, Findings, Repair, Rule};
use crate::{
    fix::scalar_text,
    i18n::say,
    model::{PodTemplate, Workload, WorkloadKind},
};

/// Reports pod templates that carry none of `labels`, or an empty one where Istio would read it. The last of
/// them is the one to add, with `value`; `default` is what Istio falls back to.
pub(super) fn check<'t>(
    context: &Context<'_, 't>,
    rule: &Rule,
    labels: [&'static str; 3],
    default: impl Fn(&str) -> String,
    value: impl Fn(&Workload<'t>) -> Option<String>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let [first, second, wanted] = labels;
    for (index, workload) in context.mesh.workloads() {
        if !context.mesh.membership(index).is_in_mesh() || workload.is_made_by_controller() {
            continue;
        }
        let is_sidecar = context.mesh.membership(index).is_sidecar();
        let counting = counting(&workload.template, labels, is_sidecar);
        if counting.is_some_and(|(_, value)| !value.is_empty()) {
            continue;
        }
        let title = workload.object.title();
        let fallback = default(&workload.object.display_name());
        let path = workload.template_path().key("metadata").key("labels");
        let (path, label, message) = match counting {
            None => (
                path,
                wanted,
                say!(lang,
                    en: "the pods of {title} have none of the labels `{wanted}`, `{second}`, `{first}`: telemetry will show `{fallback}`",
                    zh: "{title} 的 Pod 没有标签 `{wanted}`、`{second}`、`{first}` 中的任何一个：遥测将显示 `{fallback}`"),
            ),
            Some((label, _)) => (
                path,
                label,
                if is_sidecar {
                    say!(lang,
                        en: "the label `{label}` of the pods of {title} is empty: telemetry will show `{fallback}`",
                        zh: "{title} 的 Pod 的标签 `{label}` 为空：遥测将显示 `{fallback}`")
                } else {
                    say!(lang,
                        en: "the label `{label}` of the pods of {title} is empty, and so is what telemetry shows for it",
                        zh: "{title} 的 Pod 的标签 `{label}` 为空，遥测中也会显示为空")
                },
            ),
        };
        let assumption = context.assumption(index, workload);
        let help = if workload.kind == WorkloadKind::Pod {
            say!(lang,
                en: "Add the label `{wanted}` to the Pod.{assumption}",
                zh: "请在 Pod 中添加标签 `{wanted}`。{assumption}")
        } else {
            say!(lang,
                en: "Add the label `{wanted}` to the pod template. Leave the selector as it is: selectors of existing workloads cannot change.{assumption}",
                zh: "请在 Pod 模板中添加标签 `{wanted}`。选择算符保持不变：已有工作负载的选择算符不可修改。{assumption}")
        };
        let labelled = path.clone().key(label);
        let place = if counting.is_some() {
            labelled.clone()
        } else {
            path
        };
        let found = findings.add(rule.severity, &workload.object, place, message, help);
        if let Some(value) = value(workload) {
            let shown = scalar_text(&value);
            let title = if workload.kind == WorkloadKind::Pod {
                say!(lang, en: "Set the label `{label}: {shown}` on the Pod", zh: "在 Pod 上设置标签 `{label}: {shown}`")
            } else {
                say!(lang,
                    en: "Set the label `{label}: {shown}` in the pod template",
                    zh: "在 Pod 模板中设置标签 `{label}: {shown}`")
            };
            // With it, a Service may select pods that it did not select before.
            let is_safe = !context.mesh.is_selected_by(&workload.object, label, &value);
            let repair = if is_safe {
                Repair::safe(title)
            } else {
                Repair::offered(title)
            };
            found.repair(repair.set(labelled, value));
        }
    }
}

/// Whether Kubernetes takes a text as a label's value, and it says something.
///
/// Source: Kubernetes, Labels and Selectors, "Syntax and character set".
pub(super) fn is_label_value(text: &str) -> bool {
    let is_outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63
        && is_outer(text.bytes().next())
        && is_outer(text.bytes().last())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The label of several that counts, with its value.
pub(super) fn counting<'t>(
    template: &PodTemplate<'t>,
    labels: [&'static str; 3],
    is_sidecar: bool,
) -> Option<(&'static str, &'t str)> {
    let written = || {
        labels
            .iter()
            .filter_map(|label| Some((*label, template.labels.get(label)?)))
    };
    // The injection template passes over empty labels; without it the first one counts as it is.
    let with_value = written().find(|(_, value)| !value.is_empty());
    with_value
        .filter(|_| is_sidecar)
        .or_else(|| written().next())
}
