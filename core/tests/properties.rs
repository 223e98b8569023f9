//! What holds for any input.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{
    Columns, Input, Options, Report, Settings, check, check_object, manifest::Json,
    report::Location,
};
use proptest::prelude::*;

const GOOD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: good}
spec: {containers: [{name: app, securityContext: {runAsUser: 1337}}]}
";

fn check_bytes(bytes: &[u8]) -> Report {
    let inputs = [Input {
        name: "input.yaml",
        bytes,
    }];
    check(
        &inputs,
        &Settings::default(),
        Options {
            columns: Columns::Utf8,
            ..Options::default()
        },
    )
}

fn locations(report: &Report) -> impl Iterator<Item = &Location> {
    let findings = report.findings.iter().flat_map(|finding| {
        finding
            .location
            .iter()
            .chain(finding.related.iter().flat_map(|related| &related.location))
    });
    findings.chain(
        report
            .diagnostics
            .iter()
            .flat_map(|diagnostic| &diagnostic.location),
    )
}

/// Text in which YAML's own characters are frequent.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\n---\n".to_owned()),
        Just("  ".to_owned()),
        "[:\\-?&*!|>'\"%@`{}\\[\\],#\t ]{1,3}",
        Just("<<: *a\n".to_owned()),
        Just("&a ".to_owned()),
        Just("apiVersion: v1\nkind: Pod\n".to_owned()),
        Just("spec:\n  containers:\n  - ".to_owned()),
        Just("securityContext: {runAsUser: 1337}\n".to_owned()),
        "[a-z0-9é𝄞]{1,4}",
        "[a-z]{1,4}: ",
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Any JSON, with the fields of workloads and Services frequent.
fn objectish() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        prop::sample::select(vec!["1337", "http", "TCP", "None", "true", "", "app"])
            .prop_map(Into::into),
        Just(1337.into()),
        Just(15001.into()),
    ];
    let keys = prop::sample::select(vec![
        "metadata",
        "labels",
        "annotations",
        "spec",
        "template",
        "containers",
        "initContainers",
        "securityContext",
        "runAsUser",
        "ports",
        "containerPort",
        "port",
        "targetPort",
        "name",
        "image",
        "selector",
        "restartPolicy",
        "livenessProbe",
        "httpGet",
        "jobTemplate",
        "hostNetwork",
        "ownerReferences",
        "x",
    ]);
    leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::hash_map(keys.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_make_a_report(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_bytes(&bytes);
    }

    #[test]
    fn places_are_inside_the_text(text in yamlish()) {
        let lines: Vec<&str> = text.split('\n').collect();
        for place in locations(&check_bytes(text.as_bytes())) {
            prop_assert!((place.line, place.column) <= (place.end_line, place.end_column), "{place:?}");
            for (line, column) in [(place.line, place.column), (place.end_line, place.end_column)] {
                let text = lines.get(line as usize - 1);
                prop_assert!(text.is_some_and(|text| column as usize <= text.len() + 1), "{place:?} in {lines:?}");
            }
        }
    }

    #[test]
    fn a_bad_document_hides_no_good_one(bad in yamlish()) {
        let alone = check_bytes(GOOD.as_bytes()).findings;
        let reserved = |findings: &[mesh_ready_core::report::Finding]| {
            findings.iter().filter(|finding| finding.rule == "MR103" && finding.resource.name == "good").count()
        };
        let text = format!("{GOOD}---\n{bad}\n---\n{GOOD}");
        prop_assert_eq!(reserved(&check_bytes(text.as_bytes()).findings), 2 * reserved(&alone));
    }

    #[test]
    fn the_same_bytes_make_the_same_report(text in yamlish()) {
        prop_assert_eq!(check_bytes(text.as_bytes()), check_bytes(text.as_bytes()));
    }

    #[test]
    fn any_object_is_read_alike_from_json_and_from_a_request(
        mut object in objectish(),
        kind in prop::sample::select(vec![
            ("v1", "Pod"), ("apps/v1", "Deployment"), ("batch/v1", "CronJob"), ("v1", "Service"), ("v1", "Namespace"),
        ]),
    ) {
        if let Some(fields) = object.as_object_mut() {
            fields.insert("apiVersion".into(), kind.0.into());
            fields.insert("kind".into(), kind.1.into());
        }
        let json = object.to_string();
        let document = Json::parse(json.as_bytes()).unwrap();
        let request = check_object(document.root(), None, &Settings::default(), Options::default().lang);
        let file = check_bytes(json.as_bytes());
        // A request knows nothing of other Services, so MR101 cannot be decided there.
        let rules = |report: &Report| -> Vec<_> {
            let mut rules: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| finding.rule != "MR101")
                .map(|finding| (finding.rule, finding.path.clone(), finding.severity))
                .collect();
            rules.sort();
            rules
        };
        prop_assert_eq!(rules(&file), rules(&request));
    }
}
