//! MR507: a DNS policy with which the proxy may not find istiod.

use super::{Context, Findings, Need, Repair, Rule};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    manifest::Value,
    model::{Workload, WorkloadKind},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR507",
    name: "dns-policy",
    title: Text {
        en: "A DNS policy with which the proxy may not find istiod",
        zh: "DNS 策略可能使代理找不到 istiod",
    },
    severity: Severity::Info,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Kubernetes, DNS for Services and Pods: Pod's DNS Policy",
            url: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
        },
        Source {
            title: "Istio, pkg/kube/inject/webhook.go: checkPreconditions",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/inject/webhook.go",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (index, workload) in context.mesh.sidecar_workloads() {
        if workload.is_made_by_controller() {
            continue;
        }
        let root_namespace = &context.settings().root_namespace;
        if finds_istiod_otherwise(workload, root_namespace) {
            continue;
        }
        let title = workload.object.title();
        let pods = if workload.kind == WorkloadKind::Pod {
            title
        } else {
            say!(lang, en: "the pods of {title}", zh: "{title} 的 Pod")
        };
        let asks = match (workload.kind, lang) {
            (WorkloadKind::Pod, Lang::En) => "asks the name servers of its node",
            _ => "ask the name servers of their node",
        };
        let resolves = match (workload.kind, lang) {
            (WorkloadKind::Pod, Lang::En) => "resolves",
            _ => "resolve",
        };
        // `ClusterFirstWithHostNet` is `ClusterFirst` to pods with a network of their own.
        let message = match workload.template.dns_policy {
            Some("Default") => say!(lang,
                en: "with `dnsPolicy: Default` {pods} {asks}, which as a rule know no Services: the proxy may not find `istiod.{root_namespace}.svc`, and then it never becomes ready",
                zh: "`dnsPolicy: Default` 使 {pods} 使用节点的域名服务器，它们通常无法解析 Service：代理可能找不到 `istiod.{root_namespace}.svc`，从而一直无法就绪"),
            Some("None") if !searches_cluster(workload.object.root) => say!(lang,
                en: "with `dnsPolicy: None` {pods} {resolves} names by `dnsConfig` alone, and it does not search the domain of the cluster: the proxy may not find `istiod.{root_namespace}.svc`, and then it never becomes ready",
                zh: "`dnsPolicy: None` 使 {pods} 仅按 `dnsConfig` 解析域名，而其中没有搜索集群域：代理可能找不到 `istiod.{root_namespace}.svc`，从而一直无法就绪"),
            _ => continue,
        };
        let assumption = context.assumption(index, workload);
        let help = say!(lang,
            en: "Remove `dnsPolicy`, so that the cluster's DNS answers first and hands on what it does not know. With `None`, name the cluster's DNS server in `dnsConfig.nameservers` and its domain, such as `cluster.local`, in `dnsConfig.searches`.{assumption}",
            zh: "请删除 `dnsPolicy`，由集群 DNS 优先解析并转发其不认识的域名。若使用 `None`，请在 `dnsConfig.nameservers` 中写明集群的 DNS 服务器，并在 `dnsConfig.searches` 中写明集群域（例如 `cluster.local`）。{assumption}");
        let path = workload.pod_spec_path().key("dnsPolicy");
        // The application's names are resolved elsewhere from then on.
        let repair = Repair::offered(say!(lang, en: "Remove `dnsPolicy`", zh: "删除 `dnsPolicy`"))
            .remove(path.clone());
        findings
            .add(RULE.severity, &workload.object, path, message, help)
            .repair(repair);
    }
}

/// Whether the proxy asks no name server of the cluster for istiod: its configuration names another host, or the pod
/// knows istiod's address.
fn finds_istiod_otherwise(workload: &Workload<'_>, root_namespace: &str) -> bool {
    let config = workload.template.annotations.get("proxy.istio.io/config");
    let address = config.unwrap_or_default().split_once("discoveryAddress");
    let address = address.map_or("", |(_, after)| {
        let after = after.trim_start_matches(['"', '\'', ':', ' ']);
        let end = after.find(|char: char| char.is_whitespace() || "\"',}:".contains(char));
        &after[..end.unwrap_or(after.len())]
    });
    let is_outside = !address.is_empty() && !address.split('.').any(|label| label == "svc");
    let istiod = format!("istiod.{root_namespace}.svc");
    let aliases = pod_spec(workload.object.root).and_then(|spec| spec.get("hostAliases"));
    let mut names = aliases
        .into_iter()
        .flat_map(Value::items)
        .filter_map(|alias| alias.get("hostnames"))
        .flat_map(Value::items)
        .filter_map(Value::text);
    is_outside || names.any(|name| name == istiod)
}

/// Whether the `dnsConfig` of the pods that an object makes searches the cluster's domain: the usual one, or another
/// in which Services are searched, too.
fn searches_cluster(object: Value<'_>) -> bool {
    let searches = pod_spec(object)
        .and_then(|spec| spec.get("dnsConfig")?.get("searches"))
        .into_iter()
        .flat_map(Value::items)
        .filter_map(Value::text)
        .map(|domain| domain.trim_end_matches('.'));
    searches.clone().any(|domain| {
        let is_domain_of = |other: &str| other.strip_prefix("svc.") == Some(domain);
        domain == "cluster.local" || searches.clone().any(is_domain_of)
    })
}

/// The innermost `spec`, which is the pod's: a CronJob's job template and a controller's pod template hold the next.
pub(super) fn pod_spec(object: Value<'_>) -> Option<Value<'_>> {
    let spec = object.get("spec")?;
    match spec.get("jobTemplate").or_else(|| spec.get("template")) {
        Some(template) => pod_spec(template),
        None => Some(spec),
    }
}
