//! What the page must never do: run what it shows, or speak with anybody.

use crate::{EDITOR, ESCAPE, JOB, copy_of_the_site, finding, first, load, page, strings};
use mesh_ready_tests::{Page, Screen, files::files, repository};
use serde_json::json;
use std::{fs, path::Path};

/// What would run if text were taken for markup.
const MARKUP: &str = "<img src=x onerror=hurt()><script>hurt()</script><svg onload=hurt()>";

/// Before the worker's own script: in every answer, what is text and no word that means something ends with markup.
const HARMS: &str = r"
const send = postMessage;
globalThis.postMessage = (message, ...rest) => {
  if (message.answer instanceof Uint8Array) {
    const said = ['apiVersion', 'docs', 'help', 'message', 'name', 'namespace', 'path', 'reason', 'rule', 'title', 'version', 'warnings'];
    const harm = (value, key) => {
      if (typeof value === 'string') return said.includes(key) ? value + MARKUP : value;
      if (Array.isArray(value)) return value.map((item) => harm(item, key));
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, harm(value, key)]));
    };
    const answer = JSON.parse(new TextDecoder().decode(message.answer));
    // What settings and rules are is the module's own; what is said of manifests is not.
    const harmed = answer.fields || answer.rules ? answer : harm(answer);
    const bytes = new TextEncoder().encode(JSON.stringify(harmed));
    return send({ ...message, answer: bytes }, [bytes.buffer]);
  }
  return send(message, ...rest);
};
";

/// Nothing of the page came out of markup, and no policy of the page was broken.
fn assert_unharmed(page: &Page, what: &str) {
    // The pictures of the editor's own buttons, on which nothing of a manifest stands, are elements.
    let harm = page.value(&format!(
        "[...document.querySelectorAll('img, svg[onload], #app script'), ...{EDITOR}.querySelectorAll('img, script, svg:not(.mr-touch > button > svg)')].map((one) => one.outerHTML)"
    ));
    assert_eq!(strings(&harm), [""; 0], "{what}");
    // The page of a rule that does not exist is not there.
    let errors = page.errors().into_iter();
    let errors: Vec<_> = errors.filter(|error| !error.contains("/rules/")).collect();
    assert_eq!(errors, [""; 0], "{what}");
}

/// Every view, tooltip and dialog.
fn look_everywhere(page: &Page) {
    page.text_of("#entries [data-finding]");
    for summary in ["#suppressed summary", "#skipped summary"] {
        page.run(
            &format!("document.querySelector('{summary}')?.click()"),
            vec![],
        );
    }
    for grouping in ["resource", "rule", "place"] {
        page.choose("#grouping", grouping);
        assert_unharmed(page, grouping);
    }
    page.hover(&first(EDITOR, ".cm-lintRange"));
    page.until(&first(EDITOR, ".cm-tooltip"));
    assert_unharmed(page, "tooltip");
    page.press(ESCAPE);
    for button in [
        "[data-fix]",
        "#fix-all",
        "#export-button",
        "#share-button",
        "[data-about]",
    ] {
        let there = page.value(&format!("!!document.querySelector('{button}')"));
        if there == true {
            page.run(
                &format!("document.querySelector('{button}').click()"),
                vec![],
            );
            page.text_of("#dialog[open] .dialog-body > *");
            assert_unharmed(page, button);
            page.press(ESCAPE);
            page.until("!document.querySelector('#dialog[open]')");
        }
    }
    for (view, there) in [
        ("mesh", "#mesh .card"),
        ("admission", "#admission [data-admission]"),
        ("enforce", "#enforce-yaml"),
        ("settings", "#settings-yaml"),
        ("findings", "#entries [data-finding]"),
    ] {
        page.click(&format!("[data-tab={view}]"));
        page.text_of(there);
        assert_unharmed(page, view);
    }
}

#[test]
fn manifests_are_text() {
    let page = page();
    let name = "<b onclick=hurt()>a<img src=x onerror=hurt()>.yaml";
    let quoted = json!(format!("cart{MARKUP}")).to_string();
    let text = JOB
        .replace(
            "{name: cart}",
            &format!("{{name: {quoted}, annotations: {{a: {quoted}}}}}"),
        )
        .replace("[{name: cart,", &format!("[{{name: {quoted},"))
        .replace("app: cart", &format!("app: {quoted}"));
    let silenced = JOB.replace("cart", "other").replace(
        "\nspec:",
        &format!("\n# mesh-ready: ignore MR103 -- {MARKUP}\nspec:"),
    );
    load(
        &page,
        &[
            (name, &text),
            ("b.yaml", &format!("{silenced}---\n{MARKUP}: [\n")),
        ],
    );
    let shown = page.text_of(&finding("MR103"));
    assert!(shown.contains(MARKUP), "{shown}");
    assert!(page.text_of("#suppressed .reason, #suppressed").len() > 1);
    look_everywhere(&page);
}

#[test]
fn every_field_of_every_finding_is_text() {
    let site = copy_of_the_site();
    let worker = site.path().join("worker.js");
    let script = fs::read_to_string(&worker).unwrap();
    let harms = HARMS.replace("MARKUP", &json!(MARKUP).to_string());
    fs::write(worker, format!("{harms}{script}")).unwrap();
    // The service worker keeps to what it was built with.
    fs::remove_file(site.path().join("sw.js")).unwrap();
    fs::write(site.path().join("sw.js"), "").unwrap();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();

    // Findings with related places, fixes, reasons, and diagnostics.
    let fixtures = ["MR101", "MR103", "suppression"].map(|folder| {
        let folder = format!("tests/fixtures/{folder}");
        let texts = files(&folder);
        let texts = texts.iter().filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|ending| ending == "yaml")
        });
        texts
            .map(|name| fs::read_to_string(repository().join(&folder).join(name)).unwrap())
            .collect::<Vec<_>>()
            .join("\n---\n")
    });
    page.check(&format!("{}\n---\na: [\n", fixtures.join("\n---\n")));
    let message = page.text_of("#entries .message");
    assert!(
        message.contains("onerror"),
        "the worker does no harm: {message}"
    );
    look_everywhere(&page);
}

#[test]
fn the_policy_of_the_page_is_strict() {
    let page = page();
    let policy =
        page.value("document.querySelector('meta[http-equiv=Content-Security-Policy]').content");
    let policy = policy.as_str().unwrap();
    for loose in ["unsafe-inline", "'unsafe-eval'", "*", "http", "blob:"] {
        assert!(!policy.contains(loose), "{policy}");
    }
    for strict in [
        "default-src 'none'",
        "connect-src 'self'",
        "require-trusted-types-for 'script'",
        "'wasm-unsafe-eval'",
    ] {
        assert!(policy.contains(strict), "{policy}");
    }
    // What is not used today is forbidden, too.
    let refused = |act: &str| {
        page.run(
            &format!(
                "const refused = new Promise((resolve) => addEventListener(
                   'securitypolicyviolation', ({{ effectiveDirective }}) => resolve(effectiveDirective), {{ once: true }}));
                 setTimeout(() => {{ try {{ {act}; }} catch {{ }} }});
                 return refused;"
            ),
            vec![],
        )
    };
    for (act, directive) in [
        (
            "fetch('http://127.0.0.1:1/').catch(() => {})",
            "connect-src",
        ),
        (
            "document.body.innerHTML = '<p>'",
            "require-trusted-types-for",
        ),
        ("eval('1')", "require-trusted-types-for"),
        (
            "document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:1/' }))",
            "img-src",
        ),
        (
            "document.body.setAttribute('style', 'color: red')",
            "style-src-attr",
        ),
    ] {
        assert_eq!(refused(act), directive, "{act}");
    }
    // The scripts and styles of the page have hashes that the browser compares.
    let unhashed = page.value(
        "[...document.querySelectorAll('head script[src], head link[rel=stylesheet], head link[rel=modulepreload]')]
           .filter(({ integrity }) => !integrity.startsWith('sha')).map(({ outerHTML }) => outerHTML)",
    );
    assert_eq!(strings(&unhashed), [""; 0]);
}

/// From the first request to the last of a session in which everything is used once.
#[test]
fn nothing_leaves_the_page() {
    let page = page();
    page.run(
        "window.violations = []; addEventListener('securitypolicyviolation', ({ effectiveDirective, sourceFile, lineNumber, sample }) => violations.push([effectiveDirective, sourceFile, lineNumber, sample]))",
        vec![],
    );
    page.click("#welcome [data-example=shop]");
    look_everywhere(&page);
    page.click("#examples-button");
    page.click("#gallery [data-example=online-shop]");
    page.until("document.querySelectorAll('.files li').length === 3");
    load(
        &page,
        &[("secret.yaml", &JOB.replace("cart", "top-secret"))],
    );
    page.choose("#language", "zh-CN");
    page.click("label:has([name=theme][value=dark])");
    page.run(
        "document.querySelector('#editor').jumpTo(1, 1, 1, 1)",
        vec![],
    );
    page.press("# top-secret");
    page.until("document.querySelector('#editor').text.includes('# top-secret')");
    page.click("#export-button");
    page.click("#dialog [data-download=json]");
    page.downloaded("mesh-ready.json");
    page.press(ESCAPE);
    page.click("#clear");
    page.text_of("#welcome");
    page.until("(await navigator.serviceWorker.ready).active.state === 'activated'");
    assert_eq!(page.value("window.violations"), json!([]));
    page.reload();
    page.text_of("#welcome");
    assert_eq!(page.errors(), [""; 0]);

    // What the page says that it loaded.
    let loaded = "performance.getEntriesByType('resource').map(({ name }) => name)";
    let own = |name| format!("{loaded}.includes(new URL('{name}', location).href)");
    assert_eq!(page.value(&own("policy.wasm")), true);
    let foreign = format!("{loaded}.filter((name) => !name.startsWith(location.origin + '/'))");
    assert_eq!(page.value(&foreign), json!([]));
    // What the server was asked for, by the page, its workers and its frames: files of the folder, and nothing that
    // the address could carry away.
    let dist = repository().join("dist");
    let requests = page.requests();
    assert!(requests.len() > 30, "{requests:?}");
    for request in &requests {
        let path = request
            .strip_prefix("GET /")
            .unwrap_or_else(|| panic!("{request}"));
        let file = path.split_once('?').map_or(path, |(file, query)| {
            // The service worker's own, by which it tells versions of a file.
            assert!(query.len() < 80 && !query.contains("secret"), "{request}");
            file
        });
        let file = dist.join(file);
        assert!(
            file.is_file() || file.join("index.html").is_file(),
            "{request}"
        );
    }
    // What the browser asked of anybody else.
    assert_eq!(page.strays(), [""; 0]);
}

/// The trap of the test above catches what goes astray.
#[test]
fn what_leaves_a_page_is_noticed() {
    let page = page();
    page.visit("examples.json");
    page.run(
        "fetch('http://mesh-ready.example.com/', { mode: 'no-cors' }).catch(() => {})",
        vec![],
    );
    while !page
        .strays()
        .iter()
        .any(|words| words.contains("mesh-ready.example.com"))
    {
        page.value("document.readyState");
    }
}
