//! MR305: a headless Service whose traffic goes unmatched or is refused.

use super::{
    Context, Findings, Need, Rule,
    mr303_protocol_undeclared::protocol_path,
    mtls_source::{mtls_source, relate_mtls},
};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Class, Index, Protocol, Redirection, bypassing_annotation, target_port},
    model::{MtlsMode, Service, ServicePort, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR305",
    name: "headless-port",
    title: Text {
        en: "A headless Service whose traffic goes unmatched or is refused",
        zh: "无头 Service 的流量无法匹配或被拒绝",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Understanding Traffic Routing: Headless Services",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#headless-services",
        },
        Source {
            title: "Istio, Traffic Management Problems: 503 error while accessing headless services",
            url: "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-error-while-accessing-headless-services",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let services = context.mesh.model.services.iter().enumerate();
    for (index, service) in services.filter(|(_, service)| service.is_headless) {
        if service.ports.is_empty() {
            without_ports(context, index, service, findings);
        }
        for port in &service.ports {
            if Protocol::of(port).is_some_and(|protocol| protocol.class() == Class::Http) {
                http_port(context, index, service, port, findings);
            }
        }
    }
}

/// The workloads behind a Service whose traffic passes a sidecar.
fn workloads<'m, 't>(
    context: &Context<'m, 't>,
    service: Index,
) -> impl Iterator<Item = (Index, &'t Workload<'t>)> + use<'m, 't> {
    let mesh = context.mesh;
    mesh.mesh_workloads_of(service).filter(|(index, workload)| {
        mesh.membership(*index).is_sidecar()
            && Redirection::of(&workload.template) == Redirection::Envoy
    })
}

fn without_ports<'t>(
    context: &Context<'_, 't>,
    index: Index,
    service: &Service<'t>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    // What runs to completion is seldom called.
    let served =
        workloads(context, index).min_by_key(|(_, workload)| workload.runs_to_completion());
    let Some((workload_index, workload)) = served else {
        return;
    };
    let (name, title) = (service.object.name, workload.object.title());
    let message = say!(lang,
        en: "headless Service `{name}` declares no ports: calls to the pods of {title} match no listener for it and pass through, without mutual TLS, routing or full telemetry",
        zh: "无头 Service `{name}` 没有声明端口：对 {title} 的 Pod 的调用匹配不到它的监听器，只会被透传，没有双向 TLS、路由和完整的遥测");
    let assumption = context.assumption(workload_index, workload);
    let help = say!(lang,
        en: "Declare every port on which the pods are called. Kubernetes does not need that of a headless Service, Istio does. Where the mode is STRICT, traffic that passes through is refused.{assumption}",
        zh: "请声明调用这些 Pod 所用的每个端口。Kubernetes 不要求无头 Service 这样做，但 Istio 需要。模式为 STRICT 时，透传的流量会被拒绝。{assumption}");
    let path = Path::default().key("spec").key("ports");
    findings.add(RULE.severity, &service.object, path, message, help);
}

fn http_port<'t>(
    context: &Context<'_, 't>,
    index: Index,
    service: &Service<'t>,
    port: &ServicePort<'t>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let refusing = workloads(context, index).find_map(|(index, workload)| {
        let target = target_port(port, workload)?.number;
        let mtls = context.mesh.mtls(workload, target);
        (mtls.mode == MtlsMode::Strict
            && bypassing_annotation(&workload.template, target).is_none())
        .then_some((index, workload, target, mtls))
    });
    let Some((workload_index, workload, target, mtls)) = refusing else {
        return;
    };
    let (name, number, title) = (service.object.name, port.port, workload.object.title());
    let source = mtls_source(context, &mtls);
    let declared = port.app_protocol.or(port.name).unwrap_or_default();
    let message = say!(lang,
        en: "port {number} of headless Service `{name}` is declared as HTTP (`{declared}`), and target port {target} of {title} accepts mutual TLS alone (STRICT, {source}): a call to a pod's IP address finds no route by its `Host`, passes through as plain text and ends with a 503",
        zh: "无头 Service `{name}` 的端口 {number} 声明为 HTTP（`{declared}`），而 {title} 的目标端口 {target} 只接受双向 TLS（STRICT，{source}）：以 Pod 的 IP 地址发起的调用无法按 `Host` 找到路由，会以明文透传并以 503 告终");
    let assumption = context.assumption(workload_index, workload);
    let help = say!(lang,
        en: "Let clients call the pods by their DNS names or with the Service's name as `Host`; or name the port `tcp`, for which every pod gets a listener of its own, at the price of HTTP routing and metrics.{assumption}",
        zh: "请让客户端使用 Pod 的 DNS 名称，或以该 Service 的名称作为 `Host` 来调用；或者将端口命名为 `tcp`，这样每个 Pod 都有各自的监听器，但会失去 HTTP 路由和指标。{assumption}");
    let finding = findings.add(
        RULE.severity,
        &service.object,
        protocol_path(port),
        message,
        help,
    );
    relate_mtls(context, &mtls, finding);
}
