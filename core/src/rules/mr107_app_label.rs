//! MR107: pods without a label that names the application.

use super::{
    Context, Findings, Need, Rule,
    mr109_app_label_shared::{groups, revision},
    template_label::{self, is_label_value},
};
use crate::{Source, i18n::Text, model::Workload, report::Severity, settings::DataPlane};
use std::cell::OnceCell;

pub(super) static RULE: Rule = Rule {
    id: "MR107",
    name: "app-label",
    title: Text {
        en: "A pod template without a label that names the application",
        zh: "Pod 模板缺少标识应用的标签",
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
    "service.istio.io/canonical-name",
    "app.kubernetes.io/name",
    "app",
];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    // A name that another one has would make both the same to telemetry.
    let known = OnceCell::new();
    let groups = || known.get_or_init(|| groups(context));
    let name = |workload: &Workload<'t>| {
        let name = workload.object.display_name();
        let version = revision(workload, true).unwrap_or("latest");
        let is_free =
            || !groups().contains_key(&(workload.object.namespace, name.as_str(), version));
        (is_label_value(&name) && is_free()).then_some(name)
    };
    template_label::check(context, &RULE, LABELS, str::to_owned, name, findings);
}
