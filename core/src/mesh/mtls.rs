//! Which mTLS mode is in force at a workload's port, and whether clients encrypt by themselves.
//!
//! Sources: Istio, `pilot/pkg/model/authentication.go`, `pilot/pkg/security/authn/policy_applier.go`
//! (`ComposePeerAuthentication`) and the PeerAuthentication reference.

use super::{ByName, ByTriple, Index, Mesh};
use crate::{
    model::{Model, MtlsMode, PeerAuthentication, Workload},
    path::Path,
};

/// PeerAuthentications as they are looked up.
#[derive(Debug, Default)]
pub(super) struct Policies<'t> {
    /// By namespace: the oldest of those without a selector.
    of_namespace: ByName<'t>,
    /// By namespace and the label of the selector that the fewest have: of equal selectors the oldest.
    by_label: ByTriple<'t>,
}

impl<'t> Policies<'t> {
    pub(super) fn new(model: &'t Model<'t>, root_namespace: &str) -> Self {
        let all = &model.peer_authentications;
        let selector = |policy: &PeerAuthentication<'t>| policy.selector.unwrap_or_default();
        let mut with_label = ByTriple::default();
        for (index, policy) in all.iter().enumerate() {
            for (key, value) in selector(policy).iter() {
                let label = (policy.object.namespace, key, value);
                with_label.entry(label).or_default().push(index);
            }
        }
        let mut policies = Self::default();
        for (index, policy) in all.iter().enumerate() {
            let namespace = policy.object.namespace;
            let labels = selector(policy).iter();
            let labels = labels.map(|(key, value)| (namespace, key, value));
            let rarest = labels.min_by_key(|label| with_label.get(label).map_or(0, Vec::len));
            let found = match rarest {
                None => policies.of_namespace.entry(namespace).or_default(),
                // A policy with a selector in the root namespace selects nothing.
                Some(_) if namespace == root_namespace => continue,
                Some(label) => policies.by_label.entry(label).or_default(),
            };
            let is_same = |other: &&mut Index| has_selector_of(policy, &all[**other]);
            match found.iter_mut().find(is_same) {
                None => found.push(index),
                Some(other) if age(policy) < age(&all[*other]) => *other = index,
                Some(_) => {}
            }
        }
        policies
    }
}

fn has_selector_of(policy: &PeerAuthentication<'_>, other: &PeerAuthentication<'_>) -> bool {
    let (mine, others) = (
        policy.selector.unwrap_or_default(),
        other.selector.unwrap_or_default(),
    );
    mine.contain(others) && others.contain(mine)
}

fn age<'t>(policy: &PeerAuthentication<'t>) -> impl Ord + use<'t> {
    (policy.object.age(), policy.object.name)
}

/// An mTLS mode, and what decided it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mtls<'t> {
    pub(crate) mode: MtlsMode,
    /// The PeerAuthentication; `None` for Istio's default, where none of those given says anything.
    pub(crate) policy: Option<&'t PeerAuthentication<'t>>,
    /// Whether it decided for the port alone.
    is_of_port: bool,
}

impl<'t> Mtls<'t> {
    /// What a policy decided for all ports, else Istio's default.
    fn of_all_ports(decided: Option<(&'t PeerAuthentication<'t>, MtlsMode)>) -> Self {
        Self {
            mode: decided.map_or(MtlsMode::Permissive, |(_, mode)| mode),
            policy: decided.map(|(policy, _)| policy),
            is_of_port: false,
        }
    }

    /// Where the policy says so.
    pub(crate) fn path(&self) -> Path<'t> {
        let spec = Path::default().key("spec");
        if self.is_of_port {
            spec.key("portLevelMtls")
        } else {
            spec.key("mtls").key("mode")
        }
    }
}

impl<'t> Mesh<'t> {
    /// The mode for a target port.
    pub(crate) fn mtls_mode(&self, workload: &Workload<'_>, target_port: i64) -> MtlsMode {
        self.mtls(workload, target_port).mode
    }

    /// The mode for a target port: the port's own, else that of the policy that selects the workload, else the
    /// namespace's, else the root namespace's, else PERMISSIVE. At one level the oldest policy wins.
    pub(crate) fn mtls(&self, workload: &Workload<'_>, target_port: i64) -> Mtls<'t> {
        let selected = self.selecting_policy(workload);
        if let Some(policy) = selected
            && let Some((_, Some(mode))) = policy
                .port_modes
                .iter()
                .find(|(port, _)| *port == target_port)
        {
            return Mtls {
                mode: *mode,
                policy: Some(policy),
                is_of_port: true,
            };
        }
        let decided = selected
            .and_then(|policy| Some((policy, policy.mode?)))
            .or_else(|| self.namespace_mtls(workload.object.namespace));
        Mtls::of_all_ports(decided)
    }

    /// The mode for every target port of a workload that no policy singles out.
    pub(crate) fn workload_mtls_mode(&self, workload: &Workload<'_>) -> MtlsMode {
        // No port has this number.
        self.mtls_mode(workload, i64::MIN)
    }

    /// The mode for all workloads of a namespace that no policy singles out.
    pub(crate) fn namespace_mtls_mode(&self, namespace: &str) -> MtlsMode {
        Mtls::of_all_ports(self.namespace_mtls(namespace)).mode
    }

    /// Whether clients' sidecars encrypt by themselves what they send to any pod of a Service, where no
    /// DestinationRule tells them what to do. `None` when that depends on the mode of the pod's port: all but DISABLE.
    ///
    /// Source: Istio, `BestEffortInferServiceMTLSMode` in `pilot/pkg/model/push_context.go`, which decides for all
    /// pods of a headless Service at once, and `pilot/pkg/xds/endpoints/mtls_checker.go`.
    pub(crate) fn automatic_mtls(&self, service: Index) -> Option<bool> {
        let object = &self.model.services[service].object;
        let mode = self.namespace_mtls(object.namespace).map(|(_, mode)| mode);
        if mode == Some(MtlsMode::Disable) {
            return Some(false);
        }
        self.model.services[service].is_headless.then(|| {
            self.workloads_of[service].iter().all(|index| {
                self.members[*index].is_sidecar() && offers_mtls(&self.model.workloads[*index])
            })
        })
    }

    /// The policy with a selector that matches a workload.
    fn selecting_policy(&self, workload: &Workload<'_>) -> Option<&'t PeerAuthentication<'t>> {
        let labels = workload.template.labels;
        let by_label = &self.policies.by_label;
        labels
            .iter()
            .filter_map(|(key, value)| by_label.get(&(workload.object.namespace, key, value)))
            .flatten()
            .map(|index| &self.model.peer_authentications[*index])
            .filter(|policy| {
                policy
                    .selector
                    .is_some_and(|selector| labels.contain(selector))
            })
            .min_by_key(|policy| age(policy))
    }

    /// What the policies of a namespace and of the root namespace say of all workloads.
    fn namespace_mtls(&self, namespace: &str) -> Option<(&'t PeerAuthentication<'t>, MtlsMode)> {
        [namespace, self.settings.root_namespace.as_str()]
            .into_iter()
            .find_map(|namespace| {
                let index = self.policies.of_namespace.get(namespace)?.first()?;
                let policy = &self.model.peer_authentications[*index];
                Some((policy, policy.mode?))
            })
    }
}

/// Whether the pods of a workload with a sidecar tell clients that they take mTLS: a label that the injection adds.
pub(crate) fn offers_mtls(workload: &Workload<'_>) -> bool {
    workload
        .template
        .labels
        .get("security.istio.io/tlsMode")
        .is_none_or(|mode| mode == "istio")
}
