//! `mesh-ready explain` and `mesh-ready rules`.

use crate::dir::{Dir, must};
use mesh_ready_core::{Lang, catalogue};
use std::fs;
use std::path::Path;

/// A rule's page as the repository has it.
fn page(docs: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(docs);
    must(fs::read_to_string(path))
}

#[test]
fn every_page_is_printed_as_it_is() {
    let dir = Dir::new("explain");
    for lang in Lang::ALL {
        for rule in catalogue(lang) {
            let run = dir.run(&format!("explain {} --lang {}", rule.id, lang.tag()));
            assert_eq!(
                (run.status, run.stdout, run.stderr.as_str()),
                (Some(0), page(&rule.docs), "")
            );
        }
    }
}

#[test]
fn a_rule_has_a_name_and_letters_have_no_case() {
    let dir = Dir::new("explain-names");
    let expected = page("docs/rules/MR103.en.md");
    for word in ["MR103", "mr103", "reserved-uid", "Reserved-UID"] {
        assert_eq!(
            dir.run(&format!("explain {word}")).stdout,
            expected,
            "{word}"
        );
    }
}

#[test]
fn an_unknown_rule_has_its_neighbours_named() {
    let dir = Dir::new("explain-unknown");
    let name = dir.run("explain reserved-udi");
    assert_eq!((name.status, name.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        name.stderr,
        "error: there is no rule `reserved-udi`\n |\n \
         = help: the nearest are MR103 (reserved-uid), MR104 (reserved-gid); \
         `mesh-ready rules` lists all\n\n"
    );
    let id = dir.run("explain mr1O3"); // The letter O.
    assert!(
        id.stderr.contains("the nearest are MR103 (reserved-uid), "),
        "{id:?}"
    );
    let nothing = dir.run("explain --lang zh-CN xyz");
    assert_eq!(
        nothing.stderr,
        "错误: 没有规则 `xyz`\n |\n = 帮助: `mesh-ready rules` 会列出所有规则\n\n"
    );
}

#[test]
fn a_terminal_shows_a_page_without_its_markup() {
    let dir = Dir::new("explain-terminal");
    let forced = [("CLICOLOR_FORCE", "1")];
    let run = dir.run_with("explain MR103", "", &forced);
    assert!(
        run.stdout
            .starts_with("\u{1b}[1mMR103 reserved-uid\u{1b}[0m\n\nA container "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("settings (docs/settings.md)"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("```"), "{}", run.stdout);
    let forbidden = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert_eq!(
        dir.run_with("explain MR103", "", &forbidden).stdout,
        page("docs/rules/MR103.en.md")
    );
}

#[test]
fn every_rule_is_listed() {
    let dir = Dir::new("rules");
    for lang in Lang::ALL {
        let run = dir.run(&format!("rules --lang {}", lang.tag()));
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
        let lines: Vec<_> = run.stdout.lines().collect();
        let rules = catalogue(lang);
        assert_eq!(lines.len(), rules.len());
        for (line, rule) in lines.iter().zip(rules) {
            let start = format!("{}  {:7}  {} ", rule.id, rule.severity.word(), rule.name);
            assert!(
                line.starts_with(&start) && line.ends_with(rule.title),
                "{line}"
            );
        }
    }
    let text = dir.run("rules").stdout;
    assert!(
        text.contains("\nMR108  info     version-label              sidecar, ambient  A pod "),
        "{text}"
    );
}

#[test]
fn the_list_as_json_is_that_of_the_module() {
    let dir = Dir::new("rules-json");
    for lang in Lang::ALL {
        let run = dir.run(&format!("rules --format json --lang {}", lang.tag()));
        assert_eq!(run.status, Some(0));
        let expected = serde_json::json!({
            "version": mesh_ready_core::VERSION,
            "rules": catalogue(lang),
        });
        assert_eq!(run.json(), expected);
        assert!(
            run.stdout.starts_with("{\n  \"version\": "),
            "{}",
            run.stdout
        );
    }
}
