//! What MR103 and MR104 share: which UID and GID the traffic redirection lets pass, and who runs as one of them.
//!
//! Sources: Istio, `tools/istio-iptables/pkg/capture/run.go` (the `--uid-owner` and `--gid-owner` exceptions),
//! `pkg/kube/inject/openshift.go` and `inject.go` (`GetProxyIDs`), `pkg/kube/inject/webhook.go` (`reorderPod`).

use super::{Context, Findings, Found, Repair, Rule};
use crate::{
    i18n::{Lang, say},
    mesh::{Redirection, interception_mode},
    model::{Container, Labels, Workload},
    path::Path,
    report::Severity,
    rules::name_list,
};

/// The UID and GID of istio-proxy unless something replaces it.
const PROXY: i64 = 1337;

/// Which of the two identities a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    User,
    Group,
}

impl Identity {
    fn field(self) -> &'static str {
        match self {
            Self::User => "runAsUser",
            Self::Group => "runAsGroup",
        }
    }

    /// Its path below a container or pod.
    fn path(self, parent: Path<'_>) -> Path<'_> {
        parent.key("securityContext").key(self.field())
    }

    /// Offered, since the image may count on the value.
    fn removal<'t>(self, lang: Lang) -> Repair<'t> {
        let field = self.field();
        Repair::offered(say!(lang, en: "Remove `{field}`", zh: "删除 `{field}`"))
    }

    fn abbreviation(self) -> &'static str {
        match self {
            Self::User => "UID",
            Self::Group => "GID",
        }
    }

    fn of_container(self, container: &Container<'_>) -> Option<i64> {
        match self {
            Self::User => container.run_as_user,
            Self::Group => container.run_as_group,
        }
    }

    fn of_pod(self, workload: &Workload<'_>) -> Option<i64> {
        match self {
            Self::User => workload.template.run_as_user,
            Self::Group => workload.template.run_as_group,
        }
    }

    /// The number whose traffic passes the proxy by in a workload's pods.
    fn reserved(self, context: &Context<'_, '_>, workload: &Workload<'_>) -> i64 {
        // Transparent interception runs the proxy as root and exempts the fixed ID.
        if interception_mode(&workload.template) == Some("TPROXY") {
            return PROXY;
        }
        let annotations = context
            .mesh
            .namespace(workload.object.namespace)
            .map(|namespace| namespace.object.annotations);
        let openshift =
            |annotation| annotations.and_then(|annotations| last_of_range(annotations, annotation));
        let uid_range = || openshift("openshift.io/sa.scc.uid-range");
        // A user-defined istio-proxy container keeps its own IDs; zero counts as none.
        let proxy = workload
            .template
            .containers
            .iter()
            .find(|container| container.name == "istio-proxy");
        let own = |id: fn(&Container<'_>) -> Option<i64>| proxy.and_then(id).filter(|id| *id != 0);
        // Only Istio CNI is told of the group; istio-init exempts the group of the user's number.
        let reserved = if self == Self::Group && context.settings().cni {
            own(|proxy| proxy.run_as_group)
                .or_else(|| openshift("openshift.io/sa.scc.supplemental-groups"))
                .or_else(uid_range)
        } else {
            own(|proxy| proxy.run_as_user).or_else(uid_range)
        };
        reserved.unwrap_or(PROXY)
    }
}

/// Whether a container runs as the proxy's UID or GID, so that redirection lets its traffic pass.
pub(super) fn passes(
    context: &Context<'_, '_>,
    workload: &Workload<'_>,
    container: &Container<'_>,
) -> bool {
    [Identity::User, Identity::Group].iter().any(|identity| {
        let own = identity.of_container(container);
        own.or(identity.of_pod(workload)) == Some(identity.reserved(context, workload))
    })
}

/// The last ID of the first block of an OpenShift annotation: `1000650000/10000` or `1000650000-1000659999`.
fn last_of_range(annotations: Labels<'_>, annotation: &str) -> Option<i64> {
    let block = annotations.get(annotation)?.split(',').next()?.trim();
    if let Some((start, length)) = block.split_once('/') {
        let (start, length): (i64, i64) = (start.parse().ok()?, length.parse().ok()?);
        return start.checked_add(length)?.checked_sub(1);
    }
    block.split_once('-')?.1.parse().ok()
}

/// Reports every container whose effective identity is the proxy's: one finding for each value that is wrong.
pub(super) fn check<'t>(
    context: &Context<'_, 't>,
    rule: &Rule,
    identity: Identity,
    findings: &mut Findings<'t>,
) {
    for (index, workload) in context.mesh.sidecar_workloads() {
        // Nothing is redirected, so nothing bypasses.
        if Redirection::of(&workload.template) != Redirection::Envoy {
            continue;
        }
        let reserved = identity.reserved(context, workload);
        let assumption = context.assumption(index, workload);
        let inherits = identity.of_pod(workload) == Some(reserved);
        // Containers that take the pod's value, the worst of them deciding.
        let mut inheriting: Vec<&Container<'_>> = Vec::new();
        let mut worst = None;
        let mut is_workaround = false;
        let application = workload
            .template
            .application_containers()
            .map(|container| (container, Some(rule.severity)));
        let init = workload
            .template
            .ordinary_init_containers()
            .map(|container| (container, init_severity(context, workload)));
        for (container, severity) in application.chain(init) {
            let Some(severity) = severity else { continue };
            let own = identity.of_container(container);
            if own == Some(reserved) {
                let path = workload.container_path(container);
                let (message, help) = texts(
                    context.lang,
                    identity,
                    reserved,
                    &[container],
                    severity,
                    &assumption,
                );
                let found = report(
                    findings,
                    workload,
                    path.clone(),
                    identity,
                    severity,
                    message,
                    help,
                );
                let mut repair = identity.removal(context.lang).remove(identity.path(path));
                // Without its own value the container takes the pod's.
                if inherits {
                    repair = repair.remove(identity.path(workload.pod_spec_path()));
                }
                // As info it is a documented way to reach the network, and gone it would be missed.
                if severity > Severity::Info {
                    found.repair(repair);
                }
            } else if own.is_none() && inherits {
                worst = worst.max(Some(severity));
                is_workaround |= severity == Severity::Info;
                inheriting.push(container);
            }
        }
        if let Some(severity) = worst {
            let (message, help) = texts(
                context.lang,
                identity,
                reserved,
                &inheriting,
                severity,
                &assumption,
            );
            let path = workload.pod_spec_path();
            let repair = identity
                .removal(context.lang)
                .remove(identity.path(path.clone()));
            let found = report(findings, workload, path, identity, severity, message, help);
            if !is_workaround {
                found.repair(repair);
            }
        }
    }
}

fn report<'f, 't>(
    findings: &'f mut Findings<'t>,
    workload: &Workload<'t>,
    path: Path<'t>,
    identity: Identity,
    severity: Severity,
    message: String,
    help: String,
) -> &'f mut Found<'t> {
    let path = identity.path(path);
    findings.add(severity, &workload.object, path, message, help)
}

/// How bad it is for an init container that runs to completion. Without CNI and without native sidecars istio-init is
/// ordered last, so nothing is redirected yet; with CNI and without native sidecars it is the documented way to give
/// init containers network access; with native sidecars the proxy is there and is passed by.
fn init_severity(context: &Context<'_, '_>, workload: &Workload<'_>) -> Option<Severity> {
    match (
        context.mesh.has_native_sidecar(workload),
        context.settings().cni,
    ) {
        (true, _) => Some(Severity::Warning),
        (false, true) => Some(Severity::Info),
        (false, false) => None,
    }
}

fn texts(
    lang: Lang,
    identity: Identity,
    reserved: i64,
    containers: &[&Container<'_>],
    severity: Severity,
    assumption: &str,
) -> (String, String) {
    let abbreviation = identity.abbreviation();
    let field = identity.field();
    let names: Vec<String> = containers
        .iter()
        .map(|container| format!("`{}`", container.name))
        .collect();
    let names = name_list(&names, lang);
    let are_init = containers
        .iter()
        .all(|container| container.is_init && !container.is_native_sidecar);
    let message = match (containers.len(), are_init) {
        (1, false) => say!(lang,
            en: "container {names} runs as {abbreviation} {reserved}, the proxy's own: its outbound traffic is not redirected and bypasses the mesh",
            zh: "容器 {names} 以代理自身的 {abbreviation} {reserved} 运行：其出站流量不会被重定向，会绕过网格"),
        (_, false) => say!(lang,
            en: "containers {names} run as {abbreviation} {reserved}, the proxy's own: their outbound traffic is not redirected and bypasses the mesh",
            zh: "容器 {names} 以代理自身的 {abbreviation} {reserved} 运行：其出站流量不会被重定向，会绕过网格"),
        (1, true) => say!(lang,
            en: "init container {names} runs as {abbreviation} {reserved}, the proxy's own: its traffic bypasses the mesh",
            zh: "Init 容器 {names} 以代理自身的 {abbreviation} {reserved} 运行：其流量会绕过网格"),
        (_, true) => say!(lang,
            en: "init containers {names} run as {abbreviation} {reserved}, the proxy's own: their traffic bypasses the mesh",
            zh: "Init 容器 {names} 以代理自身的 {abbreviation} {reserved} 运行：其流量会绕过网格"),
    };
    let help = if severity == Severity::Info {
        say!(lang,
            en: "With Istio CNI this is the documented way to let an init container reach the network before the proxy runs; keep it only if that is meant.{assumption}",
            zh: "使用 Istio CNI 时，这是让 Init 容器在代理启动前访问网络的官方做法；仅在确有此意时保留。{assumption}")
    } else {
        say!(lang,
            en: "Set `{field}` to any other value, or remove it. Istio's redirection exempts {abbreviation} {reserved} so that the proxy's own traffic does not loop.{assumption}",
            zh: "请将 `{field}` 改为其他值，或删除它。Istio 的流量重定向会豁免 {abbreviation} {reserved}，以免代理自身的流量形成回环。{assumption}")
    };
    (message, help)
}
