//! The page in a frame of another page: the element, code blocks and frames by hand, with the page as it was built.

use crate::{EDITOR, JOB, copy_of_the_site, finding, first, open_at, place_of, strings};
use mesh_ready_tests::{Page, Screen};
use serde_json::json;
use std::fs;
use tempfile::TempDir;

/// A JavaScript expression: the frame of an element.
fn frame(id: &str) -> String {
    format!("document.getElementById('{id}')?.shadowRoot?.querySelector('iframe')")
}

/// A folder with a page that embeds beside the page that is embedded.
fn host(body: &str) -> (Page, TempDir) {
    let site = copy_of_the_site();
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">
         <script src=\"../embed.js\" defer></script><body>{body}</body></html>"
    );
    fs::create_dir(site.path().join("host")).unwrap();
    fs::write(site.path().join("host/index.html"), html).unwrap();
    fs::write(site.path().join("host/job.yaml"), JOB).unwrap();
    let page = Page::open_at(site.path(), "host/", Screen::Desktop, "en-US").unwrap();
    (page, site)
}

#[test]
fn an_element_shows_the_page_with_what_it_holds() {
    let (page, _site) = host(&format!(
        r#"<mesh-ready id="text"><pre>{JOB}</pre></mesh-ready>
           <pre id="block"><code class="language-yaml mesh-ready">{JOB}</code></pre>
           <mesh-ready id="file" src="job.yaml" settings="rules: {{MR103: warning}}" read-only panes="editor findings settings"
             language="zh-CN" theme="dark" height="100"></mesh-ready>
           <mesh-ready id="pane" panes="findings"><pre>{JOB}</pre></mesh-ready>"#
    ));

    // The text of an element, and what its reader changes.
    page.enter_frame(&frame("text"));
    page.text_of(&finding("MR103"));
    assert_eq!(page.text(), JOB);
    assert_eq!(page.value("!!document.querySelector('header')"), false);
    page.until("document.querySelector('#open-playground').href.includes('#1.')");
    page.run(
        "document.querySelector('#editor').text = given[0]",
        vec![JOB.replace("1337", "1000").into()],
    );
    page.until("!document.querySelector('[data-rule=MR103]')");
    page.leave_frame();

    // A block of code became an element with its text.
    let block = "document.querySelectorAll('mesh-ready')[1]?.shadowRoot?.querySelector('iframe')";
    page.enter_frame(block);
    page.text_of(&finding("MR103"));
    assert_eq!(page.text(), JOB);
    page.leave_frame();

    // Looks: language, theme, panes, and a text that may only be read.
    page.run("document.getElementById('file').scrollIntoView()", vec![]);
    page.enter_frame(&frame("file"));
    page.text_of("#entries [data-rule=MR103][data-severity=warning]");
    assert_eq!(page.value("document.documentElement.lang"), "zh-CN");
    assert_eq!(page.value("document.documentElement.dataset.theme"), "dark");
    let tabs =
        page.value("[...document.querySelectorAll('[data-tab]')].map((tab) => tab.dataset.tab)");
    // Where there is room the editor stands beside them and needs no tab.
    assert_eq!(strings(&tabs), ["findings", "settings"]);
    assert_eq!(
        page.value("document.querySelector('#editor').checkVisibility()"),
        true
    );
    assert_eq!(
        page.value("document.querySelector('#editor').readOnly"),
        true
    );
    let offered = "document.querySelector('[data-fix], #fix-all, #new-file, .close, #open-files')";
    assert_eq!(page.value(&format!("!!{offered}")), false);
    page.click(&place_of("MR103"));
    page.press("7");
    assert_eq!(page.text(), JOB);
    assert_eq!(
        page.value("localStorage.getItem('mesh-ready:state')"),
        json!(null)
    );
    page.leave_frame();

    // One pane: there is no editor.
    page.run("document.getElementById('pane').scrollIntoView()", vec![]);
    page.enter_frame(&frame("pane"));
    page.text_of(&finding("MR103"));
    assert_eq!(
        page.value("document.querySelector('#editor').checkVisibility()"),
        false
    );
    page.leave_frame();
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn a_frame_grows_with_its_content() {
    let (page, _site) = host(&format!(
        r#"<mesh-ready id="pane" panes="findings" height="100" max-height="3000"><pre>{JOB}</pre></mesh-ready>"#
    ));
    let frame = frame("pane");
    let height = format!("{frame}.getBoundingClientRect().height");
    page.enter_frame(&frame);
    page.text_of(&finding("MR103"));
    page.leave_frame();
    page.until(&format!("{height} > 150"));
    let before = page.value(&height);

    let jobs: Vec<_> = (0..9)
        .map(|number| JOB.replace("cart", &format!("cart-{number}")))
        .collect();
    page.run(
        &format!("{frame}.contentWindow.postMessage({{ type: 'mesh-ready:load', files: [{{ text: given[0] }}] }}, '*')"),
        vec![jobs.join("---\n").into()],
    );
    page.until(&format!("{height} > {before} * 2"));
    // All of it: the frame needs no scroll bar, and it is not higher than it must be.
    page.enter_frame(&frame);
    page.until("document.querySelectorAll('#entries [data-finding]').length === 9");
    page.until("document.documentElement.scrollHeight <= innerHeight");
    page.leave_frame();
}

/// A frame by hand: what the address says is enough.
#[test]
fn a_frame_needs_no_script_around() {
    let link = {
        let page = crate::page();
        page.check(JOB);
        page.click("#share-button");
        page.text_of("#share-link");
        let link = page.value("document.querySelector('#share-link').value");
        link.as_str().unwrap().split_once('#').unwrap().1.to_owned()
    };
    let page = open_at(
        &format!("?embed=1&panes=findings,editor&theme=light&lang=zh-CN&readonly=1#{link}"),
        Screen::Desktop,
        "en-US",
    );
    page.text_of(&finding("MR103"));
    assert_eq!(page.text(), JOB);
    assert_eq!(
        page.value("document.querySelector('#editor').readOnly"),
        true
    );
    assert_eq!(
        page.value("document.documentElement.dataset.theme"),
        "light"
    );
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn the_demonstration_shows_three_live_frames() {
    for path in ["embedding/", "embedding/zh-CN/"] {
        let page = open_at(path, Screen::Desktop, "en-US");
        page.until("document.querySelectorAll('mesh-ready').length === 3");
        for (index, rule) in ["MR103", "MR303", "MR101"].iter().enumerate() {
            let element = format!("document.querySelectorAll('mesh-ready')[{index}]");
            page.run(&format!("{element}.scrollIntoView()"), vec![]);
            page.enter_frame(&format!("{element}.shadowRoot.querySelector('iframe')"));
            page.text_of("#entries [data-finding]");
            let found = page.value("[...document.querySelectorAll('#entries [data-finding]')].map((one) => one.dataset.rule)");
            if index < 2 {
                assert!(
                    strings(&found).contains(&(*rule).to_owned()),
                    "{path} {index}: {found}"
                );
            }
            page.until(&first(EDITOR, ".cm-lintRange"));
            page.leave_frame();
        }
        assert_eq!(page.errors(), [""; 0], "{path}");
    }
}
