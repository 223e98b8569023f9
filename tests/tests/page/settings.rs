//! Settings: what changes in the view changes the findings, and what it writes the command line reads.

use crate::{CONTROL, ENTER, JOB, finding, page, texts};
use mesh_ready_core::{Lang, Settings};
use mesh_ready_tests::Page;
use serde_json::json;

/// A JavaScript expression: how many findings there are, on the tab.
const COUNT: &str = "Number(document.querySelector('#tab-findings .count')?.innerText ?? 0)";

/// What the command line makes of the YAML in the view.
fn read(page: &Page) -> Settings {
    let yaml = page.text_of("#settings-yaml");
    Settings::parse("mesh-ready.yaml", yaml.as_bytes(), Lang::En).unwrap()
}

fn is_default(page: &Page) -> bool {
    page.text_of("#settings-yaml") == "Every setting has its default."
}

#[test]
fn a_setting_changes_the_findings_and_can_be_taken_along() {
    let page = page();
    page.check(&JOB.replace("kind: Job", "kind: Job # a comment"));
    page.click("[data-tab=settings]");
    assert!(is_default(&page));
    // Every field of the settings is there, with its meaning.
    let fields = page.value(
        "[...document.querySelectorAll('[data-setting]')].map((field) => field.dataset.setting)",
    );
    let all = serde_json::to_value(Settings::default()).unwrap();
    let mut known: Vec<_> = all.as_object().unwrap().keys().cloned().collect();
    let mut shown: Vec<_> = crate::strings(&fields);
    known.sort();
    shown.sort();
    assert_eq!(shown, known);
    let meanings = texts(&page, "[data-setting] > .meaning");
    assert!(meanings.len() == known.len() && meanings.iter().all(|text| text.len() > 10));

    // What single rules report.
    assert_eq!(page.value(COUNT), 1);
    page.choose("#level-MR103", "off");
    page.until(&format!("{COUNT} === 0"));
    page.choose("#level-MR103", "info");
    page.until(&format!("{COUNT} === 1"));
    page.until("document.querySelector('#settings-yaml').innerText.includes('info')");
    assert_eq!(
        serde_json::to_value(read(&page).rules).unwrap(),
        json!({"MR103": "info"})
    );
    page.click("[data-tab=findings]");
    page.text_of("#entries [data-rule=MR103][data-severity=info]");
    page.click("[data-tab=settings]");

    // A field that is typed; what is wrong is said where it stands, and the last good ones hold.
    page.click("#setting-istioVersion");
    page.hold(CONTROL, "a");
    page.press(&["1.x", ENTER].concat());
    page.text_of("[data-setting=istioVersion] .failed[role=alert]");
    assert_eq!(
        page.value("document.querySelector('#setting-istioVersion').ariaInvalid"),
        "true"
    );
    assert!(
        !page
            .value("!!document.querySelector('#settings-yaml')")
            .as_bool()
            .unwrap()
    );
    page.click("#setting-istioVersion");
    page.hold(CONTROL, "a");
    page.press(&["1.20", ENTER].concat());
    page.until("document.querySelector('#settings-yaml')?.innerText.includes('1.20')");
    page.until("!document.querySelector('[data-setting=istioVersion] .failed')");
    let settings = read(&page);
    assert_eq!(settings.istio_version.minor, 20);

    // Away and back: the same bytes, and the same settings.
    page.click("#settings-download");
    let saved = page.downloaded("mesh-ready.yaml");
    assert_eq!(
        Settings::parse("mesh-ready.yaml", saved.as_bytes(), Lang::En).unwrap(),
        settings
    );
    page.click("[data-setting=istioVersion] button");
    page.until("!document.querySelector('#settings-yaml').innerText.includes('istioVersion')");
    page.click("#settings-reset");
    page.until("document.querySelector('#settings-yaml').innerText.startsWith('Every setting')");
    page.until("document.querySelector('#settings-reset').disabled");

    page.click("details.import summary");
    page.copy(&saved);
    page.click("#settings-import");
    page.hold(CONTROL, "v");
    page.click("#settings-apply");
    page.until("document.querySelector('#settings-yaml').innerText.includes('1.20')");
    assert_eq!(read(&page), settings);
    assert_eq!(
        page.value("document.querySelector('#level-MR103').value"),
        "info"
    );
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn mistakes_in_settings_are_said_with_their_lines() {
    let page = page();
    page.check(JOB);
    page.click("[data-tab=settings]");
    page.click("details.import summary");
    page.copy("failOn: never\nrules:\n  MR103: loud\nnothing: 1\n");
    page.click("#settings-import");
    page.hold(CONTROL, "v");
    page.click("#settings-apply");
    page.text_of(".import .failed[role=alert]");
    let mistakes = texts(&page, ".import .failed li");
    for (line, name) in [
        ("line 1", "failOn"),
        ("line 3", "MR103"),
        ("line 4", "nothing"),
    ] {
        assert!(
            mistakes
                .iter()
                .any(|one| one.contains(line) && one.contains(name)),
            "{line}, {name}: {mistakes:?}"
        );
    }
    assert!(is_default(&page));
    page.click("[data-tab=findings]");
    page.text_of(&finding("MR103"));
}
