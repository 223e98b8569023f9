//! Roles and their bindings, of a namespace or of the cluster.

use super::{Object, Reader};

/// A Role or ClusterRole; the namespace of a ClusterRole is empty.
#[derive(Debug)]
pub(crate) struct Role<'t> {
    pub(crate) object: Object<'t>,
    /// `rules`.
    pub(crate) rules: Vec<PolicyRule<'t>>,
    /// Whether the control plane fills in the rules from other ClusterRoles (`aggregationRule`).
    pub(crate) is_aggregated: bool,
}

/// One of a role's `rules`: every verb on every resource of every group, for the names alone if there are any.
#[derive(Debug)]
pub(crate) struct PolicyRule<'t> {
    api_groups: Vec<&'t str>,
    resources: Vec<&'t str>,
    verbs: Vec<&'t str>,
    /// `resourceNames`; none means all. A `*` here is a name like any other.
    pub(crate) resource_names: Vec<&'t str>,
}

impl<'t> Role<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut role = Self {
            object,
            rules: Vec::new(),
            is_aggregated: reader.mapping(object.root, "aggregationRule").is_some(),
        };
        for (_, rule) in reader.mappings(object.root, "rules") {
            let mut list = |field| {
                let listed = reader.strings(rule, field).into_iter();
                listed.map(|(_, text)| text).collect()
            };
            role.rules.push(PolicyRule {
                api_groups: list("apiGroups"),
                resources: list("resources"),
                verbs: list("verbs"),
                resource_names: list("resourceNames"),
            });
        }
        role
    }
}

impl PolicyRule<'_> {
    /// Whether it grants a verb on a resource in one of some groups, to whatever names.
    pub(crate) fn grants(&self, verb: &str, groups: &[&str], resource: &str) -> bool {
        let has = |list: &[&str], wanted: &[&str]| {
            list.iter()
                .any(|text| *text == "*" || wanted.contains(text))
        };
        has(&self.verbs, &[verb])
            && has(&self.api_groups, groups)
            && has(&self.resources, &[resource])
    }
}

/// A RoleBinding or ClusterRoleBinding; the namespace of a ClusterRoleBinding is empty.
#[derive(Debug)]
pub(crate) struct RoleBinding<'t> {
    pub(crate) object: Object<'t>,
    /// Kind and name of `roleRef`.
    pub(crate) role: (&'t str, &'t str),
    /// `subjects`, those of which some service account is one.
    pub(crate) subjects: Vec<ServiceAccounts<'t>>,
}

/// Service accounts: all of them, those of one namespace, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServiceAccounts<'t> {
    /// Empty for those of every namespace.
    pub(crate) namespace: &'t str,
    /// Empty for every one of the namespace.
    pub(crate) name: &'t str,
}

impl<'t> RoleBinding<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut binding = Self {
            object,
            role: ("", ""),
            subjects: Vec::new(),
        };
        if let Some(role) = reader.mapping(object.root, "roleRef") {
            let kind = reader.string(role, "kind").unwrap_or_default();
            let name = reader.string(role, "name").unwrap_or_default();
            binding.role = (kind, name);
        }
        for (_, subject) in reader.mappings(object.root, "subjects") {
            let kind = reader.string(subject, "kind").unwrap_or_default();
            let name = reader.string(subject, "name").unwrap_or_default();
            let namespace = reader.string(subject, "namespace");
            // Where it is left out the API server takes the binding's, of a RoleBinding.
            let namespace = namespace.unwrap_or(object.namespace);
            binding
                .subjects
                .extend(ServiceAccounts::of(kind, namespace, name));
        }
        binding
    }
}

impl<'t> ServiceAccounts<'t> {
    /// The service accounts that a subject means. Each is also a user of a fixed name and in three groups.
    ///
    /// Source: Kubernetes, Using RBAC Authorization, "Referring to subjects".
    fn of(kind: &str, namespace: &'t str, name: &'t str) -> Option<Self> {
        let (namespace, name) = match kind {
            "ServiceAccount" => (namespace, name),
            "User" => name
                .strip_prefix("system:serviceaccount:")?
                .split_once(':')?,
            "Group" => {
                let namespace = match name {
                    "system:serviceaccounts" | "system:authenticated" => "",
                    _ => name
                        .strip_prefix("system:serviceaccounts:")
                        .filter(|namespace| !namespace.is_empty())?,
                };
                return Some(Self {
                    namespace,
                    name: "",
                });
            }
            _ => return None,
        };
        (!namespace.is_empty() && !name.is_empty()).then_some(Self { namespace, name })
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceAccounts;

    #[test]
    fn knows_every_name_of_a_service_account() {
        for (kind, namespace, name, expected) in [
            ("ServiceAccount", "shop", "cart", Some(("shop", "cart"))),
            ("ServiceAccount", "", "cart", None),
            ("ServiceAccount", "shop", "", None),
            (
                "User",
                "",
                "system:serviceaccount:shop:cart",
                Some(("shop", "cart")),
            ),
            ("User", "", "system:serviceaccount:shop", None),
            ("User", "", "ann", None),
            ("Group", "", "system:serviceaccounts", Some(("", ""))),
            ("Group", "", "system:authenticated", Some(("", ""))),
            (
                "Group",
                "",
                "system:serviceaccounts:shop",
                Some(("shop", "")),
            ),
            ("Group", "", "system:serviceaccounts:", None),
            ("Group", "", "system:unauthenticated", None),
            ("Robot", "shop", "cart", None),
        ] {
            let expected = expected.map(|(namespace, name)| ServiceAccounts { namespace, name });
            let got = ServiceAccounts::of(kind, namespace, name);
            assert_eq!(got, expected, "{kind} {namespace} {name}");
        }
    }
}
