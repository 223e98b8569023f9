//! The `ClusterAdmissionPolicy` that enforces in a cluster what the page checks: `policy-wasm/deploy`'s, with the page's
//! settings.

/// What the policy is deployed from, so that nothing of it is written twice.
const TEMPLATE: &str = include_str!("../../policy-wasm/deploy/cluster-admission-policy.yml");

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enforcement<'a> {
    /// Where the module is, such as `registry://registry.example.com/policies/mesh-ready:v0.1.0`.
    pub module: &'a str,
    /// `protect` or `monitor`.
    pub mode: &'a str,
    /// Settings that differ from the defaults, as YAML; empty when none do.
    pub settings: &'a str,
    /// Whether the settings ask for changes of objects.
    pub mutates: bool,
    /// Whether the policy may ask the cluster.
    pub asks: bool,
    /// What stands above it all, line by line.
    pub comments: &'a [String],
}

/// The address of the module that the template has.
pub fn module() -> &'static str {
    let lines = TEMPLATE.lines();
    let mut addresses = lines.filter_map(|line| line.strip_prefix("  module: "));
    addresses.next().unwrap_or_default()
}

/// The `ClusterAdmissionPolicy` as YAML.
pub fn cluster_admission_policy(enforcement: &Enforcement<'_>) -> String {
    let mut yaml = String::new();
    for comment in enforcement.comments {
        yaml.extend(["# ", comment, "\n"]);
    }
    // Fields of the spec stand at an indentation of two; what is deeper belongs to the field above it.
    let mut field = "";
    for line in TEMPLATE.lines() {
        let is_comment = line.trim_start().starts_with('#');
        if line.starts_with("  ") && !line.starts_with("   ") && !is_comment {
            field = line.trim().split(':').next().unwrap_or_default();
        }
        match field {
            // Comments explain the template's values.
            _ if is_comment => {}
            "module" => yaml.extend(["  module: ", enforcement.module, "\n"]),
            "mode" => yaml.extend(["  mode: ", enforcement.mode, "\n"]),
            "mutating" => yaml.extend([
                "  mutating: ",
                if enforcement.mutates {
                    "true\n"
                } else {
                    "false\n"
                },
            ]),
            "settings" => {}
            "contextAwareResources" if !enforcement.asks => {}
            _ => yaml.extend([line, "\n"]),
        }
    }
    yaml += match enforcement.settings {
        "" => "  settings: {}\n",
        _ => "  settings:\n",
    };
    yaml.extend(
        enforcement
            .settings
            .lines()
            .flat_map(|line| ["    ", line, "\n"]),
    );
    yaml
}
