//! MR105: a namespace whose Pod Security Standard refuses the injected containers.

use super::{Context, Findings, Need, Rule, name_list};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::interception_mode,
    model::Workload,
    path::Path,
    report::Severity,
    settings::DataPlane,
};
pub(super) static RULE: Rule = Rule {
    id: "MR105",
    name: "pod-security-admission",
    title: Text {
        en: "A Pod Security Standard that refuses the injected containers",
        zh: "Pod 安全标准会拒绝注入的容器",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Namespace],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Pod Security Admission",
            url: "https://istio.io/latest/docs/setup/additional-setup/pod-security-admission/",
        },
        Source {
            title: "Kubernetes, Pod Security Standards",
            url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
        },
        Source {
            title: "Istio issue 54968: istio-init refused by the baseline standard",
            url: "https://github.com/istio/istio/issues/54968",
        },
    ],
    check,
};

/// Labels of the admission controller, and whether they refuse or only report.
const LABELS: [(&str, bool); 3] = [
    ("pod-security.kubernetes.io/enforce", true),
    ("pod-security.kubernetes.io/audit", false),
    ("pod-security.kubernetes.io/warn", false),
];

/// What of an injected pod a standard does not allow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// istio-init adds `NET_ADMIN` and `NET_RAW`.
    Init,
    /// The proxy adds `NET_ADMIN` for transparent interception.
    Tproxy,
    /// The injected containers have no seccomp profile.
    Seccomp,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for namespace in &context.mesh.model.namespaces {
        let object = &namespace.object;
        // What one label refuses need not be reported by the next one.
        let mut reported = Vec::new();
        for (label, refuses) in LABELS {
            let Some(standard @ ("baseline" | "restricted")) = object.labels.get(label) else {
                continue;
            };
            for cause in [Cause::Init, Cause::Tproxy, Cause::Seccomp] {
                let refused: Vec<String> = context
                    .mesh
                    .sidecar_workloads_in(object.name)
                    .filter(|workload| {
                        cause_of(workload, standard, context.settings().cni) == Some(cause)
                    })
                    .map(|workload| workload.object.title())
                    .collect();
                if refused.is_empty() || reported.contains(&cause) {
                    continue;
                }
                reported.push(cause);
                let names = name_list(&refused, lang);
                let severity = if refuses {
                    RULE.severity
                } else {
                    Severity::Info
                };
                let path = Path::default().key("metadata").key("labels").key(label);
                let (message, help) = texts(lang, refuses, standard, &names, cause);
                findings.add(severity, object, path, message, help);
            }
        }
    }
}

fn cause_of(workload: &Workload<'_>, standard: &str, cni: bool) -> Option<Cause> {
    let mode = interception_mode(&workload.template);
    if mode == Some("TPROXY") {
        return Some(Cause::Tproxy);
    }
    // Without redirection there is no istio-init.
    if !cni && mode != Some("NONE") {
        return Some(Cause::Init);
    }
    (standard == "restricted" && !workload.template.has_seccomp_profile).then_some(Cause::Seccomp)
}

fn texts(lang: Lang, refuses: bool, standard: &str, names: &str, cause: Cause) -> (String, String) {
    let reason = match cause {
        Cause::Init => Text {
            en: "istio-init needs NET_ADMIN and NET_RAW",
            zh: "istio-init 需要 NET_ADMIN 和 NET_RAW",
        },
        Cause::Tproxy => Text {
            en: "with interceptionMode TPROXY the proxy needs NET_ADMIN",
            zh: "interceptionMode 为 TPROXY 时代理需要 NET_ADMIN",
        },
        Cause::Seccomp => Text {
            en: "the injected containers have no seccomp profile unless the pod has one",
            zh: "若 Pod 未设置 seccomp 配置，注入的容器也没有",
        },
    }
    .get(lang);
    let message = if refuses {
        say!(lang,
            en: "the `{standard}` Pod Security Standard refuses the pods of {names}: {reason}",
            zh: "`{standard}` Pod 安全标准会拒绝 {names} 的 Pod：{reason}")
    } else {
        say!(lang,
            en: "the `{standard}` Pod Security Standard reports the pods of {names}: {reason}",
            zh: "`{standard}` Pod 安全标准会报告 {names} 的 Pod：{reason}")
    };
    let help = match cause {
        Cause::Init if !refuses => say!(lang,
            en: "Install Istio CNI, which sets up redirection outside of the pod, and set `cni: true` here.",
            zh: "请安装 Istio CNI（在 Pod 之外设置流量重定向）并在此设置 `cni: true`。"),
        Cause::Init => say!(lang,
            en: "Install Istio CNI, which sets up redirection outside of the pod, and set `cni: true` here; or label the namespace `privileged`.",
            zh: "请安装 Istio CNI（在 Pod 之外设置流量重定向）并在此设置 `cni: true`；或将命名空间标记为 `privileged`。"),
        Cause::Tproxy => say!(lang,
            en: "Remove the annotation `sidecar.istio.io/interceptionMode`, or label the namespace `privileged`.",
            zh: "请删除注解 `sidecar.istio.io/interceptionMode`，或将命名空间标记为 `privileged`。"),
        Cause::Seccomp => say!(lang,
            en: "Set `securityContext.seccompProfile` for the whole pod, for example to `type: RuntimeDefault`; or set `global.proxy.seccompProfile` when installing Istio and switch this rule off.",
            zh: "请为整个 Pod 设置 `securityContext.seccompProfile`，例如 `type: RuntimeDefault`；或在安装 Istio 时设置 `global.proxy.seccompProfile` 并关闭此规则。"),
    };
    (message, help)
}
