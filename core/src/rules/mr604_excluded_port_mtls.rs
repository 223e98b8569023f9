//! MR604: a port that the sidecar leaves alone and clients encrypt to.

use super::{Context, Findings, Need, Rule, name_list};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Class, Index, Protocol, Redirection, bypassing_annotation, offers_mtls, target_port},
    model::{MtlsMode, Service, ServicePort, TlsMode, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR604",
    name: "excluded-port-mtls",
    title: Text {
        en: "A port that the sidecar leaves alone and clients encrypt to",
        zh: "端口已排除在 Sidecar 之外，客户端却仍发送 mTLS",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Resource Annotations: traffic.sidecar.istio.io/excludeInboundPorts",
            url: "https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeInboundPorts",
        },
        Source {
            title: "Istio, tools/istio-iptables/pkg/capture/run.go",
            url: "https://github.com/istio/istio/blob/master/tools/istio-iptables/pkg/capture/run.go",
        },
        Source {
            title: "Istio, TLS Configuration: Auto mTLS",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls",
        },
        Source {
            title: "Istio, pilot/pkg/xds/endpoints/mtls_checker.go",
            url: "https://github.com/istio/istio/blob/master/pilot/pkg/xds/endpoints/mtls_checker.go",
        },
    ],
    check,
};

/// A target port that bypasses the sidecar, and the Service ports by which clients encrypt to it.
struct Bypass<'m, 't> {
    target: i64,
    annotation: &'static str,
    callers: Vec<(&'m Service<'t>, &'m ServicePort<'t>)>,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let mesh = context.mesh;
    // By Service, once asked.
    let mut automatic: Vec<Option<Option<bool>>> = vec![None; mesh.model.services.len()];
    for (index, workload) in mesh.sidecar_workloads() {
        if Redirection::of(&workload.template) != Redirection::Envoy {
            continue;
        }
        let mut bypasses: Vec<Bypass<'_, 't>> = Vec::new();
        for (service_index, service) in mesh.services_of(index) {
            for port in &service.ports {
                let is_proxied =
                    Protocol::of(port).is_some_and(|protocol| protocol.class() != Class::None);
                let Some(target) = target_port(port, workload).filter(|_| is_proxied) else {
                    continue;
                };
                let target = target.number;
                let Some(annotation) = bypassing_annotation(&workload.template, target) else {
                    continue;
                };
                let automatic = *automatic[service_index]
                    .get_or_insert_with(|| mesh.automatic_mtls(service_index));
                if !is_encrypted(context, service, port, workload, target, automatic) {
                    continue;
                }
                match bypasses.iter_mut().find(|bypass| bypass.target == target) {
                    Some(bypass) => bypass.callers.push((service, port)),
                    None => bypasses.push(Bypass {
                        target,
                        annotation,
                        callers: vec![(service, port)],
                    }),
                }
            }
        }
        for bypass in &bypasses {
            report(context, index, workload, bypass, findings);
        }
    }
}

/// Whether clients send mutual TLS to a target port: by their DestinationRule, or, where none says anything, by
/// themselves.
fn is_encrypted<'t>(
    context: &Context<'_, 't>,
    service: &Service<'t>,
    port: &ServicePort<'_>,
    workload: &Workload<'t>,
    target: i64,
    automatic: Option<bool>,
) -> bool {
    let mesh = context.mesh;
    if mesh.plain_text_rule(service, port.port).is_some() {
        return false;
    }
    match mesh.client_tls(service, port.port) {
        Some(TlsMode::IstioMutual) => true,
        // TLS of the user's own is for the application.
        Some(TlsMode::Own | TlsMode::Disable) => false,
        None => {
            offers_mtls(workload)
                && automatic
                    .unwrap_or_else(|| mesh.mtls_mode(workload, target) != MtlsMode::Disable)
        }
    }
}

/// Whether a Service port is for TLS of the application's own. One such as a webhook's is called from outside of the
/// mesh, and its Service often says no more than 443.
fn expects_tls(port: &ServicePort<'_>) -> bool {
    match Protocol::of(port) {
        Some(Protocol::Https | Protocol::Tls) => true,
        Some(Protocol::Auto) => port.port == 443,
        _ => false,
    }
}

fn message(lang: Lang, workload: &Workload<'_>, bypass: &Bypass<'_, '_>) -> (Severity, String) {
    let Bypass {
        target,
        annotation,
        callers,
    } = bypass;
    let names: Vec<String> = callers
        .iter()
        .map(|(service, _)| format!("`{}`", service.object.name))
        .collect();
    let services = name_list(&names, lang);
    let title = workload.object.title();
    if callers.iter().all(|(_, port)| expects_tls(port)) {
        let message = say!(lang,
            en: "`{annotation}` keeps target port {target} of {title} away from its sidecar: if a workload in the mesh calls it through Service {services}, its sidecar wraps the application's TLS in mutual TLS, which no proxy unwraps, and the call fails; callers outside the mesh, such as the API server, are served",
            zh: "`{annotation}` 使 {title} 的目标端口 {target} 不经过其 Sidecar：如果网格中的工作负载通过 Service {services} 调用该端口，其 Sidecar 会在应用的 TLS 之外再套一层双向 TLS，没有代理将其解开，调用会失败；API Server 等网格之外的调用方不受影响");
        return (Severity::Info, message);
    }
    let message = say!(lang,
        en: "`{annotation}` keeps target port {target} of {title} away from its sidecar, while clients in the mesh that call it through Service {services} send mutual TLS: no proxy decrypts it, and the application receives TLS that it does not expect",
        zh: "`{annotation}` 使 {title} 的目标端口 {target} 不经过其 Sidecar，而网格中的客户端通过 Service {services} 调用时会发送双向 TLS：没有代理为其解密，应用会收到意料之外的 TLS 数据");
    (RULE.severity, message)
}

fn report<'t>(
    context: &Context<'_, 't>,
    index: Index,
    workload: &Workload<'t>,
    bypass: &Bypass<'_, 't>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let Bypass {
        target,
        annotation,
        callers,
    } = bypass;
    let (severity, message) = message(lang, workload, bypass);
    let scope = context.mesh.scope;
    let default = if context.mesh.model.destination_rules.is_empty() && context.is_cluster() {
        if scope.knows(|known| known.destination_rules) {
            say!(lang,
                en: " Clients encrypt by themselves (automatic mutual TLS), since no DestinationRule says otherwise.",
                zh: "由于没有另作规定的 DestinationRule，客户端会自行加密（自动双向 TLS）。")
        } else {
            say!(lang,
                en: " Clients encrypt by themselves (automatic mutual TLS) unless a DestinationRule, of which none is known, says otherwise.",
                zh: "除非有另作规定的 DestinationRule（此处不了解），客户端会自行加密（自动双向 TLS）。")
        }
    } else if context.mesh.model.destination_rules.is_empty() {
        say!(lang,
            en: " Clients encrypt by themselves (automatic mutual TLS), since no DestinationRule was given that says otherwise.",
            zh: "由于没有提供另作规定的 DestinationRule，客户端会自行加密（自动双向 TLS）。")
    } else {
        String::new()
    };
    let misnamed = callers
        .iter()
        .map(|(service, _)| context.misnamed_rule(service))
        .find(|sentence| !sentence.is_empty())
        .unwrap_or_default();
    let assumption = context.assumption(index, workload);
    let help = say!(lang,
        en: "Let clients send plain text to this port: a DestinationRule for the Service with `portLevelSettings` and `tls.mode: DISABLE`, or a PeerAuthentication with `portLevelMtls` DISABLE for port {target} (not for headless Services). Or let the port pass the sidecar.{default}{misnamed}{assumption}",
        zh: "请让客户端向该端口发送明文：为该 Service 设置 DestinationRule，在 `portLevelSettings` 中指定 `tls.mode: DISABLE`；或用 PeerAuthentication 的 `portLevelMtls` 将端口 {target} 设为 DISABLE（不适用于无头 Service）。也可以让该端口经过 Sidecar。{default}{misnamed}{assumption}");
    let path = workload
        .template_path()
        .key("metadata")
        .key("annotations")
        .key(annotation);
    let finding = findings.add(severity, &workload.object, path, message, help);
    for (service, port) in callers {
        let number = port.port;
        let message = say!(lang,
            en: "port {number} leads to target port {target}",
            zh: "端口 {number} 指向目标端口 {target}");
        let item = Path::default().key("spec").key("ports").index(port.index);
        finding.related(&service.object, item, message);
    }
}
