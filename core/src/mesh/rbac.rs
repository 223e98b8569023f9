//! Which service accounts may `use` some PodSecurityPolicies.
//!
//! Sources: Kubernetes 1.24, `plugin/pkg/admission/security/podsecuritypolicy/admission.go` (`authorizedForPolicy`: the
//! verb, and the two API groups that are asked) and `plugin/pkg/auth/authorizer/rbac/rbac.go`.

use super::{ByName, ByTriple};
use crate::model::{Model, Role, RoleBinding};

/// Kubernetes asks for the policy in its group and in the one that it came from.
const GROUPS: [&str; 2] = ["policy", "extensions"];

/// The service accounts that may use one of some policies, or of which that cannot be told.
#[derive(Debug)]
pub(crate) struct PolicyUsers<'t> {
    /// A set: the binding's namespace, the accounts' namespace and the account, each empty for all.
    bound: ByTriple<'t>,
}

impl<'t> PolicyUsers<'t> {
    /// Finds who may use a policy other than `unwanted`, which are given by name: one of those among the manifests, or
    /// one that a role names and that is not among them. A role that is not among the manifests, and one whose rules
    /// the control plane gathers from others, may grant anything.
    pub(crate) fn new(model: &Model<'t>, unwanted: &[&'t str]) -> Self {
        // A set, too.
        let unwanted: ByName<'_> = unwanted.iter().map(|name| (*name, Vec::new())).collect();
        let mut roles = ByTriple::default();
        for (index, role) in model.roles.iter().enumerate() {
            let object = &role.object;
            roles
                .entry((object.kind, object.namespace, object.name))
                .or_default()
                .push(index);
        }
        // Once for each role, since thousands of bindings may name one.
        let may_grant: Vec<bool> = model
            .roles
            .iter()
            .map(|role| may_grant(role, &unwanted))
            .collect();
        let mut bound = ByTriple::default();
        for binding in &model.role_bindings {
            let Some(role) = role_of(binding) else {
                continue;
            };
            let given = roles.get(&role);
            if given.is_none_or(|given| given.iter().any(|role| may_grant[*role])) {
                for subject in &binding.subjects {
                    bound
                        .entry((binding.object.namespace, subject.namespace, subject.name))
                        .or_default();
                }
            }
        }
        Self { bound }
    }

    /// Whether a service account is not known to have no such policy.
    pub(crate) fn may_include(&self, namespace: &str, account: &str) -> bool {
        ["", namespace].iter().any(|scope| {
            [("", ""), (namespace, ""), (namespace, account)]
                .iter()
                .any(|(namespace, account)| {
                    self.bound.contains_key(&(*scope, *namespace, *account))
                })
        })
    }
}

/// Kind, namespace and name of the role that a binding grants. One of the cluster cannot grant a Role.
fn role_of<'t>(binding: &RoleBinding<'t>) -> Option<(&'t str, &'t str, &'t str)> {
    let namespace = binding.object.namespace;
    match binding.role {
        ("ClusterRole", name) => Some(("ClusterRole", "", name)),
        ("Role", name) if !namespace.is_empty() => Some(("Role", namespace, name)),
        _ => None,
    }
}

fn may_grant(role: &Role<'_>, unwanted: &ByName<'_>) -> bool {
    // In an export the rules have been gathered.
    if role.is_aggregated && role.object.created.is_none() {
        return true;
    }
    role.rules.iter().any(|rule| {
        rule.grants("use", &GROUPS, "podsecuritypolicies")
            && (rule.resource_names.is_empty()
                || rule
                    .resource_names
                    .iter()
                    // No policy can be called `*`.
                    .any(|name| *name != "*" && !unwanted.contains_key(name)))
    })
}
