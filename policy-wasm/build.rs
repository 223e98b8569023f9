//! Turns `metadata.yml` into the JSON that Kubewarden reads from the module, and refuses what Kubewarden would
//! refuse or silently ignore. Embedding it here makes the file that cargo links the final one: nothing has to
//! rewrite the module afterwards, which would change its digest.

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const FILE: &str = "metadata.yml";

/// The annotations without which the policy cannot be listed in a registry.
const REQUIRED: [&str; 12] = [
    "io.kubewarden.policy.title",
    VERSION,
    "io.kubewarden.policy.description",
    AUTHOR,
    "io.kubewarden.policy.url",
    "io.kubewarden.policy.source",
    "io.kubewarden.policy.license",
    SEVERITY,
    "io.kubewarden.policy.category",
    "io.artifacthub.displayName",
    "io.artifacthub.resources",
    "io.artifacthub.keywords",
];
const VERSION: &str = "io.kubewarden.policy.version";
const AUTHOR: &str = "io.kubewarden.policy.author";
const SEVERITY: &str = "io.kubewarden.policy.severity";

/// What the host does for a policy beside logging, of what reads the cluster:
/// <https://docs.kubewarden.io/reference/spec/host-capabilities/kubernetes>.
const CAPABILITIES: [&str; 4] = [
    "kubernetes/can_i",
    "kubernetes/get_resource",
    "kubernetes/list_resources_all",
    "kubernetes/list_resources_by_namespace",
];

/// The capabilities that read objects of [`Metadata::context_aware_resources`].
const READING: [&str; 3] = [CAPABILITIES[1], CAPABILITIES[2], CAPABILITIES[3]];

/// The fields in Kubewarden's order. Kubewarden ignores fields it does not know; a misspelt one must not pass.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Metadata {
    // The protocol is what the code speaks, so it is not for the file to say.
    #[serde(skip_deserializing)]
    protocol_version: &'static str,
    rules: Vec<Rule>,
    annotations: BTreeMap<String, String>,
    mutating: bool,
    background_audit: bool,
    execution_mode: ExecutionMode,
    policy_type: PolicyType,
    context_aware_resources: Vec<ContextAwareResource>,
    host_capabilities: Vec<String>,
    minimum_kubewarden_version: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    api_groups: Vec<String>,
    api_versions: Vec<String>,
    resources: Vec<String>,
    operations: Vec<Operation>,
}

#[derive(Clone, Copy, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
enum Operation {
    Create,
    Update,
    Delete,
}

/// The one mode that this module can run in.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum ExecutionMode {
    KubewardenWapc,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum PolicyType {
    Kubernetes,
}

#[derive(Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ContextAwareResource {
    api_version: String,
    kind: String,
}

fn main() {
    println!("cargo::rerun-if-changed={FILE}");
    if let Err(message) = embed() {
        println!("cargo::error={FILE}: {message}");
    }
}

fn embed() -> Result<(), String> {
    let text = fs::read_to_string(FILE).map_err(|error| format!("cannot be read: {error}"))?;
    let mut metadata: Metadata = serde_yaml::from_str(&text).map_err(|error| error.to_string())?;
    metadata.protocol_version = "v1";
    validate(&metadata)?;

    let json = serde_json::to_string(&metadata).map_err(|error| error.to_string())?;
    let directory = variable("OUT_DIR")?;
    fs::write(Path::new(&directory).join("metadata.json"), json)
        .map_err(|error| format!("its JSON cannot be written to {directory}: {error}"))
}

fn validate(metadata: &Metadata) -> Result<(), String> {
    if metadata.rules.is_empty() {
        return Err("rules is empty: name the resources that the policy judges".to_owned());
    }
    for (index, rule) in metadata.rules.iter().enumerate() {
        validate_rule(rule).map_err(|reason| format!("rules[{index}].{reason}"))?;
    }
    validate_context(metadata)?;
    if !metadata.mutating {
        return Err(
            "mutating is false, but with the setting `mutate` the policy changes objects: set it to true"
                .to_owned(),
        );
    }
    let minimum = &metadata.minimum_kubewarden_version;
    if minimum
        .split('.')
        .filter(|part| part.parse::<u64>().is_ok())
        .count()
        != 3
    {
        return Err(format!(
            "minimumKubewardenVersion is {minimum:?}: write it as three numbers, such as 1.35.0"
        ));
    }

    let annotation = |key: &str| metadata.annotations.get(key).map_or("", String::as_str);
    if let Some(key) = REQUIRED.into_iter().find(|key| annotation(key).is_empty()) {
        return Err(format!("the annotation {key} is missing or empty"));
    }
    let (version, expected) = (annotation(VERSION), variable("CARGO_PKG_VERSION")?);
    if version != expected {
        return Err(format!(
            "{VERSION} is {version}, but the crate's version is {expected}: make them equal"
        ));
    }
    let severity = annotation(SEVERITY);
    if !["info", "low", "medium", "high", "critical"].contains(&severity) {
        return Err(format!(
            "{SEVERITY} is {severity:?}: write info, low, medium, high or critical"
        ));
    }
    let author = annotation(AUTHOR);
    if !author
        .split_once(" <")
        .is_some_and(|(_, address)| address.ends_with('>') && address.contains('@'))
    {
        return Err(format!(
            "{AUTHOR} is {author:?}: write it as \"Name <email>\""
        ));
    }
    Ok(())
}

fn validate_rule(rule: &Rule) -> Result<(), String> {
    let empty = [
        ("apiGroups", rule.api_groups.is_empty()),
        ("apiVersions", rule.api_versions.is_empty()),
        ("resources", rule.resources.is_empty()),
        ("operations", rule.operations.is_empty()),
    ];
    if let Some((field, _)) = empty.into_iter().find(|(_, empty)| *empty) {
        return Err(format!("{field} is empty: Kubewarden refuses such a rule"));
    }
    let wildcards = [
        ("apiGroups", &rule.api_groups),
        ("apiVersions", &rule.api_versions),
        ("resources", &rule.resources),
    ];
    if let Some((field, _)) = wildcards
        .into_iter()
        .find(|(_, values)| values.iter().any(|value| value.contains('*')))
    {
        return Err(format!(
            "{field} has a wildcard: the audit scanner leaves such a rule out, name what is meant"
        ));
    }
    let has = |operation| rule.operations.contains(&operation);
    if !has(Operation::Create) || !has(Operation::Update) {
        return Err(
            "operations lacks CREATE or UPDATE: an object would pass in the way that is left out"
                .to_owned(),
        );
    }
    if has(Operation::Delete) && rule.resources != ["services"] {
        return Err(
            "operations has DELETE: a deletion is judged for services only, in a rule of their own"
                .to_owned(),
        );
    }
    Ok(())
}

/// The host refuses a call of which either half is missing.
fn validate_context(metadata: &Metadata) -> Result<(), String> {
    let resources = &metadata.context_aware_resources;
    if resources.iter().collect::<BTreeSet<_>>().len() != resources.len() {
        return Err("contextAwareResources names a kind twice".to_owned());
    }
    let capabilities = &metadata.host_capabilities;
    if let Some(unknown) = capabilities
        .iter()
        .find(|capability| !CAPABILITIES.contains(&capability.as_str()))
    {
        let known = CAPABILITIES.join(", ");
        return Err(format!("hostCapabilities has {unknown:?}: write {known}"));
    }
    let reads = capabilities
        .iter()
        .any(|capability| READING.contains(&capability.as_str()));
    if reads == resources.is_empty() {
        return Err(format!(
            "contextAwareResources and hostCapabilities go together: reading objects needs kinds and one of {}",
            READING.join(", ")
        ));
    }
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set: build with cargo"))
}
