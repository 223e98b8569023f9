//! MR302: a server-first protocol on a port that accepts plain text.

use super::{
    Context, Findings, Need, Rule,
    host_mention::mentions,
    mr303_protocol_undeclared::protocol_path,
    mtls_source::{mtls_source, relate_mtls},
    server_first::{self, ServerFirst},
};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Index, Membership, Mtls, Redirection, bypassing_annotation},
    model::{DestinationRule, MtlsMode, Service, ServicePort, TlsMode, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};
use rustc_hash::FxHashMap;

pub(super) static RULE: Rule = Rule {
    id: "MR302",
    name: "server-first-permissive",
    title: Text {
        en: "A server-first protocol on a port that accepts plain text",
        zh: "服务器优先协议的端口接受明文流量",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Server First Protocols",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#server-first-protocols",
        },
        Source {
            title: "Istio, PeerAuthentication: mutual TLS mode",
            url: "https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode",
        },
        Source {
            title: "Istio, pilot/pkg/networking/core/filterchain_options.go",
            url: "https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/filterchain_options.go",
        },
    ],
    check,
};

/// A port whose proxy waits for the client's first bytes, to tell TLS from plain text, while the client waits for the
/// server's.
struct Waiting<'t> {
    service: &'t Service<'t>,
    port: &'t ServicePort<'t>,
    workload_index: Index,
    workload: &'t Workload<'t>,
    server_first: ServerFirst<'t>,
    mtls: Mtls<'t>,
    /// A client without a sidecar that calls it.
    client: Option<Client<'t>>,
}

/// A workload without a sidecar, and where it names the Service.
struct Client<'t> {
    workload: &'t Workload<'t>,
    path: Path<'t>,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let mut waiting: Vec<Waiting<'t>> = Vec::new();
    for (service_index, service) in context.mesh.model.services.iter().enumerate() {
        for port in &service.ports {
            waiting.extend(wait(context, service_index, service, port));
        }
    }
    if waiting.is_empty() {
        return;
    }
    find_clients(context, &mut waiting);
    for port in &waiting {
        report(context, port, findings);
    }
}

/// The first workload behind a port for which that holds.
fn wait<'t>(
    context: &Context<'_, 't>,
    service_index: Index,
    service: &'t Service<'t>,
    port: &'t ServicePort<'t>,
) -> Option<Waiting<'t>> {
    let mesh = context.mesh;
    mesh.mesh_workloads_of(service_index)
        .filter(|(index, workload)| {
            mesh.membership(*index).is_sidecar()
                && Redirection::of(&workload.template) == Redirection::Envoy
        })
        .find_map(|(workload_index, workload)| {
            let server_first = server_first::declared(port, workload)?;
            let mtls = mesh.mtls(workload, server_first.target);
            let is_waiting = mtls.mode == MtlsMode::Permissive
                && bypassing_annotation(&workload.template, server_first.target).is_none();
            is_waiting.then_some(Waiting {
                service,
                port,
                workload_index,
                workload,
                server_first,
                mtls,
                client: None,
            })
        })
}

/// Notes for each port the first client without a sidecar that names its Service.
fn find_clients<'t>(context: &Context<'_, 't>, waiting: &mut [Waiting<'t>]) {
    let mut by_name: FxHashMap<(&str, &str, &str), Vec<usize>> = FxHashMap::default();
    for (at, port) in waiting.iter().enumerate() {
        let object = &port.service.object;
        let key = (object.namespace, object.name, "");
        by_name.entry(key).or_default().push(at);
    }
    let outside = context.mesh.workloads();
    let outside =
        outside.filter(|(index, _)| context.mesh.membership(*index) == Membership::Outside);
    for (_, workload) in outside {
        mentions(workload, &mut |mention| {
            let key = (mention.namespace, mention.name, "");
            let Some(unnamed) = by_name.get_mut(&key) else {
                return;
            };
            // Those that have a client are not looked at again.
            unnamed.retain(|at| {
                let called = &mut waiting[*at];
                let is_port = mention.port.is_none_or(|port| port == called.port.port);
                if is_port {
                    let path = mention.path(workload);
                    called.client = Some(Client { workload, path });
                }
                !is_port
            });
        });
    }
}

fn report<'t>(context: &Context<'_, 't>, found: &Waiting<'t>, findings: &mut Findings<'t>) {
    let (service, port) = (found.service, found.port);
    let rule = context.mesh.plain_text_rule(service, port.port);
    let severity = if found.client.is_some() || rule.is_some() {
        RULE.severity
    } else if matches!(
        context.mesh.client_tls(service, port.port),
        Some(TlsMode::Own | TlsMode::IstioMutual)
    ) {
        // Clients are told to send TLS, which begins with the client.
        return;
    } else {
        Severity::Info
    };
    let lang = context.lang;
    let message = message(context, found, rule.as_ref().map(|(rule, _)| *rule));
    let assumption = context.assumption(found.workload_index, found.workload);
    let target = found.server_first.target;
    let misnamed = context.misnamed_rule(service);
    let help = say!(lang,
        en: "Make it plain to the server's proxy what to expect. If all clients have sidecars: PeerAuthentication with `portLevelMtls` `mode: STRICT` for port {target}. If some have none: `mode: DISABLE` for that port, which gives up encryption there. A DestinationRule with `tls.mode: ISTIO_MUTUAL` makes clients with sidecars send TLS. Or let the application itself use TLS from the first byte and name the port `tls`.{misnamed}{assumption}",
        zh: "请让服务端代理明确应接收何种流量。如果所有客户端都有 Sidecar：在 PeerAuthentication 的 `portLevelMtls` 中将端口 {target} 设为 `mode: STRICT`。如果有的客户端没有 Sidecar：将该端口设为 `mode: DISABLE`，但该端口将不再加密。用 DestinationRule 设置 `tls.mode: ISTIO_MUTUAL` 可让有 Sidecar 的客户端发送 TLS。也可以由应用自身从第一个字节起就使用 TLS，并将端口命名为 `tls`。{misnamed}{assumption}");
    let finding = findings.add(
        severity,
        &service.object,
        protocol_path(port),
        message,
        help,
    );
    if let Some(Client { workload, path }) = &found.client {
        let name = service.object.name;
        let message = say!(lang,
            en: "a client without a sidecar names Service `{name}`",
            zh: "没有 Sidecar 的客户端在此引用 Service `{name}`");
        finding.related(&workload.object, path.clone(), message);
    }
    if let Some((rule, path)) = rule {
        let message = say!(lang,
            en: "makes clients send plain text",
            zh: "使客户端发送明文");
        finding.related(&rule.object, path, message);
    }
    relate_mtls(context, &found.mtls, finding);
}

fn message(
    context: &Context<'_, '_>,
    found: &Waiting<'_>,
    rule: Option<&DestinationRule<'_>>,
) -> String {
    let lang = context.lang;
    let (service, number) = (found.service.object.name, found.port.port);
    let protocol = found.server_first.protocol;
    let evidence = found.server_first.evidence(found.port, lang);
    let title = found.workload.object.title();
    let source = mtls_source(context, &found.mtls);
    let client = found.client.as_ref();
    let clients = match (client.map(|client| client.workload.object.title()), rule) {
        (Some(client), None) => say!(lang,
            en: "{client}, which has no sidecar and names this Service, hangs",
            zh: "{client} 没有 Sidecar 且引用了该 Service，其连接将一直挂起"),
        (None, Some(rule)) => {
            let rule = rule.object.name;
            say!(lang,
                en: "clients that follow DestinationRule `{rule}` (plain text) hang, as do those without a sidecar",
                zh: "遵循 DestinationRule `{rule}`（明文）的客户端以及没有 Sidecar 的客户端，其连接将一直挂起")
        }
        (Some(client), Some(rule)) => {
            let rule = rule.object.name;
            say!(lang,
                en: "{client}, which has no sidecar and names this Service, hangs, as do clients that follow DestinationRule `{rule}` (plain text)",
                zh: "{client} 没有 Sidecar 且引用了该 Service，其连接将一直挂起；遵循 DestinationRule `{rule}`（明文）的客户端也是如此")
        }
        (None, None) => say!(lang,
            en: "clients without a sidecar hang",
            zh: "没有 Sidecar 的客户端，其连接将一直挂起"),
    };
    say!(lang,
        en: "port {number} of Service `{service}` carries {protocol}{evidence}, where the server speaks first, but the sidecar of {title} waits for the client's first bytes to tell TLS from plain text (PERMISSIVE, {source}): {clients}",
        zh: "Service `{service}` 的端口 {number} 承载服务器优先协议 {protocol}{evidence}，但 {title} 的 Sidecar 要等待客户端的初始字节来区分 TLS 与明文（PERMISSIVE，{source}）：{clients}")
}
