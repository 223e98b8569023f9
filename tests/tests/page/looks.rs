//! Languages, themes, phones, keyboards and screen readers.

use crate::{EDITOR, ENTER, ESCAPE, JOB, RIGHT, TAB, finding, open, page, place_of, strings};
use mesh_ready_tests::{Page, Screen, repository};
use serde_json::json;
use std::fs;

#[test]
fn language_and_theme_are_remembered() {
    let page = page();
    let lang = "document.documentElement.lang";
    let colours = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(page.value(lang), "en");
    page.check(JOB);
    assert!(page.text_of(&finding("MR103")).contains("the proxy's own"));
    page.click("label:has([name=theme][value=light])");
    let light = page.value(colours);

    page.choose("#language", "zh-CN");
    page.click("label:has([name=theme][value=dark])");
    page.until("document.documentElement.lang === 'zh-CN'");
    page.until("document.querySelector('[data-rule=MR103]').innerText.includes('代理自身')");
    let dark = page.value(colours);
    assert_ne!(dark, light);

    page.reload();
    page.text_of("#language");
    assert_eq!(page.value(lang), "zh-CN");
    assert_eq!(
        page.value("document.querySelector('#language').value"),
        "zh-CN"
    );
    assert_eq!(page.value(colours), dark);
    assert_eq!(
        page.value("document.querySelector('[name=theme]:checked').value"),
        "dark"
    );
}

#[test]
fn the_page_speaks_the_browsers_language() {
    let page = open(Screen::Desktop, "zh-CN");
    page.text_of("#welcome");
    assert_eq!(page.value("document.documentElement.lang"), "zh-CN");
}

#[test]
fn a_phone_shows_one_half_at_a_time() {
    let page = open(Screen::Phone, "en-US");
    let shown = || {
        page.value(
            "['.editor', '.view'].map((half) => document.querySelector(half).checkVisibility())",
        )
    };
    let (editor, findings) = (json!([true, false]), json!([false, true]));
    page.check(JOB);
    assert_eq!(shown(), editor);
    // It has the whole width, right below the tabs.
    let place = "(({ width }, { bottom }, { top }) => [width - innerWidth, Math.round(top - bottom)])(
        ...['.pane.editor', '.tabs', '.pane.editor'].map((part) => document.querySelector(part).getBoundingClientRect()))";
    assert_eq!(page.value(place), json!([0, 0]));
    assert!(page.text_of("[data-tab=findings]").contains('1'));

    page.click("[data-tab=findings]");
    page.text_of(&finding("MR103"));
    assert_eq!(shown(), findings);
    let overflow = "document.documentElement.scrollWidth - innerWidth";
    assert_eq!(page.value(overflow), 0);

    // The place of a finding is in the other half.
    page.click(&place_of("MR103"));
    page.until("document.querySelector('main').dataset.pane === 'editor'");
    assert_eq!(shown(), editor);
    assert_eq!(page.value(overflow), 0);
    page.press("1000");
    page.until("document.querySelector('#editor').text.includes('runAsUser: 1000')");

    page.click("[data-tab=findings]");
    page.click("[data-tab=editor]");
    assert_eq!(shown(), editor);
}

/// Rules of axe-core that the page breaks as it is now; `what` says where.
#[track_caller]
fn assert_accessible(page: &Page, what: &str) {
    let axe = repository().join("web/site/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(axe)
        .unwrap_or_else(|error| panic!("axe-core: {error}; run `make site`"));
    // Colours that fade are in between.
    page.until("document.getAnimations().every(({ playState }) => playState !== 'running')");
    let broken = page.run(
        &format!(
            "if (!window.axe) {{ {axe} }}
             const {{ violations }} = await axe.run();
             return violations.flatMap(({{ id, nodes }}) => nodes.map(({{ target, any }}) =>
               `${{id}}: ${{target}} ${{any.map(({{ message }}) => message)}}`));"
        ),
        vec![],
    );
    assert_eq!(strings(&broken), [""; 0], "{what}");
}

/// Every view and dialog, with something in it.
fn look_at_everything(page: &Page, theme: &str) {
    page.run(
        "document.querySelector(`[name=theme][value=${given[0]}]`).click()",
        vec![json!(theme)],
    );
    page.until(&format!(
        "document.documentElement.dataset.theme === '{theme}'"
    ));
    assert_accessible(page, &format!("{theme}, findings"));
    for view in ["mesh", "admission", "enforce", "settings"] {
        page.click(&format!("[data-tab={view}]"));
        let shown = match view {
            "mesh" => "#mesh .card",
            "admission" => "#admission [data-admission]",
            "enforce" => "#enforce-yaml",
            _ => "#settings-yaml",
        };
        page.text_of(shown);
        assert_accessible(page, &format!("{theme}, {view}"));
    }
    page.click("[data-tab=findings]");
    page.text_of("#entries [data-finding]");
    for (button, drawn) in [
        ("#examples-button", "#gallery [data-example]"),
        ("#share-button", "#share-link"),
        ("#export-button", "#dialog [data-download=json]"),
        ("[data-about]", "#rule-frame[data-state=ready]"),
        ("[data-fix]", "#fix-apply"),
        ("#fix-all", "#fix-apply"),
    ] {
        page.until(&format!("document.querySelector('{button}')"));
        page.run(
            &format!("document.querySelector('{button}').click()"),
            vec![],
        );
        page.text_of(drawn);
        assert_accessible(page, &format!("{theme}, dialog of {button}"));
        page.press(ESCAPE);
        page.until("!document.querySelector('#dialog[open]')");
    }
}

/// Findings of two kinds, one of them with a safe fix.
fn unlabelled() -> String {
    JOB.replace(", version: v1", "")
}

/// The keyboard of a phone has no Control.
#[test]
fn a_phone_has_buttons_that_take_changes_back() {
    let page = open(Screen::Phone, "zh-CN");
    let button = |name: &str| format!("{EDITOR}.querySelector('.mr-{name}:not([hidden])')");
    page.check(JOB);
    page.until(&button("undo"));
    assert_eq!(page.value(&button("redo")), json!(null));
    assert_eq!(page.value(&format!("{}.ariaLabel", button("undo"))), "撤销");
    page.click("[data-tab=findings]");
    page.click(&format!("{} [data-fix]", finding("MR103")));
    page.click("#fix-apply");
    page.until("document.querySelector('main').dataset.pane === 'editor'");
    assert!(!page.text().contains("1337"));

    page.click_at(&button("undo"));
    assert_eq!(page.text(), JOB);
    page.click_at(&button("redo"));
    assert!(!page.text().contains("1337"));
    page.click_at(&button("undo"));
    page.click_at(&button("undo"));
    assert_eq!(page.text(), "");
    page.until(&format!("!{}", button("undo")));
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn axe_finds_nothing_on_a_desktop() {
    let page = page();
    page.text_of("#welcome");
    assert_accessible(&page, "welcome");
    page.check(&unlabelled());
    for theme in ["light", "dark"] {
        look_at_everything(&page, theme);
    }
    for rule in [
        "rules/en/MR103.html",
        "rules/zh-CN/",
        "docs/en/settings.html",
        "embedding/",
    ] {
        page.visit(rule);
        assert_accessible(&page, rule);
    }
}

#[test]
fn axe_finds_nothing_on_a_phone() {
    let page = open(Screen::Phone, "zh-CN");
    page.text_of("#welcome, #editor");
    page.check(&unlabelled());
    assert_accessible(&page, "editor");
    page.click("[data-tab=findings]");
    for theme in ["light", "dark"] {
        look_at_everything(&page, theme);
    }
}

/// The browser tells of a closed dialog only with the next frame, which a busy machine draws late.
#[test]
fn a_dialog_that_opens_as_another_closes_stays() {
    let page = page();
    page.check(&unlabelled());
    for (first, second, shown) in [
        ("#export-button", "#share-button", "#share-link"),
        // The same again.
        ("#share-button", "#share-button", "#share-link"),
        ("[data-fix]", "#fix-all", "#fix-apply"),
    ] {
        page.until(&format!("document.querySelector('{first}')"));
        page.run(
            "document.querySelector(given[0]).click();
             const dialog = document.querySelector('#dialog');
             while (!dialog.open) await new Promise(requestAnimationFrame);
             const told = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
             // As Escape does.
             dialog.requestClose();
             document.querySelector(given[1]).click();
             await told;",
            vec![json!(first), json!(second)],
        );
        page.text_of(&format!("#dialog[open] {shown}"));
        page.press(ESCAPE);
        page.until("!document.querySelector('#dialog[open]')");
    }
}

/// From an empty page to a fixed manifest without a pointer.
#[test]
fn the_keyboard_is_enough() {
    let page = page();
    page.until("document.querySelector('#module-sha256')");
    let focused = "document.activeElement";
    let tab_to = |matches: &str| {
        for _ in 0..60 {
            // In the editor Tab indents; Escape before it leaves.
            if page.value(&format!("{focused}.matches('#editor')")) == true {
                page.press(ESCAPE);
            }
            page.press(TAB);
            // What has the focus can be seen to have it.
            let outline = page.value(&format!(
                "(({{ outlineStyle, opacity }}) => outlineStyle !== 'none' || opacity === '0')(getComputedStyle({focused}))
                 || {focused}.matches('body, mr-editor, .pane, .pane *:is([tabindex=\"-1\"])')"
            ));
            assert_eq!(
                outline,
                true,
                "{}",
                page.value(&format!("{focused}.outerHTML.slice(0, 200)"))
            );
            if page.value(&format!("{focused}.matches('{matches}')")) == true {
                return;
            }
        }
        panic!("Tab does not reach {matches}");
    };
    // The first is a way around the header.
    page.press(TAB);
    assert_eq!(page.value(&format!("{focused}.className")), "skip");
    page.press(ENTER);
    page.until(&format!("{focused}.id === 'view'"));

    tab_to("#welcome [data-example=proxy-user]");
    page.press(ENTER);
    page.text_of(&finding("MR103"));
    tab_to("[data-tab=findings]");
    // Arrows choose among the tabs.
    page.press(RIGHT);
    page.until(&format!("{focused}.matches('[data-tab=mesh]')"));
    page.press(ENTER);
    page.text_of("main[data-view=mesh]");
    page.press(&[crate::LEFT, ENTER].concat());
    page.text_of("main[data-view=findings]");

    tab_to("[data-rule=MR103] [data-fix]");
    page.press(ENTER);
    page.text_of("#dialog[open] #fix-apply");
    // The focus stays inside of what stands above the page, and comes back.
    page.until(&format!("{focused}.closest('#dialog')"));
    tab_to("#fix-cancel");
    page.press(ENTER);
    page.until(&format!(
        "{focused}.matches('[data-rule=MR103] [data-fix]')"
    ));
    page.press(ENTER);
    page.text_of("#dialog[open] #fix-apply");
    tab_to("#fix-apply");
    page.press(ENTER);
    page.until("!document.querySelector('#dialog[open]')");
    page.until(&format!("{EDITOR}.activeElement?.matches('.cm-content')"));
    tab_to("[data-tab=findings]");
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn a_screen_reader_hears_what_a_check_found() {
    let page = page();
    let said = || page.text_of("#announcement[role=status][aria-live=polite]");
    page.check(JOB);
    page.until("document.querySelector('#announcement').textContent === '1 error'");
    page.check(&JOB.replace("1337", "1000"));
    page.until("document.querySelector('#announcement').textContent === 'No findings'");
    page.choose("#language", "zh-CN");
    page.until("document.querySelector('#announcement').textContent === '未发现问题'");
    page.check(JOB);
    page.until("document.querySelector('#announcement').textContent === '1 个错误'");
    // It is there for ears alone.
    assert_eq!(said(), "1 个错误");
    assert_eq!(
        page.value("document.querySelector('#announcement').getBoundingClientRect().width <= 1"),
        true
    );
}
