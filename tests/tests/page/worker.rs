//! The worker that runs the module: what happens when it does not come, does not answer, or is stopped.

use crate::{JOB, copy_of_the_site, finding};
use mesh_ready_tests::{Page, Screen, policy_bytes};
use std::fs;
use tempfile::TempDir;

#[test]
fn without_its_module_the_page_says_so_and_tries_again() {
    let site = copy_of_the_site();
    let module = site.path().join("policy.wasm");

    fs::remove_file(&module).unwrap();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();
    assert!(page.text_of("#trouble").contains("policy.wasm"));
    page.click("#editor");
    page.press("kind: Pod");
    fs::write(module, policy_bytes()).unwrap();
    page.click("#trouble button");
    page.text_of("#entries > [data-diagnostic]");
    assert_eq!(page.text(), "kind: Pod");
}

/// Before the worker's own script: its module never answers when a manifest says so.
const HANGS: &str = r"
const listen = addEventListener;
globalThis.addEventListener = (type, heard) => listen(type, (event) => {
  const { payload } = event.data;
  const text = payload && new TextDecoder().decode(payload);
  while (text?.includes('forever'));
  heard(event);
});
";

fn hanging() -> (Page, TempDir) {
    let site = copy_of_the_site();
    let worker = site.path().join("worker.js");
    let script = fs::read_to_string(&worker).unwrap();
    fs::write(worker, format!("{HANGS}{script}")).unwrap();
    // The service worker keeps to what it was built with.
    fs::remove_file(site.path().join("sw.js")).unwrap();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();
    (page, site)
}

#[test]
fn a_check_that_takes_too_long_is_ended() {
    let (page, _site) = hanging();
    page.check(JOB);
    page.run(
        "window.since = performance.now(); document.querySelector('#editor').text += '# forever'",
        vec![],
    );

    // Meanwhile the old findings stay, and are marked as old.
    page.text_of("#stop");
    page.text_of(&finding("MR103"));
    assert_eq!(
        page.value("document.querySelector('main').ariaBusy"),
        "true"
    );
    assert_eq!(page.value("document.querySelector('#editor').stale"), true);
    let opacity = |selector: &str| {
        page.value(&format!(
            "Number(getComputedStyle(document.querySelector('{selector}')).opacity)"
        ))
    };
    assert!(
        opacity("#entries").as_f64() < Some(1.0),
        "the list looks as ever"
    );

    let why = page.text_of("#trouble");
    assert!(
        why.contains("5 seconds") && why.contains("Your text is kept"),
        "{why}"
    );
    assert!(page.value("performance.now() - window.since >= 5000") == true);
    assert_eq!(
        page.value("document.querySelector('main').ariaBusy"),
        "false"
    );

    // The next change is checked as ever, by another worker.
    page.run(
        "const editor = document.querySelector('#editor'); editor.text = editor.text.replace('forever', '')",
        vec![],
    );
    page.text_of(&finding("MR103"));
}

#[test]
fn a_check_can_be_stopped() {
    let (page, _site) = hanging();
    page.check(JOB);
    page.run(
        "document.querySelector('#editor').text += '# forever'",
        vec![],
    );
    page.click("#stop");
    let why = page.text_of("#trouble");
    assert!(why.contains("stopped it"), "{why}");

    // A newer text needs no patience either: typing takes back what waits.
    page.run(
        "document.querySelector('#editor').text = '# forever'",
        vec![],
    );
    page.text_of("#stop");
    page.click("#stop");
    page.run(
        "document.querySelector('#editor').text = given[0]",
        vec![JOB.into()],
    );
    page.text_of(&finding("MR103"));
    page.until("!document.querySelector('#trouble') && !document.querySelector('#stop')");
}
