//! MR502: a label for the mesh that stands where nothing reads it.

use super::{Context, Findings, Need, Repair, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    manifest::Value,
    mesh::{DATAPLANE_MODE, INJECT, Index, KeptOut, Membership, REVISION, opts_out},
    model::{Workload, WorkloadKind},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR502",
    name: "injection-label-misplaced",
    title: Text {
        en: "A label for the mesh that stands where nothing reads it",
        zh: "网格标签写在了不会被读取的位置",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload],
    istioctl: &["IST0107"],
    sources: &[
        Source {
            title: "Istio, Installing the Sidecar: Controlling the injection policy",
            url: "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy",
        },
        Source {
            title: "Istio, Sidecar Injection Problems",
            url: "https://istio.io/latest/docs/ops/common-problems/injection/",
        },
    ],
    check,
};

/// Labels of Istio's charts and of its gateway controller. On objects that carry them `istio.io/rev` says which
/// revision they belong to.
const ISTIO_OWN: [&str; 2] = ["operator.istio.io/component", "gateway.istio.io/managed"];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    for (index, workload) in context.mesh.workloads_with_istio() {
        // A Pod's own metadata is what everything reads.
        if workload.kind == WorkloadKind::Pod {
            continue;
        }
        let root = workload.object.root;
        // A CronJob has metadata at two places above its pods.
        let job = root.get("spec").and_then(|spec| spec.get("jobTemplate"));
        let job = job.filter(|_| workload.kind == WorkloadKind::CronJob);
        let job_path = Path::default().key("spec").key("jobTemplate");
        let parents = [(Some(root), Path::default()), (job, job_path)];
        for (parent, path) in parents {
            let Some(metadata) = parent.and_then(|parent| parent.get("metadata")) else {
                continue;
            };
            let path = path.key("metadata");
            for field in ["labels", "annotations"] {
                for key in [INJECT, REVISION, DATAPLANE_MODE] {
                    let entry = metadata.get(field).and_then(|entries| entries.get(key));
                    if let Some(value) = entry
                        && !is_meant(workload, field, key)
                    {
                        let value = text_of(value);
                        let path = path.clone().key(field);
                        let misplaced = Misplaced { key, value, path };
                        misplaced.report(context, index, workload, findings);
                    }
                }
            }
        }
    }
}

/// An absent value is an empty string to Kubernetes.
fn text_of(value: Value<'_>) -> &str {
    value
        .text()
        .filter(|_| !value.is_null())
        .unwrap_or_default()
}

/// Whether a key above a pod template is in order: the template has it too, or it means something else there.
fn is_meant(workload: &Workload<'_>, field: &str, key: &str) -> bool {
    let template = &workload.template;
    let is_istio_own = || {
        ISTIO_OWN
            .iter()
            .any(|label| workload.object.labels.get(label).is_some())
    };
    template.labels.get(key).is_some()
        || (key == INJECT && template.annotations.get(key).is_some())
        || (key == REVISION && (field == "annotations" || is_istio_own()))
}

/// A key above a pod template.
struct Misplaced<'t> {
    key: &'static str,
    value: &'t str,
    /// Of the labels or annotations that it is among.
    path: Path<'t>,
}

impl<'t> Misplaced<'t> {
    fn report(
        self,
        context: &Context<'_, 't>,
        index: Index,
        workload: &Workload<'t>,
        findings: &mut Findings<'t>,
    ) {
        let lang = context.lang;
        let Self { key, value, path } = self;
        let title = workload.object.title();
        let target = workload.template_path().key("metadata").key("labels");
        let effect = self::effect(context, index, workload, key, value).get(lang);
        let message = say!(lang,
            en: "`{key}: {value}` stands in `{path}` of {title}, where nothing reads it: {effect}",
            zh: "`{key}: {value}` 写在 {title} 的 `{path}` 中，不会被读取：{effect}");
        let assumption = context.assumption(index, workload);
        let help = say!(lang,
            en: "Move it to `{target}`. Istio reads the labels of pods, which come from the template, and never those of the object that makes the pods.{assumption}",
            zh: "请将其移到 `{target}`。Istio 读取的是 Pod 的标签（来自模板），而不是创建 Pod 的对象的标签。{assumption}");
        let is_label_value = !value.is_empty()
            && value.len() <= 63
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let own = path.key(key);
        let finding = findings.add(RULE.severity, &workload.object, own.clone(), message, help);
        if is_label_value {
            // It takes effect for the first time.
            let repair = Repair::offered(say!(lang,
                en: "Move `{key}: {value}` to the labels of the pod template",
                zh: "将 `{key}: {value}` 移到 Pod 模板的标签中"));
            finding.repair(repair.remove(own).set(target.key(key), value.to_owned()));
        }
    }
}

/// What comes of it that nothing reads a key.
fn effect(
    context: &Context<'_, '_>,
    index: Index,
    workload: &Workload<'_>,
    key: &str,
    value: &str,
) -> Text {
    let membership = context.mesh.membership(index);
    let stays_in = if key == INJECT {
        opts_out(value, context.settings().istio_version) && membership.is_sidecar()
    } else {
        key == DATAPLANE_MODE && value == "none" && matches!(membership, Membership::Ambient(_))
    };
    let asks = match key {
        INJECT => value == "true",
        DATAPLANE_MODE => value == "ambient",
        _ => true,
    };
    let is_outside = membership == Membership::Outside
        && context.mesh.injection(workload) == Err(KeptOut::NotAsked);
    if stays_in {
        Text {
            en: "the pods join the mesh all the same",
            zh: "Pod 仍会加入网格",
        }
    } else if asks && is_outside {
        Text {
            en: "the pods stay outside of the mesh",
            zh: "Pod 不会加入网格",
        }
    } else if key == REVISION {
        Text {
            en: "it does not choose the revision that injects the pods",
            zh: "它不会决定由哪个修订版本注入 Pod",
        }
    } else {
        Text {
            en: "it changes nothing for the pods",
            zh: "它对 Pod 没有任何作用",
        }
    }
}
