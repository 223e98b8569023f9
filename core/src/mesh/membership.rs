//! Whether a workload's pods are in the mesh.
//!
//! Sources: Istio, `manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml` (which pods the
//! webhook sees), `pkg/kube/inject/inject.go` (`injectRequired`: which of those it injects), and the ambient
//! documentation, "Add workloads to the mesh".

use crate::{
    model::{Container, Namespace, PodTemplate, Workload},
    settings::{DataPlane, Settings, Version},
};

/// How a workload relates to the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// A proxy beside each pod.
    Sidecar(Basis),
    /// Traffic passes ztunnel on the node.
    Ambient(Basis),
    /// Not in the mesh.
    Outside,
}

/// What a membership rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Labels, annotations or containers say so.
    Stated,
    /// The Namespace is not among the manifests, so settings decide.
    Assumed,
}

/// What decided a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The proxy is already there.
    Carried,
    /// `istio-injection: enabled` of its namespace.
    NamespaceInjection,
    /// `istio.io/rev` of its namespace.
    NamespaceRevision,
    /// Its own `istio.io/rev`.
    OwnRevision,
    /// Its own `sidecar.istio.io/inject: "true"`.
    OwnLabel,
    /// The setting `injectByDefault`.
    ByDefault(Basis),
    /// Its Namespace was not given, and settings take it to have sidecars.
    AssumedSidecar,
    /// Its own `istio.io/dataplane-mode: ambient`.
    OwnAmbient,
    /// `istio.io/dataplane-mode: ambient` of its namespace.
    NamespaceAmbient,
    /// Its Namespace was not given, and settings take it to be ambient.
    AssumedAmbient,
    /// Its own `istio.io/dataplane-mode: none`, without which it would be ambient.
    LeavesAmbient,
    /// It is not injected, and nothing makes it ambient.
    Out(KeptOut),
}

/// What keeps the injection webhook from adding a proxy to a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptOut {
    /// The pod is on the host's network.
    HostNetwork,
    /// Its namespace is one of those that Istio never injects.
    SystemNamespace,
    /// Its own label or annotation says no.
    OptsOut,
    /// `istio-injection` of its namespace has another value than `enabled`.
    NamespaceOptsOut,
    /// No label of it or of its namespace asks for a proxy.
    NotAsked,
    /// Its own labels do not ask, and its Namespace, which was not given, is not taken to.
    NamespaceUnseen,
}

/// Namespaces that Istio never injects.
const NEVER_INJECTED: [&str; 4] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "local-path-storage",
];

pub(crate) const INJECT: &str = "sidecar.istio.io/inject";
pub(crate) const REVISION: &str = "istio.io/rev";
pub(crate) const DATAPLANE_MODE: &str = "istio.io/dataplane-mode";
pub(crate) const NAMESPACE_INJECTION: &str = "istio-injection";

impl Why {
    /// Decides for one workload. `namespace` is its Namespace object, if it is among the manifests.
    pub(crate) fn of(
        workload: &Workload<'_>,
        namespace: Option<&Namespace<'_>>,
        settings: &Settings,
    ) -> Self {
        let template = &workload.template;
        if carries_sidecar(template) {
            return Self::Carried;
        }
        if template.host_network {
            return Self::Out(KeptOut::HostNetwork);
        }
        Self::by_labels(workload, namespace, settings)
    }

    /// Decides by labels and annotations alone, as if the pod had a network of its own.
    pub(crate) fn by_labels(
        workload: &Workload<'_>,
        namespace: Option<&Namespace<'_>>,
        settings: &Settings,
    ) -> Self {
        injected(workload, namespace, settings).unwrap_or_else(|kept_out| {
            ambient(workload, namespace, settings).unwrap_or(Self::Out(kept_out))
        })
    }

    /// What it decided.
    pub(crate) fn membership(self) -> Membership {
        match self {
            Self::Carried
            | Self::NamespaceInjection
            | Self::NamespaceRevision
            | Self::OwnRevision
            | Self::OwnLabel => Membership::Sidecar(Basis::Stated),
            Self::ByDefault(basis) => Membership::Sidecar(basis),
            Self::AssumedSidecar => Membership::Sidecar(Basis::Assumed),
            Self::OwnAmbient | Self::NamespaceAmbient => Membership::Ambient(Basis::Stated),
            Self::AssumedAmbient => Membership::Ambient(Basis::Assumed),
            Self::LeavesAmbient | Self::Out(_) => Membership::Outside,
        }
    }
}

impl Membership {
    /// Whether a proxy stands beside its pods.
    pub(crate) fn is_sidecar(self) -> bool {
        matches!(self, Self::Sidecar(_))
    }

    /// Whether it is in the mesh at all.
    pub(crate) fn is_in_mesh(self) -> bool {
        self != Self::Outside
    }

    /// Whether it rests on settings alone.
    pub(crate) fn is_assumed(self) -> bool {
        matches!(
            self,
            Self::Sidecar(Basis::Assumed) | Self::Ambient(Basis::Assumed)
        )
    }
}

/// Whether the proxy is already there. A container with `image: auto` only customises the one to come.
pub(crate) fn carries_sidecar(template: &PodTemplate<'_>) -> bool {
    template
        .annotations
        .get("sidecar.istio.io/status")
        .is_some()
        || template.containers.iter().any(|container| {
            container.name == "istio-proxy" && container.image.is_some_and(|image| image != "auto")
        })
}

/// Whether the injection webhook adds a proxy to new pods of a workload, and on what that rests.
pub(crate) fn injection(
    workload: &Workload<'_>,
    namespace: Option<&Namespace<'_>>,
    settings: &Settings,
) -> Result<Basis, KeptOut> {
    if workload.template.host_network {
        return Err(KeptOut::HostNetwork);
    }
    let why = injected(workload, namespace, settings)?;
    Ok(if why.membership().is_assumed() {
        Basis::Assumed
    } else {
        Basis::Stated
    })
}

/// Whether Istio never injects a namespace, whatever its labels.
pub(crate) fn is_never_injected(namespace: &str) -> bool {
    NEVER_INJECTED.contains(&namespace)
}

fn injected(
    workload: &Workload<'_>,
    namespace: Option<&Namespace<'_>>,
    settings: &Settings,
) -> Result<Why, KeptOut> {
    if is_never_injected(workload.object.namespace) {
        return Err(KeptOut::SystemNamespace);
    }
    let template = &workload.template;
    let pod_label = template.labels.get(INJECT);
    // `injectRequired`: the label beats the annotation.
    let choice = pod_label
        .or(template.annotations.get(INJECT))
        .unwrap_or_default();
    if opts_out(choice, settings.istio_version) {
        return Err(KeptOut::OptsOut);
    }
    // The webhook's selectors, which compare exactly.
    let namespace_label = |key| namespace.and_then(|namespace| namespace.object.labels.get(key));
    match namespace_label(NAMESPACE_INJECTION) {
        Some("enabled") => return Ok(Why::NamespaceInjection),
        Some(_) => return Err(KeptOut::NamespaceOptsOut),
        None => {}
    }
    if namespace_label(REVISION).is_some() {
        return Ok(Why::NamespaceRevision);
    }
    if template.labels.get(REVISION).is_some() {
        return Ok(Why::OwnRevision);
    }
    if pod_label == Some("true") {
        return Ok(Why::OwnLabel);
    }
    // The webhook for namespaces without labels sees only pods that do not carry the label at all.
    if settings.inject_by_default && pod_label.is_none() {
        return Ok(Why::ByDefault(if namespace.is_some() {
            Basis::Stated
        } else {
            Basis::Assumed
        }));
    }
    let joins_ambient = template.labels.get(DATAPLANE_MODE) == Some("ambient");
    let is_sidecar = settings.data_plane == DataPlane::Sidecar && !joins_ambient;
    if is_sidecar && is_assumed(workload, namespace, settings) {
        return Ok(Why::AssumedSidecar);
    }
    Err(if namespace.is_some() {
        KeptOut::NotAsked
    } else {
        KeptOut::NamespaceUnseen
    })
}

/// Whether a value of `sidecar.istio.io/inject` keeps the proxy out of a pod that the webhook sees. From Istio 1.27
/// only "false" does; before, whatever was neither empty nor a word for yes.
pub(crate) fn opts_out(choice: &str, istio: Version) -> bool {
    if istio
        >= (Version {
            major: 1,
            minor: 27,
        })
    {
        return choice == "false";
    }
    !matches!(
        choice.to_ascii_lowercase().as_str(),
        "" | "y" | "yes" | "true" | "on"
    )
}

/// Whether a workload whose Namespace was not given counts as in the mesh. Istio's own namespace is not injected.
fn is_assumed(
    workload: &Workload<'_>,
    namespace: Option<&Namespace<'_>>,
    settings: &Settings,
) -> bool {
    namespace.is_none()
        && settings.assume_injected
        && workload.object.namespace != settings.root_namespace
}

fn ambient(
    workload: &Workload<'_>,
    namespace: Option<&Namespace<'_>>,
    settings: &Settings,
) -> Option<Why> {
    if workload.object.namespace == "kube-system" {
        return None;
    }
    let own = workload.template.labels.get(DATAPLANE_MODE);
    if own == Some("ambient") {
        return Some(Why::OwnAmbient);
    }
    let joins = match namespace {
        Some(namespace) => (namespace.object.labels.get(DATAPLANE_MODE) == Some("ambient"))
            .then_some(Why::NamespaceAmbient),
        None => (settings.data_plane == DataPlane::Ambient
            && is_assumed(workload, namespace, settings))
        .then_some(Why::AssumedAmbient),
    };
    joins.map(|why| {
        if own == Some("none") {
            Why::LeavesAmbient
        } else {
            why
        }
    })
}

/// Whether a workload is Istio's own: istiod, a gateway, a waypoint, ztunnel or the CNI node agent. Application rules
/// leave these alone.
pub(crate) fn is_control_plane(workload: &Workload<'_>) -> bool {
    const MANAGED: &str = "gateway.istio.io/managed";
    let template = &workload.template;
    let labels = template.labels;
    // A gateway of the time before injection: a Deployment of the proxy alone.
    let is_proxy_alone =
        template.containers.iter().all(Container::is_istio) && carries_sidecar(template);
    is_proxy_alone
        || labels.get(MANAGED).is_some()
        || workload.object.labels.get(MANAGED).is_some()
        || is_istiod(workload)
        || labels.get("app") == Some("ztunnel")
        || labels.get("k8s-app") == Some("istio-cni-node")
        || template
            .annotations
            .get("inject.istio.io/templates")
            .is_some_and(|templates| templates.split(',').any(|name| name.trim() == "gateway"))
}

/// Whether a workload is istiod.
pub(crate) fn is_istiod(workload: &Workload<'_>) -> bool {
    let labels = workload.template.labels;
    labels.get("app") == Some("istiod") || labels.get("istio") == Some("pilot")
}

/// How much of the sidecar a pod gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirection {
    /// All of it: its traffic is redirected to Envoy.
    Envoy,
    /// Envoy without redirection (`interceptionMode: NONE`).
    None,
    /// The agent alone, for gRPC without a proxy.
    AgentOnly,
}

impl Redirection {
    /// Decides by a pod template's annotations.
    pub(crate) fn of(template: &PodTemplate<'_>) -> Self {
        let templates = template
            .annotations
            .get("inject.istio.io/templates")
            .unwrap_or_default();
        if templates.split(',').any(|name| name.trim() == "grpc-agent") {
            Self::AgentOnly
        } else if interception_mode(template) == Some("NONE") {
            Self::None
        } else {
            Self::Envoy
        }
    }
}

/// The mode in which a pod's traffic is redirected, if its annotation says so.
pub(crate) fn interception_mode<'t>(template: &PodTemplate<'t>) -> Option<&'t str> {
    template
        .annotations
        .get("sidecar.istio.io/interceptionMode")
}
