//! MR508: a running Pod without the proxy that its namespace asks for.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    manifest::Value,
    mesh::{Basis, carries_sidecar},
    model::WorkloadKind,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR508",
    name: "pod-missing-proxy",
    title: Text {
        en: "A running Pod without the proxy that its namespace asks for",
        zh: "运行中的 Pod 缺少命名空间要求的代理",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Namespace],
    istioctl: &["IST0103"],
    sources: &[
        Source {
            title: "Istio, Sidecar Injection Problems",
            url: "https://istio.io/latest/docs/ops/common-problems/injection/",
        },
        Source {
            title: "Istio, Configuration analysis: PodMissingProxy",
            url: "https://istio.io/latest/docs/reference/config/analysis/ist0103/",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (_, workload) in context.mesh.workloads() {
        let object = &workload.object;
        let template = &workload.template;
        // A Pod that a controller made is judged there, and its next one is injected.
        if workload.kind != WorkloadKind::Pod || object.controller.is_some() {
            continue;
        }
        // Only what the cluster wrote tells that the Pod exists: `status: {}` is what kubectl prints for a new one.
        let status = object.root.get("status");
        let exists = status.is_some_and(|status| status.entries().next().is_some());
        let phase = status
            .and_then(|status| status.get("phase"))
            .and_then(Value::text);
        // A Pod that is going away is not injected any more.
        let is_going = object
            .root
            .get("metadata")
            .is_some_and(|metadata| metadata.get("deletionTimestamp").is_some());
        let has_ended = is_going || matches!(phase, Some("Succeeded" | "Failed"));
        let has_proxy = carries_sidecar(template)
            || template
                .containers
                .iter()
                .any(|container| container.name == "istio-proxy");
        // A Pod that was in the ambient mesh when the label came.
        let is_ambient = template
            .annotations
            .get("ambient.istio.io/redirection")
            .is_some_and(|state| state == "enabled");
        let is_asked = context.mesh.namespace(object.namespace).is_some()
            && context.mesh.injection(workload) == Ok(Basis::Stated);
        if !exists || has_ended || has_proxy || is_ambient || !is_asked {
            continue;
        }
        let title = object.title();
        let namespace = object.namespace;
        let message = say!(lang,
            en: "{title} runs without `istio-proxy`, though labels in namespace `{namespace}` ask for injection: it was not injected when it was created, and its traffic passes by the mesh",
            zh: "{title} 运行时没有 `istio-proxy`，尽管命名空间 `{namespace}` 中的标签要求注入：它在创建时未被注入，其流量会绕过网格");
        let help = say!(lang,
            en: "Delete the Pod and create it again: pods are injected only when they are created, so those from before the label have no proxy. If it still has none, look for errors of the injection webhook.",
            zh: "请删除并重新创建该 Pod：注入只发生在 Pod 创建时，因此添加标签之前创建的 Pod 没有代理。如果仍然没有，请检查注入 Webhook 的错误。");
        let path = workload.pod_spec_path().key("containers");
        findings.add(RULE.severity, object, path, message, help);
    }
}
