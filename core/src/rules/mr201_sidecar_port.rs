//! MR201: an application that uses a port which the proxy binds.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Index, Membership, Redirection, target_port},
    model::{PortRef, Transport, Workload},
    path::Path,
    report::Severity,
    settings::{DataPlane, Version},
};

pub(super) static RULE: Rule = Rule {
    id: "MR201",
    name: "sidecar-port",
    title: Text {
        en: "An application port that the proxy binds",
        zh: "应用使用了代理占用的端口",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Ports used by Istio",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
        },
        Source {
            title: "Istio, Ztunnel traffic redirection",
            url: "https://istio.io/latest/docs/ambient/architecture/traffic-redirection/",
        },
    ],
    check,
};

/// A port that the proxy binds inside the pod.
struct ProxyPort {
    number: i64,
    what: Text,
    severity: Severity,
    /// First minor version of Istio 1 that binds it.
    since: u16,
    /// Last minor version of Istio 1 that binds it.
    until: u16,
    /// Whether it is bound for UDP too.
    udp: bool,
}

const fn port(number: i64, severity: Severity, what: Text) -> ProxyPort {
    ProxyPort {
        number,
        what,
        severity,
        since: 0,
        until: u16::MAX,
        udp: false,
    }
}

/// Ports of the sidecar. Those bound only under conditions (while istio-init runs, with HBONE, with DNS capture) are
/// warnings.
const SIDECAR: [ProxyPort; 11] = [
    port(
        15000,
        Severity::Error,
        Text {
            en: "Envoy admin",
            zh: "Envoy 管理端口",
        },
    ),
    port(
        15001,
        Severity::Error,
        Text {
            en: "Envoy outbound",
            zh: "Envoy 出站",
        },
    ),
    ProxyPort {
        since: 25,
        ..port(
            15002,
            Severity::Warning,
            Text {
                en: "failure detection",
                zh: "故障检测侦听端口",
            },
        )
    },
    ProxyPort {
        since: 11,
        ..port(
            15004,
            Severity::Error,
            Text {
                en: "debug",
                zh: "调试端口",
            },
        )
    },
    port(
        15006,
        Severity::Error,
        Text {
            en: "Envoy inbound",
            zh: "Envoy 入站",
        },
    ),
    ProxyPort {
        since: 8,
        ..port(
            15008,
            Severity::Warning,
            Text {
                en: "HBONE tunnel",
                zh: "HBONE 隧道",
            },
        )
    },
    ProxyPort {
        since: 11,
        until: 23,
        ..port(
            15009,
            Severity::Warning,
            Text {
                en: "HBONE for secure networks",
                zh: "安全网络的 HBONE",
            },
        )
    },
    port(
        15020,
        Severity::Error,
        Text {
            en: "merged Prometheus telemetry",
            zh: "合并的 Prometheus 遥测",
        },
    ),
    ProxyPort {
        since: 6,
        ..port(
            15021,
            Severity::Error,
            Text {
                en: "health checks",
                zh: "健康检查",
            },
        )
    },
    ProxyPort {
        since: 11,
        udp: true,
        ..port(
            15053,
            Severity::Warning,
            Text {
                en: "DNS capture",
                zh: "DNS 捕获",
            },
        )
    },
    port(
        15090,
        Severity::Error,
        Text {
            en: "Envoy Prometheus telemetry",
            zh: "Envoy Prometheus 遥测",
        },
    ),
];

/// Ports that ztunnel binds inside an enrolled pod.
const AMBIENT: [ProxyPort; 5] = [
    port(
        15001,
        Severity::Error,
        Text {
            en: "ztunnel outbound",
            zh: "ztunnel 出站",
        },
    ),
    port(
        15006,
        Severity::Error,
        Text {
            en: "ztunnel inbound plaintext",
            zh: "ztunnel 明文入站",
        },
    ),
    port(
        15008,
        Severity::Error,
        Text {
            en: "HBONE tunnel",
            zh: "HBONE 隧道",
        },
    ),
    ProxyPort {
        udp: true,
        ..port(
            15053,
            Severity::Warning,
            Text {
                en: "DNS capture",
                zh: "DNS 捕获",
            },
        )
    },
    port(
        15080,
        Severity::Warning,
        Text {
            en: "ztunnel in-pod proxy",
            zh: "ztunnel Pod 内代理",
        },
    ),
];

/// Ports that the proxy serves to others on purpose: a Service or probe that leads there reaches the proxy.
const SERVED: [i64; 3] = [15020, 15021, 15090];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    for (index, workload) in context.mesh.workloads() {
        let table: &[ProxyPort] = match context.mesh.membership(index) {
            Membership::Sidecar(_) => &SIDECAR,
            Membership::Ambient(_) => &AMBIENT,
            Membership::Outside => continue,
        };
        let redirection = Redirection::of(&workload.template);
        let table: Vec<&ProxyPort> = table
            .iter()
            .filter(|port| port.is_bound(context.settings().istio_version, redirection))
            .collect();
        let mut uses = Uses {
            context,
            workload,
            assumption: context.assumption(index, workload),
            reported: Vec::new(),
        };
        uses.declared(&table, findings);
        uses.services(index, &table, findings);
        uses.probes(&table, findings);
    }
}

impl ProxyPort {
    fn is_bound(&self, istio: Version, redirection: Redirection) -> bool {
        let is_there = match redirection {
            Redirection::Envoy => true,
            // Nothing is redirected to the listeners for it.
            Redirection::None => !matches!(self.number, 15001 | 15006),
            Redirection::AgentOnly => self.number == 15020,
        };
        is_there && (istio.major != 1 || (self.since..=self.until).contains(&istio.minor))
    }

    fn takes(&self, number: i64, transport: Transport) -> bool {
        self.number == number
            && (transport == Transport::Tcp || (self.udp && transport == Transport::Udp))
    }
}

/// One workload's uses of the proxy's ports, each port reported once.
struct Uses<'c, 'm, 't> {
    context: &'c Context<'m, 't>,
    workload: &'t Workload<'t>,
    assumption: String,
    reported: Vec<i64>,
}

impl<'t> Uses<'_, '_, 't> {
    fn declared(&mut self, table: &[&ProxyPort], findings: &mut Findings<'t>) {
        let lang = self.context.lang;
        for container in self.workload.template.application_containers() {
            let mut seen = Vec::new();
            for declared in &container.ports {
                let Some(port) = table
                    .iter()
                    .find(|port| port.takes(declared.number, declared.transport))
                else {
                    continue;
                };
                if seen.contains(&port.number) {
                    continue;
                }
                seen.push(port.number);
                self.reported.push(port.number);
                let path = self
                    .workload
                    .container_path(container)
                    .key("ports")
                    .index(declared.index)
                    .key("containerPort");
                let (name, number, what) = (container.name, port.number, port.what.get(lang));
                let message = say!(lang,
                    en: "container `{name}` declares port {number}, which the proxy binds ({what}): one of the two cannot listen",
                    zh: "容器 `{name}` 声明了端口 {number}，该端口由代理占用（{what}）：两者之一将无法监听");
                findings.add(
                    port.severity,
                    &self.workload.object,
                    path,
                    message,
                    self.help(),
                );
            }
        }
    }

    fn services(&mut self, index: Index, table: &[&ProxyPort], findings: &mut Findings<'t>) {
        let lang = self.context.lang;
        for (_, service) in self.context.mesh.services_of(index) {
            for service_port in &service.ports {
                let Some(target) = target_port(service_port, self.workload) else {
                    continue;
                };
                let Some(port) = table
                    .iter()
                    .find(|port| port.takes(target.number, service_port.transport))
                else {
                    continue;
                };
                let is_istio = target
                    .declared
                    .is_some_and(|(container, _)| container.is_istio());
                if is_istio || self.reported.contains(&port.number) {
                    continue;
                }
                self.reported.push(port.number);
                let item = Path::default()
                    .key("spec")
                    .key("ports")
                    .index(service_port.index);
                let path = item.key(if service_port.target_port.is_some() {
                    "targetPort"
                } else {
                    "port"
                });
                let (number, what) = (port.number, port.what.get(lang));
                let (service_name, title) = (service.object.name, self.workload.object.title());
                let message = say!(lang,
                    en: "Service `{service_name}` leads to port {number} of {title}, which the proxy binds ({what}): the traffic never reaches the application",
                    zh: "Service `{service_name}` 指向 {title} 的端口 {number}，该端口由代理占用（{what}）：流量不会到达应用");
                findings.add(
                    port.severity_when_reached(),
                    &service.object,
                    path,
                    message,
                    self.help_when_reached(port),
                );
            }
        }
    }

    fn probes(&mut self, table: &[&ProxyPort], findings: &mut Findings<'t>) {
        let lang = self.context.lang;
        for container in self.workload.template.application_containers() {
            for probe in &container.probes {
                // Istio's own rewriting: the agent asks the application. With a host it goes past the pod.
                let is_rewritten = probe
                    .path
                    .is_some_and(|path| path.starts_with("/app-health/"));
                if is_rewritten || probe.host.is_some() {
                    continue;
                }
                // A named port is a declared one.
                let PortRef::Number(number) = probe.port else {
                    continue;
                };
                let Some(port) = table.iter().find(|port| port.takes(number, Transport::Tcp))
                else {
                    continue;
                };
                if self.reported.contains(&port.number) {
                    continue;
                }
                self.reported.push(port.number);
                let path = self
                    .workload
                    .container_path(container)
                    .key(probe.field)
                    .key(probe.handler)
                    .key("port");
                let (name, field, what) = (container.name, probe.field, port.what.get(lang));
                let message = say!(lang,
                    en: "the {field} of container `{name}` checks port {number}, which the proxy binds ({what}): its result says nothing about the application",
                    zh: "容器 `{name}` 的 {field} 探测端口 {number}，该端口由代理占用（{what}）：探测结果与应用无关");
                findings.add(
                    port.severity_when_reached(),
                    &self.workload.object,
                    path,
                    message,
                    self.help_when_reached(port),
                );
            }
        }
    }

    fn help(&self) -> String {
        let assumption = &self.assumption;
        say!(self.context.lang,
            en: "Let the application listen on another port. Istio's own lie between 15000 and 15090, so any port outside of that range is safe.{assumption}",
            zh: "请让应用监听其他端口。Istio 使用的端口都在 15000 至 15090 之间，选用此范围之外的端口即可。{assumption}")
    }

    /// For a Service or probe that leads to the proxy: that may be meant where the proxy serves something.
    fn help_when_reached(&self, port: &ProxyPort) -> String {
        if !SERVED.contains(&port.number) {
            return self.help();
        }
        let assumption = &self.assumption;
        say!(self.context.lang,
            en: "If the proxy's own endpoint is meant, silence this finding; else point it at a port of the application.{assumption}",
            zh: "若确实要访问代理自身的端点，请抑制此问题；否则请指向应用自己的端口。{assumption}")
    }
}

impl ProxyPort {
    /// Nothing collides when a Service or probe leads to what the proxy serves there; it only may not be meant.
    fn severity_when_reached(&self) -> Severity {
        if SERVED.contains(&self.number) {
            Severity::Warning
        } else {
            self.severity
        }
    }
}
