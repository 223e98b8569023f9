//! What MR107 and MR108 share: the labels from which Istio takes a workload's canonical name and revision.
//!
//! Sources: Istio, `pkg/kube/labels/labels.go` (`CanonicalService`) and
//! `manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`.

use super::{Context, Findings, Rule};
use crate::{i18n::say, model::WorkloadKind};

/// Reports pod templates that carry none of `labels`, or an empty one where Istio would read it. `wanted` is the one
/// to add, `default` what Istio falls back to.
pub(super) fn check<'t>(
    context: &Context<'_, 't>,
    rule: &Rule,
    labels: [&'static str; 3],
    default: impl Fn(&str) -> String,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let [first, second, wanted] = labels;
    for (index, workload) in context.mesh.workloads() {
        if !context.mesh.membership(index).is_in_mesh() || workload.is_made_by_controller() {
            continue;
        }
        let written = || {
            labels
                .iter()
                .filter_map(|label| Some((*label, workload.template.labels.get(label)?)))
        };
        let is_sidecar = context.mesh.membership(index).is_sidecar();
        // The injection template passes over empty labels; without it the first one counts as it is.
        let with_value = written().find(|(_, value)| !value.is_empty());
        let counting = with_value
            .filter(|_| is_sidecar)
            .or_else(|| written().next());
        let title = workload.object.title();
        let fallback = default(&workload.object.display_name());
        let path = workload.template_path().key("metadata").key("labels");
        let (path, message) = match counting {
            None => (
                path,
                say!(lang,
                    en: "the pods of {title} have none of the labels `{wanted}`, `{second}`, `{first}`: telemetry will show `{fallback}`",
                    zh: "{title} 的 Pod 没有标签 `{wanted}`、`{second}`、`{first}` 中的任何一个：遥测将显示 `{fallback}`"),
            ),
            Some((label, "")) => (
                path.key(label),
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
            Some(_) => continue,
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
        findings.add(rule.severity, &workload.object, path, message, help);
    }
}
