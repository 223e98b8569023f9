//! MR304: an ExternalName Service whose port captures unrelated traffic.

use super::{Context, Findings, Need, Rule, mr303_protocol_undeclared::protocol_path};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Class, Protocol},
    path::Path,
    report::Severity,
    settings::{DataPlane, Version},
};

pub(super) static RULE: Rule = Rule {
    id: "MR304",
    name: "external-name-port",
    title: Text {
        en: "An ExternalName Service whose port captures unrelated traffic",
        zh: "ExternalName Service 的端口会截获无关流量",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Service],
    istioctl: &["IST0150"],
    sources: &[
        Source {
            title: "Istio, Understanding Traffic Routing: ExternalName Services",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#externalname-services",
        },
        Source {
            title: "Istio 1.21 Upgrade Notes: ExternalName support changes",
            url: "https://istio.io/latest/news/releases/1.21.x/announcing-1.21/upgrade-notes/",
        },
    ],
    check,
};

/// The version that made these Services mere aliases, whose ports mean nothing.
const ALIASES: Version = Version {
    major: 1,
    minor: 21,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let settings = context.settings();
    // Ambient leaves them to DNS.
    let has_sidecars = (settings.data_plane == DataPlane::Sidecar && settings.assume_injected)
        || context.mesh.sidecar_workloads().next().is_some();
    if settings.istio_version >= ALIASES || !has_sidecars {
        return;
    }
    let istio = settings.istio_version;
    let services = context.mesh.model.services.iter();
    for service in services.filter(|service| service.is_external_name) {
        let name = service.object.name;
        let target = service.external_name.unwrap_or_default();
        if service.ports.is_empty() {
            let message = say!(lang,
                en: "ExternalName Service `{name}` has no ports: Istio {istio} matches no traffic for it, so calls pass through without routing rules, and are refused where `outboundTrafficPolicy` is REGISTRY_ONLY",
                zh: "ExternalName Service `{name}` 没有端口：Istio {istio} 不会为它匹配任何流量，调用将被透传而不经过路由规则；在 `outboundTrafficPolicy` 为 REGISTRY_ONLY 时会被拒绝");
            let help = say!(lang,
                en: "Declare the port on which `{target}` is called, named `http`, `https` or `tls`. From Istio {ALIASES} on, such Services are aliases and need no ports.",
                zh: "请声明调用 `{target}` 的端口，并命名为 `http`、`https` 或 `tls`。从 Istio {ALIASES} 起，此类 Service 只是别名，不需要端口。");
            let path = Path::default().key("spec").key("ports");
            findings.add(RULE.severity, &service.object, path, message, help);
        }
        for port in &service.ports {
            let Some(protocol) = Protocol::of(port) else {
                continue;
            };
            let number = port.port;
            if matches!(
                (protocol.class(), protocol),
                (Class::Http | Class::None, _) | (_, Protocol::Https | Protocol::Tls)
            ) {
                continue;
            }
            let how = match (protocol.class(), port.app_protocol.or(port.name)) {
                (Class::Auto, None) => say!(lang,
                    en: "declares no protocol, so that all but HTTP is forwarded as TCP",
                    zh: "没有声明协议，因此 HTTP 以外的流量都按 TCP 转发"),
                (Class::Auto, Some(declared)) => say!(lang,
                    en: "declares no protocol by `{declared}`, so that all but HTTP is forwarded as TCP",
                    zh: "的 `{declared}` 没有声明协议，因此 HTTP 以外的流量都按 TCP 转发"),
                (_, None) => say!(lang,
                    en: "is forwarded as TCP by its number",
                    zh: "因其端口号而按 TCP 转发"),
                (_, Some(declared)) => say!(lang,
                    en: "(`{declared}`) is forwarded as TCP",
                    zh: "（`{declared}`）按 TCP 转发"),
            };
            let message = say!(lang,
                en: "port {number} of ExternalName Service `{name}` {how}: the Service has no address to match, so Istio {istio} may send traffic to other unknown addresses on port {number} to `{target}`, too",
                zh: "ExternalName Service `{name}` 的端口 {number} {how}：该 Service 没有可供匹配的地址，因此 Istio {istio} 可能把端口 {number} 上发往其他未知地址的流量也发送到 `{target}`");
            let help = say!(lang,
                en: "Name the port `http`, `https` or `tls` if that is what it carries: such traffic is told apart by its host name. Otherwise use a port number that nothing else uses, or remove the port. From Istio {ALIASES} on, such Services are aliases and their ports have no effect.",
                zh: "如果承载的是 HTTP、HTTPS 或 TLS，请将端口命名为 `http`、`https` 或 `tls`：此类流量可以按主机名区分。否则请使用其他流量都不使用的端口号，或删除该端口。从 Istio {ALIASES} 起，此类 Service 只是别名，其端口不起作用。");
            findings.add(
                RULE.severity,
                &service.object,
                protocol_path(port),
                message,
                help,
            );
        }
    }
}
