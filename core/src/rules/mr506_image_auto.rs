//! MR506: an image that only injection replaces, in a pod that is not injected.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    manifest::Value,
    mesh::KeptOut,
    model::{Workload, WorkloadKind},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR506",
    name: "image-auto",
    title: Text {
        en: "An image that only injection replaces, in a pod that is not injected",
        zh: "只有注入才会替换的镜像出现在不会被注入的 Pod 中",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload],
    istioctl: &["IST0146", "IST0147"],
    sources: &[
        Source {
            title: "Istio, Installing Gateways: Deploying a gateway",
            url: "https://istio.io/latest/docs/setup/additional-setup/gateway/#deploying-a-gateway",
        },
        Source {
            title: "Istio, Configuration analysis: ImageAutoWithoutInjectionError",
            url: "https://istio.io/latest/docs/reference/config/analysis/ist0146/",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (_, workload) in context.mesh.workloads_with_istio() {
        if workload.is_made_by_controller() {
            continue;
        }
        // Injection happens when a Pod is created, and never to one that exists.
        let status = workload.object.root.get("status");
        let exists = workload.kind == WorkloadKind::Pod
            && status.is_some_and(|status| Value::entries(status).next().is_some());
        let kept_out = context.mesh.injection(workload).err();
        let reason = match kept_out {
            _ if exists => say!(lang,
                en: "the Pod was created without injection",
                zh: "该 Pod 创建时未经注入"),
            Some(kept_out) => reason(context, workload, kept_out),
            None => continue,
        };
        let severity = if workload.kind == WorkloadKind::Pod {
            Severity::Error
        } else {
            Severity::Warning
        };
        // Injection merges containers by name, and these are the names that it knows.
        let containers = workload.template.containers.iter();
        for container in containers.filter(|found| found.is_istio() && found.image == Some("auto"))
        {
            let name = container.name;
            let title = workload.object.title();
            let message = say!(lang,
                en: "only injection replaces the image `auto` of container `{name}` of {title}, and {reason}: the node tries to pull an image named `auto`, and the pod does not start",
                zh: "{title} 的容器 `{name}` 的镜像 `auto` 只有注入才会替换，而{reason}：节点会尝试拉取名为 `auto` 的镜像，Pod 无法启动");
            let help = if exists {
                say!(lang,
                    en: "Delete the Pod and create it again once its labels or those of its namespace ask for injection.",
                    zh: "请在 Pod 或其命名空间的标签要求注入之后，删除并重新创建该 Pod。")
            } else {
                help(kept_out, lang)
            };
            let path = workload.container_path(container).key("image");
            findings.add(severity, &workload.object, path, message, help);
        }
    }
}

/// Why a workload's pods are not injected, as the end of a sentence.
fn reason(context: &Context<'_, '_>, workload: &Workload<'_>, kept_out: KeptOut) -> String {
    let lang = context.lang;
    let namespace = workload.object.namespace;
    match kept_out {
        KeptOut::HostNetwork => say!(lang,
            en: "pods on the host's network are never injected",
            zh: "使用主机网络的 Pod 永远不会被注入"),
        KeptOut::SystemNamespace => say!(lang,
            en: "namespace `{namespace}` is never injected",
            zh: "命名空间 `{namespace}` 永远不会被注入"),
        KeptOut::OptsOut => say!(lang,
            en: "`sidecar.istio.io/inject` of the pod template opts out of it",
            zh: " Pod 模板的 `sidecar.istio.io/inject` 选择了不注入"),
        KeptOut::NamespaceOptsOut => say!(lang,
            en: "the label `istio-injection` of Namespace `{namespace}` opts out of it",
            zh: "命名空间 `{namespace}` 的标签 `istio-injection` 选择了不注入"),
        KeptOut::NotAsked => say!(lang,
            en: "no label of the pods or of Namespace `{namespace}` asks for it",
            zh: " Pod 和命名空间 `{namespace}` 都没有要求注入的标签"),
        KeptOut::NamespaceUnseen if context.is_cluster() => say!(lang,
            en: "no label of the pods asks for it (the labels of Namespace `{namespace}` are not known and are taken not to ask either)",
            zh: " Pod 没有要求注入的标签（不了解命名空间 `{namespace}` 的标签，按未要求注入处理）"),
        KeptOut::NamespaceUnseen => say!(lang,
            en: "no label of the pods asks for it (Namespace `{namespace}` was not given and is taken not to ask either)",
            zh: " Pod 没有要求注入的标签（未提供命名空间 `{namespace}`，按未要求注入处理）"),
    }
}

fn help(kept_out: Option<KeptOut>, lang: Lang) -> String {
    match kept_out {
        Some(KeptOut::HostNetwork) => say!(lang,
            en: "Remove `hostNetwork`, or name the image of the proxy.",
            zh: "请删除 `hostNetwork`，或写明代理的镜像。"),
        Some(KeptOut::SystemNamespace) => say!(lang,
            en: "Run it in another namespace.",
            zh: "请在其他命名空间中运行。"),
        Some(KeptOut::OptsOut) => say!(lang,
            en: "Set the label `sidecar.istio.io/inject: \"true\"` on the pod template, and remove the annotation of the same name.",
            zh: "请在 Pod 模板上设置标签 `sidecar.istio.io/inject: \"true\"`，并删除同名注解。"),
        Some(KeptOut::NamespaceOptsOut) => say!(lang,
            en: "Set the namespace's label to `istio-injection: enabled`, or remove it and set the label `sidecar.istio.io/inject: \"true\"` on the pod template.",
            zh: "请将命名空间的标签改为 `istio-injection: enabled`，或删除该标签并在 Pod 模板上设置标签 `sidecar.istio.io/inject: \"true\"`。"),
        _ => say!(lang,
            en: "Set the label `sidecar.istio.io/inject: \"true\"` on the pod template, or label the namespace `istio-injection: enabled`.",
            zh: "请在 Pod 模板上设置标签 `sidecar.istio.io/inject: \"true\"`，或为命名空间添加标签 `istio-injection: enabled`。"),
    }
}
