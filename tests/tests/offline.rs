//! The built page without a network, and with a new version, in headless Chromium.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_tests::{Page, Screen, repository};
use std::{fs, path::Path};
use tempfile::TempDir;

const CONTROL: &str = "\u{e009}";

const KEPT: &str = "(await (await caches.open(`mesh-ready ${new URL('.', location)}`)).keys())";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Waits until the service worker has what the page needs, and the rule pages in its language.
fn wait_for_all(page: &Page) {
    page.until("navigator.serviceWorker.controller");
    page.until(&format!(
        "{KEPT}.filter(({{url}}) => /\\/rules\\/en\\/MR\\d+\\.html\\?/.test(url)).length > 30"
    ));
    page.until(&format!(
        "{KEPT}.some(({{url}}) => url.includes('/rules/en/index.html?'))"
    ));
}

#[test]
fn after_a_visit_it_works_without_a_network() {
    let mut page = Page::open(&repository().join("dist"), Screen::Desktop, "en-US").unwrap();
    wait_for_all(&page);
    page.unplug();

    page.reload();
    page.text_of("#welcome");
    assert_eq!(
        page.run(
            "return (await (await fetch('examples.json')).json()).length > 70",
            vec![]
        ),
        true
    );
    // Every part of the page, too.
    for (tab, view) in [
        ("mesh", "#mesh-nothing"),
        ("settings", "#settings"),
        ("findings", "#welcome"),
    ] {
        page.click(&format!("[data-tab={tab}]"));
        page.text_of(view);
    }
    // And the editor's second file.
    page.click("#editor");
    page.hold(CONTROL, "f");
    page.until("document.querySelector('#editor').shadowRoot.querySelector('.cm-search')");
    page.visit("rules/en/MR101.html");
    assert_eq!(page.text_of("h1"), "MR101 service-association");
    page.visit("rules/en/");
    page.text_of(".rules");
    // In another language they are kept once they have been read.
    assert!(
        page.run(
            "return fetch('../zh-CN/MR101.html').then(() => null, String)",
            vec![]
        )
        .is_string()
    );
}

#[test]
fn a_new_version_is_offered_and_comes_when_it_is_wanted() {
    let folder = TempDir::new().unwrap();
    let site = folder.path().join("site");
    copy(&repository().join("dist"), &site);
    let page = Page::open(&site, Screen::Desktop, "en-US").unwrap();
    wait_for_all(&page);
    page.run(
        "window.offers = 0; document.addEventListener('mesh-ready:update', () => window.offers++)",
        vec![],
    );

    let index = fs::read_to_string(site.join("index.html")).unwrap();
    fs::write(
        site.join("index.html"),
        index.replace("<title>", "<title>New "),
    )
    .unwrap();
    let build = repository().join("web/site/build.js");
    let status = std::process::Command::new("node")
        .arg(build)
        .arg(&site)
        .status();
    assert!(status.unwrap().success());
    page.run(
        "await (await navigator.serviceWorker.ready).update()",
        vec![],
    );
    page.until("window.offers === 1");

    // Until then the old one stays, whatever is loaded anew, and still offers the other.
    page.reload();
    page.text_of("#welcome");
    assert_eq!(page.value("document.title"), "mesh-ready");
    page.until("(await navigator.serviceWorker.ready).waiting");

    page.run(
        "document.dispatchEvent(new Event('mesh-ready:update-accepted'))",
        vec![],
    );
    page.until("document.title === 'New mesh-ready'");
    // Of the old version nothing is left.
    page.until(&format!(
        "new Set({KEPT}.map(({{url}}) => url.split('?')[0])).size === {KEPT}.length"
    ));
    assert_eq!(page.errors(), [""; 0]);
}
