//! The rule pages say what the rules do: their examples are checked, and both languages show the same ones.
//!
//! In an example that fails, `#! MR103 error` at the end of a line is a finding that must be reported there, and
//! there are no others. In an example that passes, the page's rule reports nothing. A first line
//! `#: {cni: true}` has the settings of an example.

use mesh_ready_core::report::Finding;
use mesh_ready_core::settings::{DataPlane, Settings};
use mesh_ready_core::{Input, Lang, Options, RuleInfo, Severity, catalogue, check};
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

    /// What stands before the first section.
    fn head(&self) -> &str {
        self.text.split("\n## ").next().unwrap_or_default()
    }

    /// The line that begins with some words.
    fn line_of(&self, words: &str) -> &str {
        let mut lines = self.text.lines();
        lines
            .find(|line| line.starts_with(words))
            .unwrap_or_default()
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

/// The settings of an example under which only one rule runs; for the rule that looks at what silences the others,
/// these run too.
fn settings(rule: &RuleInfo, manifest: &str, lang: Lang) -> Settings {
    let others = catalogue(lang)
        .into_iter()
        .filter(|other| other.id != rule.id && rule.id != "MR001");
    let off: Vec<_> = others.map(|other| format!("{}: off", other.id)).collect();
    let first = manifest.lines().next().unwrap_or_default();
    let own = first
        .strip_prefix("#: {")
        .and_then(|rest| rest.strip_suffix('}'));
    let own = own.map_or(String::new(), |fields| format!("{fields}, "));
    let text = format!("{{{own}rules: {{{}}}}}", off.join(", "));
    let settings = Settings::parse("settings.yaml", text.as_bytes(), lang);
    assert!(settings.is_ok(), "{settings:?}\n{manifest}");
    settings.unwrap_or_default()
}

/// What one rule finds in a manifest and nothing silences.
fn findings(rule: &RuleInfo, manifest: &str, lang: Lang) -> Vec<Finding> {
    let settings = settings(rule, manifest, lang);
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
    let findings = report.findings.into_iter();
    findings.filter(|finding| !finding.suppressed).collect()
}

/// Lines of findings, with rule and severity.
fn places(findings: &[Finding]) -> BTreeSet<(u32, String)> {
    let place = |finding: &Finding| {
        let line = finding.location.as_ref().map_or(0, |at| at.line);
        (
            line,
            format!("{} {}", finding.rule, finding.severity.word()),
        )
    };
    findings.iter().map(place).collect()
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
    let index = ["docs/rules/README.md", "docs/rules/README.zh-CN.md"].map(str::to_owned);
    let mut expected: Vec<String> = pages().map(|(rule, _)| rule.docs).chain(index).collect();
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
fn every_rule_has_its_file_and_every_file_its_rule() {
    let expected: BTreeSet<String> = catalogue(Lang::En)
        .iter()
        .map(|rule| {
            format!(
                "{}_{}.rs",
                rule.id.to_lowercase(),
                rule.name.replace('-', "_")
            )
        })
        .collect();
    let found: BTreeSet<String> = fs::read_dir(repository().join("core/src/rules"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| {
            name.strip_prefix("mr")
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_page_has_the_same_parts() {
    let mut wrong = Vec::new();
    for (rule, page) in pages() {
        let head = page.head();
        let stop = page.local((".", "。"));
        let severity = page.local(("Severity: ", "严重程度："));
        let other = if page.lang == Lang::En {
            Lang::ZhCn
        } else {
            Lang::En
        };
        let heads = [
            format!("# {} {}\n\n", rule.id, rule.name),
            format!("\n\n{}{stop}\n\n", rule.title),
            format!("({}.{}.md)", rule.id, other.tag()),
        ];
        for expected in heads.iter().filter(|expected| !head.contains(*expected)) {
            wrong.push(format!("{}: its head lacks {expected:?}", rule.docs));
        }
        let line = page.line_of(severity);
        let first = [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .filter_map(|severity| {
                let word = format!("`{}`", severity.word());
                Some((line.find(&word)?, severity))
            })
            .min()
            .map(|(_, severity)| severity);
        if first != Some(rule.severity) {
            wrong.push(format!(
                "{}: the first severity is {first:?}, not {:?}",
                rule.docs, rule.severity
            ));
        }
        for (plane, name) in [
            (DataPlane::Sidecar, "sidecar"),
            (DataPlane::Ambient, "ambient"),
        ] {
            let is_named = line.contains(name);
            if is_named != rule.data_planes.contains(&plane) {
                wrong.push(format!("{}: {name} is said wrongly", rule.docs));
            }
        }
        let sections = SECTIONS.map(|section| page.local(section));
        if page.headings() != sections {
            wrong.push(format!("{}: its sections are not {sections:?}", rule.docs));
        }
        for section in SECTIONS {
            if page.section(section).trim().is_empty() {
                wrong.push(format!("{}: {} is empty", rule.docs, page.local(section)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_that_fail_report_what_they_say() {
    let mut wrong = Vec::new();
    for (rule, page) in pages() {
        let examples = page.examples(FAILS);
        if examples.is_empty() {
            wrong.push(format!("{}: no example fails", rule.docs));
        }
        for example in examples {
            let expected = expected(example);
            let found = findings(&rule, example, page.lang);
            let places = places(&found);
            if places != expected {
                wrong.push(format!("{}: found {places:?}, not {expected:?}", rule.docs));
            }
            if !expected.iter().any(|(_, what)| what.starts_with(rule.id)) {
                wrong.push(format!("{}: an example expects nothing of it", rule.docs));
            }
            for finding in found {
                assert_eq!((finding.name, &finding.docs), (rule.name, &rule.docs));
                let word = format!("`{}`", finding.severity.word());
                if !page.head().contains(&word) {
                    wrong.push(format!("{}: its head lacks {word}", rule.docs));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_that_pass_report_nothing() {
    let mut wrong = Vec::new();
    for (rule, page) in pages() {
        let examples = page.examples(PASSES);
        if examples.is_empty() {
            wrong.push(format!("{}: no example passes", rule.docs));
        }
        for example in examples {
            let places = places(&findings(&rule, example, page.lang));
            if !places.is_empty() {
                wrong.push(format!("{}: found {places:?}", rule.docs));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
