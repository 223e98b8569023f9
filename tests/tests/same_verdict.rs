//! Same input, same verdict: `check` of policy.wasm answers the very bytes that the rules linked natively give.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::{Columns, Input, Lang, Options, Settings};
use mesh_ready_tests::{call, fixtures, nasty_texts};
use serde_json::json;

const COLUMNS: [Columns; 3] = [Columns::Utf8, Columns::Utf16, Columns::Chars];

/// Compares both for files of this content, given as name and text.
fn compare(files: &[(&str, &str)], settings: &Settings, options: Options) {
    let inputs: Vec<_> = files
        .iter()
        .map(|(name, text)| Input {
            name,
            bytes: text.as_bytes(),
        })
        .collect();
    let native = serde_json::to_string(&mesh_ready_core::check(&inputs, settings, options))
        .expect("a report is JSON");

    let payload = json!({
        "files": files.iter().map(|(name, text)| json!({"name": name, "text": text})).collect::<Vec<_>>(),
        "settings": settings,
        "language": options.lang,
        "positionEncoding": options.columns,
    });
    let names: Vec<_> = files.iter().map(|(name, _)| name).collect();
    let module = call("check", payload.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{names:?}: {error}"));

    // Compared as text, since a difference is for people to read.
    assert_eq!(
        String::from_utf8_lossy(&module),
        native,
        "{names:?}, {options:?}: is policy.wasm of today's sources?"
    );
}

/// Compares both in every language and with every unit of columns.
fn compare_all(files: &[(&str, &str)], settings: &Settings) {
    for lang in Lang::ALL {
        for columns in COLUMNS {
            compare(files, settings, Options { lang, columns });
        }
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
