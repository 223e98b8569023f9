//! MR205: a NetworkPolicy that keeps sidecars from istiod.

use super::{Context, Findings, Need, Rule, name_list};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Blockade, Direction, Index, Pods, is_istiod},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR205",
    name: "control-plane-unreachable",
    title: Text {
        en: "A NetworkPolicy that keeps sidecars from istiod",
        zh: "NetworkPolicy 阻断了 Sidecar 与 istiod 的连接",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::NetworkPolicy],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Ports used by Istio",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
        },
        Source {
            title: "Istio, NetworkPolicy",
            url: "https://istio.io/latest/docs/setup/additional-setup/network-policy/",
        },
        Source {
            title: "Kubernetes, Network Policies",
            url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
        },
    ],
    check,
};

/// Where istiod serves configuration and certificates.
const XDS: i64 = 15012;

/// Where istiod serves the webhooks that the API server calls.
const WEBHOOKS: i64 = 15017;

/// What the chart calls those ports.
const PORT_NAMES: [(&str, i64); 2] = [("tls-xds", XDS), ("https-webhooks", WEBHOOKS)];

/// Labels that the chart gives to istiod, without a revision and with one.
const LABELS: [[(&str, &str); 3]; 2] = [
    [
        ("app", "istiod"),
        ("istio", "pilot"),
        ("app.kubernetes.io/name", "istiod"),
    ],
    [
        ("app", "istiod"),
        ("istio", "istiod"),
        ("app.kubernetes.io/name", "istiod"),
    ],
];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let istiods: Vec<Index> = context
        .mesh
        .workloads_with_istio()
        .filter(|(_, workload)| is_istiod(workload))
        .map(|(index, _)| index)
        .collect();
    check_egress(context, &istiods, findings);
    check_ingress(context, &istiods, findings);
}

/// Sidecars whose connections to istiod are dropped where they leave.
fn check_egress<'t>(context: &Context<'_, 't>, istiods: &[Index], findings: &mut Findings<'t>) {
    let (mesh, lang) = (context.mesh, context.lang);
    let root = context.settings().root_namespace.as_str();
    let pods: Vec<Pods<'_>> = if istiods.is_empty() {
        let assumed = LABELS.iter();
        assumed
            .map(|labels| mesh.assumed_pods(root, labels))
            .collect()
    } else {
        istiods
            .iter()
            .map(|istiod| mesh.pods_of(&mesh.model.workloads[*istiod]))
            .collect()
    };
    let is_named = |name: &str| calls_port(context, istiods, XDS, name);
    let policies = mesh.model.network_policies.iter();
    let admits: Vec<bool> = policies
        .map(|policy| {
            let rules = policy.egress.iter().flat_map(|admitted| &admitted.rules);
            let namespace = policy.object.namespace;
            rules.into_iter().any(|rule| {
                pods.iter()
                    .any(|pods| pods.may_pass(rule, namespace, XDS, &is_named))
            })
        })
        .collect();
    // Proxies that are told of another control plane do not need this one.
    let is_default = |annotation: Option<&str>| {
        !annotation.is_some_and(|config| config.contains("discoveryAddress"))
    };
    let workloads: Vec<Index> = mesh
        .sidecar_workloads()
        .filter(|(_, workload)| {
            is_default(workload.template.annotations.get("proxy.istio.io/config"))
        })
        .map(|(index, _)| index)
        .collect();
    for blockade in mesh.blockades(Direction::Egress, &workloads, &|_| false, &|_, policy| {
        admits[policy]
    }) {
        let policy = mesh.model.network_policies[blockade.policy].object.name;
        let names = titles(context, &blockade);
        let message = say!(lang,
            en: "NetworkPolicy `{policy}` lets no traffic from the pods of {names} reach istiod on TCP 15012: their proxies get neither certificates nor configuration and never become ready",
            zh: "NetworkPolicy `{policy}` 不允许 {names} 的 Pod 访问 istiod 的 TCP 15012：其代理无法获得证书和配置，永远不会就绪");
        let first = blockade.workloads[0];
        let assumption = context.assumption(first, &mesh.model.workloads[first]);
        let istiod = assumed_istiod(context, istiods);
        let help = say!(lang,
            en: "Admit egress to TCP 15012 of the pods `app: istiod` in namespace `{root}`, here or in a policy of its own: policies for the same pods add up.{istiod}{assumption}",
            zh: "请允许到命名空间 `{root}` 中 Pod `app: istiod` 的 TCP 15012 的出站流量，可写在此处或单独的策略中：作用于同一 Pod 的策略会累加。{istiod}{assumption}");
        report(
            context,
            Direction::Egress,
            &blockade,
            message,
            help,
            findings,
        );
    }
}

/// istiods to which connections are dropped where they arrive.
fn check_ingress<'t>(context: &Context<'_, 't>, istiods: &[Index], findings: &mut Findings<'t>) {
    let (mesh, lang) = (context.mesh, context.lang);
    let policies = &mesh.model.network_policies;
    let covers = |policy: Index, port: i64, is_named: &dyn Fn(&str) -> bool| {
        let rules = policies[policy].ingress.iter();
        rules
            .flat_map(|admitted| &admitted.rules)
            .any(|rule| rule.covers(port, is_named))
    };
    // Ports that nothing reaches, by the policies that see to it.
    let mut closed: Vec<(Blockade, Vec<i64>)> = Vec::new();
    for port in [XDS, WEBHOOKS] {
        let blockades = if istiods.is_empty() {
            let is_named = |name: &str| calls_port(context, istiods, port, name);
            let selecting = selecting_assumed(context);
            let admits = |policy| covers(policy, port, &is_named);
            let blockade = mesh.blockade(Direction::Ingress, &selecting, &admits);
            blockade.into_iter().collect()
        } else {
            mesh.blockades(Direction::Ingress, istiods, &|_| true, &|istiod, policy| {
                let istiod = &mesh.model.workloads[istiod];
                covers(policy, port, &|name| istiod.calls_port(port, name))
            })
        };
        for blockade in blockades {
            match closed.iter_mut().find(|(known, _)| *known == blockade) {
                Some((_, ports)) => ports.push(port),
                None => closed.push((blockade, vec![port])),
            }
        }
    }
    for (blockade, ports) in closed {
        let policy = policies[blockade.policy].object.name;
        let names = if istiods.is_empty() {
            "istiod".to_owned()
        } else {
            titles(context, &blockade)
        };
        let message = message_of_ingress(lang, policy, &names, &ports);
        let istiod = assumed_istiod(context, istiods);
        let help = say!(lang,
            en: "Admit ingress to TCP 15012 from every namespace of the mesh, and to TCP 15017 from anywhere, since the API server is no pod; here or in a policy of its own: policies for the same pods add up.{istiod}",
            zh: "请允许来自网格中各命名空间的 TCP 15012 入站流量，以及来自任意来源的 TCP 15017 入站流量（API Server 不是 Pod）；可写在此处或单独的策略中：作用于同一 Pod 的策略会累加。{istiod}");
        report(
            context,
            Direction::Ingress,
            &blockade,
            message,
            help,
            findings,
        );
    }
}

fn message_of_ingress(lang: Lang, policy: &str, names: &str, ports: &[i64]) -> String {
    match ports {
        [XDS] => say!(lang,
            en: "NetworkPolicy `{policy}` lets nothing reach {names} on TCP 15012: proxies get neither certificates nor configuration from it",
            zh: "NetworkPolicy `{policy}` 不允许任何流量到达 {names} 的 TCP 15012：代理无法从中获得证书和配置"),
        [WEBHOOKS] => say!(lang,
            en: "NetworkPolicy `{policy}` lets nothing reach {names} on TCP 15017: the API server cannot call the webhooks, and new pods of the mesh are refused",
            zh: "NetworkPolicy `{policy}` 不允许任何流量到达 {names} 的 TCP 15017：API Server 无法调用 Webhook，网格中的新 Pod 会被拒绝"),
        _ => say!(lang,
            en: "NetworkPolicy `{policy}` lets nothing reach {names} on TCP 15012 and 15017: proxies get neither certificates nor configuration, and the API server cannot call the webhooks, so that new pods of the mesh are refused",
            zh: "NetworkPolicy `{policy}` 不允许任何流量到达 {names} 的 TCP 15012 和 15017：代理无法获得证书和配置，API Server 也无法调用 Webhook，网格中的新 Pod 会被拒绝"),
    }
}

/// Policies that select istiod as the chart makes it without a revision.
fn selecting_assumed(context: &Context<'_, '_>) -> Vec<Index> {
    let root = context.settings().root_namespace.as_str();
    let [labels, _] = &LABELS;
    let label = |key: &str| {
        let found = labels.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| *value)
    };
    let policies = context.mesh.model.network_policies.iter().enumerate();
    policies
        .filter(|(_, policy)| policy.object.namespace == root && policy.selector.matches(&label))
        .map(|(index, _)| index)
        .collect()
}

/// Whether istiod's pods call a port by a name.
fn calls_port(context: &Context<'_, '_>, istiods: &[Index], port: i64, name: &str) -> bool {
    let workloads = &context.mesh.model.workloads;
    if istiods.is_empty() {
        return PORT_NAMES.contains(&(name, port));
    }
    istiods
        .iter()
        .any(|istiod| workloads[*istiod].calls_port(port, name))
}

/// A sentence on what istiod is taken for, with a space before it; empty when it was given.
fn assumed_istiod(context: &Context<'_, '_>, istiods: &[Index]) -> String {
    if !istiods.is_empty() {
        return String::new();
    }
    let root = &context.settings().root_namespace;
    if context.is_cluster() {
        return say!(context.lang,
            en: " The labels of istiod are not looked up; it is taken to run in `{root}` with those of Istio's chart.",
            zh: "此处不查询 istiod 的标签，假定它运行在 `{root}` 中，并带有 Istio Chart 的标签。");
    }
    say!(context.lang,
        en: " istiod was not given; it is taken to run in `{root}` with the labels of Istio's chart.",
        zh: "未提供 istiod，因此假定它运行在 `{root}` 中，并带有 Istio Chart 的标签。")
}

/// The workloads whose traffic is dropped, for a sentence.
pub(super) fn titles(context: &Context<'_, '_>, blockade: &Blockade) -> String {
    let workloads = blockade.workloads.iter();
    let titles: Vec<String> = workloads
        .map(|workload| context.mesh.model.workloads[*workload].object.title())
        .collect();
    name_list(&titles, context.lang)
}

/// Reports policies that drop traffic at the one to speak of, the others being related.
pub(super) fn report<'t>(
    context: &Context<'_, 't>,
    direction: Direction,
    blockade: &Blockade,
    message: String,
    help: String,
    findings: &mut Findings<'t>,
) {
    let policies = &context.mesh.model.network_policies;
    let place = |policy: Index| {
        let admitted = policies[policy].admitted(direction);
        admitted.map_or_else(Path::default, |admitted| admitted.path.clone())
    };
    let object = &policies[blockade.policy].object;
    let finding = findings.add(
        Severity::Warning,
        object,
        place(blockade.policy),
        message,
        help,
    );
    for other in &blockade.others {
        let object = &policies[*other].object;
        let name = object.name;
        let message = say!(context.lang,
            en: "NetworkPolicy `{name}` does not admit it either",
            zh: "NetworkPolicy `{name}` 同样不允许该流量");
        finding.related(object, place(*other), message);
    }
}
