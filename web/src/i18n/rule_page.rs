//! Words around the page of a rule.

use super::Language;

impl Language {
    pub(crate) fn data_plane(self, name: &str) -> &str {
        match name {
            "sidecar" => self.pick("sidecar", "Sidecar"),
            _ => name,
        }
    }

    pub(crate) fn rule_data_planes(self) -> &'static str {
        self.pick("Data plane", "数据平面")
    }

    pub(crate) fn rule_default_severity(self) -> &'static str {
        self.pick("Default severity", "默认严重程度")
    }

    pub(crate) fn rule_sources(self) -> &'static str {
        self.pick("Sources", "来源")
    }

    /// A list in a sentence.
    pub(crate) fn rule_list(self, parts: &[&str]) -> String {
        parts.join(self.pick(", ", "、"))
    }

    pub(crate) fn loading_rule(self) -> &'static str {
        self.pick("Loading the page of the rule…", "正在加载规则页面…")
    }

    pub(crate) fn rule_page_missing(self) -> &'static str {
        self.pick(
            "The page of this rule cannot be shown here. It may need a network the first time.",
            "无法在此显示该规则的页面。首次打开可能需要网络连接。",
        )
    }

    pub(crate) fn open_in_new_tab(self) -> &'static str {
        self.pick("Open in a new tab", "在新标签页中打开")
    }
}
