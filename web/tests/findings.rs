//! Which findings the list shows in which groups, and what fixes look like as lines.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used)]

use mesh_ready_web::diff::{Change, apply, diff, first};
use mesh_ready_web::listing::{About, groups};
use mesh_ready_web::report::{Entry, Location, Report, Severity, TextEdit};
use mesh_ready_web::state::{Filter, Grouping};
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn location(file: &str, line: u32) -> Value {
    json!({"file": file, "line": line, "column": 1, "endLine": line, "endColumn": 2})
}

fn finding(rule: &str, severity: &str, object: &str, place: &Value) -> Value {
    json!({
        "rule": rule, "name": "some-rule", "severity": severity, "message": "port `8080`", "help": "Say why",
        "resource": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": object},
        "path": "spec", "location": place, "related": [], "fix": null, "docs": "d"
    })
}

fn report_of(findings: &[Value]) -> Report {
    let report = json!({
        "version": "1.2.3",
        "summary": {"resources": 2, "rules": 9, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0, "ignored": 0},
        "skipped": [], "findings": findings,
        "diagnostics": [{"severity": "error", "message": "no value", "location": location("b.yaml", 9)}]
    });
    Report::parse(&report.to_string()).expect("the report of this test")
}

fn report() -> Report {
    report_of(&[
        finding("MR201", "info", "cart", &location("a.yaml", 1)),
        finding("MR101", "warning", "web", &location("a.yaml", 2)),
        finding("MR102", "info", "cart", &location("a.yaml", 3)),
        finding("MR102", "error", "web", &location("b.yaml", 4)),
    ])
}

/// The lines of the entries, group by group.
fn lines(report: &Report, filter: &Filter) -> Vec<Vec<u32>> {
    let line = |(_, entry): &(usize, Entry<'_>)| entry.location().map_or(0, |place| place.line);
    groups(report, filter)
        .iter()
        .map(|group| group.entries.iter().map(line).collect())
        .collect()
}

fn by(grouping: Grouping) -> Filter {
    Filter {
        grouping,
        ..Filter::default()
    }
}

fn search(words: &str) -> Filter {
    Filter {
        search: words.to_owned(),
        ..Filter::default()
    }
}

#[wasm_bindgen_test]
fn an_undivided_list_follows_the_text() {
    assert_eq!(lines(&report(), &Filter::default()), [[1, 2, 3, 4, 9]]);
}

#[wasm_bindgen_test]
fn objects_stand_in_the_order_of_the_text_after_the_input() {
    let report = report();
    assert_eq!(
        lines(&report, &by(Grouping::Resource)),
        [vec![9], vec![1, 3], vec![2, 4]]
    );
    let groups = groups(&report, &by(Grouping::Resource));
    assert_eq!(groups[0].about, About::Input);
    assert!(matches!(groups[1].about, About::Resource(cart) if cart.name == "cart"));
}

#[wasm_bindgen_test]
fn the_rule_with_the_heaviest_finding_comes_first() {
    let report = report();
    assert_eq!(
        lines(&report, &by(Grouping::Rule)),
        [vec![9], vec![3, 4], vec![2], vec![1]]
    );
}

#[wasm_bindgen_test]
fn an_entry_of_a_group_keeps_its_index_in_the_report() {
    let report = report();
    let groups = groups(&report, &by(Grouping::Rule));
    let indexes: Vec<_> = groups[1].entries.iter().map(|(index, _)| *index).collect();
    assert_eq!(indexes, [2, 3]);
}

#[wasm_bindgen_test]
fn a_severity_that_is_left_out_takes_its_groups_along() {
    let filter = Filter {
        hidden: vec![Severity::Error, Severity::Info],
        ..by(Grouping::Resource)
    };
    assert_eq!(lines(&report(), &filter), [[2]]);
}

#[wasm_bindgen_test]
fn each_word_may_occur_anywhere_in_any_case() {
    let report = report();
    for (words, expected) in [
        ("mr102", vec![3, 4]),
        ("SOME-RULE web", vec![2, 4]),
        ("Pod Shop/Cart", vec![1, 3]),
        ("b.YAML", vec![4, 9]),
        ("8080 why", vec![1, 2, 3, 4]),
        ("  ", vec![1, 2, 3, 4, 9]),
        ("value", vec![9]),
    ] {
        assert_eq!(lines(&report, &search(words)), [expected], "{words}");
    }
    assert!(lines(&report, &search("MR102 nowhere")).is_empty());
}

#[wasm_bindgen_test]
fn words_do_not_run_from_one_part_into_the_next() {
    assert!(lines(&report(), &search("MR102some")).is_empty());
}

fn with_fix(mut finding: Value, title: &str, safe: bool) -> Value {
    finding["fix"] = json!({"title": title, "safe": safe, "edits": []});
    finding
}

#[wasm_bindgen_test]
fn safe_fixes_of_suppressed_findings_do_not_count() {
    let place = &location("a.yaml", 1);
    let mut suppressed = with_fix(finding("MR101", "info", "a", place), "t", true);
    suppressed["suppressed"] = json!(true);
    let report = report_of(&[
        suppressed,
        with_fix(finding("MR101", "info", "b", place), "t", true),
        with_fix(finding("MR101", "info", "c", place), "t", false),
        finding("MR101", "info", "d", place),
    ]);
    assert_eq!(report.safe_fixes(), 1);
}

#[wasm_bindgen_test]
fn a_finding_is_known_again_in_the_next_report() {
    let at = |line| {
        with_fix(
            finding("MR101", "info", "a", &location("f", line)),
            "t",
            true,
        )
    };
    let other = |line| finding("MR201", "info", "a", &location("f", line));
    let before = report_of(&[other(1), at(2)]);
    let asked = &before.findings[1];
    let line = |report: &Report| {
        let same = report.same(1, asked)?;
        same.location.as_ref().map(|place| place.line)
    };
    assert_eq!(line(&before), Some(2));
    // Two that are alike: the one at the same index.
    assert_eq!(line(&report_of(&[at(5), at(6)])), Some(6));
    // Its place in the list has changed, and another has its old one.
    assert_eq!(line(&report_of(&[at(3), other(4)])), Some(3));
    assert_eq!(line(&report_of(&[other(3), other(4)])), None);
}

fn edit(line: u32, column: u32, end_line: u32, end_column: u32, new_text: &str) -> TextEdit {
    TextEdit {
        location: Location {
            file: "f".to_owned(),
            line,
            column,
            end_line,
            end_column,
        },
        new_text: new_text.to_owned(),
    }
}

#[wasm_bindgen_test]
fn edits_apply_together_in_any_order() {
    let edits = [
        edit(2, 4, 2, 5, "3"),
        edit(1, 1, 2, 1, ""),
        edit(3, 1, 3, 1, "c: 4\n"),
    ];
    assert_eq!(apply("a: 1\nb: 2\nd: 5\n", &edits), "b: 3\nc: 4\nd: 5\n");
}

#[wasm_bindgen_test]
fn columns_count_utf_16_units() {
    // A ship takes two units and four bytes, a character of the second line one and three.
    assert_eq!(apply("🚢: x\n", &[edit(1, 5, 1, 6, "y")]), "🚢: y\n");
    assert_eq!(apply("a\n端口: x", &[edit(2, 5, 2, 6, "y")]), "a\n端口: y");
}

#[wasm_bindgen_test]
fn places_behind_an_end_mean_the_end() {
    assert_eq!(
        apply("a\nb", &[edit(1, 9, 1, 9, "!"), edit(7, 1, 7, 1, "?")]),
        "a!\nb?"
    );
}

#[wasm_bindgen_test]
fn what_was_done_first_is_shown() {
    let place = |edits: &[TextEdit]| {
        let place = first(edits)?;
        Some((place.line, place.column, place.end_line, place.end_column))
    };
    assert_eq!(
        place(&[edit(9, 1, 9, 4, "z"), edit(2, 3, 2, 4, "🚢")]),
        Some((2, 3, 2, 5))
    );
    assert_eq!(place(&[edit(2, 3, 2, 3, "a\nbc\nd")]), Some((2, 3, 4, 2)));
    assert_eq!(place(&[edit(4, 1, 6, 1, "")]), Some((4, 1, 4, 1)));
    assert_eq!(place(&[]), None);
}

/// So many numbered lines, with others in place of some.
fn text(lines: usize, other: &[(usize, &str)]) -> String {
    let line = |number| {
        let other = other.iter().find(|(line, _)| *line == number);
        other.map_or_else(
            || format!("line {number}\n"),
            |(_, text)| format!("{text}\n"),
        )
    };
    (1..=lines).map(line).collect()
}

#[wasm_bindgen_test]
fn a_change_stands_between_three_lines_that_stay() {
    let changed = diff(&text(20, &[]), &text(20, &[(10, "new")]), 100);
    assert_eq!(
        (changed.removed, changed.added, changed.left_out),
        (1, 1, 0)
    );
    assert_eq!(changed.hunks.len(), 1);
    let hunk = &changed.hunks[0];
    assert_eq!(hunk.line, 7);
    let kinds: Vec<_> = hunk.lines.iter().map(|line| line.change).collect();
    let mut expected = vec![Change::Same; 8];
    expected[3] = Change::Removed;
    expected[4] = Change::Added;
    assert_eq!(kinds, expected);
    assert_eq!(hunk.lines[3].text, "line 10");
    assert_eq!(hunk.lines[4].text, "new");
}

#[wasm_bindgen_test]
fn changes_far_apart_stand_apart() {
    let changed = diff(&text(40, &[]), &text(40, &[(5, "new"), (30, "new")]), 100);
    let starts: Vec<_> = changed.hunks.iter().map(|hunk| hunk.line).collect();
    assert_eq!(starts, [2, 27]);
}

#[wasm_bindgen_test]
fn a_long_comparison_says_how_much_it_leaves_out() {
    let changed = diff(&text(40, &[]), &text(40, &[(5, "new"), (30, "new")]), 10);
    let drawn: usize = changed.hunks.iter().map(|hunk| hunk.lines.len()).sum();
    assert_eq!((drawn, changed.left_out), (10, 6));
    assert_eq!((changed.removed, changed.added), (2, 2));
    assert!(
        diff(&text(40, &[]), &text(40, &[(5, "new")]), 0)
            .hunks
            .is_empty()
    );
}

#[wasm_bindgen_test]
fn equal_texts_have_no_differences() {
    assert_eq!(diff("a\nb", "a\nb\n", 10).hunks, []);
}
