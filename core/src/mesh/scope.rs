//! What is known beside the objects that were given.

/// What the model holds all of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The manifests are all there is.
    #[default]
    Manifests,
    /// The object of a request to a cluster, of which this much else is known.
    Cluster(Known),
}

/// Which kinds a cluster was asked for, so that what is not there does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of kinds, by name")]
pub struct Known {
    /// Every Service of the object's namespace.
    pub services: bool,
    /// Every workload of the object's namespace.
    pub workloads: bool,
    /// Every PeerAuthentication of the object's namespace and of the root namespace.
    pub peer_authentications: bool,
    /// Every DestinationRule of the object's namespace and of the root namespace.
    pub destination_rules: bool,
    /// Every NetworkPolicy of the object's namespace.
    pub network_policies: bool,
    /// Where PodSecurityPolicies are in force and all are known: whether the service account of the object's pods may
    /// `use` one of [`redirecting_policies`](crate::redirecting_policies).
    pub policy_use: Option<bool>,
}

impl Scope {
    /// Whether something is known of a cluster; of manifests all is.
    pub(crate) fn knows(self, kind: fn(&Known) -> bool) -> bool {
        match self {
            Self::Manifests => true,
            Self::Cluster(known) => kind(&known),
        }
    }
}
