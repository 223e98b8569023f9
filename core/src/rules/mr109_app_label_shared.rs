//! MR109: workloads that telemetry counts as one version of one application.

use super::{
    Context, Findings, Need, Rule, mr107_app_label, mr108_version_label, name_list, template_label,
};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::ByTriple,
    model::{Object, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR109",
    name: "app-label-shared",
    title: Text {
        en: "Workloads that telemetry counts as one version of one application",
        zh: "遥测将多个工作负载视为同一应用的同一版本",
    },
    severity: Severity::Info,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload, Need::EveryWorkload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Pod requirements",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements",
        },
        Source {
            title: "Istio, pkg/kube/labels/labels.go",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/labels/labels.go",
        },
        Source {
            title: "Istio, Standard Metrics",
            url: "https://istio.io/latest/docs/reference/config/metrics/",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let model = context.mesh.model;
    let groups = groups(context);
    for (index, workload) in context.mesh.workloads() {
        let Some(key) = key(context, index, workload) else {
            continue;
        };
        // A group is looked at when its first workload comes.
        let group = groups.get(&key).map_or(&[][..], Vec::as_slice);
        if group.first() != Some(&index) {
            continue;
        }
        let made_by = maker(&workload.object);
        let others: Vec<&Workload<'_>> = group
            .iter()
            .map(|index| &model.workloads[*index])
            .filter(|other| maker(&other.object) != made_by)
            .collect();
        // Of a request its own object, since nothing is asked of the author of the others.
        let is_requested = |other: &&&Workload<'_>| context.mesh.is_requested(&other.object);
        let Some(second) = others.iter().find(is_requested).or(others.first()) else {
            continue;
        };
        let titles: Vec<String> = others.iter().map(|other| other.object.title()).collect();
        let (title, titles) = (workload.object.title(), name_list(&titles, lang));
        let (_, app, version) = key;
        let message = say!(lang,
            en: "the pods of {titles} and those of {title} are the same application and version to telemetry (`{app}`, `{version}`): metrics by canonical service and revision add them up",
            zh: "对遥测而言，{titles} 的 Pod 与 {title} 的 Pod 是同一应用的同一版本（`{app}`，`{version}`）：按规范服务和修订版本统计的指标会将它们合并");
        let assumption = context.assumption(index, workload);
        let help = if revision(workload, true).is_none() {
            say!(lang,
                en: "Label each pod template with a `version` of its own, or with an `app` of its own if these are different applications. Without such a label the version is `latest`.{assumption}",
                zh: "请为每个 Pod 模板设置不同的标签 `version`；如果是不同的应用，请设置不同的标签 `app`。没有版本标签时，版本为 `latest`。{assumption}")
        } else {
            say!(lang,
                en: "Label each pod template with a `version` of its own, or with an `app` of its own if these are different applications.{assumption}",
                zh: "请为每个 Pod 模板设置不同的标签 `version`；如果是不同的应用，请设置不同的标签 `app`。{assumption}")
        };
        let path = label_path(second);
        let finding = findings.add(RULE.severity, &second.object, path, message, help);
        let also = say!(lang,
            en: "the same application and version",
            zh: "相同的应用和版本");
        let is_elsewhere = |other: &&&Workload<'_>| !std::ptr::eq(**other, *second);
        for other in [workload].iter().chain(&others).filter(is_elsewhere) {
            finding.related(&other.object, label_path(other), also.clone());
        }
    }
}

/// Namespace, application and version as telemetry names them; `None` for a workload that is not compared. One
/// without a label for the application goes by its own name, which is MR107's.
fn key<'t>(
    context: &Context<'_, 't>,
    index: usize,
    workload: &Workload<'t>,
) -> Option<(&'t str, &'t str, &'t str)> {
    let membership = context.mesh.membership(index);
    if !membership.is_in_mesh() || workload.runs_to_completion() || workload.is_made_by_controller()
    {
        return None;
    }
    let is_sidecar = membership.is_sidecar();
    let labels = mr107_app_label::LABELS;
    let (_, app) = template_label::counting(&workload.template, labels, is_sidecar)
        .filter(|(_, app)| !app.is_empty())?;
    let version = revision(workload, is_sidecar).unwrap_or("latest");
    Some((workload.object.namespace, app, version))
}

/// Workloads by namespace, application and version.
pub(super) fn groups<'t>(context: &Context<'_, 't>) -> ByTriple<'t> {
    let mut groups = ByTriple::default();
    for (index, workload) in context.mesh.workloads() {
        if let Some(key) = key(context, index, workload) {
            groups.entry(key).or_default().push(index);
        }
    }
    groups
}

/// The version by which telemetry names a workload; `None` when no label gives one.
pub(super) fn revision<'t>(workload: &Workload<'t>, is_sidecar: bool) -> Option<&'t str> {
    let labels = mr108_version_label::LABELS;
    template_label::counting(&workload.template, labels, is_sidecar)
        .map(|(_, version)| version)
        .filter(|version| !(is_sidecar && version.is_empty()))
}

/// Where the application's name is; of two labels the one with a value, as in [`key`].
fn label_path<'t>(workload: &Workload<'t>) -> Path<'t> {
    let path = workload.template_path().key("metadata").key("labels");
    match template_label::counting(&workload.template, mr107_app_label::LABELS, true) {
        Some((label, _)) => path.key(label),
        None => path,
    }
}

/// Kind and name of what made a workload, else its own. ReplicaSets of one Deployment and Jobs of one CronJob are
/// named after it with a suffix.
fn maker<'t>(object: &Object<'t>) -> (&'t str, &'t str) {
    match object.controller {
        None => (object.kind, object.name),
        Some((kind @ "ReplicaSet", name)) => {
            (kind, name.rsplit_once('-').map_or(name, |(maker, _)| maker))
        }
        Some(controller) => controller,
    }
}
