//! The page's verdicts are those of the rules.

use crate::{JOB, finding, page};
use mesh_ready_core::{Columns, Input, Lang, Options, Settings};
use mesh_ready_tests::{fixtures, nasty_texts, policy_bytes, repository};
use sha2::{Digest, Sha256};
use std::fs;

/// What the rules, linked natively, say of the page's text.
fn native(text: &str, lang: Lang) -> String {
    let columns = Columns::Utf16;
    // The editor ends every line with LF.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let input = Input {
        name: "manifests.yaml",
        bytes: text.as_bytes(),
    };
    let report = mesh_ready_core::check(&[input], &Settings::default(), Options { lang, columns });
    serde_json::to_string(&report).unwrap()
}

#[test]
fn same_text_same_verdict() {
    let fixtures = fixtures();
    let nasty = nasty_texts();
    let fixtures = fixtures
        .iter()
        .map(|fixture| (fixture.path(), &fixture.text));
    let nasty = nasty.iter().map(|(name, text)| ((*name).to_owned(), text));
    let cases: Vec<_> = fixtures.chain(nasty).collect();

    let page = page();
    for (lang, tag) in [(Lang::En, "en"), (Lang::ZhCn, "zh-CN")] {
        page.choose("#language", tag);
        let reports = page.reports(cases.iter().map(|(_, text)| text.as_str()));
        assert_eq!(reports.len(), cases.len());
        for ((name, text), report) in cases.iter().zip(reports) {
            // Compared as text, since a difference is for people to read.
            assert_eq!(
                report,
                native(text, lang),
                "{name}, {tag}: is dist/ of today's sources?"
            );
        }
    }
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn harmful_text_is_answered() {
    let page = page();
    for (text, shown) in [
        ("[".repeat(1_000_000), "#entries > [data-diagnostic]"),
        ("a".repeat(10_000_000), "#ignored"),
    ] {
        let report = page.reports([text.as_str()]).concat();
        assert_eq!(report, native(&text, Lang::En));
        page.text_of(shown);
    }
    page.check(JOB);
    page.text_of(&finding("MR103"));
}

#[test]
fn the_module_is_the_policy() {
    let dist = fs::read(repository().join("dist/policy.wasm"));
    let dist = dist.unwrap_or_else(|error| panic!("dist/policy.wasm: {error}; run `make site`"));
    assert!(
        dist == policy_bytes(),
        "dist/policy.wasm is old: run `make site`"
    );

    let digest = format!("{:x}", Sha256::digest(policy_bytes()));
    assert_eq!(page().text_of("#module-sha256"), digest);
}
