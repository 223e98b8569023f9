//! Words of the settings; what fields mean is the module's to say.

use super::Language;

impl Language {
    pub(crate) fn settings_mean(self) -> &'static str {
        self.pick(
            "They are the same for this page, for the command line and for the policy in a cluster.",
            "此页面、命令行和集群中的策略使用相同的设置。",
        )
    }

    pub(crate) fn policy_settings(self) -> &'static str {
        self.pick("For the policy only", "仅用于策略")
    }

    pub(crate) fn reset(self) -> &'static str {
        self.pick("Reset", "重置")
    }

    pub(crate) fn reset_field(self, name: &str) -> String {
        self.pick(format!("Reset {name}"), format!("重置 {name}"))
    }

    pub(crate) fn own_severity(self, severity: &str) -> String {
        self.pick(
            format!("as the rule says ({severity})"),
            format!("按规则（{severity}）"),
        )
    }

    pub(crate) fn list_hint(self) -> &'static str {
        self.pick("separated by commas", "以逗号分隔")
    }

    pub(crate) fn settings_as_yaml(self) -> &'static str {
        self.pick("As YAML", "YAML 形式")
    }

    pub(crate) fn settings_as_yaml_means(self) -> &'static str {
        self.pick(
            "What differs from the defaults. `mesh-ready check --config mesh-ready.yaml` reads it.",
            "与默认值不同的部分，可由 `mesh-ready check --config mesh-ready.yaml` 读取。",
        )
    }

    pub(crate) fn all_defaults(self) -> &'static str {
        self.pick("Every setting has its default.", "所有设置均为默认值。")
    }

    pub(crate) fn open_settings(self) -> &'static str {
        self.pick("Open the settings", "打开设置")
    }

    pub(crate) fn import_settings(self) -> &'static str {
        self.pick("Read settings from YAML", "从 YAML 读取设置")
    }

    pub(crate) fn apply(self) -> &'static str {
        self.pick("Apply", "应用")
    }

    /// A sentence about a place.
    pub(crate) fn said_of(self, place: &str, message: &str) -> String {
        self.pick(format!("{place}: {message}"), format!("{place}：{message}"))
    }
}
