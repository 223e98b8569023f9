//! MR101: no Service selects the pods of a workload.

use super::{Context, Findings, Need, Repair, Rule, server_first, template_label::is_label_value};
use crate::{
    Source,
    fix::scalar_text,
    i18n::{Text, say},
    mesh::{Index, Protocol, bypassing_annotation},
    model::{ServicePort, Transport, Workload},
    report::Severity,
    settings::DataPlane,
};
use std::fmt::Write;

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
        let has_services = !context.mesh.model.services.is_empty();
        let message = if !has_services && context.is_cluster() {
            say!(lang,
                en: "no Service selects the pods of {title}: namespace `{namespace}` has no Service",
                zh: "没有 Service 选中 {title} 的 Pod：命名空间 `{namespace}` 中没有任何 Service")
        } else if !has_services {
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
        let found = findings.add(RULE.severity, &workload.object, path, message, help);
        if let Some(document) = service(context, index, workload) {
            let name = workload.object.name;
            let title = say!(lang,
                en: "Add Service `{name}` for the container ports; ports without the name of a protocol are declared as TCP",
                zh: "为容器端口添加 Service `{name}`；未以协议命名的端口声明为 TCP");
            found.repair(Repair::offered(title).append(document));
        }
    }
}

/// A Service for the ports that the workload's containers declare; `None` where its parts are not known.
fn service(context: &Context<'_, '_>, index: Index, workload: &Workload<'_>) -> Option<String> {
    let object = &workload.object;
    // By the controller's own selector, which stays; a Pod has its labels alone.
    let selector = workload.selector().unwrap_or(workload.template.labels);
    let is_plain = is_service_name(object.name)
        && !object.is_generated()
        && selector.iter().all(|(_, value)| is_label_value(value))
        && context
            .mesh
            .service(object.namespace, object.name)
            .is_none()
        && context.mesh.selects_only(index, selector);
    if !is_plain {
        return None;
    }
    let mut text = format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {}\n",
        object.name
    );
    if object.names_namespace() {
        let _ = writeln!(text, "  namespace: {}", object.namespace);
    }
    text.push_str("spec:\n  selector:\n");
    for (key, value) in selector.iter() {
        let (key, value) = (scalar_text(key), scalar_text(value));
        let _ = writeln!(text, "    {key}: {value}");
    }
    text.push_str("  ports:\n");
    let mut known = Vec::new();
    for container in workload.template.application_containers() {
        for port in &container.ports {
            let (number, transport) = (port.number, port.transport);
            if known.contains(&(number, transport)) {
                continue;
            }
            known.push((number, transport));
            let (protocol, prefix) = match transport {
                Transport::Tcp => ("TCP", "tcp"),
                Transport::Udp => ("UDP", "udp"),
                Transport::Sctp => ("SCTP", "sctp"),
            };
            let named = ServicePort {
                index: 0,
                name: port.name,
                port: number,
                target_port: None,
                transport,
                app_protocol: None,
            };
            // Its own name, where that says the protocol.
            let is_declared = Protocol::of(&named).and_then(Protocol::name).is_some();
            let name = match port.name {
                Some(name) if is_declared && is_label_value(name) => name.to_owned(),
                _ => format!("{prefix}-{number}"),
            };
            // A Service makes clients of the port, which a protocol like these or a port without its proxy cannot bear
            // as it is.
            let declared = ServicePort {
                name: Some(&name),
                ..named
            };
            if server_first::declared(&declared, workload).is_some()
                || server_first::undeclared(&declared, workload).is_some()
                || bypassing_annotation(&workload.template, number).is_some()
            {
                return None;
            }
            let _ = writeln!(
                text,
                "  - name: {name}\n    port: {number}\n    protocol: {protocol}"
            );
        }
    }
    (!known.is_empty()).then_some(text)
}

/// Whether a Service may have this name (RFC 1035).
fn is_service_name(name: &str) -> bool {
    is_label_value(name)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.contains(|other: char| other == '.' || other == '_' || other.is_ascii_uppercase())
}
