//! Which DestinationRule the sidecars of clients follow when they call a Service.
//!
//! Source: Istio, `pilot/pkg/model/push_context.go` (`destinationRule`, `setDestinationRules`) and
//! `pilot/pkg/model/destination_rule.go` (`mergeDestinationRule`). `exportTo` is not read: every rule is taken to be
//! visible everywhere. Rules for selected clients (`workloadSelector`) and subsets do not count.

use super::{ByTriple, Index, Mesh};
use crate::{
    model::{DestinationRule, Model, Service, TlsMode},
    path::Path,
};
use std::cmp::Reverse;

/// Rules as they are looked up.
#[derive(Debug, Default)]
pub(super) struct DestinationRules<'t> {
    /// By the rule's namespace and [`DestinationRule::services`]: the one that counts.
    effective: ByTriple<'t>,
    /// By [`DestinationRule::services`], of whatever namespace: those that make clients send plain text.
    disabling: ByTriple<'t>,
    /// By [`DestinationRule::meant`]: those without effect.
    misnamed: ByTriple<'t>,
}

impl<'t> DestinationRules<'t> {
    pub(super) fn new(model: &'t Model<'t>) -> Self {
        let mut rules = Self::default();
        for (index, rule) in model.destination_rules.iter().enumerate() {
            if let Some((namespace, name)) = rule.meant() {
                let misnamed = rules.misnamed.entry(("", namespace, name)).or_default();
                misnamed.push(index);
            }
            let Some((namespace, name)) = rule.services().filter(|_| !rule.selects_clients) else {
                continue;
            };
            if rule.disables_tls() {
                let disabling = rules.disabling.entry(("", namespace, name)).or_default();
                disabling.push(index);
            }
            let key = (rule.object.namespace, namespace, name);
            let found = rules.effective.entry(key).or_default();
            match found.first_mut() {
                None => found.push(index),
                Some(first) if rank(rule) < rank(&model.destination_rules[*first]) => {
                    *first = index;
                }
                Some(_) => {}
            }
        }
        rules
    }
}

/// Sorts rules for the same Services: the longest host first, then those with a policy, then the oldest.
fn rank<'t>(rule: &DestinationRule<'t>) -> impl Ord + use<'t> {
    let object = &rule.object;
    (
        Reverse(rule.host.len()),
        !rule.has_policy,
        object.age(),
        object.name,
    )
}

impl<'t> Mesh<'t> {
    /// The rule that clients of a namespace follow: of their own namespace, else of the Service's, else of the root
    /// namespace, in each the one with the most specific host.
    pub(crate) fn destination_rule(
        &self,
        client_namespace: &str,
        service: &Service<'_>,
    ) -> Option<&'t DestinationRule<'t>> {
        let root = self.settings.root_namespace.as_str();
        // Rules of the root namespace are for all, so its own clients do not look there first.
        let own = Some(client_namespace).filter(|namespace| *namespace != root);
        [own, Some(service.object.namespace), Some(root)]
            .into_iter()
            .flatten()
            .find_map(|namespace| self.destination_rule_in(namespace, service))
    }

    /// A rule that was meant for a Service and whose host names none.
    pub(crate) fn misnamed_rule(&self, service: &Service<'_>) -> Option<&'t DestinationRule<'t>> {
        let object = &service.object;
        let misnamed = &self.destination_rules.misnamed;
        let found = misnamed.get(&("", object.namespace, object.name))?;
        Some(&self.model.destination_rules[*found.first()?])
    }

    /// The mode that a rule gives to clients whose own namespace has none.
    pub(crate) fn client_tls(&self, service: &Service<'_>, port: i64) -> Option<TlsMode> {
        let rule = self.destination_rule(&self.settings.root_namespace, service)?;
        rule.tls(port).map(|(mode, _)| mode)
    }

    /// A rule by which some clients send plain text to a Service port, and where it says so.
    pub(crate) fn plain_text_rule(
        &self,
        service: &Service<'_>,
        port: i64,
    ) -> Option<(&'t DestinationRule<'t>, Path<'t>)> {
        candidates(&self.destination_rules.disabling, "", service)
            .into_iter()
            .map(|index| &self.model.destination_rules[index])
            .find_map(|rule| {
                let (_, path) = (rule.tls(port)).filter(|(mode, _)| *mode == TlsMode::Disable)?;
                let followed = self.destination_rule(rule.object.namespace, service)?;
                std::ptr::eq(followed, rule).then_some((rule, path))
            })
    }

    fn destination_rule_in(
        &self,
        namespace: &str,
        service: &Service<'_>,
    ) -> Option<&'t DestinationRule<'t>> {
        let found = candidates(&self.destination_rules.effective, namespace, service);
        Some(&self.model.destination_rules[*found.first()?])
    }
}

/// Rules for a Service, those with the most specific host first.
fn candidates(rules: &ByTriple<'_>, rule_namespace: &str, service: &Service<'_>) -> Vec<Index> {
    let (namespace, name) = (service.object.namespace, service.object.name);
    let host = format!("{name}.{namespace}");
    let mut found = Vec::new();
    found.extend(
        rules
            .get(&(rule_namespace, namespace, name))
            .into_iter()
            .flatten(),
    );
    for (start, byte) in host.bytes().chain([b'.']).enumerate() {
        if start == 0 || matches!(byte, b'.' | b'-') {
            let suffix = (rule_namespace, "*", &host[start..]);
            found.extend(rules.get(&suffix).into_iter().flatten());
        }
    }
    found
}
