//! MR306: a target port by a name that no container declares.

use super::{Context, Findings, Need, Rule, name_list};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Index, target_port},
    model::{PortRef, Service, ServicePort, Transport, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR306",
    name: "target-port-unresolved",
    title: Text {
        en: "A target port by a name that no container declares",
        zh: "目标端口引用了没有容器声明的名称",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &[],
    sources: &[
        Source {
            title: "Kubernetes, Service: Port definitions",
            url: "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
        },
        Source {
            title: "Istio, pilot/pkg/serviceregistry/kube/controller/util.go (FindPort)",
            url: "https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/kube/controller/util.go",
        },
    ],
    check,
};

/// A port of the sidecar, declared by the container that is injected.
const SIDECAR_PORT: &str = "http-envoy-prom";

/// So many workloads behind one port get a finding of their own; the others share one.
const SINGLY: usize = 5;

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    for (service_index, service) in context.mesh.model.services.iter().enumerate() {
        for port in &service.ports {
            let Some(PortRef::Name(name)) = port.target_port else {
                continue;
            };
            // Jobs and test pods of a chart carry its labels, yet serve nothing.
            let (lacking, serving): (Vec<_>, Vec<_>) = context
                .mesh
                .mesh_workloads_of(service_index)
                .filter(|(_, workload)| !workload.runs_to_completion())
                .partition(|(index, workload)| {
                    let is_injected =
                        name == SIDECAR_PORT && context.mesh.membership(*index).is_sidecar();
                    !is_injected && target_port(port, workload).is_none()
                });
            let serving = serving.first().map(|(_, workload)| *workload);
            let (singly, together) = lacking.split_at(lacking.len().min(SINGLY));
            let together = Some(together).filter(|workloads| !workloads.is_empty());
            for workloads in singly.chunks(1).chain(together) {
                report(context, service, port, name, workloads, serving, findings);
            }
        }
    }
}

/// One finding for some workloads that lack the name; `serving` has it.
fn report<'t>(
    context: &Context<'_, 't>,
    service: &Service<'t>,
    port: &ServicePort<'_>,
    name: &str,
    workloads: &[(Index, &'t Workload<'t>)],
    serving: Option<&'t Workload<'t>>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let Some((index, first)) = workloads.first() else {
        return;
    };
    let titles: Vec<String> = workloads
        .iter()
        .map(|(_, workload)| workload.object.title())
        .collect();
    let pods = name_list(&titles, lang);
    let transport = match port.transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Sctp => "SCTP",
    };
    let (service_name, number) = (service.object.name, port.port);
    let severity = if serving.is_some() {
        Severity::Info
    } else {
        RULE.severity
    };
    let consequence = match serving.map(|workload| workload.object.title()) {
        Some(serving) => say!(lang,
            en: "these pods are left out of the endpoints of the port, so calls go to pods that have it, such as those of {serving}",
            zh: "这些 Pod 不会成为该端口的端点，调用只会到达具有该端口的 Pod，例如 {serving} 的 Pod"),
        None => say!(lang,
            en: "these pods are left out of the endpoints of the port, so calls never reach them",
            zh: "这些 Pod 不会成为该端口的端点，调用无法到达它们"),
    };
    let message = say!(lang,
        en: "port {number} of Service `{service_name}` leads to the {transport} port named `{name}`, which no container of {pods} declares: {consequence}",
        zh: "Service `{service_name}` 的端口 {number} 指向名为 `{name}` 的 {transport} 端口，但 {pods} 的容器都没有声明该端口：{consequence}");
    let names: Vec<String> = first
        .template
        .ports()
        .filter(|(_, declared)| declared.transport == port.transport)
        .filter_map(|(_, declared)| Some(format!("`{}`", declared.name?)))
        .collect();
    let title = first.object.title();
    let declared = if names.is_empty() {
        say!(lang,
            en: "{title} declares no {transport} port with a name.",
            zh: "{title} 没有声明任何带名称的 {transport} 端口。")
    } else {
        let names = name_list(&names, lang);
        say!(lang,
            en: "{title} declares {names}.",
            zh: "{title} 声明了 {names}。")
    };
    let assumption = context.assumption(*index, first);
    let intended = if serving.is_some() {
        say!(lang,
            en: "If only some of the pods are meant to serve this port, leave it as it is. Otherwise: ",
            zh: "如果本来就只有部分 Pod 提供该端口，则无需更改；否则，")
    } else {
        String::new()
    };
    let help = say!(lang,
        en: "{intended}Give the container port the name `{name}`, or set `targetPort` to its number or to a name that is declared. Neither Kubernetes nor Istio reports such a port. {declared}{assumption}",
        zh: "{intended}请将容器端口命名为 `{name}`，或将 `targetPort` 设为其端口号或已声明的名称。Kubernetes 和 Istio 都不会报告这样的端口。{declared}{assumption}");
    let path = Path::default()
        .key("spec")
        .key("ports")
        .index(port.index)
        .key("targetPort");
    let finding = findings.add(severity, &service.object, path, message, help);
    let message = say!(lang,
        en: "declares no {transport} port `{name}`",
        zh: "没有声明 {transport} 端口 `{name}`");
    let path = first.pod_spec_path().key("containers");
    finding.related(&first.object, path, message);
}
