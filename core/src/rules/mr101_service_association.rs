//! MR101: no Service selects the pods of a workload.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR101",
    name: "service-association",
    title: Text {
        en: "A workload in the mesh that no Service selects",
        zh: "网格中的工作负载没有被任何 Service 选中",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::EveryService],
    istioctl: &["IST0117"],
    sources: &[
        Source {
            title: "Istio 1.19, Application Requirements: Pod requirements",
            url: "https://istio.io/v1.19/docs/ops/deployment/requirements/",
        },
        Source {
            title: "Istio, Understanding Traffic Routing",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (index, workload) in context.mesh.sidecar_workloads() {
        let is_selected = context.mesh.services_of(index).next().is_some();
        if is_selected || workload.runs_to_completion() || workload.is_made_by_controller() {
            continue;
        }
        let title = workload.object.title();
        let namespace = workload.object.namespace;
        let labels = workload.template.labels.display();
        let message = if context.mesh.model.services.is_empty() {
            say!(lang,
                en: "no Service selects the pods of {title}: there is no Service among the manifests",
                zh: "没有 Service 选中 {title} 的 Pod：清单中没有任何 Service")
        } else if labels.is_empty() {
            say!(lang,
                en: "no Service can select the pods of {title}: they have no labels",
                zh: "没有 Service 能选中 {title} 的 Pod：它们没有标签")
        } else {
            say!(lang,
                en: "no Service in namespace `{namespace}` selects the pods of {title} (labels {labels})",
                zh: "命名空间 `{namespace}` 中没有 Service 选中 {title} 的 Pod（标签 {labels}）")
        };
        let assumption = context.assumption(index, workload);
        let help = say!(lang,
            en: "Without a Service the sidecar has no inbound listener named after it, clients use no automatic mutual TLS, and telemetry cannot name the service. Add a Service for its ports, even if nothing calls it. Istio's documentation demanded this up to 1.19.{assumption}",
            zh: "没有 Service，Sidecar 就没有以该服务命名的入站监听器，客户端不会使用自动双向 TLS，遥测也无法标识服务。即使无人调用，也请为其端口添加一个 Service。Istio 1.19 及以前的文档明确要求这一点。{assumption}");
        let path = workload.template_path().key("metadata").key("labels");
        findings.add(RULE.severity, &workload.object, path, message, help);
    }
}
