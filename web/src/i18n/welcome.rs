//! Words of the page before anything is checked.

use super::Language;

impl Language {
    pub(crate) fn welcome(self) -> &'static str {
        self.pick("Will it work in the mesh?", "它能在网格中正常工作吗？")
    }

    pub(crate) fn welcome_means(self) -> &'static str {
        self.pick(
            "Paste manifests into the editor, or start from an example. Findings appear as you type.",
            "在编辑器中粘贴清单，或从示例开始。检查结果会随输入即时显示。",
        )
    }

    pub(crate) fn nothing_to_check(self) -> &'static str {
        self.pick("There are no manifests here.", "这里没有清单。")
    }

    /// What helps to get a good answer.
    pub(crate) fn advice(self) -> [&'static str; 3] {
        self.pick(
            [
                "Paste Services together with their workloads: most requirements concern both.",
                "Add the Namespace if you can. One that is not there is taken to inject sidecars.",
                "`# mesh-ready: ignore MR107` at the end of a line silences that rule there.",
            ],
            [
                "请将 Service 与其工作负载一并粘贴：大多数要求同时涉及两者。",
                "最好也加上 Namespace。未提供的命名空间视为已启用 Sidecar 注入。",
                "在行尾写上 `# mesh-ready: ignore MR107`，即可在该处抑制这条规则。",
            ],
        )
    }
}
