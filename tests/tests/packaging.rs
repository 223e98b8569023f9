//! What is published with policy.wasm: settings are named the same everywhere, and the manifests to deploy are what
//! Kubewarden takes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::{Lang, Settings, check_object, manifest::Json, settings::FIELDS};
use mesh_ready_tests::{
    files::{between, documents, files, read, resource, yaml},
    repository,
};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    process::{Command, Stdio},
};

fn texts(value: &Value) -> Vec<&str> {
    let items = value.as_array().unwrap_or_else(|| panic!("{value}"));
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

// Settings

fn fields() -> Vec<String> {
    FIELDS.map(|field| field.name.to_owned()).to_vec()
}

fn defaults() -> Value {
    serde_json::to_value(Settings::default()).unwrap()
}

/// The errors of settings; empty when there are none.
fn errors(settings: &Value) -> String {
    let text = settings.to_string();
    let errors = Settings::parse("settings.json", text.as_bytes(), Lang::En)
        .err()
        .unwrap_or_default();
    let errors = errors
        .into_iter()
        .map(|error| format!("{}: {}", error.path, error.message));
    errors.collect::<Vec<_>>().join("\n")
}

#[test]
fn errors_list_every_field() {
    let listed: BTreeSet<_> = fields().into_iter().collect();
    let defaults = defaults();
    let known: BTreeSet<_> = defaults.as_object().unwrap().keys().cloned().collect();
    assert_eq!(listed, known);
}

/// Rows of the table whose first cell is a field: its name and its default.
fn rows(page: &str) -> Vec<(String, Value)> {
    let rows = page.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | `")?;
        let (default, _) = rest.split_once("` |")?;
        let default: Value = serde_yaml::from_str(default).ok()?;
        Some((name.to_owned(), default))
    });
    rows.collect()
}

#[test]
fn tables_of_settings_are_those_of_the_code() {
    let defaults = defaults();
    let expected: Vec<_> = fields()
        .into_iter()
        .map(|field| (field.clone(), defaults[&field].clone()))
        .collect();
    for page in [
        "README.md",
        "README.zh-CN.md",
        "policy-wasm/README.md",
        "policy-wasm/README.zh-CN.md",
    ] {
        assert_eq!(rows(&read(page)), expected, "{page}");
    }
}

#[test]
fn pages_on_settings_have_every_field() {
    for page in ["docs/settings.md", "docs/settings.zh-CN.md"] {
        let text = read(page);
        let headings: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
            .collect();
        assert_eq!(headings, fields(), "{page}");

        let block = between(&text, "```yaml\n", "```").unwrap();
        let keys: Vec<_> = block
            .lines()
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        assert_eq!(keys, fields(), "{page}");
        assert_eq!(documents(page, block), [defaults()], "{page}");
    }
}

/// The values among which the error about another one chooses; none where the field is no choice.
fn choices(field: &str) -> Vec<String> {
    let errors = errors(&json!({field: "nonesuch"}));
    let choices = errors.split_once("must be one of: ");
    choices.map_or_else(Vec::new, |(_, choices)| {
        choices.split(", ").map(str::to_owned).collect()
    })
}

#[test]
fn the_form_asks_for_every_field() {
    const KEYS: [&str; 8] = [
        "default", "group", "label", "options", "required", "tooltip", "type", "variable",
    ];
    let form = yaml("policy-wasm/questions-ui.yml");
    let questions = form["questions"].as_array().unwrap();
    let asked: Vec<_> = questions
        .iter()
        .map(|question| question["variable"].as_str().unwrap())
        .collect();
    assert_eq!(asked, fields());

    let defaults = defaults();
    for question in questions {
        for key in question.as_object().unwrap().keys() {
            assert!(KEYS.contains(&key.as_str()), "{key}: {question}");
        }
        for key in ["group", "label", "tooltip"] {
            assert!(!question[key].as_str().unwrap().is_empty(), "{question}");
        }
        let field = question["variable"].as_str().unwrap();
        assert_eq!(question["default"], defaults[field], "{field}");
        let choices = choices(field);
        let kind = match &defaults[field] {
            Value::Bool(_) => "boolean",
            Value::Array(_) => "array[",
            Value::Object(_) => "map[",
            _ if choices.is_empty() => "string",
            _ => "enum",
        };
        assert_eq!(question["type"], kind, "{field}");
        if kind == "enum" {
            assert_eq!(texts(&question["options"]), choices, "{field}");
        }
        // The form sends what is left empty as an empty text, which only a list or mapping can be without.
        assert_eq!(
            question["required"],
            ["enum", "string"].contains(&kind),
            "{field}"
        );
    }
}

// Metadata and manifests

const METADATA: &str = "policy-wasm/metadata.yml";
const DEPLOY: &str = "policy-wasm/deploy";
/// The image of the manifests: whoever deploys them has a registry of their own.
const MODULE: &str = "registry.example.com/policies/mesh-ready";

/// The fields of Kubewarden's kinds at `policies.kubewarden.io/v1`, as in
/// <https://github.com/kubewarden/adm-controller/tree/v1.35.0/charts/kubewarden-crds/templates/crds>.
/// A type is `text`, `true` (a boolean), `number`, `any`, the alternatives of an enumeration, a list of types, a
/// mapping of fields, or under `*` the type of every value of a mapping. `!` marks what must be there.
const SCHEMAS: &str = r#"
ClusterAdmissionPolicy: &policy
  allowInsideAdmissionControllerNamespace: true
  backgroundAudit: true
  contextAwareResources: &kinds [{apiVersion!: text, kind!: text}]
  failurePolicy: Ignore|Fail
  matchConditions: &conditions [{expression!: text, name!: text}]
  matchPolicy: Exact|Equivalent
  message: text
  mode: protect|monitor
  module!: text
  mutating!: true
  namespaceSelector: &selector
    matchExpressions: [{key!: text, operator!: In|NotIn|Exists|DoesNotExist, values: [text]}]
    matchLabels: {"*": text}
  objectSelector: *selector
  policyServer: text
  rules!: &rules [{apiGroups: [text], apiVersions: [text], operations: [CREATE|UPDATE|DELETE|CONNECT|*], resources: [text], scope: text}]
  settings: any
  sideEffects: None|NoneOnDryRun
  timeoutEvalSeconds: number
  timeoutSeconds: number
AdmissionPolicy:
  backgroundAudit: true
  failurePolicy: Ignore|Fail
  matchConditions: *conditions
  matchPolicy: Exact|Equivalent
  message: text
  mode: protect|monitor
  module!: text
  mutating!: true
  objectSelector: *selector
  policyServer: text
  rules!: *rules
  settings: any
  sideEffects: None|NoneOnDryRun
  timeoutEvalSeconds: number
  timeoutSeconds: number
ClusterAdmissionPolicyGroup:
  allowInsideAdmissionControllerNamespace: true
  backgroundAudit: true
  expression!: text
  failurePolicy: Ignore|Fail
  matchConditions: *conditions
  matchPolicy: Exact|Equivalent
  message!: text
  mode: protect|monitor
  namespaceSelector: *selector
  objectSelector: *selector
  policies!: {"*": {contextAwareResources: *kinds, module!: text, settings: any, timeoutEvalSeconds: number}}
  policyServer: text
  rules!: *rules
  sideEffects: None|NoneOnDryRun
  timeoutSeconds: number
PolicyServer:
  affinity: any
  annotations: {"*": text}
  env: [{name!: text, value: text, valueFrom: any}]
  image!: text
  imagePullSecret: text
  insecureSources: [text]
  labels: {"*": text}
  limits: {"*": text}
  maxUnavailable: any
  metricsPort: number
  minAvailable: any
  namespacedPoliciesCapabilities: [text]
  priorityClassName: text
  readinessProbePort: number
  replicas!: number
  requests: {"*": text}
  securityContexts: any
  serviceAccountName: text
  sigstoreTrustConfig: text
  sourceAuthorities: {"*": [text]}
  tolerations: any
  verificationConfig: text
  webhookPort: number
"#;

/// Where a value is not of the type, and how.
fn mismatch(path: &str, value: &Value, schema: &Value) -> Option<String> {
    match (schema, value) {
        (Value::String(any), _) if any == "any" => None,
        (Value::String(text), Value::String(_)) if text == "text" => None,
        (Value::String(number), Value::Number(_)) if number == "number" => None,
        (Value::String(choices), Value::String(value))
            if choices.split('|').any(|choice| choice == value) =>
        {
            None
        }
        (Value::Bool(_), Value::Bool(_)) => None,
        (Value::Array(schema), Value::Array(items)) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| mismatch(&format!("{path}[{index}]"), item, &schema[0])),
        (Value::Object(schema), Value::Object(entries)) => {
            mismatch_of_fields(path, entries, schema)
        }
        _ => Some(format!("{path} is {value}, but must be {schema}")),
    }
}

fn mismatch_of_fields(
    path: &str,
    entries: &Map<String, Value>,
    schema: &Map<String, Value>,
) -> Option<String> {
    let missing = schema
        .keys()
        .filter_map(|field| field.strip_suffix('!'))
        .find(|field| !entries.contains_key(*field));
    if let Some(missing) = missing {
        return Some(format!("{path}.{missing} is missing"));
    }
    entries.iter().find_map(|(field, value)| {
        let path = format!("{path}.{field}");
        let required = format!("{field}!");
        let schema = [field.as_str(), &required, "*"]
            .into_iter()
            .find_map(|field| schema.get(field));
        match schema {
            Some(schema) => mismatch(&path, value, schema),
            None => Some(format!("{path} is unknown")),
        }
    })
}

/// Every object of the manifests to deploy, with its file.
fn deployed() -> Vec<(String, Value)> {
    let objects = files(DEPLOY).into_iter().flat_map(|file| {
        let path = format!("{DEPLOY}/{file}");
        let objects = documents(&path, &read(&path));
        objects
            .into_iter()
            .map(move |object| (path.clone(), object))
    });
    objects.collect()
}

/// The policies and groups among them.
fn policies() -> Vec<(String, Value)> {
    let mut objects = deployed();
    objects.retain(|(_, object)| object["kind"].as_str().unwrap().contains("Policy"));
    objects.retain(|(_, object)| object["kind"] != "PolicyServer");
    objects
}

/// What runs in a policy: itself, or the members of a group.
fn members(policy: &Value) -> Vec<&Value> {
    match policy["spec"]["policies"].as_object() {
        Some(members) => members.values().collect(),
        None => vec![&policy["spec"]],
    }
}

#[test]
fn manifests_are_of_kubewardens_kinds() {
    let schemas = &documents("schemas", SCHEMAS)[0];
    let mut kinds = BTreeSet::new();
    for (file, object) in deployed() {
        if object["apiVersion"] != "policies.kubewarden.io/v1" {
            continue;
        }
        let kind = object["kind"].as_str().unwrap();
        kinds.insert(kind.to_owned());
        let wrong = mismatch("spec", &object["spec"], &schemas[kind]);
        assert!(wrong.is_none(), "{file}: {}", wrong.unwrap());
    }
    let known: BTreeSet<_> = schemas.as_object().unwrap().keys().cloned().collect();
    assert_eq!(kinds, known);
}

#[test]
fn the_schemas_refuse_what_is_not_theirs() {
    let schema = &documents("schemas", SCHEMAS)[0]["AdmissionPolicy"];
    let good = json!({"module": "m", "mutating": false, "rules": [{"operations": ["CREATE"]}]});
    assert_eq!(mismatch("spec", &good, schema), None);
    for (change, wrong) in [
        (
            json!({"module": null}),
            "spec.module is null, but must be \"text\"",
        ),
        (
            json!({"mutating": "no"}),
            "spec.mutating is \"no\", but must be true",
        ),
        (
            json!({"mode": "audit"}),
            "spec.mode is \"audit\", but must be \"protect|monitor\"",
        ),
        (
            json!({"contextAwareResources": []}),
            "spec.contextAwareResources is unknown",
        ),
        (
            json!({"matchConditions": [{"name": "n"}]}),
            "spec.matchConditions[0].expression is missing",
        ),
    ] {
        let mut bad = good.clone();
        bad.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(mismatch("spec", &bad, schema).as_deref(), Some(wrong));
    }
}

/// What the controller refuses beyond the schemas, or takes and does not heed.
#[test]
fn policies_are_what_the_controller_heeds() {
    for (file, policy) in policies() {
        let spec = &policy["spec"];
        let seconds = |value: &Value| value.as_u64().unwrap_or_default();
        let timeout = seconds(&spec["timeoutSeconds"]);
        assert!((2..=30).contains(&timeout), "{file}: {timeout}");
        let evaluation = members(&policy)
            .into_iter()
            .map(|member| seconds(&member["timeoutEvalSeconds"]));
        let evaluation: Vec<u64> = evaluation.collect();
        // The host counts ticks, and the first may come at once: 2 leaves between 1 and 2 seconds.
        assert!(evaluation.iter().all(|seconds| *seconds >= 2), "{file}");
        assert!(evaluation.iter().sum::<u64>() <= timeout, "{file}");
        assert_eq!(
            spec["mode"], "monitor",
            "{file}: a policy starts by looking on"
        );
        assert_eq!(spec["failurePolicy"], "Ignore", "{file}");
        // For cluster-wide policies it merges the expressions with its own and leaves the labels out.
        assert!(
            spec["namespaceSelector"].get("matchLabels").is_none(),
            "{file}"
        );
        if policy["kind"] == "ClusterAdmissionPolicyGroup" {
            let expression = spec["expression"].as_str().unwrap();
            for name in spec["policies"].as_object().unwrap().keys() {
                assert!(expression.contains(&format!("{name}()")), "{file}: {name}");
            }
        }
    }
}

#[test]
fn policies_run_the_module_with_valid_settings() {
    for (file, policy) in policies() {
        for member in members(&policy) {
            let module = format!("registry://{MODULE}:v{}", mesh_ready_core::VERSION);
            assert_eq!(member["module"], module, "{file}");
            assert_eq!(errors(&member["settings"]), "", "{file}");
        }
    }
}

/// Whether a policy is called as one that may change objects.
fn is_mutating(policy: &Value) -> bool {
    policy["spec"]["mutating"] == true
}

/// Kubewarden rejects what a policy changes that may not, and calls one that may before all that judge.
#[test]
fn policies_may_change_objects_where_settings_ask_for_it() {
    let mut mutating = 0;
    for (file, policy) in policies() {
        for member in members(&policy) {
            let mutate = member["settings"]["mutate"].as_array();
            let changes = mutate.is_some_and(|rules| !rules.is_empty());
            assert_eq!(is_mutating(&policy), changes, "{file}");
            mutating += usize::from(changes);
        }
    }
    assert_eq!(mutating, 1);
    // Or it could not.
    assert_eq!(yaml(METADATA)["mutating"], true);
}

/// A namespaced policy is not let read anything, so it must not ask; the others do.
#[test]
fn policies_ask_the_cluster_where_they_may() {
    for (file, policy) in policies() {
        for member in members(&policy) {
            let asks = member["settings"]["context"] != "none";
            let may_ask = member.get("contextAwareResources").is_some();
            assert_eq!(asks, may_ask, "{file}");
        }
    }
}

/// Group, resource and operation of every rule.
fn matched(rules: &Value) -> BTreeSet<(&str, &str, &str)> {
    let mut matched = BTreeSet::new();
    for rule in rules.as_array().unwrap() {
        assert_eq!(rule["apiVersions"], json!(["v1"]), "{rule}");
        for group in texts(&rule["apiGroups"]) {
            for resource in texts(&rule["resources"]) {
                for operation in texts(&rule["operations"]) {
                    matched.insert((group, resource, operation));
                }
            }
        }
    }
    matched
}

#[test]
fn policies_match_what_the_metadata_says() {
    let metadata = yaml(METADATA);
    let all = matched(&metadata["rules"]);
    for (file, policy) in policies() {
        let mut expected = all.clone();
        let is_namespaced = policy["kind"] == "AdmissionPolicy";
        if is_namespaced {
            // Of the objects that workloads are judged against there is nothing to say by themselves.
            expected.retain(|(group, resource, operation)| {
                !group.contains('.') && *resource != "namespaces" && *operation != "DELETE"
            });
        }
        if is_mutating(&policy) {
            // What has pods is all that it changes.
            expected.retain(|(group, resource, _)| {
                !group.contains('.') && !["namespaces", "services"].contains(resource)
            });
        }
        assert_eq!(matched(&policy["spec"]["rules"]), expected, "{file}");
        for member in members(&policy) {
            if !is_namespaced {
                let context = &member["contextAwareResources"];
                assert_eq!(context, &metadata["contextAwareResources"], "{file}");
            }
        }
        for annotation in ["category", "severity"] {
            let key = format!("io.kubewarden.policy.{annotation}");
            let said = &policy["metadata"]["annotations"][&key];
            assert_eq!(said, &metadata["annotations"][&key], "{file}");
        }
    }
}

/// What a role grants: group, resource and verb.
fn grants(role: &Value) -> BTreeSet<(String, String, String)> {
    let mut grants = BTreeSet::new();
    for rule in role["rules"].as_array().unwrap() {
        for group in texts(&rule["apiGroups"]) {
            for resource in texts(&rule["resources"]) {
                for verb in texts(&rule["verbs"]) {
                    grants.insert((group.to_owned(), resource.to_owned(), verb.to_owned()));
                }
            }
        }
    }
    grants
}

fn grant(group: &str, resource: &str, verb: &str) -> (String, String, String) {
    (group.to_owned(), resource.to_owned(), verb.to_owned())
}

#[test]
fn accounts_may_read_what_the_policy_asks_for_and_nothing_else() {
    const READ: [&str; 3] = ["get", "list", "watch"];
    let metadata = yaml(METADATA);
    let mut needed = BTreeSet::new();
    for kind in metadata["contextAwareResources"].as_array().unwrap() {
        let group = kind["apiVersion"].as_str().unwrap().split_once('/');
        let group = group.map_or("", |(group, _)| group);
        let resource = resource(kind["kind"].as_str().unwrap());
        needed.extend(READ.map(|verb| grant(group, &resource, verb)));
    }
    if texts(&metadata["hostCapabilities"]).contains(&"kubernetes/can_i") {
        needed.insert(grant(
            "authorization.k8s.io",
            "subjectaccessreviews",
            "create",
        ));
    }
    // What the chart kubewarden-defaults grants.
    let mut granted: BTreeSet<_> = ["namespaces", "pods", "services"]
        .into_iter()
        .flat_map(|resource| READ.map(|verb| grant("", resource, verb)))
        .collect();
    granted.insert(grant(
        "authorization.k8s.io",
        "subjectaccessreviews",
        "create",
    ));
    let lacking: BTreeSet<_> = needed.difference(&granted).cloned().collect();

    let objects = deployed();
    let role = |name: &str| {
        let is_it =
            |object: &Value| object["kind"] == "ClusterRole" && object["metadata"]["name"] == name;
        let found = objects.iter().find(|(_, object)| is_it(object));
        grants(&found.unwrap_or_else(|| panic!("no {name}")).1)
    };
    assert_eq!(role("mesh-ready-policy-server"), needed);
    assert_eq!(role("mesh-ready-default-policy-server"), lacking);
}

/// Names that lead from one object to another.
#[test]
fn manifests_fit_together() {
    let objects = deployed();
    let is_there = |kind: &str, name: &Value| {
        let mut objects = objects.iter();
        objects.any(|(_, object)| object["kind"] == kind && object["metadata"]["name"] == *name)
    };
    for (file, object) in &objects {
        let spec = &object["spec"];
        match object["kind"].as_str().unwrap() {
            "PolicyServer" => assert!(
                is_there("ServiceAccount", &spec["serviceAccountName"]),
                "{file}"
            ),
            "ClusterRoleBinding" => {
                assert!(
                    is_there("ClusterRole", &object["roleRef"]["name"]),
                    "{file}"
                );
                for subject in object["subjects"].as_array().unwrap() {
                    // The account of the policy server `default` is Kubewarden's own.
                    let is_known = subject["name"] == "policy-server"
                        || is_there("ServiceAccount", &subject["name"]);
                    assert!(is_known && subject["namespace"] == "kubewarden", "{file}");
                }
            }
            _ => {
                let server = &spec["policyServer"];
                let is_known =
                    server.is_null() || *server == "default" || is_there("PolicyServer", server);
                assert!(is_known, "{file}");
            }
        }
    }
}

// Artifact Hub

/// `artifacthub-pkg.yml`: what the metadata and the form say, in Artifact Hub's words.
/// <https://artifacthub.io/docs/topics/annotations/kubewarden/>
fn package() -> String {
    let metadata = yaml(METADATA);
    let annotation = |name: &str| metadata["annotations"][name].as_str().unwrap().to_owned();
    let policy = |name: &str| annotation(&format!("io.kubewarden.policy.{name}"));
    let (version, source) = (policy("version"), policy("source"));
    let author = policy("author");
    let (name, email) = author.split_once(" <").unwrap();
    let keywords = annotation("io.artifacthub.keywords");
    let image = format!("{MODULE}:v{version}");
    let text = |value: &Value| serde_yaml::to_string(value).unwrap();
    let package = json!({
        "version": version,
        "name": policy("title"),
        "displayName": annotation("io.artifacthub.displayName"),
        // The release workflow writes the time of the release.
        "createdAt": "1970-01-01T00:00:00Z",
        "description": policy("description"),
        "license": policy("license"),
        "homeURL": policy("url"),
        "containersImages": [{"name": "policy", "image": image}],
        "keywords": keywords.split(", ").collect::<Vec<_>>(),
        "links": [
            {"name": "policy", "url": format!("{source}/releases/download/v{version}/policy.wasm")},
            {"name": "source", "url": source},
        ],
        "install": format!(
            "Write a manifest for the policy and apply it:\n\n```console\nkwctl pull registry://{image}\n\
             kwctl scaffold manifest -t ClusterAdmissionPolicy --allow-context-aware registry://{image}\n```\n\n\
             Write `mutating: false` in it, unless the setting `mutate` names rules.\n"
        ),
        "maintainers": [{"name": name, "email": email.trim_end_matches('>')}],
        "provider": {"name": "mesh-ready"},
        "recommendations": [
            {"url": "https://artifacthub.io/packages/helm/kubewarden/kubewarden-controller"},
        ],
        "annotations": {
            "kubewarden/mutation": metadata["mutating"].to_string(),
            "kubewarden/resources": annotation("io.artifacthub.resources"),
            "kubewarden/rules": text(&metadata["rules"]),
            "kubewarden/contextAwareResources": text(&metadata["contextAwareResources"]),
            "kubewarden/questions-ui": text(&yaml("policy-wasm/questions-ui.yml")),
        },
    });
    format!(
        "# What Artifact Hub shows of the policy, made from metadata.yml and questions-ui.yml: `make artifacthub-pkg`\n\
         # writes it. The release workflow puts in its registry and its time.\n{}",
        text(&package)
    )
}

#[test]
fn the_package_of_artifact_hub_is_up_to_date() {
    const FILE: &str = "policy-wasm/artifacthub-pkg.yml";
    let package = package();
    if env::var_os("WRITE_ARTIFACTHUB_PKG").is_some() {
        fs::write(repository().join(FILE), package).unwrap();
        return;
    }
    assert_eq!(read(FILE), package, "run `make artifacthub-pkg`");
}

/// Runs a script of the release; whether it succeeds.
fn succeeds(script: &str, argument: &str, variables: [(&str, &str); 3]) -> bool {
    let status = Command::new(repository().join("scripts").join(script))
        .arg(argument)
        .envs(variables)
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}

const RELEASE: [(&str, &str); 3] = [
    ("REGISTRY", "registry.example.org"),
    ("REGISTRY_REPOSITORY", "shop/mesh-ready"),
    ("ARTIFACTHUB_REPOSITORY_ID", "94d0ba2d"),
];

#[test]
fn a_release_puts_in_its_registry_and_its_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    assert!(succeeds("artifacthub", path, RELEASE));
    let written = |file: &str| {
        let text = fs::read_to_string(directory.path().join(file)).unwrap();
        (documents(file, &text).remove(0), text)
    };
    let (package, text) = written("artifacthub-pkg.yml");
    let image = format!(
        "registry.example.org/shop/mesh-ready:v{}",
        mesh_ready_core::VERSION
    );
    assert_eq!(package["containersImages"][0]["image"], image);
    assert!(!text.contains(MODULE), "{text}");
    let time = package["createdAt"].as_str().unwrap();
    assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
    let (repository, _) = written("artifacthub-repo.yml");
    assert_eq!(repository["repositoryID"], "94d0ba2d");
}

#[test]
fn a_release_has_the_version_in_its_tag() {
    let tag = format!("v{}", mesh_ready_core::VERSION);
    assert!(succeeds("release-version", &tag, RELEASE));
    assert!(!succeeds("release-version", &tag[1..], RELEASE));
    assert!(!succeeds("release-version", "v999.0.0", RELEASE));
}

#[test]
fn the_metadata_names_the_kinds_that_it_matches() {
    let metadata = yaml(METADATA);
    let named = metadata["annotations"]["io.artifacthub.resources"]
        .as_str()
        .unwrap();
    let named: BTreeSet<_> = named.split(", ").map(resource).collect();
    let matched = matched(&metadata["rules"]);
    let matched: BTreeSet<_> = matched
        .into_iter()
        .map(|(_, resource, _)| resource.to_owned())
        .collect();
    assert_eq!(named, matched);
}

// Pages and workflows

#[test]
fn the_pages_on_rolling_out_name_every_manifest() {
    for page in ["docs/deploy.md", "docs/deploy.zh-CN.md"] {
        let text = read(page);
        for file in files(DEPLOY) {
            assert!(text.contains(&format!("{DEPLOY}/{file}")), "{page}: {file}");
        }
    }
}

/// Rules that an object alone decides, but wrongly in a cluster that has more to say: an address may be a Service's, and
/// a probe may be let in by a PeerAuthentication.
const DECIDED_BY_OTHERS: [&str; 2] = ["MR402", "MR601"];

/// Rules that no object decides by itself, with these.
fn rules_with_context() -> BTreeSet<&'static str> {
    let skipped = [
        ("apps/v1", "Deployment"),
        ("v1", "Namespace"),
        ("v1", "Pod"),
        ("v1", "Service"),
    ]
    .map(|(version, kind)| {
        let object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "cart"}});
        let json = Json::parse(object.to_string().as_bytes()).unwrap();
        let report = check_object(json.root(), None, &Settings::default(), Lang::En);
        report.skipped.into_iter().map(|skipped| skipped.rule)
    });
    let mut counts = BTreeMap::new();
    for rule in skipped.into_iter().flatten() {
        *counts.entry(rule).or_insert(0) += 1;
    }
    counts.retain(|_, count| *count == 4);
    counts.into_keys().chain(DECIDED_BY_OTHERS).collect()
}

#[test]
fn the_pages_on_rolling_out_say_what_each_rule_needs() {
    let expected = rules_with_context();
    for page in ["docs/deploy.md", "docs/deploy.zh-CN.md"] {
        let text = read(page);
        let rows = text.lines().filter(|line| line.starts_with('|'));
        let words = rows.flat_map(|row| row.split(|other: char| !other.is_ascii_alphanumeric()));
        let is_rule = |word: &&str| {
            let number = word.strip_prefix("MR");
            number.is_some_and(|number| number.parse::<u16>().is_ok())
        };
        let named: BTreeSet<_> = words.filter(is_rule).collect();
        assert_eq!(named, expected, "{page}");
    }
}

/// Someone else's action is what its digest says, not what its tag says today; and no secret is needed.
#[test]
fn workflows_name_actions_by_digest_and_no_secrets() {
    for file in files(".github/workflows") {
        let path = format!(".github/workflows/{file}");
        let text = read(&path);
        assert!(!text.contains("secrets."), "{path}");
        let workflow = yaml(&path);
        assert_eq!(
            workflow["permissions"],
            json!({"contents": "read"}),
            "{path}"
        );
        for line in text.lines() {
            let Some((_, action)) = line.split_once("uses: ") else {
                continue;
            };
            let is_ours = action.starts_with("./");
            let digest = action.split_once('@').map_or("", |(_, digest)| digest);
            let digest = digest.split(' ').next().unwrap_or_default();
            let is_pinned =
                digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_ours || is_pinned, "{path}: {action}");
        }
    }
}
