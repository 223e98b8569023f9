//! MR303: a Service port whose protocol Istio has to detect.

use super::{Context, Findings, Need, Rule, server_first};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Class, Protocol},
    model::ServicePort,
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR303",
    name: "protocol-undeclared",
    title: Text {
        en: "A Service port whose protocol is not declared",
        zh: "Service 端口未声明协议",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &["IST0118"],
    sources: &[Source {
        title: "Istio, Protocol Selection",
        url: "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    }],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (service_index, service) in context.mesh.model.services.iter().enumerate() {
        let is_gateways = service
            .object
            .labels
            .get("gateway.istio.io/managed")
            .is_some();
        let workloads = || context.mesh.mesh_workloads_of(service_index);
        let Some((index, workload)) = workloads().next().filter(|_| !is_gateways) else {
            continue;
        };
        let has_sidecar = workloads().any(|(index, _)| context.mesh.membership(index).is_sidecar());
        let assumption = context.assumption(index, workload);
        for port in &service.ports {
            let Some(protocol) = Protocol::of(port) else {
                continue;
            };
            // Those are MR301's, which knows sidecars only.
            let is_server_first = workloads().any(|(index, workload)| {
                context.mesh.membership(index).is_sidecar()
                    && server_first::undeclared(port, workload).is_some()
            });
            let (severity, help) = match protocol.class() {
                Class::Auto if is_server_first => continue,
                Class::Auto => texts(lang, has_sidecar, service.is_headless, &assumption),
                Class::None => (
                    RULE.severity,
                    say!(lang,
                        en: "Name the port `tcp-<suffix>`, or set `appProtocol: tcp`.{assumption}",
                        zh: "请将端口命名为 `tcp-<后缀>`，或设置 `appProtocol: tcp`。{assumption}"),
                ),
                Class::Http | Class::Tcp => continue,
            };
            let (name, number) = (service.object.name, port.port);
            let message = match (protocol, port.app_protocol.or(port.name)) {
                (Protocol::Udp, Some(declared)) => say!(lang,
                    en: "port {number} of Service `{name}` is TCP but declared as `{declared}`: Istio builds no listener or cluster for it, so calls bypass routing",
                    zh: "Service `{name}` 的端口 {number} 是 TCP，却声明为 `{declared}`：Istio 不会为其生成监听器和集群，调用将绕过路由"),
                (_, Some(declared)) => say!(lang,
                    en: "`{declared}` does not declare a protocol for port {number} of Service `{name}`: Istio detects HTTP from the first bytes",
                    zh: "`{declared}` 没有为 Service `{name}` 的端口 {number} 声明协议：Istio 会根据初始字节检测 HTTP"),
                (_, None) => say!(lang,
                    en: "port {number} of Service `{name}` declares no protocol: Istio detects HTTP from the first bytes",
                    zh: "Service `{name}` 的端口 {number} 没有声明协议：Istio 会根据初始字节检测 HTTP"),
            };
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

/// How bad it is that a protocol has to be detected, and what to do.
fn texts(lang: Lang, has_sidecar: bool, is_headless: bool, assumption: &str) -> (Severity, String) {
    let severity = if has_sidecar && is_headless {
        Severity::Warning
    } else {
        Severity::Info
    };
    let consequence = match (has_sidecar, is_headless) {
        (false, _) => Text {
            en: "Only a waypoint reads it: without a declared protocol it detects HTTP. ztunnel forwards bytes either way.",
            zh: "只有 waypoint 会用到协议：未声明时由它检测 HTTP；ztunnel 始终按字节转发。",
        },
        (true, true) => Text {
            en: "A headless Service gets a listener for each pod's address, and each detects the protocol by itself.",
            zh: "对于无头 Service，每个 Pod 地址都有各自的监听器，并各自检测协议。",
        },
        (true, false) => Text {
            en: "Protocols other than HTTP get no routing, no retries and no request metrics, and those in which the server speaks first hang.",
            zh: "HTTP 以外的协议得不到路由、重试和请求指标，服务器优先协议则会挂起。",
        },
    }
    .get(lang);
    let help = say!(lang,
        en: "Name the port `http`, `grpc`, `tcp` or `<protocol>-<suffix>`, or set `appProtocol`. {consequence}{assumption}",
        zh: "请将端口命名为 `http`、`grpc`、`tcp` 或 `<协议>-<后缀>`，或设置 `appProtocol`。{consequence}{assumption}");
    (severity, help)
}

/// Where a Service port's protocol is declared: its `appProtocol`, else its `name`, else the port itself.
pub(super) fn protocol_path<'t>(port: &ServicePort<'_>) -> Path<'t> {
    let item = Path::default().key("spec").key("ports").index(port.index);
    item.key(match (port.app_protocol, port.name) {
        (Some(_), _) => "appProtocol",
        (None, Some(_)) => "name",
        (None, None) => "port",
    })
}
