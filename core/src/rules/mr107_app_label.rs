//! MR107: pods without a label that names the application.

use super::{Context, Findings, Need, Rule, template_label};
use crate::{Source, i18n::Text, report::Severity, settings::DataPlane};

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
const LABELS: [&str; 3] = [
    "service.istio.io/canonical-name",
    "app.kubernetes.io/name",
    "app",
];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    template_label::check(context, &RULE, LABELS, str::to_owned, findings);
}
