//! MR104: a container that runs as the proxy's GID.

use super::{Context, Findings, Need, Rule, proxy_identity};
use crate::{Source, i18n::Text, report::Severity, settings::DataPlane};

pub(super) static RULE: Rule = Rule {
    id: "MR104",
    name: "reserved-gid",
    title: Text {
        en: "A container that runs as the proxy's GID (1337)",
        zh: "容器以代理的 GID（1337）运行",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[Source {
        title: "Istio, tools/istio-iptables/pkg/capture/run.go",
        url: "https://github.com/istio/istio/blob/master/tools/istio-iptables/pkg/capture/run.go",
    }],
    check,
};

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    proxy_identity::check(context, &RULE, proxy_identity::Identity::Group, findings);
}
