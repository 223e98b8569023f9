//! MR301: a server-first protocol on a port that is not declared as TCP.

use super::{
    Context, Findings, Need, Rule,
    mr303_protocol_undeclared::protocol_path,
    server_first::{self, ServerFirst},
};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Class, Protocol},
    model::{MtlsMode, ServicePort},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR301",
    name: "server-first-undeclared",
    title: Text {
        en: "A server-first protocol on a port that is not declared as TCP",
        zh: "服务器优先协议的端口未声明为 TCP",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Server First Protocols",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#server-first-protocols",
        },
        Source {
            title: "Istio, Protocol Selection",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (service_index, service) in context.mesh.model.services.iter().enumerate() {
        for port in &service.ports {
            let is_http =
                Protocol::of(port).is_some_and(|protocol| protocol.class() == Class::Http);
            // One finding for each port: of the workload behind it that it is worst for.
            let mut worst: Option<(Severity, ServerFirst<'_>, String)> = None;
            for (index, workload) in context.mesh.mesh_workloads_of(service_index) {
                if !context.mesh.membership(index).is_sidecar() {
                    continue;
                }
                let Some(server_first) = server_first::undeclared(port, workload) else {
                    continue;
                };
                let severity = match context.mesh.mtls_mode(workload, server_first.target) {
                    // The server's proxy need not look at the first bytes then; the client's still waits for them.
                    MtlsMode::Strict | MtlsMode::Disable if !is_http => Severity::Warning,
                    _ => RULE.severity,
                };
                if worst.as_ref().is_none_or(|(found, ..)| severity > *found) {
                    worst = Some((severity, server_first, context.assumption(index, workload)));
                }
            }
            let Some((severity, server_first, assumption)) = worst else {
                continue;
            };
            let message = message(lang, port, &server_first, service.object.name, is_http);
            let help = help(lang, server_first.protocol, &assumption);
            findings.add(
                severity,
                &service.object,
                protocol_path(port),
                message,
                help,
            );
        }
    }
}

fn message(
    lang: Lang,
    port: &ServicePort<'_>,
    server_first: &ServerFirst<'_>,
    service: &str,
    is_http: bool,
) -> String {
    let protocol = server_first.protocol;
    let number = port.port;
    let evidence = server_first.evidence(port, lang);
    if is_http {
        say!(lang,
            en: "port {number} of Service `{service}` carries {protocol}{evidence} but is declared as HTTP: the proxy parses it as HTTP and breaks the connection",
            zh: "Service `{service}` 的端口 {number} 承载 {protocol}{evidence}，却声明为 HTTP：代理会按 HTTP 解析并断开连接")
    } else {
        say!(lang,
            en: "port {number} of Service `{service}` carries {protocol}{evidence}, where the server speaks first, but its protocol is undeclared: the proxy waits for the client's first bytes and the connection hangs",
            zh: "Service `{service}` 的端口 {number} 承载服务器优先协议 {protocol}{evidence}，但未声明协议：代理会一直等待客户端的初始字节，连接将一直挂起")
    }
}

/// The declaration, and the four documented ways out when the traffic is encrypted.
fn help(lang: Lang, protocol: &str, assumption: &str) -> String {
    let name = match protocol {
        "MySQL" => "tcp-mysql",
        "MongoDB" => "tcp-mongo",
        _ => "tcp",
    };
    say!(lang,
        en: "Name the port `{name}`, or set `appProtocol: tcp`. Then let the server's proxy know whether to expect TLS: PeerAuthentication `mtls.mode: STRICT` or `DISABLE` for this port, a DestinationRule by which clients send TLS (`tls.mode: ISTIO_MUTUAL`), or TLS of the application itself (name `tls`).{assumption}",
        zh: "请将端口命名为 `{name}`，或设置 `appProtocol: tcp`。然后让服务端代理明确流量是否为 TLS：为该端口设置 PeerAuthentication `mtls.mode: STRICT` 或 `DISABLE`，或用 DestinationRule 让客户端发送 TLS（`tls.mode: ISTIO_MUTUAL`），或由应用自身使用 TLS（命名为 `tls`）。{assumption}")
}
