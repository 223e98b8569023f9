//! MR108: pods without a label that names the version.

use super::{Context, Findings, Need, Rule, template_label};
use crate::{Source, i18n::Text, report::Severity, settings::DataPlane};

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
const LABELS: [&str; 3] = [
    "service.istio.io/canonical-revision",
    "app.kubernetes.io/version",
    "version",
];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    template_label::check(context, &RULE, LABELS, |_| "latest".to_owned(), findings);
}
