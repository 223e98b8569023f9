//! MR503: injection asked for by annotation.

use super::{Context, Findings, Need, Repair, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Basis, INJECT, Index, KeptOut, NAMESPACE_INJECTION, carries_sidecar, opts_out},
    model::Workload,
    report::Severity,
    settings::{DataPlane, Version},
};

pub(super) static RULE: Rule = Rule {
    id: "MR503",
    name: "injection-annotation",
    title: Text {
        en: "Injection asked for by annotation",
        zh: "通过注解指定注入",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &["IST0135"],
    sources: &[
        Source {
            title: "Istio, Resource Annotations: sidecar.istio.io/inject",
            url: "https://istio.io/latest/docs/reference/config/annotations/#SidecarInject",
        },
        Source {
            title: "Istio, manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
            url: "https://github.com/istio/istio/blob/master/manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        },
    ],
    check,
};

/// What is wrong with the annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault<'t> {
    /// A label of the same name says something else, and decides.
    Beaten(&'t str),
    /// The injection webhook never sees the pods.
    Unseen,
    /// The webhook never sees the pods, since `istio-injection` of their Namespace has this value.
    NamespaceOptsOut(&'t str),
    /// It has an effect, or may have one.
    Deprecated,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for (index, workload) in context.mesh.workloads_with_istio() {
        if workload.is_made_by_controller() {
            continue;
        }
        let template = &workload.template;
        let label = template.labels.get(INJECT);
        let annotation = template.annotations.get(INJECT);
        let injection = context.mesh.injection(workload);
        if injection.is_ok()
            && !carries_sidecar(template)
            && let Some(value) = label.or(annotation)
            && !is_known(value, context.settings().istio_version)
        {
            unknown_value(context, index, workload, value, findings);
            if label.is_none() {
                continue;
            }
        }
        // Beside the same label it is there for old versions of Istio.
        let Some(value) = annotation.filter(|_| label != annotation) else {
            continue;
        };
        let fault = fault(context, workload, value, injection);
        let severity = match fault {
            Fault::Beaten(_) | Fault::Deprecated => Severity::Info,
            Fault::Unseen | Fault::NamespaceOptsOut(_) => Severity::Warning,
        };
        let (message, help) = texts(context, workload, value, fault);
        let metadata = workload.template_path().key("metadata");
        let path = metadata.clone().key("annotations").key(INJECT);
        let finding = findings.add(severity, &workload.object, path.clone(), message, help);
        match fault {
            Fault::Beaten(_) => {
                let title = say!(lang,
                    en: "Remove the annotation `sidecar.istio.io/inject: {value}`",
                    zh: "删除注解 `sidecar.istio.io/inject: {value}`");
                finding.repair(Repair::safe(title).remove(path));
            }
            Fault::Unseen | Fault::Deprecated if matches!(value, "true" | "false") => {
                let title = say!(lang,
                    en: "Make the annotation `sidecar.istio.io/inject: {value}` a label",
                    zh: "将注解 `sidecar.istio.io/inject: {value}` 改为标签");
                // An opt-out stays one, and what labels already bring to the webhook stays there; anything else may
                // be injected for the first time.
                let repair = if value == "false" || injection == Ok(Basis::Stated) {
                    Repair::safe(title)
                } else {
                    Repair::offered(title)
                };
                let label = metadata.key("labels").key(INJECT);
                finding.repair(repair.remove(path).set(label, value.to_owned()));
            }
            _ => {}
        }
    }
}

/// Whether Istio tells a value from one that is not there. Up to 1.26 whatever was no word for yes meant no.
fn is_known(value: &str, istio: Version) -> bool {
    let since = Version {
        major: 1,
        minor: 27,
    };
    istio < since || matches!(value, "" | "true" | "false")
}

/// Reports a value, of the label or else of the annotation, that Istio passes over.
fn unknown_value<'t>(
    context: &Context<'_, 't>,
    index: Index,
    workload: &Workload<'t>,
    value: &str,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let title = workload.object.title();
    let istio = context.settings().istio_version;
    let message = say!(lang,
        en: "{title} sets `sidecar.istio.io/inject: {value}`: Istio {istio} knows only \"true\" and \"false\", logs an invalid value, and injects the pods as if it were not there",
        zh: "{title} 设置了 `sidecar.istio.io/inject: {value}`：Istio {istio} 只认识 \"true\" 和 \"false\"，会在日志中记录无效值，并像没有设置一样注入其 Pod");
    let assumption = context.assumption(index, workload);
    let help = say!(lang,
        en: "Write \"true\" or \"false\". Up to Istio 1.26 words such as `no` and `off` kept the proxy out; from 1.27 on only \"false\" does.{assumption}",
        zh: "请写 \"true\" 或 \"false\"。Istio 1.26 及之前，`no`、`off` 之类的词也能阻止注入；从 1.27 起只有 \"false\" 可以。{assumption}");
    let metadata = workload.template_path().key("metadata");
    let label = metadata.clone().key("labels").key(INJECT);
    let annotation = metadata.key("annotations").key(INJECT);
    let is_label = workload.template.labels.get(INJECT).is_some();
    let path = if is_label { &label } else { &annotation };
    let finding = findings.add(
        Severity::Warning,
        &workload.object,
        path.clone(),
        message,
        help,
    );
    if matches!(
        value.to_ascii_lowercase().as_str(),
        "n" | "no" | "false" | "off"
    ) {
        let title = say!(lang,
            en: "Set the label `sidecar.istio.io/inject: \"false\"`",
            zh: "设置标签 `sidecar.istio.io/inject: \"false\"`");
        let mut repair = Repair::offered(title);
        if !is_label {
            repair = repair.remove(annotation);
        }
        finding.repair(repair.set(label, "false".to_owned()));
    }
}

fn fault<'t>(
    context: &Context<'_, 't>,
    workload: &Workload<'t>,
    value: &str,
    injection: Result<Basis, KeptOut>,
) -> Fault<'t> {
    let template = &workload.template;
    if let Some(label) = template.labels.get(INJECT) {
        return Fault::Beaten(label);
    }
    let namespace = context.mesh.namespace(workload.object.namespace);
    let has_effect = carries_sidecar(template) || !asks(context, value);
    match injection {
        Err(KeptOut::NotAsked) if !has_effect => Fault::Unseen,
        Err(KeptOut::NamespaceOptsOut) if !has_effect => {
            let label = namespace.and_then(|found| found.object.labels.get(NAMESPACE_INJECTION));
            Fault::NamespaceOptsOut(label.unwrap_or_default())
        }
        _ => Fault::Deprecated,
    }
}

/// Whether a value is meant to bring a proxy.
fn asks(context: &Context<'_, '_>, value: &str) -> bool {
    !value.is_empty() && !opts_out(value, context.settings().istio_version)
}

fn texts<'t>(
    context: &Context<'_, 't>,
    workload: &Workload<'t>,
    value: &str,
    fault: Fault<'_>,
) -> (String, String) {
    let lang = context.lang;
    let title = workload.object.title();
    let namespace = workload.object.namespace;
    match fault {
        Fault::Beaten(label) => (
            say!(lang,
                en: "the annotation `sidecar.istio.io/inject: {value}` of {title} does nothing: the pods have the label `sidecar.istio.io/inject: {label}`, and a label beats the annotation",
                zh: "{title} 的注解 `sidecar.istio.io/inject: {value}` 不起作用：Pod 带有标签 `sidecar.istio.io/inject: {label}`，标签优先于注解"),
            say!(lang,
                en: "Remove the annotation, which does not say what happens.",
                zh: "请删除该注解，它与实际行为不符。"),
        ),
        Fault::Unseen => (
            say!(lang,
                en: "the annotation `sidecar.istio.io/inject: {value}` of {title} does nothing: no label of the pods or of Namespace `{namespace}` brings them to the injection webhook, so they get no sidecar",
                zh: "{title} 的注解 `sidecar.istio.io/inject: {value}` 不起作用：Pod 和命名空间 `{namespace}` 都没有让注入 Webhook 选中它们的标签，因此不会注入 Sidecar"),
            say!(lang,
                en: "Set the label `sidecar.istio.io/inject: \"true\"` on the pod template instead: the webhook selects pods by labels and looks at annotations only afterwards.",
                zh: "请改为在 Pod 模板上设置标签 `sidecar.istio.io/inject: \"true\"`：Webhook 按标签选择 Pod，之后才会查看注解。"),
        ),
        Fault::NamespaceOptsOut(label) => (
            say!(lang,
                en: "the annotation `sidecar.istio.io/inject: {value}` of {title} does nothing: Namespace `{namespace}` has the label `istio-injection: {label}`, so its pods get no sidecar",
                zh: "{title} 的注解 `sidecar.istio.io/inject: {value}` 不起作用：命名空间 `{namespace}` 带有标签 `istio-injection: {label}`，其中的 Pod 不会注入 Sidecar"),
            say!(lang,
                en: "Remove the annotation, or take the label `istio-injection` off the namespace and set the label `sidecar.istio.io/inject: \"true\"` on the pod template. As long as the namespace opts out, no label of a pod counts either.",
                zh: "请删除该注解；或去掉命名空间的 `istio-injection` 标签，并在 Pod 模板上设置标签 `sidecar.istio.io/inject: \"true\"`。只要命名空间选择退出，Pod 的标签同样无效。"),
        ),
        Fault::Deprecated => {
            let is_open = asks(context, value) && context.mesh.namespace(namespace).is_none();
            let unseen = if is_open && context.is_cluster() {
                say!(lang,
                    en: " The labels of Namespace `{namespace}` are not known: if it has none for injection, the annotation does nothing.",
                    zh: "不了解命名空间 `{namespace}` 的标签：如果它没有注入标签，该注解不起作用。")
            } else if is_open {
                say!(lang,
                    en: " Namespace `{namespace}` was not given: if it has no label for injection, the annotation does nothing.",
                    zh: "未提供命名空间 `{namespace}`：如果它没有注入标签，该注解不起作用。")
            } else {
                String::new()
            };
            (
                say!(lang,
                    en: "{title} sets `sidecar.istio.io/inject: {value}` as an annotation, which is deprecated in favour of the label of the same name",
                    zh: "{title} 以注解方式设置 `sidecar.istio.io/inject: {value}`，该注解已弃用，应使用同名标签"),
                say!(lang,
                    en: "Set it as a label of the pod template: the injection webhook selects pods by labels, and a label beats the annotation.{unseen}",
                    zh: "请在 Pod 模板上以标签方式设置：注入 Webhook 按标签选择 Pod，且标签优先于注解。{unseen}"),
            )
        }
    }
}
