//! Label selectors, as NetworkPolicies and workloads write them.

use super::{Labels, Reader};
use crate::manifest::Value;

/// A `LabelSelector`: every label and every expression must match. An empty one matches everything.
///
/// Source: Kubernetes, Labels and Selectors, "Resources that support set-based requirements".
#[derive(Debug, Default)]
pub(crate) struct LabelSelector<'t> {
    match_labels: Labels<'t>,
    expressions: Vec<Expression<'t>>,
}

/// One of `matchExpressions`.
#[derive(Debug)]
struct Expression<'t> {
    key: &'t str,
    operator: &'t str,
    values: Vec<&'t str>,
}

impl<'t> LabelSelector<'t> {
    /// Reads a selector field; `None` when it is absent, which often means something else than an empty one.
    pub(super) fn read(reader: &mut Reader, parent: Value<'t>, field: &str) -> Option<Self> {
        let selector = reader.mapping(parent, field)?;
        let mut read = Self {
            match_labels: Labels::read(reader, selector, "matchLabels"),
            expressions: Vec::new(),
        };
        for (_, expression) in reader.mappings(selector, "matchExpressions") {
            read.expressions.push(Expression {
                key: reader.string(expression, "key").unwrap_or_default(),
                operator: reader.string(expression, "operator").unwrap_or_default(),
                values: reader
                    .strings(expression, "values")
                    .into_iter()
                    .map(|(_, value)| value)
                    .collect(),
            });
        }
        Some(read)
    }

    /// Whether labels, asked for by key, match. An operator that Kubernetes does not know matches nothing.
    pub(crate) fn matches<'l>(&self, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
        self.unmet(label).next().is_none()
    }

    /// The keys of the requirements that labels, asked for by key, do not meet.
    pub(crate) fn unmet<'l>(
        &self,
        label: &dyn Fn(&str) -> Option<&'l str>,
    ) -> impl Iterator<Item = &'t str> {
        let is_met = |expression: &&Expression<'_>| {
            let value = label(expression.key);
            let is_listed = value.is_some_and(|value| expression.values.contains(&value));
            match expression.operator {
                "In" => is_listed,
                "NotIn" => !is_listed,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        };
        let labels = self.match_labels.iter();
        labels
            .filter(|(key, value)| label(key) != Some(value))
            .map(|(key, _)| key)
            .chain(
                self.expressions
                    .iter()
                    .filter(move |expression| !is_met(expression))
                    .map(|expression| expression.key),
            )
    }

    /// The keys that it asks for with one of some values each.
    pub(crate) fn choices(&self) -> impl Iterator<Item = (&'t str, Vec<&'t str>)> {
        let labels = self.match_labels.iter();
        let labels = labels.map(|(key, value)| (key, vec![value]));
        let listed = self.expressions.iter();
        let listed = listed.filter(|expression| expression.operator == "In");
        labels.chain(listed.map(|expression| (expression.key, expression.values.clone())))
    }

    /// The keys that it asks for with any value.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'t str> {
        let expressions = self.expressions.iter();
        let exists = expressions.filter(|expression| expression.operator == "Exists");
        exists.map(|expression| expression.key)
    }

    /// Whether it matches everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.expressions.is_empty()
    }
}
