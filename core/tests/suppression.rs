//! Suppressed findings: silenced where people write it, counted and listed all the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Lang, Options, Report, Settings, check};

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: shop
spec:
  template:
    metadata:
      labels: {app: cart, version: v1}
    spec:
      containers:
      - name: app
        image: cart:v1
        securityContext:
          runAsUser: 1337
          runAsGroup: 1337
";

fn check_text(text: &str, settings: &str) -> Report {
    let settings = Settings::parse("settings", settings.as_bytes(), Lang::En).unwrap();
    check(
        &[Input {
            name: "cart.yaml",
            bytes: text.as_bytes(),
        }],
        &settings,
        Options::default(),
    )
}

/// Suppressed and other rules, after checking that the summary counts them so.
fn split(report: &Report) -> (Vec<&str>, Vec<&str>) {
    let (suppressed, shown): (Vec<_>, Vec<_>) = report
        .findings
        .iter()
        .partition(|finding| finding.suppressed);
    let summary = report.summary;
    assert_eq!(summary.suppressed, suppressed.len());
    assert_eq!(
        summary.errors + summary.warnings + summary.infos,
        shown.len()
    );
    let rules = |findings: Vec<&mesh_ready_core::report::Finding>| {
        findings.iter().map(|it| it.rule).collect()
    };
    (rules(suppressed), rules(shown))
}

#[test]
fn nothing_is_suppressed_by_itself() {
    let report = check_text(DEPLOYMENT, "");
    assert_eq!(split(&report), (vec![], vec!["MR101", "MR103", "MR104"]));
    assert!(
        !serde_json::to_string(&report)
            .unwrap()
            .contains("\"suppressed\":false")
    );
}

#[test]
fn settings_suppress_namespaces_and_workloads() {
    for settings in [
        "ignoreNamespaces: [shop]",
        "ignoreWorkloads: [cart]",
        "ignoreWorkloads: [shop/cart]",
    ] {
        let report = check_text(DEPLOYMENT, settings);
        assert_eq!(
            split(&report),
            (vec!["MR101", "MR103", "MR104"], vec![]),
            "{settings}"
        );
    }
    for settings in [
        "ignoreNamespaces: [cart]",
        "ignoreWorkloads: [other/cart, shop]",
    ] {
        assert_eq!(
            split(&check_text(DEPLOYMENT, settings)).0,
            [""; 0],
            "{settings}"
        );
    }
}

#[test]
fn annotations_suppress_on_the_object_and_on_its_template() {
    let on_object = |annotation: &str| {
        DEPLOYMENT.replacen(
            "  namespace: shop\n",
            &format!("  namespace: shop\n  annotations: {{{annotation}}}\n"),
            1,
        )
    };
    let on_template = |annotation: &str| {
        DEPLOYMENT.replacen(
            "      labels:",
            &format!("      annotations: {{{annotation}}}\n      labels:"),
            1,
        )
    };
    for text in [
        on_object("mesh-ready.dev/ignore: \"MR101, MR103\""),
        on_template("mesh-ready.dev/ignore: 'MR103,MR101 -- legacy'"),
    ] {
        assert_eq!(
            split(&check_text(&text, "")),
            (vec!["MR101", "MR103"], vec!["MR104"])
        );
    }
    assert_eq!(
        split(&check_text(&on_object("mesh-ready.dev/ignore: \"*\""), "")).1,
        [""; 0]
    );
    // istioctl's own code for MR103; MR104 has none.
    assert_eq!(
        split(&check_text(
            &on_object("galley.istio.io/analyze-suppress: IST0144"),
            ""
        ))
        .0,
        ["MR103"]
    );
}

#[test]
fn a_comment_suppresses_on_its_line_and_from_the_line_above() {
    let at_the_end = DEPLOYMENT.replace(
        "runAsUser: 1337",
        "runAsUser: 1337 # mesh-ready: ignore MR103 -- migrated next month",
    );
    assert_eq!(split(&check_text(&at_the_end, "")).0, ["MR103"]);
    let above = DEPLOYMENT.replace(
        "          runAsGroup",
        "          # mesh-ready: ignore MR103, MR104\n          runAsGroup",
    );
    assert_eq!(split(&check_text(&above, "")).0, ["MR104"]);
    let elsewhere = DEPLOYMENT.replace(
        "securityContext:",
        "securityContext: # mesh-ready: ignore *",
    );
    assert_eq!(split(&check_text(&elsewhere, "")).0, [""; 0]);
}
