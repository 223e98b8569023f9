//! policy.wasm in the runtime of Kubewarden: what it answers, and what the file is made of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::Lang;
use mesh_ready_tests::{call, call_in, instance, policy_bytes, repository, simulated::Cluster};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The workloads that are judged: group, resource and kind, as the API server names them.
const WORKLOADS: [(&str, &str, &str); 9] = [
    ("", "pods", "Pod"),
    ("", "replicationcontrollers", "ReplicationController"),
    ("apps", "deployments", "Deployment"),
    ("apps", "replicasets", "ReplicaSet"),
    ("apps", "statefulsets", "StatefulSet"),
    ("apps", "daemonsets", "DaemonSet"),
    ("batch", "jobs", "Job"),
    ("batch", "cronjobs", "CronJob"),
    ("apps.openshift.io", "deploymentconfigs", "DeploymentConfig"),
];

/// What only `validate` may answer with: it has no errors. Judged is the object alone.
fn validate(request: &Value, settings: &Value) -> Value {
    let mut settings = settings.clone();
    settings["context"] = json!("none");
    let cluster = Cluster::default();
    let answer = validate_in(&cluster, request, &settings);
    assert_eq!(cluster.asked(), [], "{request}");
    assert_eq!(cluster.logged(), [json!(null); 0], "{request}");
    answer
}

/// The same in a cluster.
fn validate_in(cluster: &Cluster, request: &Value, settings: &Value) -> Value {
    let payload = json!({"request": request, "settings": settings}).to_string();
    let answer = call_in(Some(cluster), "validate", payload.as_bytes());
    let answer = answer.unwrap_or_else(|error| panic!("{payload:.1000}: {error}"));
    serde_json::from_slice(&answer).unwrap()
}

/// The answer of an operation that has to give one.
fn answer(operation: &str, payload: &str) -> Value {
    let answer = call(operation, payload.as_bytes())
        .unwrap_or_else(|error| panic!("{operation} {payload}: {error}"));
    serde_json::from_slice(&answer).unwrap()
}

/// The request of the API server, as Kubewarden hands it on.
fn request(group: &str, kind: &str, object: &Value) -> Value {
    json!({
        "uid": "1299d386-525b-4032-98ae-1949f69f9cfc",
        "kind": {"group": group, "version": "v1", "kind": kind},
        "resource": {"group": group, "version": "v1", "resource": "-"},
        "operation": "CREATE",
        "namespace": "shop",
        "userInfo": {"username": "alice"},
        "object": object,
    })
}

fn object(group: &str, kind: &str, spec: &Value) -> Value {
    let api_version = if group.is_empty() {
        "v1".to_owned()
    } else {
        format!("{group}/v1")
    };
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, "spec": spec})
}

/// The request to create a workload with this pod template.
fn workload(group: &str, kind: &str, template: &Value) -> Value {
    let object = match kind {
        "Pod" => {
            let mut pod = object(group, kind, &template["spec"]);
            pod["metadata"]["labels"] = template["metadata"]["labels"].clone();
            pod
        }
        "CronJob" => object(
            group,
            kind,
            &json!({"jobTemplate": {"spec": {"template": template}}}),
        ),
        _ => object(group, kind, &json!({"template": template})),
    };
    request(group, kind, &object)
}

/// A pod template to which no rule objects.
fn good_template() -> Value {
    json!({
        "metadata": {"labels": {"app": "web", "version": "v1"}},
        "spec": {"containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 8080}]}]},
    })
}

/// One whose container runs as the proxy's user.
fn bad_template() -> Value {
    let mut template = good_template();
    template["spec"]["containers"][0]["securityContext"] = json!({"runAsUser": 1337});
    template
}

fn message(answer: &Value) -> &str {
    answer["message"]
        .as_str()
        .unwrap_or_else(|| panic!("no message: {answer}"))
}

#[test]
fn speaks_version_1_of_the_protocol() {
    assert_eq!(call("protocol_version", b"").unwrap(), br#""v1""#);
}

#[test]
fn settings_that_are_valid() {
    for settings in ["{}", r#"{"failOn":"warning"}"#] {
        assert_eq!(
            answer("validate_settings", settings),
            json!({"valid": true, "message": null}),
            "{settings}"
        );
    }
}

#[test]
fn settings_that_are_not_valid_are_an_answer() {
    for settings in ["", "7", "[]", "{", r#""failOn""#, "\0", r#"{"failOn":{}}"#] {
        let answer = answer("validate_settings", settings);
        assert_eq!(answer["valid"], false, "{settings}");
        assert!(
            message(&answer).starts_with("the settings are not valid:\n"),
            "{answer}"
        );
    }
}

#[test]
fn every_error_of_the_settings_is_named() {
    let answer = answer(
        "validate_settings",
        r#"{"failOn":"never","faliOn":"error","rules":{"MR000":"off"}}"#,
    );
    for path in ["failOn: ", "faliOn: ", "rules.MR000: "] {
        assert!(
            message(&answer).lines().any(|line| line.starts_with(path)),
            "{path} {answer}"
        );
    }
}

#[test]
fn accepts_what_no_rule_objects_to() {
    for (group, _, kind) in WORKLOADS {
        let answer = validate(&workload(group, kind, &good_template()), &json!({}));
        assert_eq!(answer, json!({"accepted": true}), "{kind}");
    }
}

#[test]
fn rejects_every_kind_of_workload() {
    for (group, _, kind) in WORKLOADS {
        let answer = validate(&workload(group, kind, &bad_template()), &json!({}));
        assert_eq!(answer["accepted"], false, "{kind}");
        assert_eq!(answer["code"], 461, "{kind}");
        let lines: Vec<_> = message(&answer).lines().collect();
        assert_eq!(lines.len(), 2, "{answer}");
        assert_eq!(
            lines[0],
            format!(
                "mesh-ready: {kind} shop/web is not ready for Istio: 1 finding (failOn: error)"
            )
        );
        let path = match kind {
            "Pod" => "spec",
            "CronJob" => "spec.jobTemplate.spec.template.spec",
            _ => "spec.template.spec",
        };
        assert!(
            lines[1].starts_with(&format!(
                "MR103 {path}.containers[0].securityContext.runAsUser: "
            )),
            "{answer}"
        );
    }
}

/// What a rule says of a Service depends on the workloads that it selects, and of those an object by itself says
/// nothing.
#[test]
fn accepts_a_service_by_itself() {
    let spec = json!({"selector": {"app": "db"}, "ports": [{"name": "http", "port": 3306}]});
    let service = request("", "Service", &object("", "Service", &spec));
    assert_eq!(validate(&service, &json!({})), json!({"accepted": true}));
    let unreadable = request("", "Service", &json!("db"));
    assert_eq!(validate(&unreadable, &json!({}))["code"], 400);
}

#[test]
fn names_every_finding() {
    let mut template = bad_template();
    template["spec"]["containers"][0]["ports"] = json!([{"containerPort": 15001}]);
    let answer = validate(&workload("apps", "Deployment", &template), &json!({}));
    let lines: Vec<_> = message(&answer).lines().collect();
    assert!(lines[0].contains("2 findings"), "{answer}");
    for rule in ["MR103 ", "MR201 "] {
        assert_eq!(
            lines.iter().filter(|line| line.starts_with(rule)).count(),
            1,
            "{answer}"
        );
    }
}

#[test]
fn warns_of_what_lies_below_fail_on() {
    let mut template = good_template();
    template["metadata"]["labels"] = json!({"tier": "web"});
    let request = workload("apps", "Deployment", &template);

    let tolerated = validate(&request, &json!({}));
    assert_eq!(tolerated["accepted"], true);
    assert_eq!(tolerated.get("message"), None);
    let warnings: Vec<_> = tolerated["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(warnings.len(), 2, "{tolerated}");
    for (warning, rule) in warnings.into_iter().zip(["MR107", "MR108"]) {
        assert!(
            warning.starts_with(rule) && warning.len() <= 256,
            "{warning}"
        );
        assert!(
            tolerated["audit_annotations"][rule]
                .as_str()
                .unwrap()
                .starts_with("info spec.template.metadata.labels: ")
        );
    }

    let refused = validate(&request, &json!({"failOn": "info"}));
    assert_eq!(refused["accepted"], false);
    assert_eq!(message(&refused).lines().count(), 3);
    assert_eq!(
        (refused.get("warnings"), refused.get("audit_annotations")),
        (None, None)
    );
}

#[test]
fn settings_reach_the_rules() {
    let request = workload("apps", "Deployment", &bad_template());
    assert_eq!(
        validate(&request, &json!({"rules": {"MR103": "off"}})),
        json!({"accepted": true})
    );
    assert_eq!(
        validate(&request, &json!({"ignoreNamespaces": ["shop"]})),
        json!({"accepted": true})
    );
}

#[test]
fn settings_that_are_not_valid_reject_the_request() {
    let answer = validate(
        &workload("apps", "Deployment", &good_template()),
        &json!({"failOn": "never", "typo": 1}),
    );
    assert_eq!(
        (&answer["accepted"], &answer["code"]),
        (&json!(false), &json!(500))
    );
    for path in ["failOn: ", "typo: "] {
        assert!(
            message(&answer).lines().any(|line| line.starts_with(path)),
            "{path} {answer}"
        );
    }
}

/// A warning travels in an HTTP header of limited length; the audit log has room for all of it.
#[test]
fn shortens_a_warning_that_is_too_long() {
    let mut template = good_template();
    template["metadata"]["labels"] = json!({"app": "web"});
    let mut request = workload("apps", "Deployment", &template);
    let name = "网".repeat(200);
    request["object"]["metadata"]["name"] = json!(name);

    let answer = validate(&request, &json!({}));
    let warning = answer["warnings"][0].as_str().unwrap();
    assert!(
        warning.starts_with("MR108 ") && warning.ends_with('…') && warning.len() <= 256,
        "{answer}"
    );
    assert!(
        answer["audit_annotations"]["MR108"]
            .as_str()
            .unwrap()
            .contains(&name),
        "{answer}"
    );
}

/// The request to create a Deployment that the rules object to, with one field changed.
fn bad_deployment_with(field: &str, value: Value) -> Value {
    let mut request = workload("apps", "Deployment", &bad_template());
    request[field] = value;
    request
}

/// The request to create a Pod that the rules object to, with this metadata beside its name.
fn bad_pod_with(field: &str, value: Value) -> Value {
    let mut request = workload("", "Pod", &bad_template());
    request["object"]["metadata"][field] = value;
    request
}

fn is_accepted(request: &Value) -> bool {
    let answer = validate(request, &json!({}));
    let accepted = answer["accepted"] == true;
    assert!(!accepted || answer == json!({"accepted": true}), "{answer}");
    accepted
}

#[test]
fn judges_what_is_created_or_changed() {
    assert!(!is_accepted(&bad_deployment_with(
        "operation",
        json!("UPDATE")
    )));
    assert!(!is_accepted(&bad_deployment_with("subResource", json!(""))));
    for operation in ["DELETE", "CONNECT"] {
        assert!(
            is_accepted(&bad_deployment_with("operation", json!(operation))),
            "{operation}"
        );
    }
    assert!(is_accepted(&bad_deployment_with(
        "subResource",
        json!("scale")
    )));
    assert!(is_accepted(&bad_deployment_with("object", json!(null))));
    let mut without_object = bad_deployment_with("operation", json!("DELETE"));
    without_object.as_object_mut().unwrap().remove("object");
    assert!(is_accepted(&without_object));
}

#[test]
fn knows_a_kind_by_its_group_too() {
    let kind = |group: &str, kind: &str| json!({"group": group, "version": "v1", "kind": kind});
    assert!(is_accepted(&bad_deployment_with(
        "kind",
        kind("example.com", "Deployment")
    )));
    assert!(is_accepted(&bad_deployment_with(
        "kind",
        kind("apps", "Other")
    )));
}

#[test]
fn judges_a_pod_at_its_controller_if_that_is_judged() {
    let owned = |api_version: &str, kind: &str, controller: Value| {
        let owner = json!({"apiVersion": api_version, "kind": kind, "name": "a", "uid": "b", "controller": controller});
        bad_pod_with("ownerReferences", json!([owner]))
    };
    assert!(is_accepted(&owned("apps/v1", "ReplicaSet", json!(true))));
    assert!(is_accepted(&owned(
        "v1",
        "ReplicationController",
        json!(true)
    )));
    assert!(is_accepted(&owned("v1", "Node", json!(true))));
    assert!(!is_accepted(&owned("apps/v1", "ReplicaSet", json!(null))));
    assert!(!is_accepted(&owned(
        "example.com/v1",
        "ReplicaSet",
        json!(true)
    )));
}

/// Its last change removes its finalizers: were that refused, it would never go.
#[test]
fn lets_an_object_go() {
    assert!(is_accepted(&bad_pod_with(
        "deletionTimestamp",
        json!("2026-01-01T00:00:00Z")
    )));
}

#[test]
fn odd_metadata_is_no_way_around_the_rules() {
    for (field, value) in [
        ("ownerReferences", json!(7)),
        ("ownerReferences", json!(null)),
        ("deletionTimestamp", json!(null)),
    ] {
        assert!(!is_accepted(&bad_pod_with(field, value)), "{field}");
    }
}

#[test]
fn a_request_that_cannot_be_read_does_not_pass() {
    let request = workload("apps", "Deployment", &bad_template()).to_string();
    let payloads = [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"request":null}"#.to_owned(),
        r#"{"request":{}}"#.to_owned(),
        r#"{"request":{"operation":"CREATE"}}"#.to_owned(),
        r#"{"request":{"operation":"CREATE","kind":"Pod"}}"#.to_owned(),
        format!(r#"{{"request":{request}"#),
        format!(r#"{{"request":{request}}}}}"#),
        format!(r#"{{"request":{}}}"#, request.replace("\"CREATE\"", "7")),
        "[".repeat(1_000_000),
        format!(r#"{{"request":{}"#, "[".repeat(1_000_000)),
    ];
    for payload in &payloads {
        let answer = answer("validate", payload);
        assert_eq!(
            (&answer["accepted"], &answer["code"]),
            (&json!(false), &json!(400)),
            "{payload:.80}"
        );
        assert!(
            message(&answer).starts_with("mesh-ready cannot judge this request: "),
            "{answer}"
        );
    }
    for payload in [&b"\xff"[..], b"{\"request\":{\"operation\":\"\xc3\"}}"] {
        let answer: Value = serde_json::from_slice(&call("validate", payload).unwrap()).unwrap();
        assert_eq!(
            (&answer["accepted"], &answer["code"]),
            (&json!(false), &json!(400))
        );
    }
}

#[test]
fn an_object_that_cannot_be_read_does_not_pass() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    for object in [
        "7",
        "[]",
        "{}",
        r#""Deployment""#,
        "true",
        r#"{"kind":"Deployment"}"#,
        &deep,
    ] {
        let request = format!(
            r#"{{"operation":"CREATE","kind":{{"group":"apps","kind":"Deployment"}},"object":{object}}}"#
        );
        let answer = answer("validate", &format!(r#"{{"request":{request}}}"#));
        assert_eq!(
            (&answer["accepted"], &answer["code"]),
            (&json!(false), &json!(400)),
            "{object:.80}"
        );
        assert!(
            message(&answer).starts_with("mesh-ready cannot judge this request: "),
            "{answer}"
        );
    }
}

#[test]
fn a_field_that_cannot_be_read_costs_no_other_finding() {
    let mut template = bad_template();
    template["metadata"] = json!(7);
    let answer = validate(&workload("apps", "Deployment", &template), &json!({}));
    assert!(message(&answer).contains("\nMR103 "), "{answer}");
    assert!(
        answer["warnings"]
            .as_array()
            .is_some_and(|warnings| !warnings.is_empty()),
        "{answer}"
    );
}

#[test]
fn an_operation_that_nobody_knows_is_named_beside_the_known_ones() {
    let error = call("valdiate", b"{}").unwrap_err();
    for name in [
        "\"valdiate\"",
        "check",
        "rules",
        "validate",
        "validate_settings",
        "protocol_version",
    ] {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_check_that_cannot_be_read_is_an_error() {
    let payloads = [
        ("", "JSON"),
        ("{", "JSON"),
        ("[]", "check"),
        ("{}", "files"),
        (r#"{"files":{}}"#, "files"),
        (r#"{"files":[7]}"#, "files"),
        (r#"{"files":[{"name":"a"}]}"#, "text"),
        (r#"{"files":[{"name":"a","text":7}]}"#, "text"),
        (r#"{"files":[],"language":"fr"}"#, "en, zh-CN"),
        (
            r#"{"files":[],"positionEncoding":null}"#,
            "utf-32, utf-16, utf-8",
        ),
        (
            r#"{"files":[],"positionEncodng":"utf-8"}"#,
            "positionEncodng",
        ),
    ];
    for (payload, what) in payloads {
        let error = call("check", payload.as_bytes()).unwrap_err();
        assert!(error.contains(what), "{payload}: {error}");
    }
}

#[test]
fn wrong_settings_of_a_check_are_listed_in_the_language_asked_for() {
    let settings = r#"{"failOn":"never","typo":1}"#;
    let errors = Lang::ALL.map(|lang| {
        let payload = format!(
            r#"{{"files":[],"language":"{}","settings":{settings}}}"#,
            lang.tag()
        );
        call("check", payload.as_bytes()).unwrap_err()
    });
    for error in &errors {
        assert_eq!(error.lines().count(), 2, "{error}");
        assert!(
            error.contains("failOn: ") && error.contains("typo: "),
            "{error}"
        );
    }
    assert_ne!(errors[0], errors[1]);
}

#[test]
fn the_catalogue_is_the_one_that_the_rules_have() {
    for lang in Lang::ALL {
        let catalogue = answer("rules", &json!({"language": lang}).to_string());
        assert_eq!(catalogue["version"], mesh_ready_core::VERSION);
        assert_eq!(catalogue["rules"], json!(mesh_ready_core::catalogue(lang)));
    }
    assert_eq!(call("rules", b""), call("rules", br#"{"language":"en"}"#));
    assert!(call("rules", br#"{"lang":"en"}"#).is_err());
}

/// `kwctl bench` and the page keep an instance.
#[test]
fn an_instance_answers_many_calls() {
    let host = instance(None);
    let payload =
        json!({"request": workload("", "Pod", &bad_template()), "settings": {}}).to_string();
    let first = host.call("validate", payload.as_bytes()).unwrap();
    assert!(host.call("nothing", b"").is_err());
    for _ in 0..100 {
        assert_eq!(host.call("validate", payload.as_bytes()).unwrap(), first);
    }
}

/// What the sections of the module say of it.
#[derive(Default)]
struct Module<'a> {
    imports: BTreeSet<(&'a str, &'a str)>,
    exports: BTreeSet<&'a str>,
    custom_sections: Vec<(&'a str, &'a [u8])>,
}

fn module() -> Module<'static> {
    let mut module = Module::default();
    for payload in wasmparser::Parser::new(0).parse_all(policy_bytes()) {
        match payload.unwrap() {
            wasmparser::Payload::ImportSection(imports) => {
                module.imports.extend(imports.into_imports().map(|import| {
                    let import = import.unwrap();
                    (import.module, import.name)
                }));
            }
            wasmparser::Payload::ExportSection(exports) => {
                module
                    .exports
                    .extend(exports.into_iter().map(|export| export.unwrap().name));
            }
            wasmparser::Payload::CustomSection(section) => {
                module
                    .custom_sections
                    .push((section.name(), section.data()));
            }
            _ => {}
        }
    }
    module
}

#[test]
fn imports_what_it_calls_and_only_from_wapc() {
    let calls = [
        "__console_log",
        "__guest_error",
        "__guest_request",
        "__guest_response",
        "__host_call",
        "__host_error",
        "__host_error_len",
        "__host_response",
        "__host_response_len",
    ];
    assert_eq!(module().imports, calls.map(|name| ("wapc", name)).into());
}

/// A start-up function would be run for each request, and a name with `opa_` makes the file a Rego policy for kwctl.
#[test]
fn exports_what_wapc_asks_for() {
    let exports = module().exports;
    assert!(
        exports.contains("memory") && exports.contains("__guest_call"),
        "{exports:?}"
    );
    for name in exports {
        assert!(
            !name.starts_with("opa_") && !["_start", "wapc_init"].contains(&name),
            "{name}"
        );
    }
}

#[test]
fn carries_its_metadata_and_nothing_else() {
    let sections = module().custom_sections;
    let [("io.kubewarden.metadata", metadata)] = *sections else {
        panic!(
            "{:?}",
            sections.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
    };
    let metadata: Value = serde_json::from_slice(metadata).unwrap();
    assert_eq!(metadata["protocolVersion"], "v1");
    assert_eq!(metadata["executionMode"], "kubewarden-wapc");
    assert_eq!(metadata["policyType"], "kubernetes");
    assert_eq!(metadata["mutating"], true);
    assert_eq!(
        metadata["annotations"]["io.kubewarden.policy.version"],
        mesh_ready_core::VERSION
    );

    // What the API server is asked to send: the workloads that every cluster has, and what they are judged against.
    let mut judged: BTreeSet<_> = WORKLOADS
        .into_iter()
        .map(|(group, resource, _)| (group, resource))
        .filter(|(group, _)| *group != "apps.openshift.io")
        .collect();
    judged.extend([
        ("", "namespaces"),
        ("", "services"),
        ("networking.istio.io", "destinationrules"),
        ("networking.k8s.io", "networkpolicies"),
        ("security.istio.io", "peerauthentications"),
    ]);
    let mut sent = BTreeSet::new();
    for rule in metadata["rules"].as_array().unwrap() {
        let texts = |field: &str| {
            rule[field]
                .as_array()
                .unwrap()
                .iter()
                .map(|text| text.as_str().unwrap())
        };
        sent.extend(
            texts("apiGroups")
                .flat_map(|group| texts("resources").map(move |resource| (group, resource))),
        );
    }
    assert_eq!(sent, judged);
}

/// Panic messages hold the paths of sources: those of the machine that built the file must not be among them.
#[test]
fn holds_no_path_of_the_machine_that_built_it() {
    let repository = repository().canonicalize().unwrap();
    let paths = [
        &repository.to_string_lossy(),
        "/.cargo/",
        "/.rustup/",
        "/toolchains/",
        "index.crates.io",
        "/home/",
    ];
    for path in paths {
        let found = policy_bytes()
            .windows(path.len())
            .any(|bytes| bytes == path.as_bytes());
        assert!(
            !found,
            "policy.wasm holds {path}: build it with `make policy`"
        );
    }
}

/// The browser downloads it, and Kubewarden compiles it for every policy server.
#[test]
fn is_small() {
    let size = policy_bytes().len();
    assert!(size <= 650 * 1024, "{size} bytes");
}
