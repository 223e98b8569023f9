//! Words of the findings.

use super::{Language, count};
use crate::report::{Location, Report, Severity, Summary};
use crate::state::Grouping;
use std::fmt::Display;

impl Language {
    pub(crate) fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.pick("Error", "错误"),
            Severity::Warning => self.pick("Warning", "警告"),
            Severity::Info => self.pick("Info", "提示"),
        }
    }

    /// A number of entries of one severity.
    pub(crate) fn amount(self, severity: Severity, number: usize) -> String {
        let en = match severity {
            Severity::Error => count(number, "error", "errors"),
            Severity::Warning => count(number, "warning", "warnings"),
            Severity::Info => count(number, "info", "infos"),
        };
        let zh_cn = format!("{number} 个{}", self.severity(severity));
        self.pick(en, zh_cn)
    }

    /// How many entries there are of which severity, in one line.
    pub(crate) fn headline(self, report: &Report) -> String {
        let amounts: Vec<_> = Severity::ALL
            .into_iter()
            .map(|severity| (severity, report.count(severity)))
            .filter(|(_, number)| *number > 0)
            .map(|(severity, number)| self.amount(severity, number))
            .collect();
        if amounts.is_empty() {
            self.nothing_found().to_owned()
        } else {
            self.listed(&amounts)
        }
    }

    /// Several amounts in one line.
    pub(crate) fn listed(self, amounts: &[String]) -> String {
        amounts.join(self.pick(", ", "，"))
    }

    pub(crate) fn nothing_found(self) -> &'static str {
        self.pick("No findings", "未发现问题")
    }

    pub(crate) fn nothing_found_means(self, but_suppressed: bool) -> &'static str {
        if but_suppressed {
            self.pick(
                "Of the requirements that were checked, these manifests miss only what is suppressed.",
                "在已检查的要求中，这些清单未满足的均已被抑制。",
            )
        } else {
            self.pick(
                "These manifests meet every requirement that was checked.",
                "这些清单满足所有已检查的要求。",
            )
        }
    }

    pub(crate) fn no_resources(self) -> &'static str {
        self.pick(
            "No Kubernetes object was found, so there was nothing to check.",
            "未找到 Kubernetes 对象，因此没有可检查的内容。",
        )
    }

    /// What was checked.
    pub(crate) fn scope(self, summary: &Summary) -> String {
        let Summary {
            resources, rules, ..
        } = *summary;
        self.pick(
            format!(
                "{}, {}",
                count(resources, "resource", "resources"),
                count(rules, "rule", "rules")
            ),
            format!("{resources} 个资源，{rules} 条规则"),
        )
    }

    /// Which rules were not.
    pub(crate) fn skipped<'a>(self, rules: impl ExactSizeIterator<Item = &'a str>) -> String {
        let number = rules.len();
        let rules = rules.collect::<Vec<_>>().join(self.pick(", ", "、"));
        self.pick(
            format!("{number} skipped: {rules}"),
            format!("跳过 {number} 条：{rules}"),
        )
    }

    /// What stands between two parts of a sentence.
    pub(crate) fn clause(self) -> &'static str {
        self.pick("; ", "；")
    }

    pub(crate) fn ignored(self, documents: usize) -> String {
        self.pick(
            format!(
                "{} no Kubernetes object, ignored",
                if documents == 1 {
                    "1 document is".to_owned()
                } else {
                    format!("{documents} documents are")
                }
            ),
            format!("已忽略 {documents} 个不是 Kubernetes 对象的文档"),
        )
    }

    pub(crate) fn suppressed(self, findings: usize) -> String {
        self.pick(
            format!("{findings} suppressed"),
            format!("已抑制 {findings} 项"),
        )
    }

    pub(crate) fn input(self) -> &'static str {
        self.pick("Input", "输入")
    }

    pub(crate) fn line(self, line: impl Display) -> String {
        self.pick(format!("line {line}"), format!("第 {line} 行"))
    }

    /// A place in the text, with its file where there are several.
    pub(crate) fn place(self, place: &Location, names_file: bool) -> String {
        let line = self.line(place.line);
        if names_file {
            let file = &place.file;
            self.pick(format!("{file}, {line}"), format!("{file} {line}"))
        } else {
            line
        }
    }

    pub(crate) fn related(self) -> &'static str {
        self.pick("Related", "相关")
    }

    pub(crate) fn show_more(self, entries: usize) -> String {
        self.pick(
            format!("Show {entries} more"),
            format!("再显示 {entries} 项"),
        )
    }

    pub(crate) fn stop(self) -> &'static str {
        self.pick("Stop", "停止")
    }

    pub(crate) fn checking(self) -> &'static str {
        self.pick("Checking…", "正在检查…")
    }

    // What narrows the list.

    pub(crate) fn severities(self) -> &'static str {
        self.pick("Severities that are shown", "显示的严重程度")
    }

    pub(crate) fn search_findings(self) -> &'static str {
        self.pick("Search the findings", "搜索检查结果")
    }

    pub(crate) fn grouping_label(self) -> &'static str {
        self.pick("Order of the findings", "检查结果的排列方式")
    }

    pub(crate) fn grouping(self, grouping: Grouping) -> &'static str {
        match grouping {
            Grouping::Place => self.pick("By place", "按位置"),
            Grouping::Resource => self.pick("By resource", "按资源"),
            Grouping::Rule => self.pick("By rule", "按规则"),
        }
    }

    /// How much of the list is drawn.
    pub(crate) fn shown(self, shown: usize, total: usize) -> String {
        self.pick(
            format!("{shown} of {total} shown"),
            format!("显示 {shown} 项，共 {total} 项"),
        )
    }

    pub(crate) fn clear_filter(self) -> &'static str {
        self.pick("Show all", "全部显示")
    }

    pub(crate) fn all_filtered(self, total: usize) -> String {
        self.pick(
            if total == 1 {
                "There is 1 finding, which the severities or the search above leave out.".to_owned()
            } else {
                format!(
                    "There are {total} findings, all of which the severities or the search above leave out."
                )
            },
            format!("共有 {total} 项检查结果，但全部被上方的严重程度选择或搜索条件排除。"),
        )
    }

    // What a finding offers.

    pub(crate) fn about_rule(self, rule: &str) -> String {
        self.pick(format!("About {rule}"), format!("了解 {rule}"))
    }

    /// Before the title of a fix.
    pub(crate) fn preview(self) -> &'static str {
        self.pick("Preview: ", "预览：")
    }

    pub(crate) fn apply_safe_fixes(self, number: usize) -> String {
        self.pick(
            format!("Apply {}…", count(number, "safe fix", "safe fixes")),
            format!("应用 {number} 项安全修复…"),
        )
    }

    /// Why the manifests silence a finding, in their words.
    pub(crate) fn suppressed_because(self) -> &'static str {
        self.pick("Suppressed: ", "抑制原因：")
    }

    pub(crate) fn suppressed_without_reason(self) -> &'static str {
        self.pick("Suppressed without a reason", "抑制时未说明原因")
    }
}
