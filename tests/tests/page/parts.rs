//! Parts of the page come when they are wanted.

use crate::{JOB, copy_of_the_site, finding, page, strings};
use mesh_ready_tests::{Page, Screen};
use std::{fs, path::PathBuf};

/// The files that parts of the page begin with, as far as the page has fetched them.
fn parts(page: &Page) -> Vec<String> {
    let mut parts = strings(&page.value(
        "performance.getEntriesByType('resource').map(({ name }) => /split_(\\w+)\\.wasm/.exec(name)?.[1]).filter(Boolean)",
    ));
    parts.sort();
    parts
}

#[test]
fn a_part_is_fetched_when_it_is_wanted() {
    let page = page();
    page.text_of("#welcome");
    assert_eq!(parts(&page), [""; 0]);
    page.check(JOB);
    page.text_of(&finding("MR103"));
    assert_eq!(parts(&page), ["findings"]);
    page.click("[data-tab=mesh]");
    page.text_of("#mesh .card");
    page.click("[data-tab=settings]");
    page.text_of("#settings");
    page.click("#share-button");
    page.text_of("#dialog .share");
    assert_eq!(parts(&page), ["dialogs", "findings", "mesh", "views"]);
}

/// As where a new version of the site has taken the place of the one that is open.
#[test]
fn a_part_that_cannot_come_is_asked_for_again() {
    let site = copy_of_the_site();
    fs::remove_file(site.path().join("sw.js")).unwrap();
    let folders = fs::read_dir(site.path()).unwrap().map(Result::unwrap);
    let is_parts = |folder: &PathBuf| {
        folder
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("parts-")
    };
    let folder = folders.map(|entry| entry.path()).find(is_parts).unwrap();
    let part = folder.join("split_mesh.wasm");
    let bytes = fs::read(&part).unwrap();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();
    page.check(JOB);
    page.text_of(&finding("MR103"));

    // It is not there; then it is not the one that belongs to this page.
    fs::remove_file(&part).unwrap();
    page.click("[data-tab=mesh]");
    assert!(page.text_of("#trouble").contains("could not be loaded"));
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    page.click("#trouble button");
    page.text_of("#trouble");
    page.click("[data-tab=findings]");
    page.text_of(&finding("MR103"));

    fs::write(&part, &bytes).unwrap();
    page.click("[data-tab=mesh]");
    page.text_of("#mesh .card");
}
