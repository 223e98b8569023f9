//! `docs/rules/README.md` and its translation: the index of the rules, made from the catalogue and the fixtures.
//! `make rules-table` writes both anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Lang, Options, RuleInfo, catalogue, check};
use mesh_ready_tests::{Fixture, fixtures, repository};
use std::{collections::BTreeSet, env, fmt::Write, fs};

/// Kinds with a pod template, as manifests write them.
const WORKLOADS: [&str; 9] = [
    "Pod",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "DeploymentConfig",
];

/// The words of a page.
struct Words {
    file: &'static str,
    before: &'static str,
    after: &'static str,
    yes: &'static str,
}

const ENGLISH: Words = Words {
    file: "docs/rules/README.md",
    before: "\
# Rules

[简体中文](README.zh-CN.md)

Each rule has a page: what it checks, why, an example that fails and one that passes, exceptions, how to fix it.

| id | name | severity | reports | fires | silent | kinds | fix | pages |
|---|---|---|---|---|---|---|---|---|
",
    after: "
- severity: the worst that the rule reports by default; its page says when it reports less. Settings can
  [change it](../settings.md#rules).
- fires: findings that the rule's [fixtures](../../tests/fixtures/README.md) expect.
- silent: fixtures in which it must find nothing: near misses and exceptions.
- kinds: kinds of workload, of 9, in the fixtures in which it fires; `–` where there is none, for a rule on other objects.
- fix: a change of the manifest comes with findings of the rule.

This page is made from the rules and their fixtures: `make rules-table` writes it.
",
    yes: "yes",
};

const CHINESE: Words = Words {
    file: "docs/rules/README.zh-CN.md",
    before: "\
# 规则

[English](README.md)

每条规则都有自己的页面：检查内容、原因、不通过与通过的示例、例外，以及修复方法。

| 编号 | 名称 | 严重程度 | 报告内容 | 触发 | 不触发 | 种类 | 修复 | 页面 |
|---|---|---|---|---|---|---|---|---|
",
    after: "
- 严重程度：规则默认报告的最高一级；何时较低见其页面。可在[设置](../settings.zh-CN.md#rules)中修改。
- 触发：规则的[用例](../../tests/fixtures/README.md)中预期的问题数。
- 不触发：规则不得报告任何问题的用例数，即相近但正确的写法与例外。
- 种类：触发该规则的用例中出现的工作负载种类数，共 9 种；`–` 表示没有工作负载，规则针对的是其他对象。
- 修复：规则的问题附带对清单的修改。

本页由规则及其用例生成：`make rules-table` 会重新写出。
",
    yes: "有",
};

/// Whether a finding of the rule comes with a fix.
fn has_fix(rule: &RuleInfo, fixture: &Fixture) -> bool {
    let input = Input {
        name: &fixture.name,
        bytes: fixture.text.as_bytes(),
    };
    let report = check(&[input], &fixture.focused_settings(), Options::default());
    let mut findings = report.findings.iter();
    findings.any(|finding| finding.rule == rule.id && finding.fix.is_some())
}

/// The kinds of workload in a fixture.
fn kinds(fixture: &Fixture) -> impl Iterator<Item = &'static str> {
    let words = fixture.text.lines().filter_map(|line| {
        let line = line.trim_start_matches(['-', ' ']);
        line.strip_prefix("kind: ")?.split_whitespace().next()
    });
    words.filter_map(|word| WORKLOADS.into_iter().find(|kind| *kind == word))
}

fn row(rule: &RuleInfo, fixtures: &[Fixture], words: &Words) -> String {
    let own = fixtures.iter().filter(|fixture| fixture.rule == rule.id);
    let (mut fires, mut silent, mut seen) = (0, 0, BTreeSet::new());
    let mut fix = false;
    for fixture in own {
        let expected = fixture.expected.iter();
        match expected.filter(|expected| expected.rule == rule.id).count() {
            0 => silent += 1,
            findings => {
                fires += findings;
                seen.extend(kinds(fixture));
                fix |= has_fix(rule, fixture);
            }
        }
    }
    let RuleInfo {
        id, name, title, ..
    } = rule;
    let severity = rule.severity.word();
    let seen = match seen.len() {
        0 => "–".to_owned(),
        kinds => kinds.to_string(),
    };
    let fix = if fix { words.yes } else { "–" };
    let page = rule.docs.rsplit('/').next().unwrap_or_default();
    let pages: Vec<String> = Lang::ALL
        .into_iter()
        .map(|lang| (lang.tag(), format!("{id}.{}.md", lang.tag())))
        .filter(|(_, page)| repository().join("docs/rules").join(page).is_file())
        .map(|(tag, page)| format!("[{tag}]({page})"))
        .collect();
    let pages = pages.join(" ");
    format!(
        "| [{id}]({page}) | {name} | {severity} | {title} | {fires} | {silent} | {seen} | {fix} | {pages} |\n"
    )
}

#[test]
fn the_index_of_the_rules_is_up_to_date() {
    let fixtures = fixtures();
    let mut stale = String::new();
    for (lang, words) in [(Lang::En, &ENGLISH), (Lang::ZhCn, &CHINESE)] {
        let rules = catalogue(lang);
        let rows: String = rules
            .iter()
            .map(|rule| row(rule, &fixtures, words))
            .collect();
        let page = format!("{}{rows}{}", words.before, words.after);
        let path = repository().join(words.file);
        if env::var_os("WRITE_RULES_TABLE").is_some() {
            fs::write(&path, &page).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != page {
            let _ = writeln!(
                stale,
                "{} is not what the rules and fixtures say",
                words.file
            );
        }
    }
    assert!(stale.is_empty(), "{stale}run `make rules-table`");
}
