//! Which mTLS mode is in force at a workload's port.
//!
//! Source: Istio, `pilot/pkg/model/authentication.go` and the PeerAuthentication reference.

use super::Mesh;
use crate::model::{MtlsMode, PeerAuthentication, Workload};

impl Mesh<'_> {
    /// The mode for a target port: the port's own, else that of the policy that selects the workload, else the
    /// namespace's, else the root namespace's, else PERMISSIVE. At one level the oldest policy wins.
    pub(crate) fn mtls_mode(&self, workload: &Workload<'_>, target_port: i64) -> MtlsMode {
        let namespace = workload.object.namespace;
        let root = self.settings.root_namespace.as_str();
        let selected = oldest(self.policies(namespace).filter(|policy| {
            // A policy with a selector in the root namespace selects nothing.
            namespace != root
                && policy
                    .selector
                    .is_some_and(|selector| workload.template.labels.contain(selector))
        }));
        if let Some(policy) = selected
            && let Some((_, Some(mode))) = policy
                .port_modes
                .iter()
                .find(|(port, _)| *port == target_port)
        {
            return *mode;
        }
        let of_namespace = |namespace| {
            oldest(
                self.policies(namespace)
                    .filter(|policy| policy.selector.is_none()),
            )
        };
        selected
            .and_then(|policy| policy.mode)
            .or_else(|| of_namespace(namespace)?.mode)
            .or_else(|| of_namespace(root)?.mode)
            .unwrap_or(MtlsMode::Permissive)
    }

    fn policies(&self, namespace: &str) -> impl Iterator<Item = &PeerAuthentication<'_>> {
        let indices = self
            .policies_of
            .get(namespace)
            .map_or(&[][..], Vec::as_slice);
        indices
            .iter()
            .map(|index| &self.model.peer_authentications[*index])
    }
}

fn oldest<'p, 't>(
    policies: impl Iterator<Item = &'p PeerAuthentication<'t>>,
) -> Option<&'p PeerAuthentication<'t>>
where
    't: 'p,
{
    policies.min_by_key(|policy| (policy.object.age(), policy.object.name))
}
