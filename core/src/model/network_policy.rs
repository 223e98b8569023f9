//! NetworkPolicies: which traffic reaches pods, and which leaves them.

use super::{LabelSelector, Object, PortRef, Reader, Transport};
use crate::{manifest::Value, path::Path};

/// A NetworkPolicy.
///
/// Sources: Kubernetes, Network Policies, and `pkg/apis/networking/v1/defaults.go` (`policyTypes`).
#[derive(Debug)]
pub(crate) struct NetworkPolicy<'t> {
    pub(crate) object: Object<'t>,
    /// `spec.podSelector`: the pods of its namespace that it is about.
    pub(crate) selector: LabelSelector<'t>,
    /// What may reach the pods; absent when the policy leaves that direction alone.
    pub(crate) ingress: Option<Admitted<'t>>,
    /// What may leave the pods; absent when the policy leaves that direction alone.
    pub(crate) egress: Option<Admitted<'t>>,
}

/// What a policy admits in one direction. The rest is dropped unless another policy for the same pods admits it.
#[derive(Debug)]
pub(crate) struct Admitted<'t> {
    /// Where the rules are, or would be.
    pub(crate) path: Path<'t>,
    /// Traffic is admitted by any of them.
    pub(crate) rules: Vec<TrafficRule<'t>>,
}

/// An item of `ingress` or `egress`.
#[derive(Debug)]
pub(crate) struct TrafficRule<'t> {
    /// `from` or `to`; an empty list is everyone.
    pub(crate) peers: Vec<Peer<'t>>,
    /// Empty for every port.
    ports: Vec<PolicyPort<'t>>,
}

/// An item of `from` or `to`.
#[derive(Debug)]
pub(crate) struct Peer<'t> {
    /// `podSelector`; without one every pod of the namespaces.
    pub(crate) pods: Option<LabelSelector<'t>>,
    /// `namespaceSelector`; without one the policy's own namespace.
    pub(crate) namespaces: Option<LabelSelector<'t>>,
    /// `ipBlock`, which stands alone.
    pub(crate) block: Option<IpBlock<'t>>,
}

/// Addresses as written.
#[derive(Debug)]
pub(crate) struct IpBlock<'t> {
    pub(crate) cidr: &'t str,
    pub(crate) except: Vec<&'t str>,
}

/// An item of `ports`.
#[derive(Debug)]
struct PolicyPort<'t> {
    /// Absent for every port of the protocol.
    port: Option<PortRef<'t>>,
    /// `endPort`: the last port of a range.
    end: Option<i64>,
    transport: Transport,
}

impl<'t> NetworkPolicy<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let Some(spec) = reader.mapping(object.root, "spec") else {
            // The default of every field: no traffic reaches any pod.
            return Self {
                object,
                selector: LabelSelector::default(),
                ingress: Some(Admitted {
                    path: Path::default().key("spec").key("ingress"),
                    rules: Vec::new(),
                }),
                egress: None,
            };
        };
        let selector = LabelSelector::read(reader, spec, "podSelector").unwrap_or_default();
        let types = reader.strings(spec, "policyTypes");
        let ingress = Admitted::read(reader, spec, "ingress", "from");
        let egress = Admitted::read(reader, spec, "egress", "to");
        let is_listed = |name| types.iter().any(|(_, written)| *written == name);
        let has_default = types.is_empty();
        let is_egress = is_listed("Egress") || (has_default && !egress.rules.is_empty());
        Self {
            object,
            selector,
            ingress: (is_listed("Ingress") || has_default).then_some(ingress),
            egress: is_egress.then_some(egress),
        }
    }
}

impl<'t> Admitted<'t> {
    fn read(reader: &mut Reader, spec: Value<'t>, field: &'static str, peers: &str) -> Self {
        let rules = reader.mappings(spec, field);
        let rules = rules
            .into_iter()
            .map(|(_, rule)| TrafficRule::read(reader, rule, peers))
            .collect();
        Self {
            path: Path::default().key("spec").key(field),
            rules,
        }
    }
}

impl<'t> TrafficRule<'t> {
    fn read(reader: &mut Reader, rule: Value<'t>, peers: &str) -> Self {
        let mut read = Self {
            peers: Vec::new(),
            ports: Vec::new(),
        };
        for (_, peer) in reader.mappings(rule, peers) {
            let block = reader.mapping(peer, "ipBlock").map(|block| IpBlock {
                cidr: reader.string(block, "cidr").unwrap_or_default(),
                except: reader
                    .strings(block, "except")
                    .into_iter()
                    .map(|(_, cidr)| cidr)
                    .collect(),
            });
            read.peers.push(Peer {
                pods: LabelSelector::read(reader, peer, "podSelector"),
                namespaces: LabelSelector::read(reader, peer, "namespaceSelector"),
                block,
            });
        }
        for (_, port) in reader.mappings(rule, "ports") {
            read.ports.push(PolicyPort {
                port: PortRef::read(reader, port, "port"),
                end: reader.integer(port, "endPort"),
                transport: Transport::read(reader, port),
            });
        }
        read
    }

    /// Whether it covers TCP on a port; `is_named` says whether the pods that receive the traffic call it by a name.
    pub(crate) fn covers(&self, number: i64, is_named: &dyn Fn(&str) -> bool) -> bool {
        let covers = |port: &PolicyPort<'_>| {
            port.transport == Transport::Tcp
                && match port.port {
                    None => true,
                    Some(PortRef::Number(first)) => {
                        (first..=port.end.unwrap_or(first)).contains(&number)
                    }
                    Some(PortRef::Name(name)) => is_named(name),
                }
        };
        self.ports.is_empty() || self.ports.iter().any(covers)
    }

    /// Whether it lists a port by its number.
    pub(crate) fn lists(&self, number: i64) -> bool {
        let number = Some(PortRef::Number(number));
        self.ports.iter().any(|port| port.port == number)
    }
}
