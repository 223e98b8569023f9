//! Same input, same verdict: `check` of policy.wasm answers the very bytes that the rules linked natively give.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_core::{Columns, Input, Lang, Options, Settings};
use mesh_ready_tests::{call, fixtures};
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
    let laughs = (1..10).fold("a0: &a0 [lol, lol]\n".to_owned(), |yaml, level| {
        let before = level - 1;
        yaml + &format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{before}"); 10].join(", ")
        )
    });
    let cases: [(&str, &str); 30] = [
        ("empty", ""),
        ("blank", " \n\n  \n"),
        ("only a comment", "# nothing\n"),
        ("empty documents", "---\n---\n...\n---\n"),
        ("no mapping", "- kind: Pod\n"),
        ("only a scalar", "kind"),
        ("NUL", "kind: Pod\0\napiVersion: v1\n"),
        (
            "control characters",
            "kind: \u{1}\u{1b}[31mPod\napiVersion: v1\n",
        ),
        ("tabs", "kind: Pod\napiVersion: v1\nmetadata:\n\tname: a\n"),
        (
            "unclosed quote",
            "apiVersion: v1\nkind: \"Pod\nmetadata:\n  name: a\n",
        ),
        (
            "unclosed flow",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a\n",
        ),
        (
            "a good document after a broken one",
            "a: [\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
        ),
        (
            "duplicate keys",
            "apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: {name: a, name: b}\n",
        ),
        (
            "number for a map",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: 7\n",
        ),
        (
            "map for a number",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: {}}]}\n",
        ),
        (
            "list for a map",
            "apiVersion: v1\nkind: Pod\nmetadata: []\nspec: {containers: {}}\n",
        ),
        (
            "numbers of every size",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: 1e400}\nspec: {securityContext: {runAsUser: 99999999999999999999}}\n",
        ),
        (
            "numbers that YAML 1.1 reads in its own way",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: yes}\nspec: {securityContext: {runAsUser: 02471, runAsGroup: 1_337}}\n",
        ),
        (
            "CRLF",
            "apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\nspec:\r\n  securityContext:\r\n    runAsUser: 1337\r\n  containers:\r\n  - name: a\r\n",
        ),
        (
            "CR alone",
            "apiVersion: v1\rkind: Pod\rmetadata:\r  name: a\r",
        ),
        (
            "BOM",
            "\u{feff}apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n",
        ),
        (
            "columns after characters of every width",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: 'é网🕸', securityContext: {runAsUser: 1337}}]}\n",
        ),
        (
            "line separators inside text",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\u{2028}b\u{85}c\"}\nspec: {containers: [{name: a, securityContext: {runAsUser: 1337}}]}\n",
        ),
        (
            "an unknown anchor",
            "apiVersion: v1\nkind: Pod\nmetadata: *nowhere\n",
        ),
        (
            "an anchor that holds itself",
            "apiVersion: v1\nkind: Pod\nmetadata: &a {name: a, labels: *a}\n",
        ),
        (
            "merge keys",
            "a: &a {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: &m {<<: {name: b}, labels: {<<: 7}}\n",
        ),
        (
            "tags",
            "apiVersion: !!str v1\nkind: !<tag:yaml.org,2002:str> Pod\nmetadata: !!binary aGk=\n",
        ),
        (
            "JSON",
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\ud83d\ude00"},"spec":{"containers":[{"name":"a","securityContext":{"runAsUser":1337}}]}}"#,
        ),
        (
            "a Helm template",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include \"a.name\" . }}\n",
        ),
        ("billion laughs", &laughs),
    ];
    for case in cases {
        compare_all(&[case], &Settings::default());
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
