//! MR206: a NetworkPolicy that keeps out the tunnel of ambient mode.

use super::{
    Context, Findings, Need, Rule,
    mr205_control_plane_unreachable::{report, titles},
};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Direction, Index, Membership, Redirection},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR206",
    name: "hbone-blocked",
    title: Text {
        en: "A NetworkPolicy that keeps out the tunnel of ambient mode",
        zh: "NetworkPolicy 阻断了 Ambient 模式的隧道",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload, Need::NetworkPolicy],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Ambient and Kubernetes NetworkPolicy",
            url: "https://istio.io/latest/docs/ambient/usage/networkpolicy/",
        },
        Source {
            title: "Kubernetes, Network Policies",
            url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
        },
    ],
    check,
};

/// Where HBONE arrives.
const HBONE: i64 = 15008;

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let (mesh, lang) = (context.mesh, context.lang);
    let mut ambient: Vec<Index> = Vec::new();
    let mut sidecar: Vec<Index> = Vec::new();
    for (index, workload) in mesh.workloads() {
        match mesh.membership(index) {
            Membership::Ambient(_) => ambient.push(index),
            // gRPC without a proxy knows no tunnel.
            Membership::Sidecar(_)
                if Redirection::of(&workload.template) != Redirection::AgentOnly =>
            {
                sidecar.push(index);
            }
            _ => {}
        }
    }
    let mut namespaces = mesh.model.namespaces.iter();
    let has_ambient_client = !ambient.is_empty()
        || namespaces.any(|namespace| {
            namespace.object.labels.get("istio.io/dataplane-mode") == Some("ambient")
        });
    if !has_ambient_client {
        return;
    }
    let policies = &mesh.model.network_policies;
    let admits = |workload: Index, policy: Index| {
        let workload = &mesh.model.workloads[workload];
        let mut rules = policies[policy]
            .ingress
            .iter()
            .flat_map(|admitted| &admitted.rules);
        rules.any(|rule| {
            rule.may_concern_pods() && rule.covers(HBONE, &|name| workload.calls_port(HBONE, name))
        })
    };
    // By the name of a port a policy means those that have it.
    let has_port = |workload: Index| {
        let mut ports = mesh.model.workloads[workload].template.ports();
        ports.any(|(_, port)| port.number == HBONE)
    };
    for (workloads, is_ambient) in [(ambient, true), (sidecar, false)] {
        for blockade in mesh.blockades(Direction::Ingress, &workloads, &has_port, &admits) {
            let policy = policies[blockade.policy].object.name;
            let names = titles(context, &blockade);
            let message = if is_ambient {
                say!(lang,
                    en: "NetworkPolicy `{policy}` lets nothing reach the pods of {names} on TCP 15008, where all traffic from the mesh arrives (HBONE): it is dropped, whatever port it is meant for",
                    zh: "NetworkPolicy `{policy}` 不允许任何流量到达 {names} 的 Pod 的 TCP 15008，而来自网格的流量都经由该端口（HBONE）到达：无论目标端口是什么，都会被丢弃")
            } else {
                say!(lang,
                    en: "NetworkPolicy `{policy}` lets nothing reach the pods of {names} on TCP 15008, where traffic from ambient workloads arrives at a sidecar that accepts HBONE: it is dropped, whatever port it is meant for",
                    zh: "NetworkPolicy `{policy}` 不允许任何流量到达 {names} 的 Pod 的 TCP 15008，而 Sidecar 接受 HBONE 时，来自 Ambient 工作负载的流量经由该端口到达：无论目标端口是什么，都会被丢弃")
            };
            let first = blockade.workloads[0];
            let assumption = context.assumption(first, &mesh.model.workloads[first]);
            let help = say!(lang,
                en: "Admit ingress to TCP 15008 from the pods that may call, beside the ports of the application; here or in a policy of its own: policies for the same pods add up.{assumption}",
                zh: "除应用的端口外，请允许来自调用方 Pod 的 TCP 15008 入站流量；可写在此处或单独的策略中：作用于同一 Pod 的策略会累加。{assumption}");
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
}
