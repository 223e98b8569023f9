//! Admission requests for manifests: what the API server would send.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Columns, Input, requests};
use serde_json::{Value, json};

fn read(text: &str) -> Value {
    let input = Input {
        name: "a.yaml",
        bytes: text.as_bytes(),
    };
    let json = requests(&[input], Columns::Chars);
    serde_json::from_str(&json).expect("JSON")
}

#[test]
fn a_request_has_what_the_api_server_sends() {
    let text =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n  namespace: shop\n";
    let answer = read(text);
    let object = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart", "namespace": "shop"},
    });
    let kind = json!({"group": "apps", "version": "v1", "kind": "Deployment"});
    let resource = json!({"group": "apps", "version": "v1", "resource": "deployments"});
    assert_eq!(
        answer,
        json!({
            "requests": [{
                "resource": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "cart"},
                "location": {"file": "a.yaml", "line": 4, "column": 9, "endLine": 4, "endColumn": 13},
                "request": {
                    "uid": "00000000-0000-4000-8000-000000000001",
                    "kind": kind, "resource": resource, "requestKind": kind, "requestResource": resource,
                    "name": "cart", "namespace": "shop", "operation": "CREATE",
                    "userInfo": {"username": "mesh-ready", "groups": ["system:authenticated"]},
                    "object": object, "dryRun": false,
                    "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
                },
            }],
            "objects": [object],
            "omitted": [],
        })
    );
}

#[test]
fn names_and_namespaces() {
    let cases = [
        (
            "v1, kind: Pod, metadata: {generateName: a-}",
            [json!(null), json!("default"), json!("default")],
        ),
        (
            "v1, kind: Pod",
            [json!(""), json!("default"), json!("default")],
        ),
        (
            "v1, kind: Pod, metadata: {name: a, namespace: ''}",
            [json!("a"), json!("default"), json!("default")],
        ),
        (
            "v1, kind: Namespace, metadata: {name: shop}",
            [json!("shop"), json!("shop"), json!(null)],
        ),
        (
            "rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}",
            [json!("a"), json!(null), json!(null)],
        ),
    ];
    for (object, [name, namespace, written]) in cases {
        let answer = read(&format!("{{apiVersion: {object}}}"));
        let request = &answer["requests"][0]["request"];
        assert_eq!(request["name"], name, "{object}");
        assert_eq!(request["namespace"], namespace, "{object}");
        assert_eq!(
            request["object"]["metadata"]["namespace"], written,
            "{object}"
        );
    }
}

#[test]
fn metadata_that_is_no_mapping_is_not_written_beside_the_namespace() {
    for metadata in ["~", "[name]", "name"] {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {metadata}\n");
        let input = Input {
            name: "a.yaml",
            bytes: text.as_bytes(),
        };
        // As text: whoever reads JSON takes the last of two equal keys.
        let json = requests(&[input], Columns::Chars);
        let object = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default"}}"#;
        assert!(json.contains(object), "{metadata}: {json}");
    }
}

#[test]
fn plurals() {
    for (kind, plural) in [
        ("Pod", "pods"),
        ("Endpoints", "endpoints"),
        ("NetworkPolicy", "networkpolicies"),
        ("Gateway", "gateways"),
        ("Ingress", "ingresses"),
        ("StorageClass", "storageclasses"),
        ("Telemetry", "telemetries"),
        ("ServiceEntry", "serviceentries"),
        ("Patch", "patches"),
    ] {
        let answer = read(&format!("{{apiVersion: v1, kind: {kind}}}"));
        let request = &answer["requests"][0]["request"];
        assert_eq!(request["resource"]["resource"], plural);
    }
}

#[test]
fn lists_are_opened_and_what_is_no_object_is_left_out() {
    let text = "apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: a}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n---\nno: object\n---\nkind: Pod\n";
    let answer = read(text);
    let metadata = |name| json!({"name": name, "namespace": "default"});
    assert_eq!(
        answer["objects"],
        json!([
            {"apiVersion": "v1", "kind": "Service", "metadata": metadata("a")},
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata("b")},
        ])
    );
    assert_eq!(answer["requests"][1]["location"]["line"], 5);
    let uid = &answer["requests"][1]["request"]["uid"];
    assert_eq!(uid, "00000000-0000-4000-8000-000000000002");
}

#[test]
fn scalars_are_what_kubernetes_makes_of_them() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata: &meta {name: a, namespace: b, labels: {on: off, 0x10: \"1\", a.b/c: ~}}
data:
  numbers: [0777, 1_000, -1, 08, .5, +1.50, 1e3, 0xffffffffffffffff, .inf, 1:30]
  words: [yes, No, \"yes\", null, ~, 2001-01-01, \"a\\\"\\\\\\n\\u0007é\"]
  again: *meta
  merged: {<<: *meta, name: c}
";
    let answer = read(text);
    let labels = json!({"true": false, "16": "1", "a.b/c": null});
    assert_eq!(
        answer["objects"][0],
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "a", "labels": labels, "namespace": "b"},
            "data": {
                "numbers": [511, 1000, -1, 8, 0.5, 1.5, 1e3, 18_446_744_073_709_551_615_u64, null, "1:30"],
                "words": [true, false, "yes", null, null, "2001-01-01", "a\"\\\n\u{7}é"],
                "again": {"name": "a", "namespace": "b", "labels": labels},
                "merged": {"namespace": "b", "labels": labels, "name": "c"},
            },
        })
    );
}

/// Aliases of one long text would fill any memory.
#[test]
fn what_does_not_fit_is_said() {
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: large}}\ntext: &text {}\nall: [{}]\n---\n{{apiVersion: v1, kind: Pod, metadata: {{name: small}}}}\n",
        "a".repeat(1_000_000),
        "*text,".repeat(1_000)
    );
    let answer = read(&text);
    assert_eq!(answer["omitted"][0]["resource"]["name"], "large");
    assert_eq!(answer["omitted"][0]["location"]["line"], 3);
    assert_eq!(answer["requests"][0]["resource"]["name"], "small");
    assert_eq!(answer["objects"][0]["kind"], "Pod");
}
