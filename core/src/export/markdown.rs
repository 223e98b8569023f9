//! Markdown for an issue tracker. A manifest's text is shown as text, whatever markup it holds.

use super::{page, qualified};
use crate::{
    VERSION,
    i18n::{Lang, Text, say},
    report::{Location, Report, Severity, Summary},
};

/// A report as Markdown (GitHub's, which others mostly take): a heading, counts, findings, what is wrong with the
/// input, and what was skipped.
///
/// ```
/// use mesh_ready_core::{Input, Lang, Options, Settings, check, markdown};
///
/// let inputs = [Input { name: "a.yaml", bytes: b"a: [" }];
/// let report = check(&inputs, &Settings::default(), Options::default());
/// assert!(markdown(&report, Lang::En).starts_with("## mesh-ready "));
/// ```
pub fn markdown(report: &Report, lang: Lang) -> String {
    let Summary {
        resources,
        rules,
        errors,
        warnings,
        infos,
        suppressed,
        ignored,
    } = report.summary;
    let mut text = say!(lang,
        en: "## mesh-ready {VERSION}\n\nErrors: {errors}, warnings: {warnings}, infos: {infos}, suppressed: {suppressed}. Checked: {resources} resources by {rules} rules; ignored documents: {ignored}.\n",
        zh: "## mesh-ready {VERSION}\n\n错误 {errors} 个，警告 {warnings} 个，提示 {infos} 个，已抑制 {suppressed} 个。检查了 {resources} 个资源、{rules} 条规则；被忽略的文档 {ignored} 个。\n");
    for (title, is_suppressed) in [(FINDINGS, false), (SUPPRESSED, true)] {
        let findings = report.findings.iter();
        let mut found = findings
            .filter(|finding| finding.suppressed == is_suppressed)
            .peekable();
        heading(&mut text, title, lang, found.peek().is_some());
        for finding in found {
            item(&mut text, finding.severity, lang);
            text.extend(["[", finding.rule, "](", &page(&finding.docs), ") "]);
            place(&mut text, finding.location.as_ref());
            text.extend([
                &code(&format!(
                    "{} {}",
                    finding.resource.kind,
                    qualified(&finding.resource)
                )),
                " ",
            ]);
            text.extend([&inline(&finding.message), "  \n  ", &inline(&finding.help)]);
            if !finding.reason.is_empty() {
                text.extend(["  \n  ", REASON.get(lang), &inline(&finding.reason)]);
            }
            text.push('\n');
        }
    }
    heading(&mut text, INPUT, lang, !report.diagnostics.is_empty());
    for diagnostic in &report.diagnostics {
        item(&mut text, diagnostic.severity, lang);
        place(&mut text, diagnostic.location.as_ref());
        text.extend([&inline(&diagnostic.message), "\n"]);
    }
    heading(&mut text, SKIPPED, lang, !report.skipped.is_empty());
    for skipped in &report.skipped {
        text.extend(["- ", skipped.rule, " ", &inline(&skipped.reason), "\n"]);
    }
    text
}

const FINDINGS: Text = Text {
    en: "Findings",
    zh: "检查结果",
};
const SUPPRESSED: Text = Text {
    en: "Suppressed",
    zh: "已抑制",
};
const INPUT: Text = Text {
    en: "Problems of the input",
    zh: "输入的问题",
};
const SKIPPED: Text = Text {
    en: "Rules that did not run",
    zh: "未运行的规则",
};
const REASON: Text = Text {
    en: "Reason: ",
    zh: "原因：",
};

fn heading(text: &mut String, title: Text, lang: Lang, has_items: bool) {
    if has_items {
        text.extend(["\n### ", title.get(lang), "\n\n"]);
    }
}

fn item(text: &mut String, severity: Severity, lang: Lang) {
    let word = match severity {
        Severity::Error => Text {
            en: "error",
            zh: "错误",
        },
        Severity::Warning => Text {
            en: "warning",
            zh: "警告",
        },
        Severity::Info => Text {
            en: "info",
            zh: "提示",
        },
    };
    text.extend(["- **", word.get(lang), "** "]);
}

fn place(text: &mut String, location: Option<&Location>) {
    if let Some(location) = location {
        let Location {
            file, line, column, ..
        } = location;
        text.extend([&code(&format!("{file}:{line}:{column}")), " "]);
    }
}

/// Text as code on one line, whatever it holds.
fn code(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Next to a backtick a fence would not end; of spaces on both sides one is taken away again.
    let space = if longest > 0 { " " } else { "" };
    [&fence, space, &text, space, &fence].concat()
}

/// A message on one line: what stands between backticks is code, everything else is text.
fn inline(message: &str) -> String {
    let mut shown = String::with_capacity(message.len() + 16);
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('`') {
        escape(&mut shown, before);
        rest = match after.split_once('`') {
            Some((inside, after)) if !inside.is_empty() => {
                shown.push_str(&code(inside));
                after
            }
            _ => {
                shown.push_str("\\`");
                after
            }
        };
    }
    escape(&mut shown, rest);
    shown
}

/// Writes text so that nothing in it is markup, a mention, a reference or a link.
fn escape(shown: &mut String, text: &str) {
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let is_markup = match character {
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' => true,
            ':' => text[at..].starts_with("://"),
            '.' => before.eq_ignore_ascii_case(&'w'),
            _ => false,
        };
        if is_markup {
            shown.push('\\');
        }
        shown.push(if character.is_control() {
            ' '
        } else {
            character
        });
        if matches!(character, '@' | '#') {
            // Trackers look for mentions in what is shown; a space without width keeps them from it.
            shown.push('\u{200b}');
        }
        before = character;
    }
}
