//! The reducer and the order of the list.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used)]

use std::rc::Rc;

use mesh_ready_web::host::HostError;
use mesh_ready_web::report::{Entry, Location, Report, Severity};
use mesh_ready_web::state::{Action, Module, Outcome, PAGE, Pane, State};
use mesh_ready_web::{Language, PolicyError, Theme};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Reducible;

wasm_bindgen_test_configure!(run_in_browser);

const REPORT: &str = r#"{
  "version": "1.2.3",
  "summary": {"resources": 2, "rules": 9, "errors": 1, "warnings": 0, "infos": 1, "suppressed": 1, "ignored": 3},
  "skipped": [{"rule": "MR105", "reason": "no Namespace among the manifests"}],
  "findings": [
    {
      "rule": "MR103", "name": "reserved-uid", "severity": "error", "message": "m", "help": "h",
      "resource": {"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": "a"},
      "path": "spec.securityContext.runAsUser",
      "location": {"file": "f", "line": 9, "column": 5, "endLine": 9, "endColumn": 9},
      "related": [{"message": "r", "resource": {"apiVersion": "v1", "kind": "Pod", "namespace": "", "name": "a"},
        "path": "p", "location": null}],
      "fix": null, "docs": "d"
    },
    {
      "rule": "MR107", "name": "app-label", "severity": "info", "message": "m", "help": "h",
      "resource": {"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": "a"},
      "path": "metadata.labels",
      "location": {"file": "f", "line": 3, "column": 1, "endLine": 3, "endColumn": 9},
      "related": [], "fix": null, "docs": "d"
    },
    {
      "rule": "MR108", "name": "version-label", "severity": "info", "message": "m", "help": "h",
      "resource": {"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": "a"},
      "path": "metadata.labels", "location": null,
      "related": [], "fix": null, "docs": "d", "suppressed": true
    }
  ],
  "diagnostics": [
    {"severity": "error", "message": "later", "location": {"file": "f", "line": 6, "column": 1, "endLine": 6, "endColumn": 2}},
    {"severity": "error", "message": "nowhere", "location": null}
  ]
}"#;

fn report() -> Report {
    Report::parse(REPORT).expect("the report of this test")
}

fn state() -> Rc<State> {
    Rc::new(State::new(Language::En, Theme::System))
}

fn place(line: u32) -> Location {
    Location {
        file: "f".to_owned(),
        line,
        column: 1,
        end_line: line,
        end_column: 2,
    }
}

fn after(actions: impl IntoIterator<Item = Action>) -> Rc<State> {
    actions.into_iter().fold(state(), Reducible::reduce)
}

#[wasm_bindgen_test]
fn the_list_follows_the_text_with_placeless_entries_first() {
    let report = report();
    let lines: Vec<_> = report
        .entries()
        .into_iter()
        .map(|entry| entry.location().map(|at| at.line))
        .collect();
    assert_eq!(lines, [None, Some(3), Some(6), Some(9)]);
    assert!(matches!(report.entries()[0], Entry::Diagnostic(_)));
}

#[wasm_bindgen_test]
fn suppressed_findings_stand_apart() {
    let report = report();
    assert_eq!(report.suppressed().len(), 1);
    assert_eq!(report.count(Severity::Info), 1);
}

#[wasm_bindgen_test]
fn diagnostics_count_like_findings() {
    assert_eq!(report().count(Severity::Error), 3);
}

#[wasm_bindgen_test]
fn what_is_no_report_is_refused() {
    assert!(Report::parse(r#"{"version":"1.2.3"}"#).is_err());
}

#[wasm_bindgen_test]
fn choices_change_only_what_was_chosen() {
    let chosen = after([Action::Speak(Language::ZhCn), Action::Paint(Theme::Dark)]);
    let expected = State {
        language: Language::ZhCn,
        theme: Theme::Dark,
        ..(*state()).clone()
    };
    assert_eq!(*chosen, expected);
}

#[wasm_bindgen_test]
fn the_module_can_be_loaded_again_after_a_failure() {
    let failed = after([Action::ModuleFailed(PolicyError::Status(404))]);
    assert_eq!(failed.module, Module::Failed(PolicyError::Status(404)));
    let loading = failed.reduce(Action::LoadModule);
    assert_eq!(loading.module, Module::Loading);
    let ready = loading.reduce(Action::ModuleReady(Some("ab".to_owned())));
    assert_eq!(ready.module, Module::Ready(Some("ab".to_owned())));
}

#[wasm_bindgen_test]
fn the_last_report_stays_while_the_next_is_made() {
    let outcome = Outcome::Report(Rc::new(report()));
    let checking = after([Action::Checked(outcome.clone()), Action::CheckBegan]);
    assert!(checking.checking);
    assert_eq!(checking.outcome, outcome);
}

#[wasm_bindgen_test]
fn a_failed_check_replaces_the_report_and_ends() {
    let failed = after([
        Action::Checked(Outcome::Report(Rc::new(report()))),
        Action::CheckBegan,
        Action::Checked(Outcome::Failed(PolicyError::Host(HostError::Silent))),
    ]);
    assert!(!failed.checking);
    assert_eq!(
        failed.outcome,
        Outcome::Failed(PolicyError::Host(HostError::Silent))
    );
}

#[wasm_bindgen_test]
fn a_jump_shows_the_editor() {
    let jumped = after([Action::Show(Pane::Findings), Action::Jump(place(4))]);
    assert_eq!(jumped.pane, Pane::Editor);
    assert_eq!(
        jumped.jump.as_ref().map(|jump| &jump.location),
        Some(&place(4))
    );
}

#[wasm_bindgen_test]
fn a_second_jump_to_one_place_is_another_jump() {
    let once = after([Action::Jump(place(4))]);
    let twice = Rc::clone(&once).reduce(Action::Jump(place(4)));
    assert_ne!(once.jump, twice.jump);
}

#[wasm_bindgen_test]
fn an_empty_text_folds_a_list_that_was_unfolded() {
    let unfolded = after([Action::ShowMore]);
    assert_eq!(unfolded.shown, 2 * PAGE);
    let report = unfolded.reduce(Action::Checked(Outcome::Report(Rc::new(report()))));
    assert_eq!(report.shown, 2 * PAGE);
    assert_eq!(report.reduce(Action::Checked(Outcome::Blank)).shown, PAGE);
}
