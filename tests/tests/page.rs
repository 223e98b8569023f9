//! The page as `make site` builds it, in headless Chromium.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use mesh_ready_core::{Columns, Input, Lang, Options, Settings};
use mesh_ready_tests::{Page, Screen, fixtures, nasty_texts, policy_bytes, repository};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{fs, io};
use tempfile::TempDir;

/// A manifest with one finding: it runs as the proxy's user.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: cart}
spec: {template: {metadata: {labels: {app: cart, version: v1}}, spec: {containers: [{name: cart, image: 'cart:1', securityContext: {runAsUser: 1337}}]}}}
";

const F8: &str = "\u{e038}";
const ENTER: &str = "\u{e007}";
/// Page Down, often enough for the end of a short text.
const TO_THE_END: &str = "\u{e00f}\u{e00f}";

fn open(screen: Screen, language: &str) -> Page {
    Page::open(&repository().join("dist"), screen, language).unwrap_or_else(|why| panic!("{why}"))
}

fn page() -> Page {
    open(Screen::Desktop, "en-US")
}

/// An entry of the list that is about a rule.
fn finding(rule: &str) -> String {
    format!("#entries > [data-finding][data-rule={rule}]")
}

/// The button that goes to the place of a finding.
fn place_of(rule: &str) -> String {
    format!("{} button.message", finding(rule))
}

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
    serde_json::to_string(&report).unwrap_or_else(|error| panic!("{error}"))
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

#[test]
fn typing_finding_and_cure() {
    let page = page();
    page.click("#editor");
    page.press(&JOB.trim_end().replace('\n', ENTER));
    assert!(page.text_of(&finding("MR103")).contains("1337"));
    assert_eq!(page.text(), JOB.trim_end());

    // The click selects the value, so what is typed replaces it.
    page.click(&place_of("MR103"));
    page.press("1000");
    assert_eq!(page.text(), JOB.trim_end().replace("1337", "1000"));
    page.until("!document.querySelector('[data-rule=MR103]')");
    assert!(page.text_of("#summary").contains("No findings"));
}

#[test]
fn f8_goes_from_finding_to_finding() {
    let jobs = |users: [&str; 2]| users.map(|user| JOB.replace("1337", user)).join("---\n");
    let page = page();
    page.check(&jobs(["1337", "1337"]));
    page.click("#editor");
    page.press(&[TO_THE_END, F8, "1", F8, "2"].concat());
    assert_eq!(page.text(), jobs(["1", "2"]));
}

/// Where the module counts otherwise than the editor, the click selects something else.
#[test]
fn places_hold_after_characters_of_every_kind() {
    let page = page();
    for odd in [
        "é网🕸",
        "a\u{2028}b\u{2029}c",
        "a\u{85}b",
        "\u{301}e\u{200d}",
    ] {
        let text = JOB.replace("'cart:1'", &format!("\"{odd}\""));
        page.check(&text);
        page.click(&place_of("MR103"));
        page.press("7");
        assert_eq!(page.text(), text.replace("1337", "7"), "{odd:?}");
    }
}

#[test]
fn an_example_is_a_click_away() {
    let page = page();
    page.click("#welcome [data-example=proxy-user]");
    page.text_of(&finding("MR103"));

    page.click("#examples-button");
    page.click("#examples [data-example=ready]");
    page.until("!document.querySelector('#entries > li')");
    assert!(page.text_of("#summary").contains("No findings"));
    assert_eq!(
        page.value("document.querySelector('#examples').matches(':popover-open')"),
        false
    );
}

#[test]
fn language_and_theme_are_remembered() {
    let page = page();
    let lang = "document.documentElement.lang";
    let colours = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(page.value(lang), "en");
    page.check(JOB);
    assert!(page.text_of(&finding("MR103")).contains("the proxy's own"));
    page.click("label:has([name=theme][value=light])");
    let light = page.value(colours);

    page.choose("#language", "zh-CN");
    page.click("label:has([name=theme][value=dark])");
    page.until("document.documentElement.lang === 'zh-CN'");
    page.until("document.querySelector('[data-rule=MR103]').innerText.includes('代理自身')");
    let dark = page.value(colours);
    assert_ne!(dark, light);

    page.reload();
    page.text_of("#welcome");
    assert_eq!(page.value(lang), "zh-CN");
    assert_eq!(
        page.value("document.querySelector('#language').value"),
        "zh-CN"
    );
    assert_eq!(page.value(colours), dark);
    assert_eq!(
        page.value("document.querySelector('[name=theme]:checked').value"),
        "dark"
    );
}

#[test]
fn the_page_speaks_the_browsers_language() {
    let page = open(Screen::Desktop, "zh-CN");
    page.text_of("#welcome");
    assert_eq!(page.value("document.documentElement.lang"), "zh-CN");
}

#[test]
fn nothing_leaves_the_page() {
    let page = page();
    page.click("#welcome [data-example=shop]");
    page.text_of("#entries > li");
    page.choose("#language", "zh-CN");
    page.click("#editor");
    page.press("# typed");
    page.until("document.querySelector('#editor').text.includes('# typed')");

    let loaded = "performance.getEntriesByType('resource').map(({ name }) => name)";
    let own = |name| format!("{loaded}.includes(new URL('{name}', location).href)");
    assert_eq!(page.value(&own("policy.wasm")), true);
    let foreign = format!("{loaded}.filter((name) => !name.startsWith(location.origin + '/'))");
    assert_eq!(page.value(&foreign), json!([]));
    assert_eq!(page.errors(), [""; 0]);

    // What is not used today is forbidden, too.
    let refused = page.run(
        "return new Promise((resolve) => {
           addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
           fetch('http://127.0.0.1:1/').catch(() => {});
         });",
        Vec::new(),
    );
    assert_eq!(refused, "connect-src");
}

#[test]
fn unreadable_text_is_listed_with_its_place() {
    let cases = [
        (
            "an unclosed quote",
            "apiVersion: v1\nkind: \"Pod\nmetadata:\n  name: a\n",
            2,
        ),
        (
            "a Helm template",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n",
            4,
        ),
        (
            "a tab",
            "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n",
            4,
        ),
    ];
    let page = page();
    for (name, text, line) in cases {
        page.check(text);
        let place = format!(
            "#entries > [data-diagnostic][data-severity=error][data-line='{line}'] button.message"
        );
        assert_ne!(page.text_of(&place), "", "{name}");
    }

    // A document that can be read is checked all the same.
    page.check(&[cases[0].1, JOB].join("---\n"));
    page.text_of("#entries > [data-diagnostic]");
    page.text_of(&finding("MR103"));
}

#[test]
fn a_phone_shows_one_half_at_a_time() {
    let page = open(Screen::Phone, "en-US");
    let shown = || {
        page.value("['.editor', '.findings'].map((half) => document.querySelector(half).checkVisibility())")
    };
    let (editor, findings) = (json!([true, false]), json!([false, true]));
    page.check(JOB);
    assert_eq!(shown(), editor);
    assert!(page.text_of("[data-tab=findings]").contains('1'));

    page.click("[data-tab=findings]");
    page.text_of(&finding("MR103"));
    assert_eq!(shown(), findings);
    let overflow = "document.documentElement.scrollWidth - innerWidth";
    assert_eq!(page.value(overflow), 0);

    // The place of a finding is in the other half.
    page.click(&place_of("MR103"));
    page.until("document.querySelector('main').dataset.pane === 'editor'");
    assert_eq!(shown(), editor);
    assert_eq!(page.value(overflow), 0);
    page.press("1000");
    page.until("document.querySelector('#editor').text.includes('runAsUser: 1000')");

    page.click("[data-tab=findings]");
    page.click("[data-tab=editor]");
    assert_eq!(shown(), editor);
}

#[test]
fn without_its_module_the_page_says_so_and_tries_again() {
    let dist = repository().join("dist");
    let copy = || {
        let copy = TempDir::new()?;
        for file in fs::read_dir(&dist)? {
            let file = file?;
            fs::copy(file.path(), copy.path().join(file.file_name()))?;
        }
        fs::remove_file(copy.path().join("policy.wasm"))?;
        Ok::<_, io::Error>(copy)
    };
    let site = copy().unwrap_or_else(|error| panic!("dist/: {error}; run `make site`"));
    let module = site.path().join("policy.wasm");

    let page = Page::open(site.path(), Screen::Desktop, "en-US");
    let page = page.unwrap_or_else(|why| panic!("{why}"));
    assert!(page.text_of("#trouble").contains("policy.wasm"));
    page.click("#editor");
    page.press("kind: Pod");
    fs::write(module, policy_bytes()).unwrap_or_else(|error| panic!("{error}"));
    page.click("#trouble button");
    page.text_of("#entries > [data-diagnostic]");
    assert_eq!(page.text(), "kind: Pod");
}
