//! Examples: those to begin with, the gallery, and those of the rule pages.

use crate::{finding, first, page, strings, texts};
use mesh_ready_core::{Lang, catalogue};
use serde_json::json;

#[test]
fn the_gallery_has_applications_and_examples_of_rules() {
    let page = page();
    page.click("#welcome [data-example=proxy-user]");
    page.text_of(&finding("MR103"));

    // One with several files, by the search.
    page.click("#examples-button");
    page.click("#gallery [type=search]");
    page.press("online-shop");
    page.until("document.querySelectorAll('#gallery [data-example]').length === 1");
    page.click("#gallery [data-example=online-shop]");
    page.until("!document.querySelector('#dialog[open]')");
    page.until("document.querySelectorAll('.files li').length === 3");
    page.until("document.querySelector('#entries [data-finding]')");
    assert_eq!(
        texts(&page, ".files .file"),
        ["shop.yaml", "database.yaml", "ingress.yaml"]
    );

    // The example that fails, and the one that does not; some bring settings along.
    page.click("#examples-button");
    page.click("#gallery [data-example=MR103-fails]");
    page.text_of(&finding("MR103"));
    assert_eq!(texts(&page, ".files .file").len(), 1);
}

/// What "Open in the playground" opens on the page of every rule: the example with its settings, and its finding.
#[test]
fn the_examples_of_every_rule_page_open_in_the_playground() {
    let page = page();
    page.until("document.querySelector('#module-sha256')");
    let rules: Vec<_> = catalogue(Lang::En).iter().map(|rule| rule.id).collect();
    let wrong = page.run(
        r#"
        const [rules] = given;
        let findings;
        document.addEventListener('mesh-ready:report', ({ detail }) => ({ findings } = JSON.parse(detail)));
        const wrong = [];
        for (const language of ['en', 'zh-CN']) {
          // The built folder's own tests compare all of them; here each rule opens in one language.
          for (const [index, rule] of rules.entries()) {
            if (index % 2 === (language === 'en' ? 1 : 0)) continue;
            const html = await (await fetch(`rules/${language}/${rule}.html`)).text();
            const examples = [...html.matchAll(/<figure class="example (fails|passes)">.*?<a class="open" href="[./]*(#[^"]*)"/gs)];
            if (examples.length < 2) wrong.push(`${rule} ${language}: ${examples.length} examples`);
            for (const [, kind, fragment] of examples) {
              // Text, settings and language are checked one after the other.
              findings = undefined;
              location.hash = fragment;
              const isRight = () => findings?.some((one) => one.rule === rule && !one.suppressed) === (kind === 'fails');
              const deadline = performance.now() + 5000;
              while (!isRight() && performance.now() < deadline) await new Promise(requestAnimationFrame);
              if (!isRight()) wrong.push(`${rule} ${language}: ${kind}`);
              if (location.hash) wrong.push(`${rule} ${language}: the address keeps the link`);
            }
          }
        }
        return wrong;"#,
        vec![json!(rules)],
    );
    assert_eq!(strings(&wrong), [""; 0]);
    assert_eq!(page.value("document.documentElement.lang"), "zh-CN");

    // As a reader does it.
    page.visit("rules/en/MR103.html");
    page.click_at(&first("document", "figure.fails a.open"));
    page.text_of(&finding("MR103"));
    assert_eq!(page.errors(), [""; 0]);
}
