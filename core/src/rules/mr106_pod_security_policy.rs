//! MR106: a workload whose service account may use no PodSecurityPolicy that lets Istio redirect traffic.

use super::{Context, Findings, Need, Rule, name_list};
use crate::{
    Source,
    i18n::{Text, say},
    manifest::Value,
    mesh::{PolicyUsers, Redirection, Scope},
    model::{Model, PodSecurityPolicy, PodTemplate, WorkloadKind},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR106",
    name: "pod-security-policy",
    title: Text {
        en: "A service account that may use no PodSecurityPolicy that allows istio-init its capabilities",
        zh: "服务账号无权使用任何允许 istio-init 所需权能的 PodSecurityPolicy",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::PodSecurityPolicy],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio 1.19, Application Requirements: Pod requirements",
            url: "https://istio.io/v1.19/docs/ops/deployment/requirements/#pod-requirements",
        },
        Source {
            title: "Istio, manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
            url: "https://github.com/istio/istio/blob/master/manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
        },
        Source {
            title: "Kubernetes 1.24, pkg/security/podsecuritypolicy/capabilities/capabilities.go",
            url: "https://github.com/kubernetes/kubernetes/blob/release-1.24/pkg/security/podsecuritypolicy/capabilities/capabilities.go",
        },
        Source {
            title: "Kubernetes, Using RBAC Authorization: Referring to subjects",
            url: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects",
        },
    ],
    check,
};

/// What istio-init adds.
const CAPABILITIES: [&str; 2] = ["NET_ADMIN", "NET_RAW"];

/// What decides whether an object's pods may be injected where PodSecurityPolicies are in force: the service account
/// of the pods, and the policies of a list that allow what istio-init adds, by name. It may `use` one of those, or the
/// pods are refused. `None` for an object without a pod template.
pub fn redirecting_policies<'t>(
    object: Value<'t>,
    policies: Value<'t>,
) -> Option<(&'t str, Vec<&'t str>)> {
    let model = Model::read_objects(Some(object), None, &[policies], "");
    let account = service_account(&model.workloads.first()?.template);
    let [sufficient, _] = by_capabilities(&model);
    Some((account, sufficient))
}

/// The names of the policies that allow what istio-init adds, and of the others. One policy must allow all of it:
/// Kubernetes does not add policies up.
fn by_capabilities<'t>(model: &Model<'t>) -> [Vec<&'t str>; 2] {
    let policies = model.pod_security_policies.iter();
    let allows =
        |policy: &&PodSecurityPolicy<'_>| CAPABILITIES.iter().all(|one| policy.allows(one));
    let (sufficient, insufficient): (Vec<_>, Vec<_>) = policies.partition(allows);
    [sufficient, insufficient]
        .map(|policies| policies.iter().map(|policy| policy.object.name).collect())
}

fn service_account<'t>(template: &PodTemplate<'t>) -> &'t str {
    template.service_account.unwrap_or("default")
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    // Istio CNI redirects from outside of the pod.
    if context.settings().cni {
        return;
    }
    let lang = context.lang;
    let model = context.mesh.model;
    let [sufficient, insufficient] = by_capabilities(model);
    let users = PolicyUsers::new(model, &insufficient);
    let names: Vec<String> = sufficient.iter().map(|name| format!("`{name}`")).collect();
    let names = name_list(&names, lang);
    for (index, workload) in context.mesh.sidecar_workloads() {
        let template = &workload.template;
        let namespace = workload.object.namespace;
        let account = service_account(template);
        let may_use = match context.mesh.scope {
            Scope::Manifests => users.may_include(namespace, account),
            // The cluster was asked for the pods of the request alone.
            Scope::Cluster(known) => {
                known.policy_use != Some(false) || !context.mesh.is_requested(&workload.object)
            }
        };
        // Pods of a controller that was not given were admitted.
        if workload.is_made_by_controller()
            || Redirection::of(template) != Redirection::Envoy
            || is_redirected_already(template)
            || may_use
        {
            continue;
        }
        let title = workload.object.title();
        let message = if context.is_cluster() && sufficient.is_empty() {
            say!(lang,
                en: "no PodSecurityPolicy of the cluster allows both `NET_ADMIN` and `NET_RAW`, so service account `{account}` of namespace `{namespace}` may use none that does: the API server refuses the pods of {title}, into which Istio injects `istio-init`",
                zh: "集群中没有任何 PodSecurityPolicy 同时允许 `NET_ADMIN` 和 `NET_RAW`，因此命名空间 `{namespace}` 的服务账号 `{account}` 没有可用的策略：{title} 的 Pod 会被注入 `istio-init`，因而被 API 服务器拒绝")
        } else if context.is_cluster() {
            say!(lang,
                en: "service account `{account}` of namespace `{namespace}` may not use a PodSecurityPolicy that allows both `NET_ADMIN` and `NET_RAW` ({names}): the API server refuses the pods of {title}, into which Istio injects `istio-init`",
                zh: "命名空间 `{namespace}` 的服务账号 `{account}` 无权使用同时允许 `NET_ADMIN` 和 `NET_RAW` 的 PodSecurityPolicy（{names}）：{title} 的 Pod 会被注入 `istio-init`，因而被 API 服务器拒绝")
        } else if sufficient.is_empty() {
            say!(lang,
                en: "no PodSecurityPolicy among the manifests allows both `NET_ADMIN` and `NET_RAW`, so service account `{account}` of namespace `{namespace}` may use none that does: the API server refuses the pods of {title}, into which Istio injects `istio-init`",
                zh: "清单中没有任何 PodSecurityPolicy 同时允许 `NET_ADMIN` 和 `NET_RAW`，因此命名空间 `{namespace}` 的服务账号 `{account}` 没有可用的策略：{title} 的 Pod 会被注入 `istio-init`，因而被 API 服务器拒绝")
        } else {
            say!(lang,
                en: "no binding among the manifests lets service account `{account}` of namespace `{namespace}` use a PodSecurityPolicy that allows both `NET_ADMIN` and `NET_RAW` ({names}): the API server refuses the pods of {title}, into which Istio injects `istio-init`",
                zh: "清单中没有任何绑定允许命名空间 `{namespace}` 的服务账号 `{account}` 使用同时允许 `NET_ADMIN` 和 `NET_RAW` 的 PodSecurityPolicy（{names}）：{title} 的 Pod 会被注入 `istio-init`，因而被 API 服务器拒绝")
        };
        let creator = if workload.kind == WorkloadKind::Pod {
            say!(lang,
                en: "The pod is admitted all the same if whoever creates it may use such a policy.",
                zh: "如果创建该 Pod 的用户有权使用这样的策略，Pod 仍会被接纳。")
        } else {
            say!(lang,
                en: "Pods are admitted all the same if the controller that creates them may use such a policy, which is no substitute: it then holds for every namespace.",
                zh: "如果创建 Pod 的控制器有权使用这样的策略，Pod 仍会被接纳，但不应以此代替：那样会对所有命名空间生效。")
        };
        let assumption = context.assumption(index, workload);
        let help = say!(lang,
            en: "Allow both capabilities in one PodSecurityPolicy, and bind a Role with the verb `use` on it to service account `{account}`. Or install Istio CNI, which needs no capabilities in the pod, and set `cni: true` here. {creator}{assumption}",
            zh: "请在同一个 PodSecurityPolicy 中允许这两项权能，并将对其具有 `use` 动词的 Role 绑定到服务账号 `{account}`。也可安装无需 Pod 具备这些权能的 Istio CNI，并在此设置 `cni: true`。{creator}{assumption}");
        let path = workload.pod_spec_path().key("serviceAccountName");
        let finding = findings.add(RULE.severity, &workload.object, path, message, help);
        if sufficient.is_empty()
            && let [policy] = &model.pod_security_policies[..]
        {
            let name = policy.object.name;
            finding.related(
                &policy.object,
                Path::default().key("spec").key("allowedCapabilities"),
                say!(lang,
                    en: "what PodSecurityPolicy `{name}` allows",
                    zh: "PodSecurityPolicy `{name}` 所允许的权能"),
            );
        }
    }
}

/// Whether the proxy came without istio-init: injected where Istio CNI sets up redirection.
fn is_redirected_already(template: &PodTemplate<'_>) -> bool {
    let has = |name| template.containers.iter().any(|one| one.name == name);
    has("istio-validation") && !has("istio-init")
}
