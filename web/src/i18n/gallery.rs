//! Words of the examples.

use super::Language;

impl Language {
    pub(crate) fn gallery(self) -> &'static str {
        self.pick("Examples", "示例")
    }

    pub(crate) fn loading_examples(self) -> &'static str {
        self.pick("Loading the examples…", "正在加载示例…")
    }

    pub(crate) fn search_examples(self) -> &'static str {
        self.pick("Search the examples", "搜索示例")
    }

    pub(crate) fn examples_of_rules(self) -> &'static str {
        self.pick("From the pages of the rules", "来自规则页面")
    }

    pub(crate) fn example_kind(self, fails: bool) -> &'static str {
        if fails {
            self.pick("is reported", "不通过")
        } else {
            self.pick("passes", "通过")
        }
    }
}
