//! MR504: a pod on the host's network, which the mesh leaves out.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{DATAPLANE_MODE, Membership, NAMESPACE_INJECTION, REVISION, carries_sidecar},
    model::WorkloadKind,
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR504",
    name: "host-network",
    title: Text {
        en: "A pod on the host's network, which the mesh leaves out",
        zh: "使用主机网络的 Pod 不会加入网格",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload, Need::Namespace],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Sidecar Injection Problems",
            url: "https://istio.io/latest/docs/ops/common-problems/injection/",
        },
        Source {
            title: "Istio, pkg/kube/inject/inject.go",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/inject/inject.go",
        },
        Source {
            title: "Istio, cni/pkg/util/podutil.go",
            url: "https://github.com/istio/istio/blob/master/cni/pkg/util/podutil.go",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (_, workload) in context.mesh.workloads() {
        let template = &workload.template;
        if !template.host_network || workload.is_made_by_controller() || carries_sidecar(template) {
            continue;
        }
        let Some(namespace) = context.mesh.namespace(workload.object.namespace) else {
            continue;
        };
        let title = workload.object.title();
        let name = workload.object.namespace;
        let is_pod = workload.kind == WorkloadKind::Pod;
        let (message, opt_out, keys) = match context.mesh.membership_by_labels(workload) {
            Membership::Sidecar(_) => (
                if is_pod {
                    say!(lang,
                        en: "{title} is on the host's network, so it never gets a sidecar, though labels in namespace `{name}` ask for one: its traffic passes by the mesh",
                        zh: "{title} 使用主机网络，因此永远不会注入 Sidecar，尽管命名空间 `{name}` 中的标签要求注入：其流量会绕过网格")
                } else {
                    say!(lang,
                    en: "the pods of {title} are on the host's network, so they never get a sidecar, though labels in namespace `{name}` ask for one: their traffic passes by the mesh",
                    zh: "{title} 的 Pod 使用主机网络，因此永远不会注入 Sidecar，尽管命名空间 `{name}` 中的标签要求注入：其流量会绕过网格")
                },
                "sidecar.istio.io/inject: \"false\"",
                [NAMESPACE_INJECTION, REVISION],
            ),
            Membership::Ambient(_) => (
                if is_pod {
                    say!(lang,
                        en: "{title} is on the host's network, so ztunnel never takes its traffic, though labels in namespace `{name}` put it in the ambient mesh",
                        zh: "{title} 使用主机网络，因此 ztunnel 永远不会接管其流量，尽管命名空间 `{name}` 中的标签要求加入 Ambient 网格")
                } else {
                    say!(lang,
                    en: "the pods of {title} are on the host's network, so ztunnel never takes their traffic, though labels in namespace `{name}` put them in the ambient mesh",
                    zh: "{title} 的 Pod 使用主机网络，因此 ztunnel 永远不会接管其流量，尽管命名空间 `{name}` 中的标签要求加入 Ambient 网格")
                },
                "istio.io/dataplane-mode: none",
                [DATAPLANE_MODE; 2],
            ),
            Membership::Outside => continue,
        };
        let help = say!(lang,
            en: "Remove `hostNetwork` if the pods do not need the network of their node. If they do, set the label `{opt_out}` on the pod template to say that they are meant to stay outside; workloads with STRICT mutual TLS refuse their calls either way.",
            zh: "如果 Pod 不需要节点的网络，请删除 `hostNetwork`。如果需要，请在 Pod 模板上设置标签 `{opt_out}`，表明它们有意不加入网格；无论哪种情况，使用 STRICT 双向 TLS 的工作负载都会拒绝其调用。");
        let path = workload.pod_spec_path().key("hostNetwork");
        let finding = findings.add(RULE.severity, &workload.object, path, message, help);
        let labels = namespace.object.labels;
        if let Some(key) = keys.into_iter().find(|key| labels.get(key).is_some()) {
            let path = Path::default().key("metadata").key("labels").key(key);
            let message = say!(lang, en: "this label asks for it", zh: "此标签要求加入网格");
            finding.related(&namespace.object, path, message);
        }
    }
}
