//! MR303: a Service port whose protocol Istio has to detect.

use super::{Context, Findings, Need, Rule, server_first};
use crate::{
    Source,
    i18n::{Text, say},
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
    needs: &[Need::Workload, Need::Service],
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
        let Some((index, workload)) = context
            .mesh
            .mesh_workloads_of(service_index)
            .next()
            .filter(|_| !is_gateways)
        else {
            continue;
        };
        for port in &service.ports {
            let Some(protocol) =
                Protocol::of(port).filter(|protocol| protocol.class() == Class::Auto)
            else {
                continue;
            };
            // Those are MR301's, which knows sidecars only.
            let is_server_first =
                context
                    .mesh
                    .mesh_workloads_of(service_index)
                    .any(|(index, workload)| {
                        context.mesh.membership(index).is_sidecar()
                            && server_first::undeclared(port, workload).is_some()
                    });
            if is_server_first {
                continue;
            }
            let (name, number) = (service.object.name, port.port);
            let message = match (protocol, port.app_protocol.or(port.name)) {
                (Protocol::Udp, Some(declared)) => say!(lang,
                    en: "port {number} of Service `{name}` is TCP but declared as `{declared}`: Istio gives it no protocol and detects HTTP from the first bytes",
                    zh: "Service `{name}` 的端口 {number} 是 TCP，却声明为 `{declared}`：Istio 不会为其确定协议，只能根据首个字节检测 HTTP"),
                (_, Some(declared)) => say!(lang,
                    en: "`{declared}` does not declare a protocol for port {number} of Service `{name}`: Istio detects HTTP from the first bytes",
                    zh: "`{declared}` 没有为 Service `{name}` 的端口 {number} 声明协议：Istio 会根据首个字节检测 HTTP"),
                (_, None) => say!(lang,
                    en: "port {number} of Service `{name}` declares no protocol: Istio detects HTTP from the first bytes",
                    zh: "Service `{name}` 的端口 {number} 没有声明协议：Istio 会根据首个字节检测 HTTP"),
            };
            let assumption = context.assumption(index, workload);
            let (severity, help) = if service.is_headless {
                let help = say!(lang,
                    en: "Name the port `http`, `grpc`, `tcp` or `<protocol>-<suffix>`, or set `appProtocol`. Detection cannot tell the pods of a headless Service apart by Host, so each pod's listener treats the traffic as it begins.{assumption}",
                    zh: "请将端口命名为 `http`、`grpc`、`tcp` 或 `<协议>-<后缀>`，或设置 `appProtocol`。对于无头 Service，检测无法按 Host 区分各个 Pod，每个 Pod 的监听器只能按流量开头来处理。{assumption}");
                (Severity::Warning, help)
            } else {
                let help = say!(lang,
                    en: "Name the port `http`, `grpc`, `tcp` or `<protocol>-<suffix>`, or set `appProtocol`. Protocols other than HTTP get no routing, no retries and no request metrics, and those in which the server speaks first hang.{assumption}",
                    zh: "请将端口命名为 `http`、`grpc`、`tcp` 或 `<协议>-<后缀>`，或设置 `appProtocol`。HTTP 以外的协议得不到路由、重试和请求指标，服务器优先协议则会挂起。{assumption}");
                (Severity::Info, help)
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

/// Where a Service port's protocol is declared: its `appProtocol`, else its `name`, else the port itself.
pub(super) fn protocol_path<'t>(port: &ServicePort<'_>) -> Path<'t> {
    let item = Path::default().key("spec").key("ports").index(port.index);
    item.key(match (port.app_protocol, port.name) {
        (Some(_), _) => "appProtocol",
        (None, Some(_)) => "name",
        (None, None) => "port",
    })
}
