//! The operations of policy.wasm as their page shows them, and what they say to payloads that are wrong.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_tests::{call, repository};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs};

const FILES: &str =
    r#"[{"name": "a.yaml", "text": "{apiVersion: v1, kind: Pod, metadata: {name: a}}"}]"#;

/// The page in each language.
fn pages() -> [String; 2] {
    ["docs/operations.md", "docs/operations.zh-CN.md"]
        .map(|name| fs::read_to_string(repository().join(name)).expect(name))
}

/// The blocks of JSON of each section, by its operation: payloads and answers alternate.
fn examples(page: &str) -> Vec<(&str, Vec<&str>)> {
    let sections = page.split("\n## `").skip(1);
    let section = |section| {
        let (operation, text) = str::split_once(section, '`')?;
        let blocks = text.split("```json\n").skip(1);
        Some((
            operation,
            blocks
                .filter_map(|block| Some(block.split_once("\n```")?.0))
                .collect(),
        ))
    };
    sections.filter_map(section).collect()
}

/// What is shown is what there is, but for the items that `"…"` stands for, from there on.
fn assert_shown(shown: &Value, real: &Value, path: &str) {
    match (shown, real) {
        (Value::Object(shown), Value::Object(real)) => {
            let names = |fields: &serde_json::Map<String, Value>| -> Vec<String> {
                fields.keys().cloned().collect()
            };
            assert_eq!(names(shown), names(real), "{path}");
            for (key, value) in shown {
                assert_shown(value, &real[key], &format!("{path}.{key}"));
            }
        }
        (Value::Array(shown), Value::Array(real)) => {
            let items = shown.iter().take_while(|item| **item != "…").count();
            assert!(
                items == real.len() || (items < shown.len() && items < real.len()),
                "{path}: {real:?}"
            );
            for (index, (shown, real)) in shown[..items].iter().zip(real).enumerate() {
                assert_shown(shown, real, &format!("{path}[{index}]"));
            }
        }
        _ => assert_eq!(shown, real, "{path}"),
    }
}

#[test]
fn the_page_shows_what_is_answered() {
    let pages = pages();
    for page in &pages {
        let operations = examples(page).into_iter().map(|(operation, _)| operation);
        let expected = ["check", "fix", "mesh", "requests", "rules", "settings"];
        assert_eq!(
            operations.collect::<BTreeSet<_>>(),
            BTreeSet::from(expected)
        );
    }
    for (operation, blocks) in pages.iter().flat_map(|page| examples(page)) {
        assert!(
            !blocks.is_empty() && blocks.len().is_multiple_of(2),
            "{operation}"
        );
        for pair in blocks.chunks_exact(2) {
            let answer = call(operation, pair[0].as_bytes())
                .unwrap_or_else(|error| panic!("{operation} {}: {error}", pair[0]));
            let real = serde_json::from_slice(&answer).expect("JSON");
            let shown = serde_json::from_str(pair[1])
                .unwrap_or_else(|error| panic!("{operation}: {error}\n{}", pair[1]));
            assert_shown(&shown, &real, operation);
        }
    }
}

#[test]
fn the_page_lists_every_operation() {
    let error = call("nonsense", b"{}").expect_err("there is no such operation");
    let known = error.rsplit_once("knows ").expect("a list").1;
    for page in pages() {
        for operation in known.split(", ") {
            let operation = operation.trim_end();
            assert!(page.contains(&format!("`{operation}`")), "{operation}");
        }
    }
}

/// Every key of an answer is explained.
#[test]
fn the_page_names_every_field() {
    fn keys(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                // Objects, requests and settings are other people's fields.
                let own = fields
                    .iter()
                    .filter(|(key, _)| !matches!(key.as_str(), "request" | "objects" | "settings"));
                for (key, value) in own {
                    into.insert(key.clone());
                    if key != "default" {
                        keys(value, into);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
            _ => {}
        }
    }
    for page in pages() {
        let prose = page
            .split("```json\n")
            .map(|part| part.rsplit("\n```").next().unwrap_or_default());
        let words: BTreeSet<&str> = prose
            .flat_map(|prose| prose.split(|character: char| !character.is_ascii_alphanumeric()))
            .collect();
        for (operation, blocks) in examples(&page) {
            if matches!(operation, "check" | "rules") {
                continue;
            }
            for payload in blocks.iter().step_by(2) {
                let answer = call(operation, payload.as_bytes()).expect("an answer");
                let mut fields = BTreeSet::new();
                keys(&serde_json::from_slice(&answer).expect("JSON"), &mut fields);
                for field in fields {
                    assert!(words.contains(field.as_str()), "{operation}: {field}");
                }
            }
        }
    }
}

#[test]
fn wrong_payloads_are_refused_in_a_sentence() {
    let with = |fields: &str| format!("{{\"files\": {FILES}, {fields}}}");
    let cases = [
        (
            "fix",
            "7".to_owned(),
            "the payload of fix must be a mapping",
        ),
        ("mesh", "{".to_owned(), "the payload of mesh is not JSON: "),
        (
            "mesh",
            "{}".to_owned(),
            "files must be a list of {name, text}",
        ),
        (
            "requests",
            r#"{"files": [{"name": "a"}]}"#.to_owned(),
            "each of files must have name and text, both strings",
        ),
        (
            "mesh",
            with(r#""which": "all""#),
            "the payload of mesh has the unknown field \"which\": it takes files, settings, language, positionEncoding",
        ),
        (
            "fix",
            with(r#""which": "some""#),
            "which must be one of: safe, all",
        ),
        (
            "fix",
            with(r#""positionEncoding": "utf-8""#),
            "the payload of fix has the unknown field \"positionEncoding\": it takes files, settings, language, which",
        ),
        (
            "requests",
            with(r#""settings": {"cni": 1}"#),
            "cni: must be true or false",
        ),
        (
            "requests",
            with(r#""language": "de""#),
            "language must be one of: en, zh-CN",
        ),
        (
            "check",
            with(r#""format": "xml""#),
            "format must be one of: json, sarif, markdown",
        ),
        (
            "check",
            with(r#""format": "sarif", "positionEncoding": "utf-8""#),
            "with the format sarif, positionEncoding must be one of: utf-32, utf-16",
        ),
        (
            "settings",
            r#"{"text": "", "value": {}}"#.to_owned(),
            "settings takes text or value, not both",
        ),
        (
            "settings",
            r#"{"text": 7}"#.to_owned(),
            "text must be a string",
        ),
        (
            "settings",
            r#"{"files": []}"#.to_owned(),
            "the payload of settings has the unknown field \"files\": it takes text, value, language",
        ),
    ];
    for (operation, payload, expected) in cases {
        let error = call(operation, payload.as_bytes()).expect_err("a wrong payload");
        assert!(error.contains(expected), "{operation} {payload}: {error}");
    }
}

#[test]
fn settings_that_say_nothing_are_the_defaults() {
    let answers = [
        "",
        "{}",
        r#"{"text": ""}"#,
        r#"{"value": null}"#,
        r#"{"value": {}}"#,
    ];
    let answers = answers.map(|payload| call("settings", payload.as_bytes()));
    assert!(answers[0].is_ok());
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

/// What `requests` makes is what `validate` judges.
#[test]
fn requests_are_judged_as_the_files_are() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, securityContext: {runAsUser: 1337}}]}\n";
    let files = json!({"files": [{"name": "a.yaml", "text": text}]}).to_string();
    let read = |answer: Result<Vec<u8>, String>| -> Value {
        serde_json::from_slice(&answer.expect("an answer")).expect("JSON")
    };
    let answer = read(call("requests", files.as_bytes()));
    let payload =
        json!({"request": answer["requests"][0]["request"], "settings": {"context": "none"}});
    let verdict = read(call("validate", payload.to_string().as_bytes()));
    assert_eq!(verdict["accepted"], false, "{verdict}");
    let message = verdict["message"].as_str().expect("a message");
    assert!(message.contains("MR103"), "{message}");
}
