//! Words of what fixes change.

use super::{Language, count};

impl Language {
    pub(crate) fn safe_fix(self) -> &'static str {
        self.pick(
            "Safe: it changes nothing but what the rule is about.",
            "安全：只改变规则所针对的内容。",
        )
    }

    pub(crate) fn offered_fix(self) -> &'static str {
        self.pick(
            "Look first: it may change what the application does, or hold a value that only you can confirm.",
            "请先过目：它可能改变应用的行为，或含有只有您能确认的值。",
        )
    }

    pub(crate) fn safe_fixes(self) -> &'static str {
        self.pick(
            "Safe fixes change nothing but what their rules are about.",
            "安全修复只改变规则所针对的内容。",
        )
    }

    pub(crate) fn offered_fixes(self) -> &'static str {
        self.pick(
            "Look first: some of these may change what the application does, or hold a value that only you can confirm.",
            "请先过目：其中一些可能改变应用的行为，或含有只有您能确认的值。",
        )
    }

    pub(crate) fn apply_fix(self) -> &'static str {
        self.pick("Apply", "应用")
    }

    pub(crate) fn apply_fixes(self, number: usize) -> String {
        self.pick(
            format!("Apply {}", count(number, "fix", "fixes")),
            format!("应用 {number} 项修复"),
        )
    }

    pub(crate) fn cancel_fix(self) -> &'static str {
        self.pick("Cancel", "取消")
    }

    /// Why a fix cannot be applied now.
    pub(crate) fn text_has_changed(self) -> &'static str {
        self.pick(
            "The text has changed since this was made. It can be applied after the next check.",
            "在此之后文本已更改，须待下一次检查后才能应用。",
        )
    }

    /// Why a fix cannot be applied any more.
    pub(crate) fn fix_is_gone(self) -> &'static str {
        self.pick(
            "The manifests have changed, and this fix no longer applies.",
            "清单已更改，此修复不再适用。",
        )
    }

    pub(crate) fn preparing_fixes(self) -> &'static str {
        self.pick("Preparing the fixes…", "正在准备修复…")
    }

    pub(crate) fn offered_fixes_too(self) -> &'static str {
        self.pick("Also fixes to look at first", "同时包括需要先过目的修复")
    }

    pub(crate) fn no_fixes(self, all: bool) -> &'static str {
        if all {
            self.pick("There is nothing to fix.", "没有可应用的修复。")
        } else {
            self.pick("There is no safe fix.", "没有安全的修复。")
        }
    }

    pub(crate) fn fixes_in_files(self, number: usize, files: usize) -> String {
        self.pick(
            format!(
                "{} in {}",
                count(number, "fix", "fixes"),
                count(files, "file", "files")
            ),
            format!("{files} 个文件中的 {number} 项修复"),
        )
    }

    /// How many entries of a list are not there.
    pub(crate) fn and_more_fixes(self, number: usize) -> String {
        self.pick(
            format!("and {number} more"),
            format!("以及另外 {number} 项"),
        )
    }

    // Lines that change.

    pub(crate) fn lines_changed(self, added: usize, removed: usize) -> String {
        self.pick(
            format!("{} added, {removed} removed", count(added, "line", "lines")),
            format!("新增 {added} 行，删除 {removed} 行"),
        )
    }

    pub(crate) fn added_line(self) -> &'static str {
        self.pick("Added: ", "新增：")
    }

    pub(crate) fn removed_line(self) -> &'static str {
        self.pick("Removed: ", "删除：")
    }

    pub(crate) fn begins_at_line(self, line: usize) -> String {
        self.pick(format!("From line {line}"), format!("从第 {line} 行起"))
    }

    pub(crate) fn lines_left_out(self, number: usize) -> String {
        self.pick(
            format!(
                "{} of this comparison left out. All of it is applied.",
                count(number, "more line", "more lines")
            ),
            format!("此对比另有 {number} 行未显示，但会全部应用。"),
        )
    }
}
