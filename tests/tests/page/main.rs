//! The page as `make site` builds it, in headless Chromium.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod admission;
mod editor;
mod embedding;
mod examples;
mod files;
mod findings;
mod fixes;
mod looks;
mod mesh;
mod parts;
mod security;
mod settings;
mod share;
mod verdict;
mod worker;

use mesh_ready_tests::{Page, Screen, repository};
use serde_json::{Value, json};
use std::{fs, path::Path};
use tempfile::TempDir;

/// A manifest with one finding: it runs as the proxy's user.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: cart}
spec: {template: {metadata: {labels: {app: cart, version: v1}}, spec: {containers: [{name: cart, image: 'cart:1', securityContext: {runAsUser: 1337}}]}}}
";

/// What the editor is made of, which CSS selectors of the page do not reach.
const EDITOR: &str = "document.querySelector('#editor')?.shadowRoot";

const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const SHIFT: &str = "\u{e008}";
const CONTROL: &str = "\u{e009}";
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const LEFT: &str = "\u{e012}";
const UP: &str = "\u{e013}";
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";
const F8: &str = "\u{e038}";

fn open(screen: Screen, language: &str) -> Page {
    open_at("", screen, language)
}

/// The page at what follows the address of the folder.
fn open_at(path: &str, screen: Screen, language: &str) -> Page {
    Page::open_at(&repository().join("dist"), path, screen, language)
        .unwrap_or_else(|why| panic!("{why}"))
}

fn page() -> Page {
    open(Screen::Desktop, "en-US")
}

/// A copy of the built folder, to change something in it.
fn copy_of_the_site() -> TempDir {
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
    let folder = TempDir::new().unwrap();
    copy(&repository().join("dist"), folder.path());
    folder
}

/// An entry of the list that is about a rule.
fn finding(rule: &str) -> String {
    format!("#entries [data-finding][data-rule={rule}]")
}

/// The button that goes to the place of a finding.
fn place_of(rule: &str) -> String {
    format!("{} button.message", finding(rule))
}

/// A JavaScript expression: the first element that a selector finds in the page, or the editor's parts.
fn first(root: &str, selector: &str) -> String {
    format!("{root}.querySelector({})", json!(selector))
}

/// What every element shows that a selector finds.
fn texts(page: &Page, selector: &str) -> Vec<String> {
    let texts = page.value(&format!(
        "[...document.querySelectorAll({})].map((element) => element.innerText.trim())",
        json!(selector)
    ));
    strings(&texts)
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Puts files on the page, as a link does, and waits until they are checked.
fn load(page: &Page, files: &[(&str, &str)]) {
    let paths: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    let folder = TempDir::new().unwrap();
    let paths = paths.iter().map(|name| folder.path().join(name));
    let paths: Vec<_> = paths.collect();
    for (path, (_, text)) in paths.iter().zip(files) {
        fs::write(path, text).unwrap();
    }
    page.until("document.querySelector('#module-sha256')");
    page.run(
        "window.reported = new Promise((resolve) => document.addEventListener('mesh-ready:report', resolve, { once: true }))",
        vec![],
    );
    page.choose_files("#open-files + input", &paths);
    page.run("await window.reported", vec![]);
    page.until("document.querySelector('main').dataset.phase === 'checked'");
}

/// Gives the page settings as YAML, in the view where one does that.
fn configure(page: &Page, settings: &str) {
    page.click("[data-tab=settings]");
    page.click("details.import:not([open]) summary");
    page.copy(settings);
    page.click("#settings-import");
    page.hold(CONTROL, "v");
    page.click("#settings-apply");
    page.until("document.querySelector('#settings-import').value === ''");
}
