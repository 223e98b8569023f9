//! The reducer and the order of the list.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used)]

use std::rc::Rc;

use mesh_ready_web::differing::Differing;
use mesh_ready_web::policy::HostError;
use mesh_ready_web::report::{Entry, Location, Report, Severity};
use mesh_ready_web::state::{
    Action, Dialog, Embed, FIRST_FILE, File, Filter, Grouping, Input, Jump, Module, Notice,
    Outcome, PAGE, Pane, State, View,
};
use mesh_ready_web::{Language, PolicyError, Theme};
use serde_json::{Map, json};
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
    Rc::new(State::new(Language::En, Theme::System, None))
}

/// The first state with some fields changed.
fn state_with(change: impl FnOnce(&mut State)) -> State {
    let mut state = (*state()).clone();
    change(&mut state);
    state
}

fn place(file: &str, line: u32) -> Location {
    Location {
        file: file.to_owned(),
        line,
        column: 1,
        end_line: line,
        end_column: 2,
    }
}

fn file(id: u32, name: &str) -> File {
    let name = name.to_owned();
    File { id, name }
}

fn files() -> Vec<File> {
    vec![file(1, "e"), file(4, "f"), file(2, "g")]
}

fn input(number: u32) -> Rc<Input> {
    Rc::new(Input {
        number,
        files: vec![("f".to_owned(), "kind: Pod\n".to_owned())],
        settings: Differing::default(),
        language: Language::En,
    })
}

fn checked(number: u32) -> Action {
    Action::Checked(input(number), Outcome::Report(Rc::new(report())))
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
fn an_entry_knows_its_index_in_the_report() {
    let report = report();
    let indexes: Vec<_> = report
        .indexed()
        .into_iter()
        .map(|(index, _)| index)
        .collect();
    assert_eq!(indexes, [1, 1, 0, 0]);
}

#[wasm_bindgen_test]
fn suppressed_findings_stand_apart() {
    let report = report();
    assert_eq!(report.suppressed().len(), 1);
    assert_eq!(report.count(Severity::Info), 1);
    assert_eq!(report.total(), 4);
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
fn language_and_theme_change_only_themselves() {
    let chosen = after([Action::Speak(Language::ZhCn), Action::Paint(Theme::Dark)]);
    let expected = state_with(|state| {
        state.language = Language::ZhCn;
        state.theme = Theme::Dark;
    });
    assert_eq!(*chosen, expected);
}

#[wasm_bindgen_test]
fn the_module_can_be_loaded_again_after_a_failure() {
    let why = PolicyError::Status("policy.wasm".to_owned(), 404);
    let failed = after([Action::ModuleFailed(why.clone())]);
    assert_eq!(failed.module, Module::Failed(why));
    let loading = failed.reduce(Action::LoadModule);
    assert_eq!(loading.module, Module::Loading);
    let ready = loading.reduce(Action::ModuleReady(Some("ab".to_owned())));
    assert_eq!(ready.module, Module::Ready(Some("ab".to_owned())));
}

#[wasm_bindgen_test]
fn files_come_with_the_one_that_is_shown() {
    let opened = after([Action::Files(files(), 4)]);
    let expected = state_with(|state| {
        state.files = files();
        state.active = 4;
    });
    assert_eq!(*opened, expected);
}

#[wasm_bindgen_test]
fn a_chosen_file_is_seen_on_a_narrow_screen_too() {
    let chosen = after([
        Action::Files(files(), 4),
        Action::ShowPane(Pane::View),
        Action::ShowFile(2),
    ]);
    assert_eq!((chosen.active, chosen.pane), (2, Pane::Editor));
}

#[wasm_bindgen_test]
fn settings_replace_those_before() {
    let fields = |name: &str| Differing::from(Map::from_iter([(name.to_owned(), json!(true))]));
    let configured = after([
        Action::Configure(fields("strict")),
        Action::Configure(fields("ambient")),
    ]);
    let expected = state_with(|state| state.settings = fields("ambient"));
    assert_eq!(*configured, expected);
}

#[wasm_bindgen_test]
fn the_last_report_stays_while_the_next_is_made() {
    let outcome = Outcome::Report(Rc::new(report()));
    let checking = after([checked(1), Action::CheckBegan]);
    assert!(checking.checking);
    assert_eq!(checking.outcome, outcome);
    assert_eq!(checking.input, Some(input(1)));
}

#[wasm_bindgen_test]
fn a_check_brings_what_was_checked() {
    let twice = after([checked(1), Action::CheckBegan, checked(2)]);
    assert!(!twice.checking);
    assert_eq!(twice.input, Some(input(2)));
    assert_ne!(twice.input, Some(input(1)));
}

#[wasm_bindgen_test]
fn a_failed_check_replaces_the_report_and_ends() {
    let why = PolicyError::Host(HostError::Silent);
    let failed = after([
        checked(1),
        Action::CheckBegan,
        Action::Checked(input(2), Outcome::Failed(why.clone())),
    ]);
    assert!(!failed.checking);
    assert_eq!(failed.report(), None);
    assert_eq!(failed.outcome, Outcome::Failed(why));
}

#[wasm_bindgen_test]
fn a_chosen_view_is_seen_on_a_narrow_screen_too() {
    let shown = after([Action::Show(View::Mesh)]);
    assert_eq!((shown.view, shown.pane), (View::Mesh, Pane::View));
    let back = shown.reduce(Action::ShowPane(Pane::Editor));
    assert_eq!((back.view, back.pane), (View::Mesh, Pane::Editor));
}

#[wasm_bindgen_test]
fn a_view_that_nobody_chose_leaves_the_half_alone() {
    let turned = after([Action::Turn(View::Settings)]);
    assert_eq!(*turned, state_with(|state| state.view = View::Settings));
}

#[wasm_bindgen_test]
fn only_an_offered_view_comes_by_itself() {
    let embed = Embed {
        editor: true,
        views: vec![View::Mesh, View::Findings],
        read_only: false,
    };
    let embedded = Rc::new(State::new(Language::En, Theme::System, Some(embed)));
    assert_eq!(embedded.view, View::Mesh);
    let turned = embedded.reduce(Action::Turn(View::Settings));
    assert_eq!(turned.view, View::Mesh);
    assert_eq!(
        turned.reduce(Action::Turn(View::Findings)).view,
        View::Findings
    );
}

#[wasm_bindgen_test]
fn one_dialog_stands_above_the_page_until_it_is_closed() {
    let opened = after([Action::Open(Dialog::Share), Action::Open(Dialog::Fix(3))]);
    assert_eq!(
        *opened,
        state_with(|state| state.dialog = Some(Dialog::Fix(3)))
    );
    assert_eq!(*opened.reduce(Action::Close), *state());
}

#[wasm_bindgen_test]
fn a_severity_is_left_out_and_taken_in_again() {
    let without = after([
        Action::ShowMore,
        Action::Toggle(Severity::Info),
        Action::Toggle(Severity::Error),
    ]);
    assert_eq!(without.filter.hidden, [Severity::Info, Severity::Error]);
    assert_eq!(without.shown, PAGE);
    let with = without.reduce(Action::Toggle(Severity::Info));
    assert_eq!(with.filter.hidden, [Severity::Error]);
}

#[wasm_bindgen_test]
fn a_search_begins_the_list_anew() {
    let found = after([Action::ShowMore, Action::Search("uid".to_owned())]);
    let expected = state_with(|state| state.filter.search.push_str("uid"));
    assert_eq!(*found, expected);
}

#[wasm_bindgen_test]
fn groups_leave_the_filter_alone() {
    let grouped = after([
        Action::Search("uid".to_owned()),
        Action::Toggle(Severity::Info),
        Action::Group(Grouping::Rule),
    ]);
    let expected = Filter {
        hidden: vec![Severity::Info],
        search: "uid".to_owned(),
        grouping: Grouping::Rule,
    };
    assert_eq!(grouped.filter, expected);
}

#[wasm_bindgen_test]
fn clearing_the_filter_leaves_the_groups_alone() {
    let cleared = after([
        Action::Search("uid".to_owned()),
        Action::Toggle(Severity::Info),
        Action::Group(Grouping::Resource),
        Action::ShowMore,
        Action::ClearFilter,
    ]);
    let expected = state_with(|state| state.filter.grouping = Grouping::Resource);
    assert_eq!(*cleared, expected);
}

#[wasm_bindgen_test]
fn a_jump_shows_the_editor_with_the_file() {
    let jumped = after([
        Action::Files(files(), 1),
        Action::Show(View::Mesh),
        Action::Open(Dialog::Share),
        Action::Jump(place("g", 4)),
    ]);
    let expected = state_with(|state| {
        state.files = files();
        state.active = 2;
        state.view = View::Mesh;
        state.jump = Some(Jump {
            number: 0,
            location: place("g", 4),
        });
    });
    assert_eq!(*jumped, expected);
}

#[wasm_bindgen_test]
fn a_jump_to_a_file_that_was_closed_keeps_the_one_shown() {
    let jumped = after([Action::Files(files(), 4), Action::Jump(place("gone", 4))]);
    assert_eq!((jumped.active, &jumped.jump), (4, &None));
}

#[wasm_bindgen_test]
fn an_embedded_page_shows_no_half_that_it_lacks() {
    for (panes, pane) in [
        (&["findings", "mesh", "findings"][..], Pane::View),
        (&["editor"], Pane::Editor),
    ] {
        let embed = Embed::new(panes.iter().copied(), false);
        let state = Rc::new(State::new(Language::En, Theme::System, Some(embed)));
        assert_eq!(state.pane, pane);
        for action in [
            Action::ShowPane(Pane::Editor),
            Action::ShowFile(0),
            Action::Show(View::Findings),
            Action::Jump(place(FIRST_FILE, 4)),
        ] {
            assert_eq!(Rc::clone(&state).reduce(action).pane, pane);
        }
    }
    let embed = Embed::new(["findings", "mesh", "findings"], false);
    assert_eq!(embed.views, [View::Findings, View::Mesh]);
}

#[wasm_bindgen_test]
fn a_second_jump_to_one_place_is_another_jump() {
    let once = after([Action::Jump(place(FIRST_FILE, 4))]);
    let twice = Rc::clone(&once).reduce(Action::Jump(place(FIRST_FILE, 4)));
    assert_ne!(once.jump, twice.jump);
}

#[wasm_bindgen_test]
fn an_empty_text_folds_a_list_that_was_unfolded() {
    let unfolded = after([Action::ShowMore]);
    assert_eq!(unfolded.shown, 2 * PAGE);
    let report = unfolded.reduce(checked(1));
    assert_eq!(report.shown, 2 * PAGE);
    let blank = report.reduce(Action::Checked(input(2), Outcome::Blank));
    assert_eq!(blank.shown, PAGE);
}

#[wasm_bindgen_test]
fn a_word_is_said_and_taken_back() {
    let notice = Notice::Opened(3, 1);
    let said = after([Action::Say(Some(notice.clone()))]);
    assert_eq!(*said, state_with(|state| state.notice = Some(notice)));
    assert_eq!(*said.reduce(Action::Say(None)), *state());
}

#[wasm_bindgen_test]
fn an_update_is_offered() {
    let offered = after([Action::UpdateReady]);
    assert_eq!(*offered, state_with(|state| state.update = true));
}

#[wasm_bindgen_test]
fn the_next_file_is_one_with_entries_around_the_end() {
    let shown = |active| after([Action::Files(files(), active), checked(1)]);
    // All entries of the report are in f, whose id is 4.
    assert_eq!(shown(2).next_file(true), Some(4));
    assert_eq!(shown(1).next_file(false), Some(4));
    assert_eq!(shown(4).next_file(true), None);
}

#[wasm_bindgen_test]
fn names_of_views_lead_back_to_them() {
    for view in View::ALL {
        assert_eq!(View::from_name(view.name()), Some(view));
    }
    assert_eq!(View::from_name("editor"), None);
}
