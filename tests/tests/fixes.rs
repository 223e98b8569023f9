//! After a fix its finding is gone, no new one has come, and the text still says the same but for the fixed place,
//! whatever layout it has.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::{
    Columns, Fixes, Input, Lang, Options, Report, Settings, catalogue, check, check_object, fix,
    manifest::Json,
    report::{Finding, Fix, Location, ResourceRef},
};
use mesh_ready_tests::{Layout, fixtures};
use proptest::prelude::*;
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};

/// The documents of every fixture, with its settings.
static CASES: LazyLock<Vec<(String, Settings, Vec<Value>)>> = LazyLock::new(|| {
    fixtures()
        .into_iter()
        .map(|fixture| {
            (
                fixture.path(),
                fixture.settings.clone(),
                documents(&fixture.text),
            )
        })
        .filter(|(_, _, documents)| documents.iter().all(Value::is_object))
        .collect()
});

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .filter_map(|document| {
            let mut value =
                <serde_yaml::Value as serde::Deserialize>::deserialize(document).ok()?;
            value.apply_merge().ok()?;
            serde_json::to_value(value).ok()
        })
        .filter(|document| !document.is_null())
        .collect()
}

fn report(text: &str, settings: &Settings) -> Report {
    let inputs = [Input {
        name: "input.yaml",
        bytes: text.as_bytes(),
    }];
    let options = Options {
        columns: Columns::Utf8,
        ..Options::default()
    };
    check(&inputs, settings, options)
}

/// The text with a fix applied by its locations alone, as an editor would.
fn applied(text: &str, fix: &Fix) -> String {
    let offset = |line: u32, column: u32| {
        let mut lines = text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(line as usize - 1).map(str::len).sum();
        before + column as usize - 1
    };
    let mut new = text.to_owned();
    for edit in fix.edits.iter().rev() {
        let Location {
            line,
            column,
            end_line,
            end_column,
            ..
        } = &edit.location;
        new.replace_range(
            offset(*line, *column)..offset(*end_line, *end_column),
            &edit.new_text,
        );
    }
    new
}

type Key = (&'static str, String, String);

fn key(finding: &Finding) -> Key {
    let ResourceRef {
        kind,
        namespace,
        name,
        ..
    } = &finding.resource;
    // About a group, at whoever is its second member.
    if finding.rule == "MR109" {
        return (finding.rule, namespace.clone(), String::new());
    }
    (
        finding.rule,
        format!("{kind} {namespace}/{name}"),
        finding.path.clone(),
    )
}

fn counts(report: &Report) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(key(finding)).or_default() += 1;
    }
    counts
}

/// Where the one object that a finding is about stands among documents; `None` when it is not the only one.
fn pointer(documents: &[Value], resource: &ResourceRef) -> Option<(usize, String)> {
    fn collect(value: &Value, pointer: &str, found: &mut Vec<(Value, String)>) {
        let kind = value["kind"].as_str().unwrap_or_default();
        match value["items"].as_array().filter(|_| kind.ends_with("List")) {
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    collect(item, &format!("{pointer}/items/{index}"), found);
                }
            }
            None => found.push((value.clone(), pointer.to_owned())),
        }
    }
    let mut places = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let mut found = Vec::new();
        collect(document, "", &mut found);
        places.extend(
            found
                .into_iter()
                .map(|(value, pointer)| (index, value, pointer)),
        );
    }
    let is_it = |value: &Value| {
        let name = value["metadata"]["name"].as_str().unwrap_or_default();
        value["kind"] == resource.kind.as_str() && name == resource.name
    };
    let mut matching = places.into_iter().filter(|(_, value, _)| is_it(value));
    let (index, _, pointer) = matching.next()?;
    matching.next().is_none().then_some((index, pointer))
}

fn verify(name: &str, text: &str, settings: &Settings) {
    let before = report(text, settings);
    let known = counts(&before);
    for finding in &before.findings {
        let Some(fix) = finding.fix.as_ref().filter(|_| !finding.suppressed) else {
            continue;
        };
        let new = applied(text, fix);
        let case = || {
            format!(
                "{name}: {} at {}\n--- before\n{text}\n--- after\n{new}",
                finding.rule, finding.path
            )
        };
        let after = report(&new, settings);
        assert!(
            after.diagnostics.len() <= before.diagnostics.len(),
            "new diagnostic: {}",
            case()
        );
        let left = counts(&after);
        let key = key(finding);
        assert!(
            left.get(&key).copied().unwrap_or_default() < known[&key],
            "still there: {}",
            case()
        );
        // What brings a workload into the mesh lets the other rules judge it.
        let joins = matches!(finding.rule, "MR502" | "MR503") && !fix.safe;
        for (other, count) in left.iter().filter(|_| !joins) {
            assert!(
                known.get(other).is_some_and(|known| count <= known),
                "new finding {other:?}: {}",
                case()
            );
        }
        let (old_documents, new_documents) = (documents(text), documents(&new));
        let Some((index, pointer)) = pointer(&old_documents, &finding.resource) else {
            continue;
        };
        let mut expected = old_documents.clone();
        let operations: json_patch::Patch =
            serde_json::from_value(serde_json::to_value(&fix.patch).unwrap()).unwrap();
        let object = expected[index].pointer_mut(&pointer).unwrap();
        json_patch::patch(object, &operations)
            .unwrap_or_else(|error| panic!("{error}: {}", case()));
        let is_appended = fix.patch.is_empty();
        assert_eq!(
            new_documents.len(),
            expected.len() + usize::from(is_appended),
            "{}",
            case()
        );
        assert_eq!(
            new_documents[..expected.len()],
            expected,
            "text and patch differ: {}",
            case()
        );
    }
}

#[test]
fn fixes_of_the_fixtures_remove_their_findings_and_nothing_else() {
    for fixture in fixtures() {
        verify(&fixture.path(), &fixture.text, &fixture.settings);
    }
}

/// What the policy may be told to apply is what has a safe fix, and nothing else.
#[test]
fn settings_know_the_rules_with_safe_fixes() {
    let mut with_safe_fix: Vec<&str> = fixtures()
        .iter()
        .flat_map(|fixture| report(&fixture.text, &fixture.settings).findings)
        .filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe))
        .map(|finding| finding.rule)
        .collect();
    with_safe_fix.sort_unstable();
    with_safe_fix.dedup();
    for rule in catalogue(Lang::En) {
        let settings = format!("mutate: [{}]", rule.id);
        assert_eq!(
            Settings::parse("settings", settings.as_bytes(), Lang::En).is_ok(),
            with_safe_fix.contains(&rule.id),
            "{}",
            rule.id
        );
    }
}

fn fixed(text: &str, which: Fixes) -> Option<String> {
    let inputs = [Input {
        name: "input.yaml",
        bytes: text.as_bytes(),
    }];
    let fixed = fix(&inputs, &Settings::default(), Lang::En, which);
    fixed.files.into_iter().next().flatten()
}

/// A merge would bring another value back.
#[test]
fn a_value_that_overrides_a_merged_one_stays() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: {name: cart, labels: {app: cart, version: v1}}
spec:
  containers:
  - name: a
    image: cart:v1
    securityContext: &common {runAsUser: 0}
  - name: b
    image: cart:v1
    securityContext:
      <<: *common
      runAsUser: 1337
";
    assert_eq!(fixed(text, Fixes::All), None);
}

/// An opt-out moves from annotation to label, also when nothing else is in the metadata.
#[test]
fn a_mapping_that_is_written_to_is_not_removed() {
    let text = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  template:
    metadata:
      annotations:
        sidecar.istio.io/inject: \"false\"
    spec:
      restartPolicy: Never
      containers:
      - {name: import, image: import:v1}
";
    let expected = text.replace("annotations:", "labels:");
    assert_eq!(fixed(text, Fixes::Safe), Some(expected));
}

/// A comment may be lost or left behind only when somebody has looked.
#[test]
fn a_fix_at_a_comment_is_offered() {
    for comment in ["", " # never inject"] {
        let text = format!(
            "\
apiVersion: batch/v1
kind: Job
metadata: {{name: import}}
spec:
  template:
    metadata:
      annotations:
        sidecar.istio.io/inject: \"false\"{comment}
    spec:
      restartPolicy: Never
      containers:
      - {{name: import, image: import:v1}}
"
        );
        let is_safe = comment.is_empty();
        assert_eq!(fixed(&text, Fixes::Safe).is_some(), is_safe, "{comment}");
        assert!(fixed(&text, Fixes::All).is_some());
    }
}

/// Every line of a template may stand under a condition, those that can be read, too.
#[test]
fn a_template_is_not_touched() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: {name: cart}
spec: {containers: [{name: cart, image: cart:v1}]}
---
{{- if .Values.service }}
kind: Service
{{- end }}
";
    assert_eq!(fixed(text, Fixes::All), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_keep_to_any_layout(case in 0..CASES.len(), seed: u64) {
        let (path, settings, documents) = &CASES[case];
        let text = Layout::new(seed).write(documents);
        verify(path, &text, settings);
    }

    /// An editor, which goes by locations, gets what the command line, which goes by bytes, writes.
    #[test]
    fn locations_and_bytes_agree(case in 0..CASES.len(), seed: u64) {
        let (path, settings, documents) = &CASES[case];
        let text = Layout::new(seed).write(documents);
        let fixes: Vec<_> = report(&text, settings)
            .findings
            .into_iter()
            .filter(|finding| !finding.suppressed)
            .filter_map(|finding| finding.fix)
            .collect();
        if let [only] = &fixes[..] {
            let inputs = [Input { name: "input.yaml", bytes: text.as_bytes() }];
            let fixed = fix(&inputs, settings, Lang::En, Fixes::All);
            prop_assume!(fixed.applied.len() == 1);
            prop_assert_eq!(fixed.files[0].as_ref(), Some(&applied(&text, only)), "{}", path);
        }
    }

    /// Fixes that are applied together leave no finding that has one.
    #[test]
    fn all_fixes_together_leave_nothing_to_fix(case in 0..CASES.len(), seed: u64) {
        let (path, settings, documents) = &CASES[case];
        let text = Layout::new(seed).write(documents);
        for (which, is_left) in [
            (Fixes::Safe, (|fix: &Fix| fix.safe) as fn(&Fix) -> bool),
            (Fixes::All, |_| true),
        ] {
            let inputs = [Input { name: "input.yaml", bytes: text.as_bytes() }];
            let fixed = fix(&inputs, settings, Lang::En, which);
            let new = fixed.files[0].as_ref().unwrap_or(&text);
            prop_assert_eq!(fixed.applied.is_empty(), new == &text);
            let left = report(new, settings);
            let unfixed = left.findings.iter().find(|finding| {
                !finding.suppressed && finding.fix.as_ref().is_some_and(is_left)
            });
            prop_assert!(unfixed.is_none(), "{}: {:?}\n{}", path, unfixed, new);
        }
    }
}

/// An object of a request has the patch and no text.
#[test]
fn an_object_is_fixed_by_its_patch() {
    let mut fixed = 0;
    for (path, settings, documents) in CASES.iter() {
        let is_list = |document: &&Value| document["items"].is_array();
        for document in documents.iter().filter(|document| !is_list(document)) {
            let before = object_report(document, settings);
            for finding in &before.findings {
                let Some(fix) = &finding.fix else { continue };
                assert_eq!(fix.edits, [], "{path}");
                let mut new = document.clone();
                let operations: json_patch::Patch =
                    serde_json::from_value(serde_json::to_value(&fix.patch).unwrap()).unwrap();
                json_patch::patch(&mut new, &operations)
                    .unwrap_or_else(|error| panic!("{error}: {path}\n{document:#}"));
                let left = counts(&object_report(&new, settings));
                let count = |counts: &BTreeMap<Key, usize>| {
                    counts.get(&key(finding)).copied().unwrap_or_default()
                };
                assert!(
                    count(&left) < count(&counts(&before)),
                    "{path}: {finding:?}"
                );
                fixed += 1;
            }
        }
    }
    assert!(fixed > 0);
}

fn object_report(object: &Value, settings: &Settings) -> Report {
    let json = Json::parse(object.to_string().as_bytes()).unwrap();
    check_object(json.root(), None, settings, Lang::En)
}
