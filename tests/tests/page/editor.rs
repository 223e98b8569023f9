//! The editor: what it shows of YAML and of findings, and what keys do in it.

use crate::{
    CONTROL, EDITOR, ENTER, ESCAPE, F8, JOB, SHIFT, TAB, copy_of_the_site, finding, first, load,
    open, page, place_of, texts,
};
use mesh_ready_tests::{Page, Screen};
use serde_json::json;
use std::fs;

/// Page Down, often enough for the end of a short text.
const TO_THE_END: &str = "\u{e00f}\u{e00f}";

const ALT: &str = "\u{e00a}";

/// A JavaScript expression: the first of the editor's parts that a selector finds.
fn part(selector: &str) -> String {
    first(EDITOR, selector)
}

/// What the selection of the editor covers, as the browser sees it.
fn selected(page: &Page) -> String {
    page.value(&format!("{EDITOR}.getSelection().toString()"))
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn typing_finding_and_cure() {
    let page = page();
    page.click("#editor");
    page.press(&JOB.trim_end().replace('\n', ENTER));
    assert!(page.text_of(&finding("MR103")).contains("1337"));
    assert_eq!(page.text(), JOB.trim_end());

    // The click selects the value, so what is typed replaces it.
    page.click(&place_of("MR103"));
    page.press("1000");
    assert_eq!(page.text(), JOB.trim_end().replace("1337", "1000"));
    page.until("!document.querySelector('[data-rule=MR103]')");
    assert!(page.text_of("#summary").contains("No findings"));
}

#[test]
fn f8_goes_from_finding_to_finding() {
    let jobs = |users: [&str; 2]| users.map(|user| JOB.replace("1337", user)).join("---\n");
    let page = page();
    page.check(&jobs(["1337", "1337"]));
    page.click("#editor");
    page.press(&[TO_THE_END, F8, "1", F8, "2"].concat());
    assert_eq!(page.text(), jobs(["1", "2"]));
}

/// Where the module counts otherwise than the editor, the click selects something else.
#[test]
fn places_hold_after_characters_of_every_kind() {
    let page = page();
    for odd in [
        "é网🕸",
        "a\u{2028}b\u{2029}c",
        "a\u{85}b",
        "\u{301}e\u{200d}",
    ] {
        let text = JOB.replace("'cart:1'", &format!("\"{odd}\""));
        page.check(&text);
        page.click(&place_of("MR103"));
        page.press("7");
        assert_eq!(page.text(), text.replace("1337", "7"), "{odd:?}");
    }
}

#[test]
fn unreadable_text_is_listed_with_its_place() {
    let cases = [
        (
            "an unclosed quote",
            "apiVersion: v1\nkind: \"Pod\nmetadata:\n  name: a\n",
            2,
        ),
        (
            "a Helm template",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n",
            4,
        ),
        (
            "a tab",
            "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n",
            4,
        ),
    ];
    let page = page();
    for (name, text, line) in cases {
        page.check(text);
        let place = format!(
            "#entries > [data-diagnostic][data-severity=error][data-line='{line}'] button.message"
        );
        assert_ne!(page.text_of(&place), "", "{name}");
    }

    // A document that can be read is checked all the same.
    page.check(&[cases[0].1, JOB].join("---\n"));
    page.text_of("#entries > [data-diagnostic]");
    page.text_of(&finding("MR103"));
}

#[test]
fn yaml_is_coloured_guided_and_folds() {
    let page = page();
    page.check(&format!(
        "---\n{}---\napiVersion: v1\nkind: Pod # why\nmetadata:\n  name: 'a'\n  labels:\n    app: a\n",
        JOB.replace(" {name: cart}", "\n  name: cart")
    ));
    // The text of a key, a string and a comment, each in a colour of its own.
    let colour = |text: &str| {
        let span = format!(
            "[...{EDITOR}.querySelectorAll('.cm-line span')].find((span) => span.textContent === {})",
            json!(text)
        );
        page.until(&span);
        page.value(&format!("getComputedStyle({span}).color"))
    };
    let colours = ["kind", "'a'", "# why"].map(colour);
    let plain = page.value(&format!("getComputedStyle({}).color", part(".cm-content")));
    assert_ne!(colours[0], colours[1]);
    assert_ne!(colours[1], colours[2]);
    assert!(!colours.contains(&plain), "{colours:?}");
    page.until(&part(".mr-guide"));

    // The mark beside the first document, and the keys at the second.
    page.click_at(&format!(
        "[...{EDITOR}.querySelectorAll('.cm-foldGutter span[title]')].find((mark) => mark.checkVisibility({{ visibilityProperty: true }}))"
    ));
    page.until(&format!(
        "{}?.textContent === 'Job cart …'",
        part(".cm-foldPlaceholder")
    ));
    page.click_at(&part(".cm-foldPlaceholder"));
    page.until(&format!("!{}", part(".cm-foldPlaceholder")));
    page.run(
        "document.querySelector('#editor').jumpTo(10, 1, 10, 1)",
        vec![],
    );
    page.hold(&[CONTROL, SHIFT].concat(), "[");
    page.until(&part(".cm-foldPlaceholder"));
    page.hold(&[CONTROL, SHIFT].concat(), "]");
    page.until(&format!("!{}", part(".cm-foldPlaceholder")));
    assert_eq!(page.errors(), [""; 0]);
}

/// Whether the file is there that an empty document can do without.
const HAS_LATER: &str =
    "performance.getEntriesByType('resource').some(({ name }) => name.includes('/later/'))";

#[test]
fn what_a_text_needs_comes_with_it() {
    let page = page();
    page.text_of("#welcome");
    assert_eq!(page.value(HAS_LATER), false);
    page.check("kind: Pod\n");
    page.until(HAS_LATER);
    page.until(&format!(
        "[...{EDITOR}.querySelectorAll('.cm-line span')].some(({{ textContent }}) => textContent === 'kind')"
    ));
}

/// A click, and what it brings: a fold's mark, for one, which an empty document holds out of sight.
fn enter(page: &Page) {
    page.click("#editor");
    page.until(&part(".cm-foldGutter span"));
}

#[test]
fn what_a_key_needs_comes_with_the_focus() {
    let page = page();
    page.text_of("#welcome");
    assert_eq!(page.value(HAS_LATER), false);
    enter(&page);
    page.press(&["a:", ENTER, TAB, "b: 1", ENTER, "c: 2"].concat());
    assert_eq!(page.text(), "a:\n  b: 1\n  c: 2");
    page.hold(SHIFT, TAB);
    assert_eq!(page.text(), "a:\n  b: 1\nc: 2");
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn what_comes_later_moves_nothing() {
    for screen in [Screen::Desktop, Screen::Phone] {
        let page = open(screen, "en-US");
        page.until("document.querySelector('main')?.dataset.phase === 'blank'");
        let places = || {
            page.value(&format!(
                "['.cm-content', '.cm-line', '.cm-gutter-lint', '.cm-lineNumbers', '.cm-foldGutter'].map((part) => {{
                   const {{ left, top }} = {EDITOR}.querySelector(part).getBoundingClientRect();
                   return [left, top];
                 }})"
            ))
        };
        let before = places();
        assert_eq!(page.value(HAS_LATER), false);
        enter(&page);
        assert_eq!(places(), before);
        page.run(
            "document.querySelector('#editor').text = given[0]",
            vec![json!(JOB)],
        );
        page.until(&part(".cm-lintRange-error"));
        assert_eq!(places(), before);
    }
}

/// No file comes within one task: all of this is asked of the editor before it has the other one.
#[test]
fn what_is_asked_for_early_is_done_later() {
    let page = page();
    page.text_of("#welcome");
    page.run(
        "const editor = document.querySelector('#editor');
         const place = { line: 2, column: 1, endLine: 2, endColumn: 4 };
         const marked = [{ severity: 'error', message: 'a number', fixes: [], ...place }];
         for (const id of ['a', 'b']) {
           editor.open(id, 'one\\ntwo\\n');
           editor.findingsOf(id, marked);
         }
         editor.show('a');
         editor.edit('a', [{ ...place, line: 1, endLine: 1, newText: '1' }]);
         editor.replace('a', '1\\ntwo\\n3\\n');
         editor.goToFinding('first');",
        vec![],
    );
    page.until(&part(".cm-lintRange-error"));
    page.until(&format!("{EDITOR}.getSelection().toString() === 'two'"));
    for text in ["1\ntwo\n", "one\ntwo\n"] {
        page.hold(CONTROL, "z");
        assert_eq!(page.text(), text);
    }
    page.run("document.querySelector('#editor').show('b')", vec![]);
    page.until(&part(".cm-lintRange-error"));
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn the_first_search_opens_in_an_empty_document() {
    let page = page();
    page.text_of("#welcome");
    assert_eq!(page.value(HAS_LATER), false);
    page.click("#editor");
    page.hold(CONTROL, "f");
    page.until(&format!(
        "{EDITOR}.activeElement?.matches('.cm-search [name=search]')"
    ));
    page.press(ESCAPE);
    page.until(&format!("{EDITOR}.activeElement?.matches('.cm-content')"));
    assert_eq!(page.errors(), [""; 0]);
}

/// As where a new version of the site has taken the place of the one that is open.
#[test]
fn where_a_part_cannot_come_the_editor_goes_on_without() {
    let site = copy_of_the_site();
    fs::remove_dir_all(site.path().join("later")).unwrap();
    fs::remove_file(site.path().join("sw.js")).unwrap();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();
    page.check(JOB);
    page.click(&place_of("MR103"));
    page.press("1000");
    assert_eq!(page.text(), JOB.replace("1337", "1000"));
    page.click("#clear");
    page.text_of("#welcome");
    assert_eq!(page.text(), "");
    page.click("#editor");
    page.hold(CONTROL, "z");
    assert_eq!(page.text(), JOB.replace("1337", "1000"));
    // It does not indent, so that it leads on.
    page.press(TAB);
    page.until("!document.activeElement.matches('#editor')");
}

/// Neither what is not there nor what has other bytes than the editor was built with.
#[test]
fn a_part_of_other_bytes_is_refused_and_asked_for_again() {
    let site = copy_of_the_site();
    fs::remove_file(site.path().join("sw.js")).unwrap();
    let mut later = fs::read_dir(site.path().join("later")).unwrap();
    let later = later.next().unwrap().unwrap().path();
    let own = fs::read(&later).unwrap();
    fs::write(&later, [&own[..], b"\n"].concat()).unwrap();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();
    page.check(JOB);
    page.text_of(&finding("MR103"));
    assert!(page.text_of("#notice").contains("could not be loaded"));
    assert_eq!(page.value(&part(".cm-lintRange-error")), json!(null));

    fs::write(&later, own).unwrap();
    page.click("#search");
    page.click("#editor");
    page.until(&part(".cm-lintRange-error"));
}

#[test]
fn search_and_undo() {
    let page = page();
    page.check(JOB);
    page.click("#editor");
    page.hold(CONTROL, "f");
    page.until(&part(".cm-search"));
    page.press(&["1337", ENTER].concat());
    page.until(&part(".cm-searchMatch-selected"));
    page.press(ESCAPE);
    page.until(&format!("!{}", part(".cm-search")));
    page.press("7");
    assert_eq!(page.text(), JOB.replace("1337", "7"));
    page.hold(CONTROL, "z");
    assert_eq!(page.text(), JOB);
    page.hold(CONTROL, "y");
    assert_eq!(page.text(), JOB.replace("1337", "7"));
}

#[test]
fn fixes_are_at_hand_by_pointer_and_by_key() {
    let page = page();
    page.check(JOB);
    let dialog = "document.querySelector('#dialog[open][data-dialog=fix] #fix-apply')";

    // The pointer over the squiggle.
    page.hover(&part(".cm-lintRange-error"));
    page.until(&part(".cm-tooltip .mr-fix"));
    let tooltip = page.value(&format!("{}.textContent", part(".cm-tooltip")));
    assert!(tooltip.to_string().contains("1337"), "{tooltip}");
    page.click_at(&part(".cm-tooltip .mr-fix"));
    page.until(dialog);
    page.press(ESCAPE);
    page.until("!document.querySelector('#dialog[open]')");

    // The mark in the gutter, and the page of the rule.
    page.click_at(&part(".cm-gutter-lint .cm-lint-marker-error"));
    page.until(&part(".mr-menu"));
    page.click_at(&part(".mr-menu .mr-explain"));
    page.until("document.querySelector('#dialog[open][data-dialog=rule]')");
    page.press(ESCAPE);
    page.until("!document.querySelector('#dialog[open]')");

    // Keys alone: to the finding, its menu, its first fix, back into the text.
    page.click("#editor");
    page.press(F8);
    assert_eq!(selected(&page), "1337");
    for (held, key) in [(CONTROL, "."), (ALT, ENTER)] {
        page.hold(held, key);
        page.until(&format!(
            "{EDITOR}.activeElement?.matches('.mr-menu .mr-fix')"
        ));
        page.press(ESCAPE);
        page.until(&format!("!{}", part(".mr-menu")));
        page.until(&format!("{EDITOR}.activeElement?.matches('.cm-content')"));
    }
    page.hold(ALT, ENTER);
    page.until(&part(".mr-menu"));
    page.press(ENTER);
    page.until(dialog);
    page.click("#fix-apply");
    page.until("!document.querySelector('#dialog[open]')");
    page.until("!document.querySelector('[data-rule=MR103]')");
    // The focus is where the change is.
    page.until(&format!("{EDITOR}.activeElement?.matches('.cm-content')"));
    assert_eq!(page.errors(), [""; 0]);
}

/// What is replaced loses its marks, also by the same text, of which the report is the same.
#[test]
fn the_same_text_again_is_marked_again() {
    let page = page();
    page.check(JOB);
    page.until(&part(".cm-lintRange-error"));
    let left = page.run(
        &format!(
            "document.querySelector('#editor').text = given[0]; return {};",
            part(".cm-lintRange-error")
        ),
        vec![json!(JOB)],
    );
    assert_eq!(left, json!(null), "the marks have not gone");
    page.until(&part(".cm-lintRange-error"));
}

#[test]
fn f8_goes_on_in_the_next_file() {
    let page = page();
    let clean = JOB.replace("1337", "1000").replace("cart", "clean");
    load(
        &page,
        &[
            ("a.yaml", &JOB.replace("cart", "a")),
            ("b.yaml", &clean),
            ("c.yaml", &JOB.replace("cart", "c")),
        ],
    );
    let shown = || texts(&page, ".files .shown .file");
    assert_eq!(shown(), ["a.yaml"]);
    page.run(
        "document.querySelector('#editor').jumpTo(1, 1, 1, 1)",
        vec![],
    );
    let step = |held: &str, file: &str| {
        page.hold(held, F8);
        page.until(&format!(
            "document.querySelector('.files .shown .file').innerText === '{file}'"
        ));
        page.until(&format!("{EDITOR}.getSelection().toString() === '1337'"));
    };
    for (held, file) in [
        ("", "a.yaml"),
        ("", "c.yaml"),
        ("", "a.yaml"),
        (SHIFT, "c.yaml"),
        (SHIFT, "a.yaml"),
    ] {
        step(held, file);
    }
}

#[test]
fn an_empty_editor_teaches() {
    for (language, words) in [
        ("en-US", "Paste Kubernetes manifests"),
        ("zh-CN", "在此粘贴"),
    ] {
        let page = open(Screen::Desktop, language);
        let hint = format!("{}?.textContent ?? ''", part(".cm-placeholder"));
        page.until(&format!("({hint}).includes('{words}')"));
        let hint = page.value(&hint);
        assert!(hint.to_string().contains("-o yaml"), "{hint}");
        page.click("#editor");
        page.press("a");
        page.until(&format!("!{}", part(".cm-placeholder")));
    }
}
