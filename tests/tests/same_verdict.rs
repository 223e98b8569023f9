//! Same input, same verdict: operations of policy.wasm answer the very bytes that the rules linked natively give.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::{Columns, Fixes, Input, Lang, Options, Settings};
use mesh_ready_tests::{call, fixtures, nasty_texts};
use serde::Serialize;
use serde_json::{Value, json};

const COLUMNS: [Columns; 3] = [Columns::Utf8, Columns::Utf16, Columns::Chars];

/// Files as a payload has them.
fn payload(files: &[(&str, &str)], settings: &Settings, lang: Lang) -> Value {
    let file = |(name, text): &(&str, &str)| json!({"name": name, "text": text});
    json!({
        "files": files.iter().map(file).collect::<Vec<_>>(),
        "settings": settings,
        "language": lang,
    })
}

fn written(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("an answer is JSON")
}

/// Compares an operation's answer with what is linked natively.
fn compare_answer(operation: &str, payload: &Value, native: &str) {
    let mut shown = payload.clone();
    shown["files"] = shown["files"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|file| file["name"].clone())
        .collect();
    let module = call(operation, payload.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{operation} {shown}: {error}"));
    // Compared as text, since a difference is for people to read.
    assert_eq!(
        String::from_utf8_lossy(&module),
        native,
        "{operation} {shown}: is policy.wasm of today's sources?"
    );
}

/// Compares what is seen and said of files of this content, given as name and text.
fn compare(files: &[(&str, &str)], settings: &Settings, options: Options) {
    let inputs = inputs(files);
    let mut payload = payload(files, settings, options.lang);
    payload["positionEncoding"] = json!(options.columns);
    let report = mesh_ready_core::check(&inputs, settings, options);
    compare_answer("check", &payload, &written(&report));
    let picture = mesh_ready_core::picture(&inputs, settings, options);
    compare_answer("mesh", &payload, &picture);
}

/// Compares what is told in other forms.
fn compare_forms(files: &[(&str, &str)], settings: &Settings, options: Options) {
    let inputs = inputs(files);
    let mut payload = payload(files, settings, options.lang);
    payload["positionEncoding"] = json!(options.columns);
    let requests = mesh_ready_core::requests(&inputs, options.columns);
    compare_answer("requests", &payload, &requests);
    let report = mesh_ready_core::check(&inputs, settings, options);
    payload["format"] = json!("markdown");
    let markdown = mesh_ready_core::markdown(&report, options.lang);
    compare_answer("check", &payload, &written(&markdown));
    if let Some(sarif) = mesh_ready_core::sarif(&report, options) {
        payload["format"] = json!("sarif");
        compare_answer("check", &payload, &sarif);
    }
}

fn inputs<'a>(files: &[(&'a str, &'a str)]) -> Vec<Input<'a>> {
    let input = |(name, text): &(&'a str, &'a str)| Input {
        name,
        bytes: text.as_bytes(),
    };
    files.iter().map(input).collect()
}

/// What `fix` answers.
#[derive(Serialize)]
struct FixedFiles<'a> {
    files: Vec<FixedFile<'a>>,
    applied: Vec<AppliedFix<'a>>,
}

#[derive(Serialize)]
struct FixedFile<'a> {
    name: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct AppliedFix<'a> {
    rule: &'a str,
    title: &'a str,
    file: &'a str,
    index: usize,
}

/// Compares the files of this content after their fixes.
fn compare_fixed(files: &[(&str, &str)], settings: &Settings) {
    let choices = [("safe", Fixes::Safe), ("all", Fixes::All)];
    for (lang, (word, which)) in Lang::ALL.into_iter().zip(choices) {
        let fixed = mesh_ready_core::fix(&inputs(files), settings, lang, which);
        let texts = files.iter().zip(&fixed.files);
        let native = FixedFiles {
            files: texts
                .map(|((name, text), new)| FixedFile {
                    name,
                    text: new.as_deref().unwrap_or(text),
                })
                .collect(),
            applied: fixed
                .applied
                .iter()
                .map(|fix| AppliedFix {
                    rule: fix.rule,
                    title: &fix.title,
                    file: files[fix.file].0,
                    index: fix.file,
                })
                .collect(),
        };
        let mut payload = payload(files, settings, lang);
        payload["which"] = json!(word);
        compare_answer("fix", &payload, &written(&native));
    }
}

/// Compares both in every language and with every unit of columns.
fn compare_all(files: &[(&str, &str)], settings: &Settings) {
    for lang in Lang::ALL {
        for columns in COLUMNS {
            compare(files, settings, Options { lang, columns });
        }
    }
    compare_fixed(files, settings);
    for (lang, columns) in Lang::ALL.into_iter().zip([Columns::Utf16, Columns::Chars]) {
        compare_forms(files, settings, Options { lang, columns });
    }
}

#[test]
fn every_fixture() {
    for fixture in fixtures() {
        compare_all(
            &[(&format!("{}/{}", fixture.rule, fixture.name), &fixture.text)],
            &fixture.settings,
        );
    }
}

/// Rules that join objects see those of all files.
#[test]
fn every_fixture_at_once() {
    let fixtures = fixtures();
    let files: Vec<_> = fixtures
        .iter()
        .map(|fixture| (&*fixture.name, &*fixture.text))
        .collect();
    compare_all(&files, &Settings::default());
}

#[test]
fn nasty_input() {
    let texts = nasty_texts();
    let cases: Vec<_> = texts.iter().map(|(name, text)| (*name, &**text)).collect();
    for case in &cases {
        compare_all(&[*case], &Settings::default());
    }
    compare_all(&cases, &Settings::default());
    compare_all(&[], &Settings::default());
}

#[test]
fn deep_nesting() {
    const LEVELS: usize = 1_000_000;
    let block: String = (0..2_000).map(|level| " ".repeat(level) + "a:\n").collect();
    let cases = [
        ("flow lists", "[".repeat(LEVELS)),
        ("flow maps", "{a: ".repeat(LEVELS)),
        (
            "closed flow lists",
            "[".repeat(LEVELS) + &"]".repeat(LEVELS),
        ),
        (
            "JSON",
            format!(
                r#"{{"apiVersion":"v1","kind":"Pod","spec":{}1{}}}"#,
                r#"{"a":"#.repeat(LEVELS),
                "}".repeat(LEVELS)
            ),
        ),
        ("block lists", "- ".repeat(LEVELS)),
        ("block maps", block),
        (
            "with a good document before",
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n---\n{}",
                "[".repeat(LEVELS)
            ),
        ),
    ];
    for (name, text) in &cases {
        compare(&[(name, text)], &Settings::default(), Options::default());
    }
}

#[test]
fn much_text() {
    let document = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: a\n    securityContext:\n      runAsUser: 1337\n---\n";
    let cases = [
        ("many documents", document.repeat(20_000)),
        ("one long line", "a".repeat(10_000_000)),
        (
            "one long comment",
            "# ".to_owned() + &"网".repeat(3_000_000),
        ),
        (
            "one long quoted text",
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: \"{}",
                "a\n".repeat(5_000_000)
            ),
        ),
    ];
    for (name, text) in &cases {
        compare(&[(name, text)], &Settings::default(), Options::default());
    }
}

#[test]
fn settings_of_every_fixture() {
    for fixture in fixtures() {
        for lang in Lang::ALL {
            let value = json!({"value": fixture.settings, "language": lang});
            let native = Settings::form(&Ok(fixture.settings.clone()), lang);
            compare_answer("settings", &value, &native);
            let text = format!("{}cni: 7\n", fixture.settings.to_yaml());
            let read = Settings::parse("settings", text.as_bytes(), lang);
            let native = Settings::form(&read, lang);
            compare_answer(
                "settings",
                &json!({"text": text, "language": lang}),
                &native,
            );
        }
    }
}
