//! MR501: a Namespace that asks for two ways into the mesh.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{DATAPLANE_MODE, NAMESPACE_INJECTION, REVISION, is_never_injected},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR501",
    name: "namespace-labels-conflict",
    title: Text {
        en: "A Namespace that asks for two ways into the mesh",
        zh: "命名空间同时指定了多种加入网格的方式",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Namespace],
    istioctl: &["IST0123"],
    sources: &[
        Source {
            title: "Istio, Canary Upgrades: istio-injection takes precedence over istio.io/rev",
            url: "https://istio.io/latest/docs/setup/upgrade/canary/",
        },
        Source {
            title: "Istio, Add workloads to an ambient mesh",
            url: "https://istio.io/latest/docs/ambient/usage/add-workloads/",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    for namespace in &context.mesh.model.namespaces {
        let object = &namespace.object;
        let injection = object.labels.get(NAMESPACE_INJECTION);
        // Any other value keeps sidecars out on purpose, so nothing competes with ambient.
        let opts_out = injection.is_some_and(|value| value != "enabled");
        if opts_out || is_never_injected(object.name) {
            continue;
        }
        let revision = object.labels.get(REVISION);
        // `none` asks for nothing, and Istio knows no third value.
        let is_ambient = object.labels.get(DATAPLANE_MODE) == Some("ambient");
        let title = object.title();
        let (winner, loser, message) = match (injection, revision, is_ambient) {
            (Some(_), Some(revision), true) => (
                NAMESPACE_INJECTION,
                REVISION,
                say!(lang,
                    en: "{title} has the labels `istio-injection: enabled`, `istio.io/rev: {revision}` and `istio.io/dataplane-mode: ambient`: its pods get the sidecar of the default revision, if there is one, otherwise none, and the label `istio.io/rev` has no effect on them",
                    zh: "{title} 同时带有标签 `istio-injection: enabled`、`istio.io/rev: {revision}` 和 `istio.io/dataplane-mode: ambient`：如果存在默认修订版本，其 Pod 会注入该版本的 Sidecar，否则不注入；标签 `istio.io/rev` 对它们不起作用"),
            ),
            (Some(_), Some(revision), false) => (
                NAMESPACE_INJECTION,
                REVISION,
                say!(lang,
                    en: "{title} has the labels `istio-injection: enabled` and `istio.io/rev: {revision}`: the first one wins, so its pods get the sidecar of the default revision, if there is one, otherwise none, whatever the second one says",
                    zh: "{title} 同时带有标签 `istio-injection: enabled` 和 `istio.io/rev: {revision}`：前者优先，因此无论后者取何值，如果存在默认修订版本，其 Pod 会注入该版本的 Sidecar，否则不注入"),
            ),
            (injection, revision, true) if injection.is_some() || revision.is_some() => {
                let (key, value) = match revision {
                    Some(revision) => (REVISION, revision),
                    None => (NAMESPACE_INJECTION, "enabled"),
                };
                (
                    key,
                    DATAPLANE_MODE,
                    say!(lang,
                        en: "{title} has the labels `{key}: {value}` and `istio.io/dataplane-mode: ambient`: a pod that gets a sidecar is left out of ambient, so the second label has no effect on its pods",
                        zh: "{title} 同时带有标签 `{key}: {value}` 和 `istio.io/dataplane-mode: ambient`：已注入 Sidecar 的 Pod 不会加入 Ambient，因此后者对其 Pod 不起作用"),
                )
            }
            _ => continue,
        };
        let help = say!(lang,
            en: "Keep the one label that is meant: `istio-injection` for sidecars of the default revision, `istio.io/rev` for those of a certain revision, `istio.io/dataplane-mode: ambient` for no sidecars at all. When you move from one to another, remove the old label and restart the workloads.",
            zh: "请只保留真正需要的标签：`istio-injection` 使用默认修订版本的 Sidecar，`istio.io/rev` 使用指定修订版本的 Sidecar，`istio.io/dataplane-mode: ambient` 则完全不使用 Sidecar。切换方式时，请删除旧标签并重启工作负载。");
        let label = |key| Path::default().key("metadata").key("labels").key(key);
        findings
            .add(RULE.severity, object, label(loser), message, help)
            .related(
                object,
                label(winner),
                say!(lang, en: "this label wins", zh: "此标签优先"),
            );
    }
}
