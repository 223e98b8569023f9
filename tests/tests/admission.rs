//! policy.wasm in a cluster: what it asks for, what it makes of the answers, and the examples of the rule pages as
//! admission requests in both orders of arrival.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::{Input, Lang, Options, Settings, catalogue, check};
use mesh_ready_tests::{
    call_in,
    files::{read, yaml},
    repository,
    simulated::Cluster,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// What the policy asks for when every rule is on, kind by kind.
const EVERYTHING: [&str; 8] = [
    "DaemonSet",
    "Deployment",
    "DestinationRule",
    "NetworkPolicy",
    "PeerAuthentication",
    "Pod",
    "Service",
    "StatefulSet",
];

fn validate(cluster: &Cluster, request: &Value, settings: &Value) -> Value {
    let payload = json!({"request": request, "settings": settings}).to_string();
    let answer = call_in(Some(cluster), "validate", payload.as_bytes());
    let answer = answer.unwrap_or_else(|error| panic!("{payload:.1000}: {error}"));
    serde_json::from_slice(&answer).unwrap()
}

fn group_of(object: &Value) -> &str {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// The request of the API server for an object, as Kubewarden hands it on.
fn request(operation: &str, object: &Value, old_object: &Value) -> Value {
    let present = if object.is_null() { old_object } else { object };
    let namespace = present["metadata"]["namespace"].as_str();
    json!({
        "uid": "1299d386-525b-4032-98ae-1949f69f9cfc",
        "kind": {"group": group_of(present), "version": "v1", "kind": present["kind"]},
        "resource": {"group": group_of(present), "version": "v1", "resource": "-"},
        "operation": operation,
        "namespace": namespace.unwrap_or("default"),
        "userInfo": {"username": "alice"},
        "object": object,
        "oldObject": old_object,
        "dryRun": true,
    })
}

fn create(object: &Value) -> Value {
    request("CREATE", object, &Value::Null)
}

fn deployment(image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {
            "selector": {"matchLabels": {"app": "db"}},
            "template": {
                "metadata": {"labels": {"app": "db", "version": "v1"}},
                "spec": {"containers": [{"name": "db", "image": image, "ports": [{"containerPort": 3306}]}]},
            },
        },
    })
}

fn service(port_name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {"selector": {"app": "db"}, "ports": [{"name": port_name, "port": 3306}]},
    })
}

fn namespace(labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}})
}

/// Settings under which these rules alone run.
fn only(rules: &[&str]) -> Value {
    let off = catalogue(Lang::En).into_iter().map(|rule| rule.id);
    let off = off.filter(|id| !rules.contains(id));
    json!({"rules": off.map(|id| (id.to_owned(), json!("off"))).collect::<serde_json::Map<_, _>>()})
}

/// Kinds that were asked for, each once; and forgets them.
fn asked(cluster: &Cluster) -> BTreeSet<String> {
    let kinds = cluster.asked();
    let kinds = kinds
        .iter()
        .map(|exchange| exchange.request["kind"].as_str().unwrap().to_owned());
    let kinds = kinds.collect();
    cluster.forget();
    kinds
}

fn kinds(kinds: &[&str]) -> BTreeSet<String> {
    kinds.iter().map(|kind| (*kind).to_owned()).collect()
}

/// The kinds that the policy judges, with their group.
const JUDGED: [(&str, &str); 14] = [
    ("", "Namespace"),
    ("", "Pod"),
    ("", "ReplicationController"),
    ("", "Service"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps.openshift.io", "DeploymentConfig"),
    ("batch", "CronJob"),
    ("batch", "Job"),
    ("networking.istio.io", "DestinationRule"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("security.istio.io", "PeerAuthentication"),
];

/// Of what the metadata does not name, policy-server refuses to speak; what they name beyond that nobody should grant.
#[test]
fn asks_for_what_the_metadata_names_and_nothing_else() {
    let (mut kinds, mut capabilities) = (BTreeSet::new(), BTreeSet::new());
    for (group, kind) in JUDGED {
        let api_version = [group, "v1"].join("/");
        let object = |label: &str| {
            json!({
                "apiVersion": api_version.trim_start_matches('/'),
                "kind": kind,
                "metadata": {"name": "cart", "namespace": "shop", "labels": {"label": label}},
            })
        };
        let (old, new) = (object("old"), object("new"));
        for istio in ["1.20", "1.27"] {
            for (operation, object, old_object) in [
                ("CREATE", &new, &Value::Null),
                ("UPDATE", &new, &old),
                ("DELETE", &Value::Null, &old),
            ] {
                let cluster = Cluster::default();
                let request = request(operation, object, old_object);
                validate(&cluster, &request, &json!({"istioVersion": istio}));
                for exchange in cluster.asked() {
                    let text = |field: &str| exchange.request[field].as_str().unwrap().to_owned();
                    kinds.insert((text("api_version"), text("kind")));
                    capabilities.insert(exchange.operation);
                }
            }
        }
    }
    // Where PodSecurityPolicies can be in force, those too, and who may use them.
    let cluster = cluster_of_policies(true);
    validate(
        &cluster,
        &create(&deployment("shop:1")),
        &json!({"kubernetesVersion": "1.24"}),
    );
    for exchange in cluster.asked() {
        if let (Some(api_version), Some(kind)) = (
            exchange.request["api_version"].as_str(),
            exchange.request["kind"].as_str(),
        ) {
            kinds.insert((api_version.to_owned(), kind.to_owned()));
        }
        capabilities.insert(exchange.operation);
    }
    let metadata = yaml("policy-wasm/metadata.yml");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let named = metadata["contextAwareResources"].as_array().unwrap();
    let named = named
        .iter()
        .map(|named| (text(&named["apiVersion"]), text(&named["kind"])));
    assert_eq!(kinds, named.collect());
    let named = metadata["hostCapabilities"].as_array().unwrap();
    assert_eq!(capabilities, named.iter().map(text).collect());
}

fn texts(answer: &Value, field: &str) -> Vec<String> {
    let texts = answer[field].as_array().into_iter().flatten();
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn message(answer: &Value) -> &str {
    answer["message"]
        .as_str()
        .unwrap_or_else(|| panic!("no message: {answer}"))
}

#[test]
fn asks_for_what_rules_and_kind_need() {
    let cluster = Cluster::new([namespace(&json!({}))]);
    let workloads = ["DaemonSet", "Deployment", "Namespace", "Pod", "StatefulSet"];
    let with = |more: &[&str]| kinds(&[&workloads[..], more].concat());
    let policy = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a", "namespace": "shop"}});
    let unknown = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "shop"}});
    for (object, settings, expected) in [
        (deployment("a"), json!({}), with(&EVERYTHING)),
        (deployment("a"), only(&["MR103"]), kinds(&["Namespace"])),
        (deployment("a"), only(&["MR501"]), kinds(&[])),
        (deployment("a"), only(&[]), kinds(&[])),
        (
            deployment("a"),
            only(&["MR101"]),
            kinds(&["Namespace", "Service"]),
        ),
        (deployment("a"), only(&["MR109"]), with(&[])),
        (
            deployment("a"),
            only(&["MR601"]),
            kinds(&["Namespace", "PeerAuthentication"]),
        ),
        (service("tcp"), only(&["MR101"]), with(&["Service"])),
        (service("tcp"), only(&["MR103"]), kinds(&[])),
        (policy.clone(), only(&["MR206"]), with(&["NetworkPolicy"])),
        (policy, only(&["MR301"]), kinds(&[])),
        (namespace(&json!({})), json!({}), kinds(&[])),
        (unknown, json!({}), kinds(&[])),
    ] {
        validate(&cluster, &create(&object), &settings);
        assert_eq!(asked(&cluster), expected, "{} {settings}", object["kind"]);
    }
}

/// The host keeps a watch for each distinct query.
#[test]
fn asks_always_in_the_same_words() {
    let cluster = Cluster::new([namespace(&json!({}))]);
    let mut queries = BTreeSet::new();
    for (object, settings) in [
        (deployment("a"), json!({})),
        (deployment("b"), only(&["MR101", "MR109"])),
        (service("tcp"), json!({"failOn": "info"})),
    ] {
        validate(&cluster, &create(&object), &settings);
        for exchange in cluster.asked() {
            let request = &exchange.request;
            if exchange.operation == "kubernetes/get_resource" {
                assert_eq!(request["disable_cache"], false);
                continue;
            }
            assert_eq!(exchange.operation, "kubernetes/list_resources_by_namespace");
            assert!(request["label_selector"].is_null() && request["field_selector"].is_null());
            assert!(!request["field_masks"].as_array().unwrap().is_empty());
            queries.insert(request.to_string());
        }
    }
    // Those of Istio's kinds once more in its root namespace.
    assert_eq!(queries.len(), EVERYTHING.len() + 2, "{queries:#?}");
}

#[test]
fn judges_a_pair_whichever_comes_last() {
    let (first, last) = (service("http-db"), deployment("mysql:8"));
    let cluster = Cluster::new([first.clone()]);
    let answer = validate(&cluster, &create(&last), &json!({}));
    assert_eq!(
        (&answer["accepted"], &answer["code"]),
        (&json!(false), &json!(463))
    );
    let lines: Vec<_> = message(&answer).lines().collect();
    assert_eq!(
        lines[0],
        "mesh-ready: Deployment shop/db is not ready for Istio: 1 finding (failOn: error)"
    );
    assert!(
        lines[1].starts_with("MR301 Service/db spec.ports[0].name: "),
        "{answer}"
    );

    let cluster = Cluster::new([last]);
    let answer = validate(&cluster, &create(&first), &json!({}));
    assert!(
        message(&answer).contains("\nMR301 spec.ports[0].name: "),
        "{answer}"
    );
}

#[test]
fn a_workload_before_its_service_is_warned_of() {
    let cluster = Cluster::default();
    let answer = validate(&cluster, &create(&deployment("shop:1")), &json!({}));
    assert_eq!(answer["accepted"], true);
    assert!(
        texts(&answer, "warnings")[0].starts_with("MR101 "),
        "{answer}"
    );
    cluster.add(service("tcp-db"));
    let answer = validate(&cluster, &create(&deployment("shop:1")), &only(&["MR101"]));
    assert_eq!(answer, json!({"accepted": true}));
}

#[test]
fn a_deletion_is_warned_of_and_never_refused() {
    let cluster = Cluster::new([service("tcp-db"), deployment("shop:1")]);
    let mut settings = only(&["MR101"]);
    settings["failOn"] = json!("info");
    settings["onMissingContext"] = json!("reject");
    let deletion = request("DELETE", &Value::Null, &service("tcp-db"));
    let answer = validate(&cluster, &deletion, &settings);
    assert_eq!(answer["accepted"], true);
    assert!(
        texts(&answer, "warnings")[0].starts_with("MR101 Deployment/db "),
        "{answer}"
    );

    let cluster = cluster.refusing("Deployment", "forbidden");
    let answer = validate(&cluster, &deletion, &settings);
    assert_eq!(answer["accepted"], true, "{answer}");

    cluster.forget();
    let deletion = request("DELETE", &Value::Null, &deployment("shop:1"));
    assert_eq!(
        validate(&cluster, &deletion, &settings),
        json!({"accepted": true})
    );
    assert_eq!(asked(&cluster), kinds(&[]));
}

#[test]
fn an_update_of_nothing_that_matters_asks_for_nothing() {
    let cluster = Cluster::default();
    let mut old = deployment("mysql:8");
    old["metadata"]["resourceVersion"] = json!("1");
    old["spec"]["template"]["spec"]["containers"][0]["securityContext"] =
        json!({"runAsUser": 1337});
    let mut new = old.clone();
    new["metadata"]["resourceVersion"] = json!("2");
    new["metadata"]["managedFields"] = json!([{"manager": "kubectl"}]);
    new["status"] = json!({"replicas": 3});
    let settings = json!({});
    assert_eq!(
        validate(&cluster, &request("UPDATE", &new, &old), &settings),
        json!({"accepted": true})
    );
    assert_eq!(asked(&cluster), kinds(&[]));
    for (pointer, value) in [
        ("/metadata/labels", json!({"a": "b"})),
        ("/metadata/annotations", json!({"a": "b"})),
        ("/spec/replicas", json!(0.5)),
    ] {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let mut changed = new.clone();
        changed.pointer_mut(parent).unwrap()[key] = value;
        let answer = validate(&cluster, &request("UPDATE", &changed, &old), &settings);
        assert_eq!(
            (&answer["accepted"], &answer["code"]),
            (&json!(false), &json!(461)),
            "{pointer}"
        );
    }
}

#[test]
fn what_was_wrong_elsewhere_before_is_no_reason_to_refuse() {
    let (old, new) = (deployment("mysql:8"), deployment("mysql:9"));
    let cluster = Cluster::new([service("http-db"), old.clone()]);
    let answer = validate(&cluster, &request("UPDATE", &new, &old), &json!({}));
    assert_eq!(answer["accepted"], true, "{answer}");
}

#[test]
fn labels_of_the_namespace_decide() {
    let mut bad = deployment("shop:1");
    bad["spec"]["template"]["spec"]["containers"][0]["securityContext"] =
        json!({"runAsUser": 1337});
    for (labels, is_accepted) in [
        (json!({"istio-injection": "disabled"}), true),
        (json!({"istio-injection": "enabled"}), false),
    ] {
        let cluster = Cluster::new([namespace(&labels)]);
        let answer = validate(&cluster, &create(&bad), &json!({}));
        assert_eq!(answer["accepted"], is_accepted, "{answer}");
    }
    // One that joins the mesh is judged with what it holds.
    let cluster = Cluster::new([bad]);
    let (old, new) = (
        namespace(&json!({"istio-injection": "disabled"})),
        namespace(&json!({"istio-injection": "enabled"})),
    );
    let mut joins = request("UPDATE", &new, &old);
    joins["namespace"] = json!("shop");
    let answer = validate(&cluster, &joins, &json!({}));
    assert!(
        message(&answer).starts_with("mesh-ready: Namespace shop is not"),
        "{answer}"
    );
    assert!(
        message(&answer).contains("\nMR103 Deployment/db "),
        "{answer}"
    );
}

#[test]
fn what_cannot_be_had_is_said() {
    let answers: [Option<&[u8]>; 7] = [
        None,
        Some(b""),
        Some(b"{"),
        Some(b"[]"),
        Some(b"\xff"),
        Some(br#"{"apiVersion":"v1","kind":"ServiceList","items":7}"#),
        Some(br#"{"apiVersion":"v1","kind":"SecretList","items":[]}"#),
    ];
    for kind in EVERYTHING.iter().chain(&["Namespace"]) {
        for answer in answers {
            let cluster = Cluster::new([namespace(&json!({})), service("tcp-db")]);
            let cluster = match answer {
                None => cluster.refusing(kind, "forbidden\nby RBAC"),
                Some(bytes) => cluster.answering(kind, bytes),
            };
            // A list of Services that says so is one.
            let rules = json!({"rules": {"MR106": "off"}});
            let tolerated = validate(&cluster, &create(&deployment("shop:1")), &rules);
            assert_eq!(tolerated["accepted"], true, "{kind} {tolerated}");
            let warnings = texts(&tolerated, "warnings");
            let warning = warnings
                .iter()
                .find(|warning| warning.starts_with("mesh-ready "));
            let warning = warning.unwrap_or_else(|| panic!("{kind} {answer:?}: {tolerated}"));
            assert!(warning.len() <= 256 && !warning.contains('\n'), "{warning}");
            let annotation = tolerated["audit_annotations"]["context"].as_str().unwrap();
            assert!(
                annotation.contains(&format!("{kind} of namespace `")),
                "{annotation}"
            );
            assert_eq!(cluster.logged().len(), 1, "{kind}");
            assert_eq!(cluster.logged()[0]["level"], "warning");

            let strict = json!({"onMissingContext": "reject"});
            let refused = validate(&cluster, &create(&deployment("shop:1")), &strict);
            assert_eq!(
                (&refused["accepted"], &refused["code"]),
                (&json!(false), &json!(503)),
                "{kind}"
            );
            assert!(
                message(&refused).contains(&format!("{kind} of namespace `")),
                "{refused}"
            );
        }
    }
}

#[test]
fn names_the_rules_that_could_not_run() {
    let cluster = Cluster::default().refusing("Service", "forbidden");
    let answer = validate(&cluster, &create(&deployment("shop:1")), &json!({}));
    let warnings = texts(&answer, "warnings");
    assert!(
        warnings
            .iter()
            .any(|warning| warning.starts_with("mesh-ready could not run MR101, MR102, ")),
        "{answer}"
    );
    assert!(
        !warnings.iter().any(|warning| warning.starts_with("MR101 ")),
        "{answer}"
    );

    let partial = warnings.iter().find(|warning| {
        warning.starts_with(
            "mesh-ready does not know all of the cluster (Service of namespace `shop`: forbidden)",
        )
    });
    let partial = partial.unwrap_or_else(|| panic!("{answer}"));
    assert!(partial.ends_with(": MR201, MR204"), "{partial}");

    // A mode that may be set would be denied.
    let cluster = Cluster::new([service("http-db")]).refusing("PeerAuthentication", "forbidden");
    let answer = validate(&cluster, &create(&deployment("mysql:8")), &only(&["MR301"]));
    assert_eq!(answer["accepted"], true);
    assert!(
        texts(&answer, "warnings")[0].starts_with("mesh-ready could not run MR301 ("),
        "{answer}"
    );
}

/// Where PodSecurityPolicies are in force, pods name the one by which they were admitted.
fn istiod_under_policies() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "istiod",
            "namespace": "istio-system",
            "annotations": {"kubernetes.io/psp": "mesh"},
        },
    })
}

/// Kubernetes up to 1.24, with PodSecurityPolicies that may be in force.
fn cluster_of_policies(is_in_force: bool) -> Cluster {
    let policy = |name: &str, capabilities: &[&str]| {
        json!({
            "apiVersion": "policy/v1beta1",
            "kind": "PodSecurityPolicy",
            "metadata": {"name": name},
            "spec": {"allowedCapabilities": capabilities},
        })
    };
    let mut istiod = istiod_under_policies();
    if !is_in_force {
        istiod["metadata"]["annotations"] = json!({});
    }
    Cluster::new([
        namespace(&json!({"istio-injection": "enabled"})),
        policy("restricted", &[]),
        policy("mesh", &["NET_ADMIN", "NET_RAW"]),
        istiod,
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "mesh"},
            "rules": [{
                "apiGroups": ["policy"],
                "resources": ["podsecuritypolicies"],
                "verbs": ["use"],
                "resourceNames": ["mesh"],
            }],
        }),
    ])
}

#[test]
fn asks_who_may_use_a_pod_security_policy() {
    let mut settings = only(&["MR106"]);
    settings["kubernetesVersion"] = json!("1.24");
    let cluster = cluster_of_policies(true);
    let answer = validate(&cluster, &create(&deployment("shop:1")), &settings);
    assert_eq!(answer["code"], 461, "{answer}");
    assert!(
        message(&answer).contains(
            "service account `default` of namespace `shop` may not use a PodSecurityPolicy that allows both \
             `NET_ADMIN` and `NET_RAW` (`mesh`)"
        ),
        "{answer}"
    );
    let questions = cluster.asked();
    let questions = questions
        .iter()
        .filter(|exchange| exchange.operation == "kubernetes/can_i")
        .map(|exchange| exchange.request["subject_access_review"].clone());
    let question = |group: &str| {
        json!({
            "user": "system:serviceaccount:shop:default",
            "groups": ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
            "resource_attributes": {
                "verb": "use",
                "group": group,
                "resource": "podsecuritypolicies",
                "name": "mesh",
                "namespace": "shop",
            },
        })
    };
    assert_eq!(
        questions.collect::<Vec<_>>(),
        [question("policy"), question("extensions")]
    );

    cluster.add(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "mesh", "namespace": "shop"},
        "roleRef": {"kind": "ClusterRole", "name": "mesh"},
        "subjects": [{"kind": "Group", "name": "system:serviceaccounts:shop"}],
    }));
    let answer = validate(&cluster, &create(&deployment("shop:1")), &settings);
    assert_eq!(answer, json!({"accepted": true}));

    // Policies that nothing enforces refuse nothing.
    let cluster = cluster_of_policies(false);
    let answer = validate(&cluster, &create(&deployment("shop:1")), &settings);
    assert_eq!(answer, json!({"accepted": true}));

    for kind in ["PodSecurityPolicy", "SubjectAccessReview", "Pod"] {
        let cluster = cluster_of_policies(true).refusing(kind, "forbidden");
        let answer = validate(&cluster, &create(&deployment("shop:1")), &settings);
        assert_eq!(answer["accepted"], true, "{kind}");
        assert_eq!(
            texts(&answer, "warnings"),
            ["mesh-ready could not run MR106 (PodSecurityPolicy: forbidden)"]
        );
    }
}

#[test]
fn asks_for_no_pod_security_policy_where_none_matters() {
    let mut pod = deployment("shop:1")["spec"]["template"].clone();
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    pod["metadata"]["namespace"] = json!("shop");
    for (object, field, value) in [
        (deployment("shop:1"), "kubernetesVersion", json!("1.25")),
        (deployment("shop:1"), "cni", json!(true)),
        (pod, "failOn", json!("error")),
        (service("tcp"), "failOn", json!("error")),
    ] {
        let cluster = cluster_of_policies(true);
        let mut settings = only(&["MR106"]);
        settings["kubernetesVersion"] = json!("1.24");
        settings[field] = value;
        let answer = validate(&cluster, &create(&object), &settings);
        assert_eq!(answer, json!({"accepted": true}));
        assert_eq!(asked(&cluster), kinds(&[]), "{field}");
    }
}

#[test]
fn applies_safe_fixes_and_changes_nothing_else() {
    let mut object = deployment("registry.example.com/shop:1.4");
    object["spec"]["template"]["metadata"] =
        json!({"annotations": {"sidecar.istio.io/inject": "false"}, "creationTimestamp": null});
    object["spec"]["replicas"] = json!(3);
    object["spec"]["odd"] = json!({"big": u64::MAX, "float": 1.5e300, "text": "\u{0}\"网"});
    let cluster = Cluster::default();
    let settings = json!({"mutate": ["MR107", "MR108", "MR503"]});
    let answer = validate(&cluster, &create(&object), &settings);
    let mut expected = object.clone();
    expected["spec"]["template"]["metadata"] =
        json!({"labels": {"sidecar.istio.io/inject": "false"}, "creationTimestamp": null});
    assert_eq!(
        (&answer["accepted"], &answer["mutated_object"]),
        (&json!(true), &expected),
        "{answer}"
    );

    object["spec"]["template"]["metadata"]["annotations"] = json!({});
    let answer = validate(&cluster, &create(&object), &settings);
    let labels = &answer["mutated_object"]["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels, &json!({"app": "db", "version": "1.4"}), "{answer}");
    let again = validate(&cluster, &create(&answer["mutated_object"]), &settings);
    assert_eq!(
        (&again["accepted"], again.get("mutated_object")),
        (&json!(true), None)
    );

    // What is refused all the same is not changed, and a label that a Service selects by is left to its author.
    object["spec"]["template"]["spec"]["hostNetwork"] = json!(false);
    object["spec"]["template"]["spec"]["securityContext"] = json!({"runAsUser": 1337});
    let refused = validate(&cluster, &create(&object), &settings);
    assert_eq!(
        (&refused["accepted"], refused.get("mutated_object")),
        (&json!(false), None)
    );
    let cluster = Cluster::new([service("tcp-db")]);
    let answer = validate(&cluster, &create(&deployment("shop:1")), &settings);
    assert_eq!(answer.get("mutated_object"), None, "{answer}");
}

#[test]
fn speaks_the_language_of_the_settings() {
    let cluster = Cluster::new([service("http-db")]);
    let answer = validate(
        &cluster,
        &create(&deployment("mysql:8")),
        &json!({"language": "zh-CN"}),
    );
    assert!(
        message(&answer)
            .starts_with("mesh-ready：Deployment shop/db 尚未满足 Istio 的要求：1 个问题"),
        "{answer}"
    );
    let answer = validate(
        &cluster,
        &create(&deployment("a")),
        &json!({"language": "zh-CN", "typo": 1}),
    );
    assert!(message(&answer).contains("未知字段 `typo`"), "{answer}");
    let settings = br#"{"language":"zh-CN","typo":1}"#;
    let answer: Value =
        serde_json::from_slice(&call_in(None, "validate_settings", settings).unwrap()).unwrap();
    assert!(message(&answer).starts_with("设置无效：\n"), "{answer}");
}

#[test]
fn answers_for_objects_of_any_size() {
    let cluster = Cluster::new([service("tcp-db")]);
    let mut large = deployment("shop:1");
    large["metadata"]["annotations"] = json!({"text": "\\\"".repeat(1_000_000)});
    let many: serde_json::Map<_, _> = (0..100_000)
        .map(|key| (format!("k{key}"), json!("v")))
        .collect();
    let mut wide = deployment("shop:1");
    wide["spec"]["template"]["metadata"]["annotations"] = Value::Object(many);
    for object in [large, wide] {
        let answer = validate(&cluster, &request("UPDATE", &object, &object), &json!({}));
        assert_eq!(answer, json!({"accepted": true}));
        let answer = validate(&cluster, &create(&object), &json!({"mutate": ["MR107"]}));
        assert_eq!(answer["accepted"], true);
    }
}

#[test]
fn a_session_is_what_kwctl_replays() {
    let cluster =
        Cluster::new([namespace(&json!({}))]).refusing("Service", "forbidden by \"RBAC\"");
    validate(&cluster, &create(&deployment("shop:1")), &only(&["MR101"]));
    let session = cluster.session();
    let exchanges: Value = serde_yaml::from_str(&session).unwrap();
    let exchanges = exchanges.as_array().unwrap();
    assert_eq!(exchanges.len(), 2);
    assert_eq!(exchanges[0]["type"], "Exchange");
    let text = exchanges[1]["request"].as_str().unwrap();
    let (tag, fields) = text.split_once('\n').unwrap();
    assert_eq!(tag, "!KubernetesListResourceNamespace");
    let fields: Value = serde_yaml::from_str(fields).unwrap();
    assert_eq!(
        (&fields["kind"], &fields["label_selector"]),
        (&json!("Service"), &Value::Null)
    );
    assert_eq!(
        exchanges[1]["response"],
        json!({"type": "Error", "message": "forbidden by \"RBAC\""})
    );
    assert_eq!(exchanges[0]["response"]["type"], "Success");
}

/// The codes of rejections by the beginning of a rule's id, and those without a rule, as a page lists them.
fn codes(page: &str) -> (BTreeMap<String, u64>, BTreeSet<u64>) {
    let (mut of_rules, mut others) = (BTreeMap::new(), BTreeSet::new());
    for line in read(page).lines() {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let Some((code, rules)) = cells.get(1).zip(cells.get(2)) else {
            continue;
        };
        let Ok(code) = code.parse() else {
            continue;
        };
        match rules.strip_prefix("`MR").and_then(|rest| rest.get(..1)) {
            Some(class) => assert_eq!(of_rules.insert(format!("MR{class}"), code), None),
            None => assert!(others.insert(code), "{line}"),
        }
    }
    (of_rules, others)
}

#[test]
fn codes_are_those_of_the_pages() {
    let (of_rules, others) = codes("docs/deploy.md");
    assert_eq!(
        codes("docs/deploy.zh-CN.md"),
        (of_rules.clone(), others.clone())
    );
    let classes: BTreeSet<String> = catalogue(Lang::En)
        .iter()
        .map(|rule| rule.id[..3].to_owned())
        .collect();
    assert_eq!(of_rules.keys().cloned().collect::<BTreeSet<_>>(), classes);

    let cluster = Cluster::default().refusing("Service", "forbidden");
    let good = create(&deployment("shop:1"));
    let bad = json!({"operation": "CREATE"});
    let given = [
        validate(&cluster, &bad, &json!({})),
        validate(&cluster, &good, &json!({"failOn": "never"})),
        validate(&cluster, &good, &json!({"onMissingContext": "reject"})),
    ];
    let given = given.map(|answer| answer["code"].as_u64().unwrap());
    assert_eq!(others, given.into());
}

/// An example of a rule page: the rule, its text, and whether it fails.
struct Example {
    rule: &'static str,
    text: String,
    fails: bool,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for rule in catalogue(Lang::En) {
        let page = fs::read_to_string(repository().join(&rule.docs)).unwrap();
        for (heading, fails) in [("Example that fails", true), ("Example that passes", false)] {
            let section = page.split_once(&format!("\n## {heading}\n")).unwrap().1;
            let section = section.split("\n## ").next().unwrap();
            assert!(section.contains("```yaml\n"), "{}: {heading}", rule.id);
            for block in section.split("```yaml\n").skip(1) {
                let text = block.split_once("```").unwrap().0.to_owned();
                examples.push(Example {
                    rule: rule.id,
                    text,
                    fails,
                });
            }
        }
    }
    examples
}

impl Example {
    /// The settings of its first line, under which every finding of its rule refuses.
    fn settings(&self) -> Value {
        let first = self.text.lines().next().unwrap();
        let own = first.strip_prefix("#: ").unwrap_or("{}");
        let mut settings: Value = serde_yaml::from_str(own).unwrap();
        settings["rules"] = only(&[self.rule])["rules"].clone();
        settings["failOn"] = json!("info");
        settings
    }

    /// Its objects; the items of a List by themselves.
    fn objects(&self) -> Vec<Value> {
        let documents = serde_yaml::Deserializer::from_str(&self.text);
        let documents =
            documents.map(|document| serde::Deserialize::deserialize(document).unwrap());
        let documents = documents.filter(|document: &Value| !document.is_null());
        let items = documents.flat_map(|document| match document["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![document],
        });
        items.collect()
    }

    /// What its rule finds in all of it at once: object and path.
    fn expected(&self) -> BTreeSet<(String, String)> {
        let settings = self.settings().to_string();
        let settings = Settings::parse("settings", settings.as_bytes(), Lang::En).unwrap();
        let inputs = [Input {
            name: "example.yaml",
            bytes: self.text.as_bytes(),
        }];
        let findings = check(&inputs, &settings, Options::default())
            .findings
            .into_iter();
        let findings = findings.filter(|finding| !finding.suppressed);
        findings
            .map(|finding| {
                (
                    format!("{}/{}", finding.resource.kind, finding.resource.name),
                    finding.path,
                )
            })
            .collect()
    }

    /// What the policy finds while the objects arrive one by one. A Namespace is there before all else, without labels:
    /// it arrives when it gets them.
    fn found(&self, objects: &[Value], lang: Lang) -> BTreeSet<(String, String)> {
        let (codes, _) = codes("docs/deploy.md");
        let (cluster, mut settings) = (Cluster::default(), self.settings());
        settings["language"] = json!(lang.tag());
        let (colon, of_manifests): (_, &[&str]) = match lang {
            Lang::En => (": ", &["the manifests", " was given", " not given"]),
            Lang::ZhCn => ("：", &["清单中没有", "清单没有", "未提供", "没有提供"]),
        };
        if self.rule == "MR106" {
            cluster.add(istiod_under_policies());
        }
        let is_namespace = |object: &&Value| object["kind"] == "Namespace";
        for namespace in objects.iter().filter(is_namespace) {
            cluster.add(without_labels(namespace));
        }
        let mut found = BTreeSet::new();
        for object in objects {
            let request = if is_namespace(&object) {
                let mut request = request("UPDATE", object, &without_labels(object));
                request["namespace"] = object["metadata"]["name"].clone();
                request
            } else {
                create(object)
            };
            let answer = validate(&cluster, &request, &settings);
            assert_eq!(answer.get("warnings"), None, "{answer}");
            if answer["accepted"] == false {
                assert_eq!(answer["code"], codes[&self.rule[..3]], "{answer}");
            }
            // In a cluster nobody has left out anything.
            let text = answer["message"].as_str().unwrap_or_default();
            let of_manifests = of_manifests.iter().find(|words| text.contains(*words));
            assert_eq!(of_manifests, None, "{text}");
            let own = format!(
                "{}/{}",
                object["kind"].as_str().unwrap(),
                object["metadata"]["name"].as_str().unwrap_or_default()
            );
            for line in answer["message"]
                .as_str()
                .unwrap_or_default()
                .lines()
                .skip(1)
            {
                let rest = line
                    .strip_prefix(&format!("{} ", self.rule))
                    .unwrap_or_else(|| panic!("{line}"));
                let place = rest.split_once(colon).unwrap().0;
                let (object, path) = place.split_once(' ').unwrap_or((&own, place));
                found.insert((object.to_owned(), path.to_owned()));
            }
            cluster.add(object.clone());
        }
        found
    }
}

/// The same Namespace before anyone labels it.
fn without_labels(namespace: &Value) -> Value {
    let name = &namespace["metadata"]["name"];
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

/// Where the sum of what is found on the way is not what is found in all at once: rule, whether the example fails, and
/// whether it arrives in reverse.
const DIFFERENT: [(&str, bool, bool); 5] = [
    // The workload comes first, and no Service selects it yet.
    ("MR101", false, true),
    // The one of the two that comes last is to blame.
    ("MR102", true, true),
    // The workload comes first, and the policies that keep out its pods are not there yet.
    ("MR106", true, true),
    // As of MR102.
    ("MR109", true, true),
    // The mode that makes it right comes after the Service.
    ("MR302", false, false),
];

#[test]
fn examples_arrive_in_both_orders() {
    let mut wrong = Vec::new();
    for example in examples() {
        let expected = example.expected();
        let mut objects = example.objects();
        for is_reversed in [false, true] {
            // Each order in a language of its own, to read both.
            let lang = if is_reversed { Lang::ZhCn } else { Lang::En };
            let found = example.found(&objects, lang);
            let is_different = DIFFERENT.contains(&(example.rule, example.fails, is_reversed));
            if (found == expected) == is_different {
                let (rule, fails) = (example.rule, example.fails);
                wrong.push(format!(
                    "{rule} fails: {fails}, reversed: {is_reversed}: {found:?} instead of {expected:?}"
                ));
            }
            objects.reverse();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
