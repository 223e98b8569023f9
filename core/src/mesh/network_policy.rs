//! Which traffic NetworkPolicies let through.
//!
//! Policies add up: what one of those that select a pod admits, passes. Where it is not known what stands at the far
//! end, it passes too, so that what is said to be dropped is dropped for certain.
//!
//! Source: Kubernetes, Network Policies.

use super::{ByTriple, Index, Mesh};
use crate::model::{
    Admitted, IpBlock, LabelSelector, Labels, NetworkPolicy, Peer, TrafficRule, Transport, Workload,
};
use core::net::Ipv4Addr;
use rustc_hash::FxHashMap;

/// The way of traffic, as seen from the pods that a policy selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To them.
    Ingress,
    /// From them.
    Egress,
}

/// Policies that together drop some traffic of workloads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Blockade {
    /// The policy to speak of: one that selects every pod of the namespace if there is one, else the first.
    pub(crate) policy: Index,
    /// Some of the others.
    pub(crate) others: Vec<Index>,
    /// Whose traffic it is.
    pub(crate) workloads: Vec<Index>,
}

/// So many of the other policies are remembered.
const MAX_OTHERS: usize = 5;

/// A label that injection adds to pods, and by which policies may select them.
const TLS_MODE: (&str, &str) = ("security.istio.io/tlsMode", "istio");

/// Filed under this label: policies that select every pod, and those that ask for no label in particular.
const EVERY_POD: (&str, &str) = ("", "");
const ANY_LABEL: (&str, &str) = ("", "*");

/// The value under which policies are filed that ask for a label with any value. No label can have it.
const ANY_VALUE: &str = "*";

/// Files each policy under its namespace and, of the labels that it asks for, the one that the fewest workloads
/// carry; where it asks for one of some values, under each of them. A policy that asks for a label which no workload
/// has selects nothing and is left out.
pub(super) fn by_label<'t>(
    policies: &[NetworkPolicy<'t>],
    workloads: &ByTriple<'t>,
) -> ByTriple<'t> {
    let mut filed = ByTriple::default();
    for (index, policy) in policies.iter().enumerate() {
        let namespace = policy.object.namespace;
        let mut file = |(key, value)| {
            let policies: &mut Vec<Index> = filed.entry((namespace, key, value)).or_default();
            // A value may be listed twice.
            if policies.last() != Some(&index) {
                policies.push(index);
            }
        };
        let selector = &policy.selector;
        let carried = |(key, values): &(&'t str, Vec<&'t str>)| {
            let values = values.iter();
            let carriers = values.map(|value| workloads.get(&(namespace, *key, *value)));
            carriers.flatten().map(Vec::len).sum::<usize>()
        };
        let choices = selector.choices().filter(|(key, _)| *key != TLS_MODE.0);
        if let Some((key, values)) = choices.min_by_key(carried) {
            for value in values {
                if workloads.contains_key(&(namespace, key, value)) {
                    file((key, value));
                }
            }
        } else if let Some(key) = selector.keys().find(|key| *key != TLS_MODE.0) {
            file((key, ANY_VALUE));
        } else if selector.is_empty() {
            file(EVERY_POD);
        } else {
            file(ANY_LABEL);
        }
    }
    filed
}

/// What the policies for every pod of a namespace do to traffic of one direction.
struct OfEveryPod {
    /// The first of those that are about it.
    first: Vec<Index>,
    /// Whether one of them admits the traffic.
    is_admitted: bool,
}

impl<'t> NetworkPolicy<'t> {
    /// What it admits one way; `None` when it leaves that direction alone.
    pub(crate) fn admitted(&self, direction: Direction) -> Option<&Admitted<'t>> {
        match direction {
            Direction::Ingress => self.ingress.as_ref(),
            Direction::Egress => self.egress.as_ref(),
        }
    }
}

impl<'t> Mesh<'t> {
    /// Workloads whose traffic of one direction is dropped, by the policies that do it. `admits` says of a workload
    /// and a policy that selects it whether the policy admits the traffic; of workloads that are not `special` it says
    /// the same.
    pub(crate) fn blockades(
        &self,
        direction: Direction,
        workloads: &[Index],
        special: &dyn Fn(Index) -> bool,
        admits: &dyn Fn(Index, Index) -> bool,
    ) -> Vec<Blockade> {
        let mut found: Vec<Blockade> = Vec::new();
        let mut found_at = vec![None; self.model.network_policies.len()];
        let mut by_namespace: FxHashMap<&str, OfEveryPod> = FxHashMap::default();
        for workload in workloads {
            let admits = |policy| admits(*workload, policy);
            let namespace = self.model.workloads[*workload].object.namespace;
            let of_special;
            let of_every_pod = if special(*workload) {
                of_special = self.of_every_pod(direction, namespace, &admits);
                &of_special
            } else {
                by_namespace
                    .entry(namespace)
                    .or_insert_with(|| self.of_every_pod(direction, namespace, &admits))
            };
            if of_every_pod.is_admitted {
                continue;
            }
            let mut selecting = self.selecting(*workload);
            selecting.extend_from_slice(&of_every_pod.first);
            let Some(blockade) = self.blockade(direction, &selecting, &admits) else {
                continue;
            };
            let at = *found_at[blockade.policy].get_or_insert(found.len());
            if at == found.len() {
                found.push(blockade);
            } else {
                for other in blockade.others {
                    found[at].add(other);
                }
            }
            found[at].workloads.push(*workload);
        }
        found
    }

    fn of_every_pod(
        &self,
        direction: Direction,
        namespace: &str,
        admits: &dyn Fn(Index) -> bool,
    ) -> OfEveryPod {
        let policies = &self.model.network_policies;
        let (key, value) = EVERY_POD;
        let filed = self.network_policies.get(&(namespace, key, value));
        let filed = filed.into_iter().flatten().copied();
        let isolating = filed.filter(|policy| policies[*policy].admitted(direction).is_some());
        OfEveryPod {
            // One to speak of, and the others.
            first: isolating.clone().take(1 + MAX_OTHERS).collect(),
            is_admitted: { isolating }.any(admits),
        }
    }

    /// The same for pods of whom only the policies that select them are known.
    pub(crate) fn blockade(
        &self,
        direction: Direction,
        selecting: &[Index],
        admits: &dyn Fn(Index) -> bool,
    ) -> Option<Blockade> {
        let policies = &self.model.network_policies;
        let isolating = selecting
            .iter()
            .copied()
            .filter(|policy| policies[*policy].admitted(direction).is_some());
        let is_selective = |policy: Index| !policies[policy].selector.matches(&|_| None);
        let policy = isolating
            .clone()
            .min_by_key(|policy| (is_selective(*policy), *policy))?;
        if isolating.clone().any(admits) {
            return None;
        }
        let mut blockade = Blockade {
            policy,
            others: Vec::new(),
            workloads: Vec::new(),
        };
        isolating.for_each(|other| blockade.add(other));
        Some(blockade)
    }

    /// The policies that select a workload's pods, without those for every pod.
    fn selecting(&self, workload: Index) -> Vec<Index> {
        let is_sidecar = self.members[workload].is_sidecar();
        let workload = &self.model.workloads[workload];
        let labels = workload.template.labels;
        let label = |key: &str| {
            let injected = || (is_sidecar && key == TLS_MODE.0).then_some(TLS_MODE.1);
            labels.get(key).or_else(injected)
        };
        let namespace = workload.object.namespace;
        let own = labels.iter().flat_map(|(key, value)| {
            let is_any = value == ANY_VALUE;
            [Some((key, value)), (!is_any).then_some((key, ANY_VALUE))]
        });
        own.flatten()
            .chain([ANY_LABEL])
            .filter_map(|(key, value)| self.network_policies.get(&(namespace, key, value)))
            .flatten()
            .copied()
            .filter(|policy| {
                self.model.network_policies[*policy]
                    .selector
                    .matches(&label)
            })
            .collect()
    }

    /// The pods of a workload as the rules of policies see them.
    pub(crate) fn pods_of(&self, workload: &'t Workload<'t>) -> Pods<'t> {
        self.pods(
            workload.object.namespace,
            Known {
                given: Some(workload.template.labels),
                certain: &[],
            },
        )
    }

    /// Pods of which no more than some labels are known.
    pub(crate) fn assumed_pods(
        &self,
        namespace: &'t str,
        labels: &'t [(&'t str, &'t str)],
    ) -> Pods<'t> {
        self.pods(
            namespace,
            Known {
                given: None,
                certain: labels,
            },
        )
    }

    fn pods(&self, namespace: &'t str, labels: Known<'t>) -> Pods<'t> {
        Pods {
            namespace,
            namespace_labels: self
                .namespace(namespace)
                .map(|namespace| namespace.object.labels),
            labels,
        }
    }
}

impl Blockade {
    fn add(&mut self, other: Index) {
        let is_new = other != self.policy && !self.others.contains(&other);
        if is_new && self.others.len() < MAX_OTHERS {
            self.others.push(other);
        }
    }
}

/// Labels, of which some may not have been given.
#[derive(Clone, Copy, Debug)]
struct Known<'t> {
    /// All of them, if the object was given.
    given: Option<Labels<'t>>,
    /// Those that are certain without it.
    certain: &'t [(&'t str, &'t str)],
}

/// Pods at the far end of traffic.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pods<'t> {
    namespace: &'t str,
    /// The labels of their Namespace, if it was given.
    namespace_labels: Option<Labels<'t>>,
    labels: Known<'t>,
}

impl Known<'_> {
    /// Whether a selector matches, or may do so by a label that is not known. Of those, a label of Istio's may be
    /// there, and any label when the rule is meant for these pods.
    fn may_match(self, selector: &LabelSelector<'_>, is_meant: bool) -> bool {
        let certain = |key: &str| {
            let mut certain = self.certain.iter();
            certain
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        let label = |key: &str| certain(key).or_else(|| self.given?.get(key));
        selector.unmet(&label).all(|key| {
            self.given.is_none() && certain(key).is_none() && (is_meant || key.contains("istio"))
        })
    }
}

impl Pods<'_> {
    /// Whether a rule may admit TCP between these pods and those of its policy on a port. A rule that lists the port
    /// by its number is taken to be meant for these pods, unless what is known of them says otherwise.
    pub(crate) fn may_pass(
        &self,
        rule: &TrafficRule<'_>,
        policy_namespace: &str,
        port: i64,
        is_named: &dyn Fn(&str) -> bool,
    ) -> bool {
        let is_meant = rule.lists(port);
        let may_be_these = |peer: &Peer<'_>| {
            if let Some(block) = &peer.block {
                // A control plane outside of the cluster has an address of its own.
                return block.may_hold_pods() || (is_meant && block.except.is_empty());
            }
            let is_namespace = match &peer.namespaces {
                Some(selector) => self.namespace_may_match(selector, is_meant),
                None => self.namespace == policy_namespace,
            };
            let pods = peer.pods.as_ref();
            is_namespace && pods.is_none_or(|pods| self.labels.may_match(pods, is_meant))
        };
        rule.covers(port, is_named)
            && (rule.peers.is_empty() || rule.peers.iter().any(may_be_these))
    }

    fn namespace_may_match(&self, selector: &LabelSelector<'_>, is_meant: bool) -> bool {
        // The API server sets the first one; the second is what people used before it did.
        let names = [
            ("kubernetes.io/metadata.name", self.namespace),
            ("name", self.namespace),
        ];
        let certain = if self.namespace_labels.is_some() {
            &names[..1]
        } else {
            &names
        };
        let known = Known {
            given: self.namespace_labels,
            certain,
        };
        known.may_match(selector, is_meant)
    }
}

impl Workload<'_> {
    /// Whether its pods call a TCP port by a name.
    pub(crate) fn calls_port(&self, number: i64, name: &str) -> bool {
        self.template.ports().any(|(_, port)| {
            port.number == number && port.transport == Transport::Tcp && port.name == Some(name)
        })
    }
}

impl TrafficRule<'_> {
    /// Whether traffic from pods may come under it.
    pub(crate) fn may_concern_pods(&self) -> bool {
        self.peers.is_empty()
            || self
                .peers
                .iter()
                .any(|peer| peer.block.as_ref().is_none_or(IpBlock::may_hold_pods))
    }
}

/// An address and the length of its prefix.
type Cidr = (u32, u8);

/// The ranges from which pods get addresses (RFC 1918).
const PRIVATE: [Cidr; 3] = [(0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16)];

/// The range from which they get some in networks short of addresses (RFC 6598). Policies for the internet except the
/// private ranges leave it out, so that only a block within it counts.
const SHARED: Cidr = (0x6440_0000, 10);

impl IpBlock<'_> {
    /// Whether a pod may have one of its addresses. Of IPv6, any.
    pub(crate) fn may_hold_pods(&self) -> bool {
        let Some(block) = cidr(self.cidr) else {
            return true;
        };
        contains(SHARED, block)
            || PRIVATE.iter().any(|range| {
                let common = if contains(block, *range) {
                    *range
                } else if contains(*range, block) {
                    block
                } else {
                    return false;
                };
                let mut excepted = self.except.iter().filter_map(|except| cidr(except));
                !excepted.any(|except| contains(except, common))
            })
    }
}

fn cidr(text: &str) -> Option<Cidr> {
    let (address, length) = text.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let length = length.parse().ok().filter(|length| *length <= 32)?;
    Some((address.to_bits(), length))
}

fn contains(outer: Cidr, inner: Cidr) -> bool {
    let differing = u64::from(outer.0 ^ inner.0);
    outer.1 <= inner.1 && differing >> (32 - outer.1) == 0
}

#[cfg(test)]
mod tests {
    use crate::model::IpBlock;

    #[test]
    fn knows_where_pods_may_be() {
        let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
        for (cidr, except, expected) in [
            ("0.0.0.0/0", &[][..], true),
            ("0.0.0.0/0", &private[..2], true),
            ("0.0.0.0/0", &private, false),
            ("0.0.0.0/0", &["0.0.0.0/0"], false),
            ("10.0.0.0/8", &["10.1.0.0/16"], true),
            ("10.1.2.0/24", &["10.1.0.0/16"], false),
            ("172.15.0.0/16", &[], false),
            ("172.16.0.0/11", &[], true),
            ("100.127.255.0/24", &[], true),
            ("169.254.7.127/32", &[], false),
            ("203.0.113.0/24", &[], false),
            ("fd00::/8", &[], true),
            ("10.0.0.0/33", &[], true),
            ("not an address", &[], true),
        ] {
            let block = IpBlock {
                cidr,
                except: except.to_vec(),
            };
            assert_eq!(block.may_hold_pods(), expected, "{cidr} except {except:?}");
        }
    }
}
