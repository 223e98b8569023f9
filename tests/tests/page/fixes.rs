//! Fixes: what they change is shown first, done as one step, and undone by the editor's undo, byte for byte.

use crate::{CONTROL, JOB, finding, load, page, texts};
use mesh_ready_tests::{Page, call, fixtures};
use serde_json::{Value, json};

/// What the module makes of files: their texts, and how many fixes it applied.
fn fixed(files: &[(&str, &str)], which: &str) -> (Vec<String>, usize) {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| json!({"name": name, "text": text}))
        .collect();
    let payload = json!({"files": files, "which": which}).to_string();
    let answer: Value = serde_json::from_slice(&call("fix", payload.as_bytes()).unwrap()).unwrap();
    let texts = answer["files"].as_array().unwrap().iter();
    (
        texts
            .map(|file| file["text"].as_str().unwrap().to_owned())
            .collect(),
        answer["applied"].as_array().unwrap().len(),
    )
}

/// The text of a file after it was chosen among the tabs.
fn text_of(page: &Page, name: &str) -> String {
    page.click(&format!(".files [data-file='{name}'] .file"));
    page.until(&format!(
        "document.querySelector('.files .shown').dataset.file === '{name}'"
    ));
    page.text()
}

/// The lines of a preview that come, go or stay.
fn lines(page: &Page, change: &str) -> String {
    texts(page, &format!("#dialog .diff [data-change={change}] code")).join("\n")
}

#[test]
fn one_fix_is_shown_applied_and_undone() {
    let page = page();
    let text = format!("# Kept: as it is.\n{JOB}");
    page.check(&text);
    let button = format!("{} [data-fix]", finding("MR103"));
    page.click(&button);
    page.text_of("#dialog[data-dialog=fix] .diff");
    assert!(lines(&page, "removed").contains("runAsUser: 1337"));
    assert!(!lines(&page, "added").contains("1337"));
    assert!(lines(&page, "same").contains("kind: Job"));
    page.click("#fix-cancel");
    page.until("!document.querySelector('#dialog[open]')");
    assert_eq!(page.text(), text);

    page.click(&button);
    page.click("#fix-apply");
    page.until("!document.querySelector('#dialog[open]')");
    page.until("!document.querySelector('[data-rule=MR103]')");
    let (fixed, applied) = fixed(&[("manifests.yaml", &text)], "all");
    assert_eq!((page.text(), applied), (fixed.concat(), 1));
    page.hold(CONTROL, "z");
    assert_eq!(page.text(), text);
    page.text_of(&button);
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn all_fixes_of_all_files_are_applied_and_undone() {
    // Files with safe fixes, and with others.
    let fixtures = fixtures();
    let with = |which: &str, other: &str| {
        fixtures
            .iter()
            .map(|fixture| &*fixture.text)
            .filter(|text| !text.contains('\r'))
            .find(|text| {
                let count = |which| fixed(&[("a.yaml", text)], which).1;
                count(which) > 0 && (other.is_empty() || count(other) > count(which))
            })
            .unwrap()
    };
    let files = [
        ("a.yaml", with("safe", "")),
        ("b.yaml", with("safe", "all")),
    ];
    let page = page();
    load(&page, &files);
    for which in ["safe", "all"] {
        let (after, applied) = fixed(&files, which);
        page.click("#fix-all");
        if which == "all" {
            page.click("#fix-offered");
        }
        page.text_of(&format!("#dialog [data-which={which}] #fix-apply"));
        assert_eq!(texts(&page, "#applied li").len(), applied);
        let changed = files
            .iter()
            .zip(&after)
            .filter(|((_, before), after)| before != after)
            .count();
        assert_eq!(texts(&page, "#dialog .diff[data-file]").len(), changed);
        page.click("#fix-apply");
        page.until("!document.querySelector('#dialog[open]')");
        for ((name, before), after) in files.iter().zip(&after) {
            assert_eq!(text_of(&page, name), *after, "{name}, {which}");
            if before != after {
                page.click("#editor");
                page.hold(CONTROL, "z");
            }
            assert_eq!(page.text(), *before, "{name}, {which}");
        }
        page.text_of("#fix-all");
    }
    assert_eq!(page.errors(), [""; 0]);
}

/// A preview is of a text: one that has changed meanwhile is not overwritten.
#[test]
fn a_fix_of_an_older_text_waits() {
    let page = page();
    page.check(JOB);
    page.click(&format!("{} [data-fix]", finding("MR103")));
    page.text_of("#fix-apply:enabled");
    // The text changes below the dialog, to what has no such finding.
    let other = JOB.replace("1337", "1000");
    page.check(&other);
    page.until("!document.querySelector('#fix-apply:enabled')");
    assert!(!page.text_of("#dialog .fix-note").is_empty());
    assert_eq!(page.text(), other);
}
