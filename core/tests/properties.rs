//! What holds for any input.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{
    Columns, Input, Options, Report, Settings, check, check_object,
    manifest::{Json, Scalar, Value},
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

/// Text that is JSON or nearly so.
fn jsonish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[{}\\[\\]:,]{1,2}",
        "[ \t\r\n]",
        Just("{\"a\":".to_owned()),
        Just("[1,".to_owned()),
        Just("\"k\":".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("null".to_owned()),
        "-?[0-9]{1,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?",
        "\"([a-zé𝄞 ]|\\\\[\"/bfnrtux\\\\]|\\\\u[0-9a-fA-F]{3,4}|\\\\ud83d\\\\ude00|\\\\ud[89a-f]00){0,3}\"",
    ];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// The same value as another reader reads it; `null` stands for numbers that are not whole, of which no more is kept.
fn plain(value: Value<'_>) -> serde_json::Value {
    if value.is_mapping() {
        let entries = value.entries();
        let entries = entries.map(|(key, value)| (key.text().unwrap().to_owned(), plain(value)));
        return serde_json::Value::Object(entries.collect());
    }
    if value.is_sequence() {
        return value.items().map(plain).collect();
    }
    match value.scalar().unwrap() {
        Scalar::Bool(flag) => flag.into(),
        Scalar::Int(number) => number.into(),
        Scalar::String(text) => text.into(),
        _ => serde_json::Value::Null,
    }
}

fn without_fractions(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Number(number) if !number.is_i64() => {
            // 8080.0 is 8080 to Kubernetes.
            let text = number.to_string();
            let whole = text
                .strip_suffix(".0")
                .and_then(|text| text.parse::<i64>().ok());
            *value = whole.map_or(serde_json::Value::Null, Into::into);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_fractions),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(without_fractions),
        _ => {}
    }
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

    #[test]
    fn json_is_read_as_by_another_reader(text in jsonish()) {
        match (Json::parse(text.as_bytes()), serde_json::from_str::<serde_json::Value>(&text)) {
            (Ok(read), Ok(mut expected)) => {
                // With an exponent nothing is whole.
                let has_exponent = |pair: &[u8]| pair[0].is_ascii_digit() && matches!(pair[1], b'e' | b'E');
                if !text.as_bytes().windows(2).any(has_exponent) {
                    without_fractions(&mut expected);
                    prop_assert_eq!(plain(read.root()), expected);
                }
            }
            (Err(_), Err(_)) => {}
            (read, expected) => prop_assert!(false, "{:?} instead of {:?}", read.err(), expected.err()),
        }
    }

    #[test]
    fn json_of_any_object_is_read_as_by_another_reader(object in objectish(), is_indented: bool) {
        let text = if is_indented { serde_json::to_string_pretty(&object).unwrap() } else { object.to_string() };
        let mut expected = object;
        without_fractions(&mut expected);
        prop_assert_eq!(plain(Json::parse(text.as_bytes()).unwrap().root()), expected);
    }
}
