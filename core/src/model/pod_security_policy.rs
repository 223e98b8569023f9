//! A PodSecurityPolicy, which Kubernetes had up to 1.24.

use super::{Object, Reader};

/// A PodSecurityPolicy.
#[derive(Debug)]
pub(crate) struct PodSecurityPolicy<'t> {
    pub(crate) object: Object<'t>,
    /// `spec.allowedCapabilities` and `spec.defaultAddCapabilities`: what containers may add.
    capabilities: Vec<&'t str>,
}

impl<'t> PodSecurityPolicy<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut policy = Self {
            object,
            capabilities: Vec::new(),
        };
        if let Some(spec) = reader.mapping(object.root, "spec") {
            for field in ["allowedCapabilities", "defaultAddCapabilities"] {
                let listed = reader.strings(spec, field);
                policy
                    .capabilities
                    .extend(listed.into_iter().map(|(_, capability)| capability));
            }
        }
        policy
    }

    /// Whether a container may add a capability. What is added by default may be asked for as well; `privileged` alone
    /// allows none; what must be dropped cannot be allowed in the same policy, which the API server sees to.
    ///
    /// Source: Kubernetes 1.24, `pkg/security/podsecuritypolicy/capabilities/capabilities.go`.
    pub(crate) fn allows(&self, capability: &str) -> bool {
        self.capabilities
            .iter()
            .any(|listed| *listed == "*" || *listed == capability)
    }
}
