//! The rule pages say what the rules do: their examples are checked, and both languages show the same ones.
//!
//! In an example that fails, `#! MR103 error` at the end of a line is a finding that must be reported there, and
//! there are no others. In an example that passes, the page's rule reports nothing.

use mesh_ready_core::report::Finding;
use mesh_ready_core::settings::{DataPlane, Settings};
use mesh_ready_core::{Input, Lang, Options, RuleInfo, catalogue, check};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The sections of every page, in order.
const SECTIONS: [(&str, &str); 8] = [
    ("What it checks", "检查内容"),
    ("Why", "原因"),
    (FAILS.0, FAILS.1),
    (PASSES.0, PASSES.1),
    ("Exceptions", "例外"),
    ("How to fix", "修复方法"),
    ("Settings", "设置"),
    ("istioctl equivalent", "istioctl 中的对应项"),
];
const FAILS: (&str, &str) = ("Example that fails", "不通过的示例");
const PASSES: (&str, &str) = ("Example that passes", "通过的示例");

struct Page {
    lang: Lang,
    path: PathBuf,
    text: String,
}

impl Page {
    fn of(rule: &RuleInfo, lang: Lang) -> Self {
        let path = repository().join(&rule.docs);
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            !text.is_empty(),
            "{} has no page {}",
            rule.id,
            path.display()
        );
        Self { lang, path, text }
    }

    fn local(&self, texts: (&'static str, &'static str)) -> &'static str {
        if self.lang == Lang::En {
            texts.0
        } else {
            texts.1
        }
    }

    fn headings(&self) -> Vec<&str> {
        self.text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect()
    }

    fn section(&self, title: (&'static str, &'static str)) -> &str {
        let heading = format!("\n## {}\n", self.local(title));
        let rest = self.text.split_once(&heading).map_or("", |(_, rest)| rest);
        rest.split("\n## ").next().unwrap_or_default()
    }

    /// The YAML blocks of a section.
    fn examples(&self, title: (&'static str, &'static str)) -> Vec<&str> {
        let blocks = self.section(title).split("```yaml\n").skip(1);
        blocks
            .filter_map(|block| block.split_once("```"))
            .map(|(code, _)| code)
            .collect()
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn pages() -> impl Iterator<Item = (RuleInfo, Page)> {
    Lang::ALL.into_iter().flat_map(|lang| {
        catalogue(lang).into_iter().map(move |rule| {
            let page = Page::of(&rule, lang);
            (rule, page)
        })
    })
}

/// What one rule alone finds in a manifest: line, rule and severity.
fn findings(rule: &RuleInfo, manifest: &str, lang: Lang) -> BTreeSet<(u32, String)> {
    let others = catalogue(lang)
        .into_iter()
        .filter(|other| other.id != rule.id);
    let off: Vec<_> = others.map(|other| format!("{}: off", other.id)).collect();
    let settings = format!("rules: {{{}}}", off.join(", "));
    let settings = Settings::parse("settings.yaml", settings.as_bytes(), lang).unwrap_or_default();
    let input = Input {
        name: "example.yaml",
        bytes: manifest.as_bytes(),
    };
    let report = check(
        &[input],
        &settings,
        Options {
            lang,
            ..Options::default()
        },
    );
    assert_eq!(report.diagnostics, [], "{manifest}");
    assert!(
        report.summary.resources > 0,
        "nothing was checked:\n{manifest}"
    );
    let line = |finding: &Finding| {
        finding
            .location
            .as_ref()
            .map_or(0, |location| location.line)
    };
    report
        .findings
        .iter()
        .map(|finding| {
            (
                line(finding),
                format!("{} {}", finding.rule, finding.severity.word()),
            )
        })
        .collect()
}

/// What the comments of a manifest say that it finds.
fn expected(manifest: &str) -> BTreeSet<(u32, String)> {
    (1..)
        .zip(manifest.lines())
        .filter_map(|(number, line)| Some((number, line.split_once("#! ")?.1.to_owned())))
        .collect()
}

#[test]
fn every_rule_has_its_pages_and_every_page_its_rule() {
    let mut expected: Vec<String> = pages().map(|(rule, _)| rule.docs).collect();
    expected.sort_unstable();
    let mut found: Vec<String> = fs::read_dir(repository().join("docs/rules"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| format!("docs/rules/{}", entry.file_name().to_string_lossy()))
        .collect();
    found.sort_unstable();
    assert!(!found.is_empty());
    assert_eq!(found, expected);
}

#[test]
fn every_page_has_the_same_sections() {
    for (rule, page) in pages() {
        let path = page.path.display();
        assert!(
            page.text
                .starts_with(&format!("# {} {}\n", rule.id, rule.name)),
            "{path}"
        );
        assert_eq!(
            page.headings(),
            SECTIONS.map(|section| page.local(section)),
            "{path}"
        );
        for section in SECTIONS {
            assert!(
                !page.section(section).trim().is_empty(),
                "{path}: {}",
                section.0
            );
        }
        let head = page.text.split("\n## ").next().unwrap_or_default();
        assert!(
            head.contains(&format!("`{}`", rule.severity.word())),
            "{path} does not name the severity"
        );
        for (plane, name) in [
            (DataPlane::Sidecar, "sidecar"),
            (DataPlane::Ambient, "ambient"),
        ] {
            assert_eq!(
                head.contains(name),
                rule.data_planes.contains(&plane),
                "{path}: {name}"
            );
        }
        let other = if page.lang == Lang::En {
            Lang::ZhCn
        } else {
            Lang::En
        };
        assert!(
            head.contains(&format!("({}.{}.md)", rule.id, other.tag())),
            "{path} does not link its translation"
        );
    }
}

#[test]
fn examples_that_fail_report_what_they_say() {
    for (rule, page) in pages() {
        let examples = page.examples(FAILS);
        assert!(!examples.is_empty(), "{}", page.path.display());
        for example in examples {
            let expected = expected(example);
            assert!(
                expected.iter().any(|(_, what)| what.starts_with(rule.id)),
                "{}",
                page.path.display()
            );
            assert_eq!(
                findings(&rule, example, page.lang),
                expected,
                "{}\n{example}",
                page.path.display()
            );
        }
    }
}

#[test]
fn examples_that_pass_report_nothing() {
    for (rule, page) in pages() {
        let examples = page.examples(PASSES);
        assert!(!examples.is_empty(), "{}", page.path.display());
        for example in examples {
            assert_eq!(
                findings(&rule, example, page.lang),
                BTreeSet::new(),
                "{}\n{example}",
                page.path.display()
            );
        }
    }
}

#[test]
fn both_languages_show_the_same_examples() {
    for (english, chinese) in catalogue(Lang::En).iter().zip(&catalogue(Lang::ZhCn)) {
        let (english, chinese) = (Page::of(english, Lang::En), Page::of(chinese, Lang::ZhCn));
        for section in [FAILS, PASSES] {
            assert_eq!(
                english.examples(section),
                chinese.examples(section),
                "{}",
                english.path.display()
            );
        }
    }
}
