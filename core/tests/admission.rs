//! What a request brings about: its own findings, and those that it causes elsewhere, whichever object comes first.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Admission, Known, Lang, Report, Settings, check_admission, manifest::Json};
use serde_json::{Value, json};

const EVERYTHING: Known = Known {
    services: true,
    workloads: true,
    peer_authentications: true,
    destination_rules: true,
    network_policies: true,
    policy_use: None,
};

fn deployment(image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {"template": {
            "metadata": {"labels": {"app": "db", "version": "v1"}},
            "spec": {"containers": [{"name": "db", "image": image, "ports": [{"containerPort": 3306}]}]},
        }},
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

fn report(
    object: Option<&Value>,
    old_object: Option<&Value>,
    context: &[Value],
    known: Known,
) -> Report {
    let parse = |value: &Value| Json::parse(value.to_string().as_bytes()).unwrap();
    let (object, old_object) = (object.map(parse), old_object.map(parse));
    let context: Vec<Json> = context.iter().map(parse).collect();
    let admission = Admission {
        object: object.as_ref().map(Json::root),
        old_object: old_object.as_ref().map(Json::root),
        namespace: Some("shop"),
        context: context.iter().map(Json::root).collect(),
        known,
    };
    check_admission(&admission, &Settings::default(), Lang::En)
}

/// Rule and kind of each finding.
fn judge(
    object: Option<&Value>,
    old_object: Option<&Value>,
    context: &[Value],
    known: Known,
) -> Vec<(&'static str, String)> {
    let report = report(object, old_object, context, known);
    let summary = report.summary;
    let counted = summary.errors + summary.warnings + summary.infos + summary.suppressed;
    assert_eq!(counted, report.findings.len());
    let findings = report.findings.into_iter();
    findings
        .map(|finding| (finding.rule, finding.resource.kind))
        .collect()
}

fn list(kind: &str, items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": format!("{kind}List"), "metadata": {}, "items": items})
}

#[test]
fn a_service_that_comes_last_is_judged_with_the_workloads_it_selects() {
    let context = [
        json!({"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [deployment("mysql:8")]}),
    ];
    assert_eq!(
        judge(Some(&service("http-db")), None, &context, EVERYTHING),
        [("MR301", "Service".to_owned())]
    );
}

#[test]
fn a_deployment_that_comes_last_shows_what_is_wrong_with_its_service() {
    let context = [list("Service", &[service("http-db")])];
    assert_eq!(
        judge(Some(&deployment("mysql:8")), None, &context, EVERYTHING),
        [("MR301", "Service".to_owned())]
    );
}

#[test]
fn what_was_wrong_elsewhere_before_is_not_the_requests_fault() {
    let old = deployment("mysql:8");
    let new = deployment("mysql:9");
    let context = [list("Service", &[service("http-db")]), old.clone()];
    assert_eq!(judge(Some(&new), Some(&old), &context, EVERYTHING), []);
}

#[test]
fn the_object_takes_the_place_of_its_older_version() {
    let context = [
        list("Service", &[service("http-db")]),
        deployment("mysql:8"),
    ];
    let mended = service("tcp-db");
    let findings = judge(
        Some(&mended),
        Some(&service("http-db")),
        &context,
        EVERYTHING,
    );
    assert!(
        !findings.iter().any(|(rule, _)| *rule == "MR301"),
        "{findings:?}"
    );
}

#[test]
fn a_deployment_without_a_service_is_said_only_when_services_are_known() {
    let alone = deployment("shop:1");
    assert_eq!(judge(Some(&alone), None, &[], Known::default()), []);
    assert_eq!(
        judge(Some(&alone), None, &[], EVERYTHING),
        [("MR101", "Deployment".to_owned())]
    );
}

#[test]
fn a_deletion_shows_what_it_leaves_behind() {
    let context = [list("Service", &[service("tcp-db")]), deployment("shop:1")];
    assert_eq!(
        judge(None, Some(&service("tcp-db")), &context, EVERYTHING),
        [("MR101", "Deployment".to_owned())]
    );
}

fn named(mut object: Value, name: &str, created: Option<&str>) -> Value {
    object["metadata"]["name"] = json!(name);
    if let Some(created) = created {
        object["metadata"]["creationTimestamp"] = json!(created);
    }
    object
}

/// A host lists objects in any order.
#[test]
fn the_order_of_the_context_does_not_matter() {
    let deployments = [
        named(deployment("shop:1"), "b", Some("2025-01-01T00:00:00Z")),
        named(deployment("shop:1"), "c", Some("2026-01-01T00:00:00Z")),
        named(deployment("shop:1"), "a", Some("2026-01-01T00:00:00Z")),
    ];
    let services = [
        named(service("http-db"), "new", Some("2026-01-01T00:00:00Z")),
        named(service("tcp-db"), "old", Some("2025-01-01T00:00:00Z")),
    ];
    let judge = |is_reversed: bool, object: &Value| {
        let mut lists = [deployments.to_vec(), services.to_vec()];
        if is_reversed {
            for list in &mut lists {
                list.reverse();
            }
        }
        let [deployments, services] = lists;
        let context = [list("Service", &services)].into_iter().chain(deployments);
        let context: Vec<Value> = context.collect();
        report(Some(object), None, &context, EVERYTHING).findings
    };
    let own = named(deployment("shop:1"), "own", None);
    let findings = judge(false, &own);
    assert_eq!(findings, judge(true, &own));
    let shared: Vec<_> = findings
        .iter()
        .filter(|finding| finding.rule == "MR109")
        .collect();
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0].resource.name, "own");
    let related = shared[0].related.iter();
    let related: Vec<_> = related.map(|one| one.resource.name.as_str()).collect();
    assert_eq!(related, ["b", "a", "c"]);

    // Of Services the oldest one is followed, and the request's own is the newest.
    let own = named(service("grpc"), "grpc", None);
    let findings = judge(false, &own);
    assert_eq!(findings, judge(true, &own));
    let conflict = findings.iter().find(|finding| finding.rule == "MR102");
    let conflict = conflict.unwrap();
    assert!(
        conflict.help.contains("the oldest Service (here `old`)"),
        "{}",
        conflict.help
    );
}
