//! MR204: a port of istiod that something else takes, or a Service that leads to the wrong one.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Index, REVISION, is_istiod, target_port},
    model::{Container, ContainerPort, Service, ServicePort, Transport, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR204",
    name: "control-plane-port",
    title: Text {
        en: "A port of istiod that something else takes, or a Service that leads to the wrong one",
        zh: "istiod 的端口被占用，或 Service 指向了错误的端口",
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
            title: "Istio, manifests/charts/istio-control/istio-discovery/templates/service.yaml",
            url: "https://github.com/istio/istio/blob/master/manifests/charts/istio-control/istio-discovery/templates/service.yaml",
        },
        Source {
            title: "Istio, pilot/cmd/pilot-discovery/app/cmd.go",
            url: "https://github.com/istio/istio/blob/master/pilot/cmd/pilot-discovery/app/cmd.go",
        },
    ],
    check,
};

/// A port on which istiod listens.
struct IstiodPort {
    /// Where it listens unless its flag says otherwise.
    number: i64,
    flag: &'static str,
    /// The Service port that leads there, if one has to.
    service_port: Option<i64>,
    what: Text,
}

const PORTS: [IstiodPort; 5] = [
    IstiodPort {
        number: 8080,
        flag: "--httpAddr",
        service_port: None,
        what: Text {
            en: "debug and readiness",
            zh: "调试与就绪检查",
        },
    },
    IstiodPort {
        number: 15010,
        flag: "--grpcAddr",
        service_port: Some(15010),
        what: Text {
            en: "XDS and CA, plaintext",
            zh: "XDS 和 CA，明文",
        },
    },
    IstiodPort {
        number: 15012,
        flag: "--secureGRPCAddr",
        service_port: Some(15012),
        what: Text {
            en: "XDS and CA, TLS",
            zh: "XDS 和 CA，TLS",
        },
    },
    IstiodPort {
        number: 15014,
        flag: "--monitoringAddr",
        service_port: Some(15014),
        what: Text {
            en: "monitoring",
            zh: "监控",
        },
    },
    IstiodPort {
        number: 15017,
        flag: "--httpsAddr",
        service_port: Some(WEBHOOKS),
        what: Text {
            en: "webhooks",
            zh: "Webhook",
        },
    },
];

/// The Service port at which the API server calls the webhooks.
const WEBHOOKS: i64 = 443;

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let mut is_reported = vec![[false; PORTS.len()]; context.mesh.model.services.len()];
    // One that shares the network of its node with whatever else does.
    let mut on_host = None;
    for (index, workload) in context.mesh.workloads_with_istio() {
        let Some(istiod) = Istiod::of(workload) else {
            continue;
        };
        istiod.report_neighbours(lang, findings);
        if istiod.is_whole {
            istiod.report_services(context, index, &mut is_reported, findings);
        }
        if workload.template.host_network {
            on_host = on_host.or(Some(istiod));
        }
    }
    let Some(istiod) = on_host else {
        return;
    };
    let root = context.settings().root_namespace.as_str();
    for (_, workload) in context.mesh.workloads_with_istio() {
        let is_beside = workload.template.host_network && workload.object.namespace == root;
        if is_beside && !is_istiod(workload) {
            istiod.report_on_host(workload, lang, findings);
        }
    }
}

/// An istiod with the ports on which it listens, in the order of [`PORTS`].
struct Istiod<'t> {
    workload: &'t Workload<'t>,
    numbers: [Option<i64>; PORTS.len()],
    /// Whether its own container is there; a patch has the containers alone that it adds.
    is_whole: bool,
}

impl<'t> Istiod<'t> {
    fn of(workload: &'t Workload<'t>) -> Option<Self> {
        if !is_istiod(workload) {
            return None;
        }
        let containers = &workload.template.containers;
        let discovery = containers.iter().find(|container| is_discovery(container));
        let numbers = PORTS.each_ref().map(|port| match discovery {
            Some(discovery) => listens_on(discovery, port),
            None => Some(port.number),
        });
        Some(Self {
            workload,
            numbers,
            is_whole: discovery.is_some(),
        })
    }

    fn port(&self, number: i64) -> Option<&'static IstiodPort> {
        let at = self.numbers.iter().position(|own| *own == Some(number))?;
        Some(&PORTS[at])
    }

    /// Containers beside istiod's own that declare one of its ports.
    fn report_neighbours(&self, lang: Lang, findings: &mut Findings<'t>) {
        for (container, declared, port) in self.takers(self.workload) {
            let (name, number, what) = (container.name, declared.number, port.what.get(lang));
            let message = say!(lang,
                en: "container `{name}` declares port {number}, which istiod binds in the same pod ({what}): one of the two cannot listen",
                zh: "容器 `{name}` 声明了端口 {number}，该端口由同一 Pod 中的 istiod 占用（{what}）：两者之一将无法监听");
            let help = say!(lang,
                en: "Let the container listen on another port. istiod itself uses 8080, 15010, 15012, 15014 and 15017.",
                zh: "请让该容器监听其他端口。istiod 自身使用 8080、15010、15012、15014 和 15017。");
            let path = declared_path(self.workload, container, declared);
            findings.add(RULE.severity, &self.workload.object, path, message, help);
        }
    }

    /// Containers on the node's network that declare a port of istiod's, which is on that network as well.
    fn report_on_host(&self, workload: &'t Workload<'t>, lang: Lang, findings: &mut Findings<'t>) {
        for (container, declared, port) in self.takers(workload) {
            let (name, number, what) = (container.name, declared.number, port.what.get(lang));
            let istiod = self.workload.object.title();
            let message = say!(lang,
                en: "container `{name}` declares port {number} on the node's network, where {istiod} binds it, too ({what}): the two cannot run on one node",
                zh: "容器 `{name}` 在节点网络上声明了端口 {number}，{istiod} 也在节点网络上占用该端口（{what}）：两者无法在同一节点上运行");
            let help = say!(lang,
                en: "Remove `hostNetwork: true` from one of the two, or let the container listen on another port.",
                zh: "请从两者之一删除 `hostNetwork: true`，或让该容器监听其他端口。");
            let path = declared_path(workload, container, declared);
            let related = say!(lang,
                en: "{istiod} is on the node's network as well",
                zh: "{istiod} 同样使用节点网络");
            findings
                .add(RULE.severity, &workload.object, path, message, help)
                .related(
                    &self.workload.object,
                    self.workload.pod_spec_path().key("hostNetwork"),
                    related,
                );
        }
    }

    /// Containers of a workload, without istiod's own, that declare a port on which istiod listens.
    fn takers<'w>(
        &self,
        workload: &'w Workload<'t>,
    ) -> impl Iterator<
        Item = (
            &'w Container<'t>,
            &'w ContainerPort<'t>,
            &'static IstiodPort,
        ),
    > {
        workload
            .template
            .ports()
            .filter(|(container, declared)| {
                !is_discovery(container) && declared.transport == Transport::Tcp
            })
            .filter_map(|(container, declared)| {
                Some((container, declared, self.port(declared.number)?))
            })
    }

    /// Services that lead from a port of istiod's to something else.
    fn report_services(
        &self,
        context: &Context<'_, 't>,
        index: Index,
        is_reported: &mut [[bool; PORTS.len()]],
        findings: &mut Findings<'t>,
    ) {
        for (service_index, service) in context.mesh.services_of(index) {
            for service_port in &service.ports {
                let of_service = |port: &IstiodPort| port.service_port == Some(service_port.port);
                let Some(at) = PORTS.iter().position(of_service) else {
                    continue;
                };
                let Some(expected) = self.numbers[at] else {
                    continue;
                };
                let target = target_port(service_port, self.workload).map(|target| target.number);
                let is_right = target == Some(expected)
                    || service_port.transport != Transport::Tcp
                    || (service_port.port == WEBHOOKS && !is_called_by_webhooks(service));
                if !is_right && !is_reported[service_index][at] {
                    is_reported[service_index][at] = true;
                    let message = message(
                        context.lang,
                        service,
                        service_port,
                        target,
                        expected,
                        &PORTS[at],
                    );
                    report_service(
                        context.lang,
                        service,
                        service_port,
                        expected,
                        message,
                        findings,
                    );
                }
            }
        }
    }
}

/// Whether a container is istiod's own: by its name in the chart, else by what it runs (`pilot-discovery discovery`).
fn is_discovery(container: &Container<'_>) -> bool {
    const NAME: &str = "discovery";
    let mut words = container.commands.iter().flat_map(|command| &command.words);
    container.name == NAME || words.any(|(_, word)| *word == NAME)
}

/// Where istiod listens: its flag's port, else the default; `None` when the flag switches it off.
fn listens_on(discovery: &Container<'_>, port: &IstiodPort) -> Option<i64> {
    let mut address = None;
    for command in &discovery.commands {
        let words = &command.words;
        for (position, (_, word)) in words.iter().enumerate() {
            match word.strip_prefix(port.flag) {
                Some("") => address = words.get(position + 1).map(|(_, next)| *next),
                Some(rest) => address = rest.strip_prefix('=').or(address),
                None => {}
            }
        }
    }
    match address {
        None => Some(port.number),
        Some(address) => address.rsplit(':').next()?.parse().ok(),
    }
}

/// The chart's Services are `istiod`, `istiod-<revision>` and `istiod-revision-tag-<tag>`; what others do with 443 is
/// their own affair.
fn is_called_by_webhooks(service: &Service<'_>) -> bool {
    let name = service.object.name;
    let Some(suffix) = name.strip_prefix("istiod-") else {
        return name == "istiod";
    };
    let labels = [service.object.labels, service.selector];
    suffix.starts_with("revision-tag-")
        || labels
            .iter()
            .any(|labels| labels.get(REVISION) == Some(suffix))
}

fn declared_path<'t>(
    workload: &Workload<'t>,
    container: &Container<'_>,
    declared: &ContainerPort<'_>,
) -> Path<'t> {
    workload
        .container_path(container)
        .key("ports")
        .index(declared.index)
        .key("containerPort")
}

fn message(
    lang: Lang,
    service: &Service<'_>,
    service_port: &ServicePort<'_>,
    target: Option<i64>,
    expected: i64,
    port: &IstiodPort,
) -> String {
    let (name, number, what) = (service.object.name, service_port.port, port.what.get(lang));
    let place = match target {
        Some(target) => say!(lang,
            en: "leads to port {target} of istiod",
            zh: "指向 istiod 的端口 {target}"),
        None => say!(lang,
            en: "names a target port that istiod does not declare",
            zh: "所用的目标端口名称未在 istiod 中声明"),
    };
    let consequence = match number {
        WEBHOOKS => Text {
            en: "the API server cannot call the webhooks for injection and validation",
            zh: "API Server 无法调用注入和校验 Webhook",
        },
        15014 => Text {
            en: "its metrics cannot be read",
            zh: "无法读取其指标",
        },
        _ => Text {
            en: "proxies cannot connect to it",
            zh: "代理无法与其连接",
        },
    }
    .get(lang);
    say!(lang,
        en: "port {number} of Service `{name}` {place}; istiod serves this ({what}) on {expected}: {consequence}",
        zh: "Service `{name}` 的端口 {number} {place}，而 istiod 在端口 {expected} 上提供该功能（{what}）：{consequence}")
}

fn report_service<'t>(
    lang: Lang,
    service: &Service<'t>,
    service_port: &ServicePort<'_>,
    expected: i64,
    message: String,
    findings: &mut Findings<'t>,
) {
    let help = say!(lang,
        en: "Set `targetPort: {expected}`.",
        zh: "请设置 `targetPort: {expected}`。");
    let item = Path::default()
        .key("spec")
        .key("ports")
        .index(service_port.index);
    let path = item.key(if service_port.target_port.is_some() {
        "targetPort"
    } else {
        "port"
    });
    findings.add(RULE.severity, &service.object, path, message, help);
}
