//! MR103: a container that runs as the proxy's UID.

use super::{Context, Findings, Need, Rule, proxy_identity};
use crate::{Source, i18n::Text, report::Severity, settings::DataPlane};

pub(super) static RULE: Rule = Rule {
    id: "MR103",
    name: "reserved-uid",
    title: Text {
        en: "A container that runs as the proxy's UID (1337)",
        zh: "容器以代理的 UID（1337）运行",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &["IST0144"],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Pod requirements",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements",
        },
        Source {
            title: "Istio, tools/istio-iptables/pkg/capture/run.go",
            url: "https://github.com/istio/istio/blob/master/tools/istio-iptables/pkg/capture/run.go",
        },
    ],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    proxy_identity::check(context, &RULE, proxy_identity::Identity::User, findings);
}
