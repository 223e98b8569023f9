//! MR108: pods without a label that names the version.

use super::{
    Context, Findings, Need, Rule, mr107_app_label,
    mr109_app_label_shared::groups,
    template_label::{self, is_label_value},
};
use crate::{Source, i18n::Text, model::Workload, report::Severity, settings::DataPlane};
use std::cell::OnceCell;

pub(super) static RULE: Rule = Rule {
    id: "MR108",
    name: "version-label",
    title: Text {
        en: "A pod template without a label that names the version",
        zh: "Pod 模板缺少标识版本的标签",
    },
    severity: Severity::Info,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[Need::Workload],
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
    ],
    check,
};

/// In Istio's order of precedence.
pub(super) const LABELS: [&str; 3] = [
    "service.istio.io/canonical-revision",
    "app.kubernetes.io/version",
    "version",
];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let fallback = |_: &str| "latest".to_owned();
    // A version that another one has would make both the same to telemetry.
    let known = OnceCell::new();
    let groups = || known.get_or_init(|| groups(context));
    let version = |workload: &Workload<'t>| {
        let version = version(workload)?;
        let app = template_label::counting(&workload.template, mr107_app_label::LABELS, true);
        let is_taken = app.is_some_and(|(_, app)| {
            groups().contains_key(&(workload.object.namespace, app, version.as_str()))
        });
        (!is_taken).then_some(version)
    };
    template_label::check(context, &RULE, LABELS, fallback, version, findings);
}

/// The tag of the first application container's image, where it names a version.
fn version(workload: &Workload<'_>) -> Option<String> {
    let image = workload.template.application_containers().next()?.image;
    let tag = image.and_then(|image| {
        let named = image.split('@').next()?;
        let (_, tag) = named.rsplit('/').next()?.split_once(':')?;
        (tag != "latest" && is_label_value(tag)).then_some(tag)
    });
    Some(tag.unwrap_or("v1").to_owned())
}
