//! Files: those that are opened, dropped and pasted, their tabs, and what can be taken away.

use crate::{CONTROL, ENTER, ESCAPE, JOB, finding, load, page, texts};
use mesh_ready_tests::{Page, call};
use serde_json::{Value, json};
use std::{fs, path::PathBuf, slice};
use tempfile::TempDir;

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{name: web, port: 80}]}
";

/// A folder with manifests in two levels, and what is left out of them.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in [
        ("shop/job.yaml", JOB),
        ("shop/base/service.yml", SERVICE),
        ("shop/README.md", "# no manifest"),
        ("shop/.git/config.yaml", "a: 1"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn names(page: &Page) -> Vec<String> {
    texts(page, ".files .file")
}

fn until_names(page: &Page, names: &[&str]) {
    page.until(&format!(
        "JSON.stringify([...document.querySelectorAll('.files .file')].map((tab) => tab.innerText)) === {}",
        json!(json!(names).to_string())
    ));
}

#[test]
fn files_are_opened_as_tabs_renamed_and_closed() {
    let page = page();
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    load(&page, &[("job.yaml", JOB)]);
    assert_eq!(names(&page), ["job.yaml"]);
    assert_eq!(page.text(), JOB);
    assert!(page.text_of("#notice").contains("1 file opened"));

    // Beside what is there; the same name gets a number.
    page.choose_files(
        "#open-files + input",
        &[
            path("shop/job.yaml"),
            path("shop/base/service.yml"),
            path("shop/README.md"),
        ],
    );
    until_names(&page, &["job.yaml", "job-2.yaml", "service.yml"]);
    let notice = page.text_of("#notice");
    assert!(
        notice.contains("2 files opened") && notice.contains("1 left out"),
        "{notice}"
    );
    page.click("#notice button");
    page.until("!document.querySelector('#notice')");

    // The texts are each file's own, and so are their histories.
    page.click("[data-file='service.yml'] .file");
    page.until("document.querySelector('.files .shown').dataset.file === 'service.yml'");
    assert_eq!(page.text(), SERVICE);
    page.click("#editor");
    page.press("# ");
    page.click("[data-file='job-2.yaml'] .file");
    page.until("document.querySelector('.files .shown').dataset.file === 'job-2.yaml'");
    page.click("#editor");
    page.hold(CONTROL, "z");
    assert_eq!(page.text(), JOB);
    page.click("[data-file='job.yaml'] .file");
    page.until("document.querySelector('.files .shown').dataset.file === 'job.yaml'");

    // Names: Escape leaves the old one, Enter keeps the new one, of which there is one only.
    page.click(".shown .rename");
    page.press(&["other", ESCAPE].concat());
    until_names(&page, &["job.yaml", "job-2.yaml", "service.yml"]);
    page.click(".shown .rename");
    page.press(&["job-2.yaml", ENTER].concat());
    until_names(&page, &["job-2-2.yaml", "job-2.yaml", "service.yml"]);
    page.until(
        "document.querySelector('#entries [data-finding]')?.innerText.includes('job-2-2.yaml')",
    );

    page.click("#new-file");
    page.until("document.querySelectorAll('.files .file').length === 4");
    assert_eq!(page.text(), "");
    for left in (0..4).rev() {
        page.click(".shown .close");
        page.until(&format!(
            "document.querySelectorAll('.files .file').length === {}",
            left.max(1)
        ));
    }
    until_names(&page, &["manifests.yaml"]);
    page.text_of("#welcome");
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn folders_are_opened_and_dropped() {
    let page = page();
    let folder = folder();
    let shop: PathBuf = folder.path().join("shop");
    page.until("document.querySelector('#module-sha256')");
    page.choose_files("#open-folder + input", slice::from_ref(&shop));
    until_names(&page, &["shop/base/service.yml", "shop/job.yaml"]);

    page.click("#clear");
    until_names(&page, &["manifests.yaml"]);
    page.drop_files("main", slice::from_ref(&shop));
    until_names(&page, &["shop/base/service.yml", "shop/job.yaml"]);
    page.text_of(&finding("MR103"));

    // Several files, onto the editor.
    page.click("#clear");
    until_names(&page, &["manifests.yaml"]);
    page.drop_files(
        "#editor",
        &[shop.join("job.yaml"), shop.join("base/service.yml")],
    );
    until_names(&page, &["job.yaml", "service.yml"]);
    assert_eq!(page.text(), JOB);
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn a_list_from_a_cluster_is_pasted() {
    let page = page();
    page.until("document.querySelector('#module-sha256')");
    let indented = |text: &str| text.trim_end().replace('\n', "\n  ");
    let list = format!(
        "apiVersion: v1\nitems:\n- {}\n- {}\nkind: List\nmetadata:\n  resourceVersion: \"\"\n",
        indented(JOB),
        indented(SERVICE)
    );
    page.copy(&list);
    page.click("#editor");
    page.hold(CONTROL, "v");
    let found = page.text_of(&finding("MR103"));
    assert!(found.contains("Job default/cart"), "{found}");
    assert!(page.text_of("#summary").contains("2 resources"));
    assert_eq!(page.text(), list);
}

#[test]
fn reports_and_fixed_manifests_are_taken_away() {
    let page = page();
    // A label that is missing is a safe fix.
    let text = format!("{}---\n{SERVICE}", JOB.replace(", version: v1", ""));
    let files = [("a.yaml", &*text), ("b.yaml", "# nothing\n")];
    load(&page, &files);
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| json!({"name": name, "text": text}))
        .collect();
    let asked = |operation: &str, more: Value| {
        let mut payload = json!({"files": files, "language": "en"});
        let fields = payload.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let answer = call(operation, payload.to_string().as_bytes()).unwrap();
        serde_json::from_slice::<Value>(&answer).unwrap()
    };

    page.click("#export-button");
    page.click("#dialog [data-download='a.yaml']");
    assert_eq!(page.downloaded("a.yaml"), text);
    for (format, file) in [
        ("json", "mesh-ready.json"),
        ("sarif", "mesh-ready.sarif"),
        ("markdown", "mesh-ready.md"),
    ] {
        let report = asked(
            "check",
            json!({"format": format, "positionEncoding": "utf-16"}),
        );
        page.click(&format!("#dialog [data-download={format}]"));
        let saved = page.downloaded(file);
        if let Some(markdown) = report.as_str() {
            assert_eq!(saved, markdown);
        } else {
            assert_eq!(serde_json::from_str::<Value>(&saved).unwrap(), report);
        }
        page.click(&format!("#dialog [data-copy={format}]"));
        page.until(&format!(
            "document.querySelector('#dialog [data-copy={format}]').innerText === 'Copied'"
        ));
        assert_eq!(page.copied(), saved);
    }

    // What the safe fixes make of it, where there are any.
    let fixed = asked("fix", json!({"which": "safe"}));
    assert_ne!(fixed["applied"], json!([]), "the text has no safe fix");
    page.click("#fixed-files [data-download='a.yaml']");
    assert_eq!(page.downloaded("a.yaml"), fixed["files"][0]["text"]);
    assert_eq!(page.errors(), [""; 0]);
}
