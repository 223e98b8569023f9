//! What is drawn is what the rules see, with nothing hidden.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Lang, Options, Settings, picture};
use serde_json::{Value, json};

fn draw(text: &str, settings: &str) -> Value {
    let settings = Settings::parse("settings", settings.as_bytes(), Lang::En).expect("settings");
    let inputs = [Input {
        name: "a.yaml",
        bytes: text.as_bytes(),
    }];
    let picture = picture(&inputs, &settings, Options::default());
    serde_json::from_str(&picture).expect("JSON")
}

/// The same as JSON, without places.
fn drawn(text: &str, settings: &str) -> Value {
    fn without_places(value: &mut Value) {
        if let Some(fields) = value.as_object_mut() {
            fields.remove("location");
            fields.values_mut().for_each(without_places);
        }
        if let Some(items) = value.as_array_mut() {
            items.iter_mut().for_each(without_places);
        }
    }
    let mut value = draw(text, settings);
    without_places(&mut value);
    value
}

/// A Pod in namespace `shop` with these lines in its metadata, and its Namespace with these labels.
fn pod(metadata: &str, namespace: Option<&str>) -> String {
    let namespace = namespace.map_or_else(String::new, |labels| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{labels}}}}}\n---\n"
        )
    });
    format!(
        "{namespace}apiVersion: v1\nkind: Pod\nmetadata: {{name: cart, namespace: shop, {metadata}}}\nspec: {{containers: [{{name: cart, image: cart}}]}}\n"
    )
}

#[test]
fn every_reason_for_being_in_or_out() {
    const INJECT: &str = "labels: {sidecar.istio.io/inject: 'true'}";
    const AMBIENT: &str = "istio.io/dataplane-mode: ambient";
    let cases: [(&str, Option<&str>, &str, &str, &str); 17] = [
        (
            "annotations: {sidecar.istio.io/status: x}",
            None,
            "",
            "sidecar",
            "already carry",
        ),
        (
            "",
            Some("istio-injection: enabled"),
            "",
            "sidecar",
            "`istio-injection: enabled`",
        ),
        (
            "",
            Some("istio.io/rev: a"),
            "",
            "sidecar",
            "Namespace `shop` has the label `istio.io/rev`",
        ),
        (
            "labels: {istio.io/rev: a}",
            Some(""),
            "",
            "sidecar",
            "its pods have the label `istio.io/rev`",
        ),
        (
            INJECT,
            Some(""),
            "",
            "sidecar",
            "`sidecar.istio.io/inject: \"true\"`",
        ),
        (
            "",
            Some(""),
            "injectByDefault: true",
            "sidecar",
            "has no label against it",
        ),
        (
            "",
            None,
            "injectByDefault: true",
            "sidecar",
            "is taken to have no label against it",
        ),
        (
            "",
            None,
            "",
            "sidecar",
            "is taken to be in the mesh (`assumeInjected: true`)",
        ),
        (
            "labels: {istio.io/dataplane-mode: ambient}",
            Some(""),
            "",
            "ambient",
            "its pods have the label",
        ),
        (
            "",
            Some(AMBIENT),
            "",
            "ambient",
            "Namespace `shop` has the label `istio.io/dataplane-mode",
        ),
        (
            "",
            None,
            "dataPlane: ambient",
            "ambient",
            "`dataPlane: ambient`",
        ),
        (
            "labels: {istio.io/dataplane-mode: none}",
            Some(AMBIENT),
            "",
            "out",
            "`istio.io/dataplane-mode: none`",
        ),
        (
            "labels: {sidecar.istio.io/inject: 'false'}",
            Some(""),
            "",
            "out",
            "`sidecar.istio.io/inject` opts out",
        ),
        (
            "",
            Some("istio-injection: disabled"),
            "",
            "out",
            "the label `istio-injection` of Namespace `shop`",
        ),
        (
            "",
            Some(""),
            "",
            "out",
            "no label of its pods or of Namespace `shop`",
        ),
        (
            "",
            None,
            "assumeInjected: false",
            "out",
            "was not given and is not taken to be in it",
        ),
        (
            "labels: {istio.io/dataplane-mode: none}",
            Some(""),
            "",
            "out",
            "no label of its pods",
        ),
    ];
    for (metadata, namespace, settings, membership, reason) in cases {
        let picture = draw(&pod(metadata, namespace), settings);
        let workload = &picture["workloads"][0];
        assert_eq!(
            workload["membership"], membership,
            "{metadata} {namespace:?}"
        );
        let said = workload["reason"].as_str().unwrap_or_default();
        assert!(said.contains(reason), "{said}");
        let settings_decide = reason.contains("taken") || reason == "`dataPlane: ambient`";
        assert_eq!(
            workload["assumed"],
            settings_decide && membership != "out",
            "{metadata} {namespace:?}"
        );
        assert_eq!(workload["mtls"].is_string(), membership != "out");
    }
    let host = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a}]}\n";
    assert_eq!(
        draw(host, "")["workloads"][0]["reason"],
        "its pods are on the host's network"
    );
    let system = pod("", None).replace("shop", "kube-system");
    assert_eq!(
        draw(&system, "")["workloads"][0]["reason"],
        "Istio never injects namespace `kube-system`"
    );
}

#[test]
fn namespaces_say_how_a_pod_joins_that_says_nothing() {
    let text = pod(
        "labels: {sidecar.istio.io/inject: 'false'}",
        Some("istio-injection: enabled"),
    ) + "---\napiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: other}\nspec: {ports: [{port: 80}]}\n"
        + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}\n"
        + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: plain}\n"
        + "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: mesh}\nspec: {mtls: {mode: STRICT}}\n";
    assert_eq!(
        drawn(&text, "")["namespaces"],
        json!([
            {"name": "shop", "mode": "sidecar", "mtls": "PERMISSIVE"},
            {"name": "mesh", "mode": "ambient", "mtls": "STRICT"},
            {"name": "plain", "mode": "none", "mtls": "PERMISSIVE"},
            {"name": "other", "mode": null, "mtls": "PERMISSIVE"},
        ])
    );
}

/// A Deployment with the label `app: NAME` and these ports.
fn deployment(name: &str, ports: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}, all: pods}}}}\n    spec: {{containers: [{{name: main, image: a, ports: [{ports}]}}]}}\n---\n"
    )
}

#[test]
fn services_lead_where_the_rules_say() {
    let text = deployment(
        "cart",
        "{containerPort: 8080, name: web}, {containerPort: 53, protocol: UDP}",
    ) + &deployment("till", "{containerPort: 9090}")
        + "apiVersion: v1\nkind: Service\nmetadata: {name: all, namespace: shop}\nspec:\n  clusterIP: None\n  selector: {all: pods}\n  ports:\n  - {name: http, port: 80, targetPort: web}\n  - {name: tls-a, port: 443, targetPort: 9090}\n  - {name: dns, port: 53, protocol: UDP}\n  - {name: x, port: 81}\n---\n"
        + "apiVersion: v1\nkind: Service\nmetadata: {name: else, namespace: shop}\nspec: {type: ExternalName, externalName: example.com}\n---\n"
        + "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {app: cart}}, mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}}\n";
    let drawn = drawn(&text, "");
    let resource = |kind: &str, name: &str| {
        let api_version = if kind == "Service" { "v1" } else { "apps/v1" };
        json!({"apiVersion": api_version, "kind": kind, "namespace": "shop", "name": name})
    };
    let reason =
        "Namespace `shop` was not given and is taken to be in the mesh (`assumeInjected: true`)";
    assert_eq!(
        drawn["workloads"],
        json!([
            {
                "resource": resource("Deployment", "cart"), "membership": "sidecar", "assumed": true, "reason": reason,
                "istio": false, "mtls": "STRICT",
                "ports": [
                    {"port": 8080, "name": "web", "transport": "TCP", "container": "main", "mtls": "DISABLE"},
                    {"port": 53, "name": null, "transport": "UDP", "container": "main"},
                ],
            },
            {
                "resource": resource("Deployment", "till"), "membership": "sidecar", "assumed": true, "reason": reason,
                "istio": false, "mtls": "PERMISSIVE",
                "ports": [{"port": 9090, "name": null, "transport": "TCP", "container": "main"}],
            },
        ])
    );
    let port = |number: i64,
                name: &str,
                transport: &str,
                target_port: Value,
                kind: [&str; 2],
                targets: [(Value, bool); 2]| {
        let [first, second] = targets;
        json!({
            "port": number, "name": name, "transport": transport, "targetPort": target_port,
            "protocol": kind[0], "class": kind[1],
            "targets": [
                {"workload": 0, "port": first.0, "declared": first.1},
                {"workload": 1, "port": second.0, "declared": second.1},
            ],
        })
    };
    assert_eq!(
        drawn["services"],
        json!([
            {
                "resource": resource("Service", "all"), "type": "ClusterIP", "headless": true, "workloads": [0, 1],
                "ports": [
                    port(80, "http", "TCP", json!("web"), ["HTTP", "http"], [(json!(8080), true), (json!(null), false)]),
                    port(443, "tls-a", "TCP", json!(9090), ["TLS", "tls"], [(json!(9090), false), (json!(9090), true)]),
                    port(53, "dns", "UDP", json!(null), ["UDP", "udp"], [(json!(53), true), (json!(53), false)]),
                    port(81, "x", "TCP", json!(null), ["undeclared", "auto"], [(json!(81), false), (json!(81), false)]),
                ],
            },
            {"resource": resource("Service", "else"), "type": "ExternalName", "headless": false, "workloads": [], "ports": []},
        ])
    );
    let places = draw(&text, "");
    let line = |drawn: &Value| {
        let place = &drawn["location"];
        [place["line"].as_u64(), place["column"].as_u64()]
    };
    assert_eq!(line(&places["workloads"][1]), [Some(12), Some(18)]);
    assert_eq!(
        line(&places["workloads"][1]["ports"][0]),
        [Some(17), Some(72)]
    );
    assert_eq!(
        line(&places["services"][0]["ports"][1]),
        [Some(27), Some(25)]
    );
}

#[test]
fn what_is_not_drawn_is_counted() {
    let ports = "{containerPort: 8080},".repeat(30);
    let many: Vec<String> = (0..210)
        .map(|index| {
            deployment(&format!("cart-{index}"), &ports)
                + &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a, namespace: n{index}}}\n---\n")
        })
        .collect();
    let many = many.concat();
    let all = "apiVersion: v1\nkind: Service\nmetadata: {name: all, namespace: shop}\nspec: {selector: {all: pods}, ports: [{port: 1}]}\n---\n";
    let many_links = format!("{}{many}", all.repeat(20));
    let made = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, ownerReferences: [{controller: true, kind: Deployment, name: cart-0}]}\nspec: {containers: [{name: a, image: a}]}\n";
    let picture = draw(&(many_links + made), "");
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    for list in ["namespaces", "workloads", "services"] {
        assert_eq!(count(&picture[list]), 200, "{list}");
    }
    let workloads = picture["workloads"].as_array().into_iter().flatten();
    let ports: usize = workloads.map(|found| count(&found["ports"])).sum();
    assert_eq!(ports, 2_000);
    assert_eq!(
        picture["omitted"],
        json!({"namespaces": 11, "workloads": 10, "services": 30, "ports": 200 * 30 - 2_000 + 20, "links": 0, "derived": 1})
    );
    let links: Vec<String> = (0..60)
        .map(|index| deployment(&format!("cart-{index}"), ""))
        .collect();
    let picture = draw(&(all.repeat(40) + &links.concat()), "");
    assert_eq!(picture["omitted"]["links"], 40 * 60 - 2_000);
}
