//! The fields of settings as a form shows them, and settings written as YAML.

use super::{
    ClusterContext, DataPlane, Levels, NativeSidecars, OnMissingContext, Settings, Version,
};
use crate::{fix::scalar_text, i18n::Text, rules::SAFELY_FIXED};
use serde::{Serialize, Serializer};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One of some words.
    Choice,
    /// True or false.
    Bool,
    /// A string that is not empty.
    String,
    /// A version, as a string.
    Version,
    /// A list of strings.
    List,
    /// Levels by rule id.
    Levels,
}

/// A field of [`Settings`].
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// The words of a choice, the levels, or what a list may hold; empty when anything will do.
    pub choices: &'static [&'static str],
    /// Whether only the policy reads it.
    pub policy_only: bool,
    /// What it means, in a sentence or two.
    pub meaning: Text,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue<'s> {
    /// Of a choice or a string.
    Word(&'s str),
    /// True or false.
    Bool(bool),
    /// A version.
    Version(Version),
    /// Of a list.
    Words(Vec<&'s str>),
    /// Levels by rule id.
    Levels(&'s Levels),
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => serializer.serialize_str(word),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Version(version) => version.serialize(serializer),
            Self::Words(words) => words.serialize(serializer),
            Self::Levels(levels) => levels.serialize(serializer),
        }
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(FIELDS.iter().map(|field| (field.name, self.value(field))))
    }
}

impl Settings {
    /// The value of one of [`FIELDS`].
    ///
    /// ```
    /// use mesh_ready_core::settings::{FIELDS, FieldValue, Settings};
    ///
    /// let default = Settings::default();
    /// assert_eq!(default.value(&FIELDS[0]), FieldValue::Word("sidecar"));
    /// ```
    pub fn value(&self, field: &Field) -> FieldValue<'_> {
        match field.name {
            "dataPlane" => FieldValue::Word(match self.data_plane {
                DataPlane::Sidecar => "sidecar",
                DataPlane::Ambient => "ambient",
            }),
            "cni" => FieldValue::Bool(self.cni),
            "istioVersion" => FieldValue::Version(self.istio_version),
            "kubernetesVersion" => FieldValue::Version(self.kubernetes_version),
            "assumeInjected" => FieldValue::Bool(self.assume_injected),
            "injectByDefault" => FieldValue::Bool(self.inject_by_default),
            "rootNamespace" => FieldValue::Word(&self.root_namespace),
            "nativeSidecars" => FieldValue::Word(match self.native_sidecars {
                NativeSidecars::Auto => "auto",
                NativeSidecars::True => "true",
                NativeSidecars::False => "false",
            }),
            "failOn" => FieldValue::Word(self.fail_on.word()),
            "context" => FieldValue::Word(match self.context {
                ClusterContext::Cluster => "cluster",
                ClusterContext::None => "none",
            }),
            "onMissingContext" => FieldValue::Word(match self.on_missing_context {
                OnMissingContext::Warn => "warn",
                OnMissingContext::Reject => "reject",
            }),
            "mutate" => FieldValue::Words(self.mutate.clone()),
            "language" => FieldValue::Word(self.language.tag()),
            "ignoreNamespaces" => FieldValue::words(&self.ignore_namespaces),
            "ignoreWorkloads" => FieldValue::words(&self.ignore_workloads),
            _ => FieldValue::Levels(&self.rules),
        }
    }

    /// What differs from the defaults, as YAML that [`Settings::parse`] reads; empty when nothing does.
    ///
    /// ```
    /// use mesh_ready_core::Settings;
    ///
    /// let settings = Settings { cni: true, ..Settings::default() };
    /// assert_eq!(settings.to_yaml(), "cni: true\n");
    /// ```
    pub fn to_yaml(&self) -> String {
        let default = Self::default();
        let mut yaml = String::new();
        for field in &FIELDS {
            let value = self.value(field);
            if value == default.value(field) {
                continue;
            }
            yaml.extend([field.name, ":"]);
            let scalar = match value {
                FieldValue::Word(word) => scalar_text(word),
                FieldValue::Bool(flag) => flag.to_string(),
                FieldValue::Version(version) => scalar_text(&version.to_string()),
                FieldValue::Words(words) => {
                    for word in words {
                        yaml.extend(["\n- ", &scalar_text(word)]);
                    }
                    yaml.push('\n');
                    continue;
                }
                FieldValue::Levels(levels) => {
                    for (rule, level) in levels.iter() {
                        yaml.extend(["\n  ", rule, ": ", level.word()]);
                    }
                    yaml.push('\n');
                    continue;
                }
            };
            yaml.extend([" ", &scalar, "\n"]);
        }
        yaml
    }
}

impl<'s> FieldValue<'s> {
    fn words(words: &'s [String]) -> Self {
        Self::Words(words.iter().map(String::as_str).collect())
    }
}

const fn field(
    name: &'static str,
    kind: FieldKind,
    choices: &'static [&'static str],
    meaning: Text,
) -> Field {
    Field {
        name,
        kind,
        choices,
        policy_only: false,
        meaning,
    }
}

const fn of_policy(field: Field) -> Field {
    Field {
        policy_only: true,
        ..field
    }
}

/// Every field, in the order in which they are explained.
pub static FIELDS: [Field; 16] = [
    field(
        "dataPlane",
        FieldKind::Choice,
        &["sidecar", "ambient"],
        Text {
            en: "How workloads join the mesh when their Namespace is not among the manifests.",
            zh: "命名空间不在清单中时，工作负载以何种方式加入网格。",
        },
    ),
    field(
        "cni",
        FieldKind::Bool,
        &[],
        Text {
            en: "Whether Istio CNI redirects traffic, so that pods are injected without `istio-init`.",
            zh: "是否由 Istio CNI 重定向流量，使 Pod 注入时不带 `istio-init`。",
        },
    ),
    field(
        "istioVersion",
        FieldKind::Version,
        &[],
        Text {
            en: "Istio's version.",
            zh: "Istio 的版本。",
        },
    ),
    field(
        "kubernetesVersion",
        FieldKind::Version,
        &[],
        Text {
            en: "Kubernetes' version.",
            zh: "Kubernetes 的版本。",
        },
    ),
    field(
        "assumeInjected",
        FieldKind::Bool,
        &[],
        Text {
            en: "Whether workloads count as in the mesh when their Namespace is not among the manifests.",
            zh: "命名空间不在清单中时，工作负载是否视为已加入网格。",
        },
    ),
    field(
        "injectByDefault",
        FieldKind::Bool,
        &[],
        Text {
            en: "Whether Istio was installed to inject namespaces without a label (`enableNamespacesByDefault`).",
            zh: "Istio 安装时是否设置为注入没有标签的命名空间（`enableNamespacesByDefault`）。",
        },
    ),
    field(
        "rootNamespace",
        FieldKind::String,
        &[],
        Text {
            en: "The namespace whose PeerAuthentication holds for the whole mesh.",
            zh: "其 PeerAuthentication 对整个网格生效的命名空间。",
        },
    ),
    field(
        "nativeSidecars",
        FieldKind::Choice,
        &["auto", "true", "false"],
        Text {
            en: "Whether the proxy is an init container with `restartPolicy: Always`. `auto`: from Istio 1.27 with Kubernetes 1.33.",
            zh: "代理是否为 `restartPolicy: Always` 的 Init 容器。`auto`：从 Istio 1.27 搭配 Kubernetes 1.33 起为是。",
        },
    ),
    field(
        "failOn",
        FieldKind::Choice,
        &["error", "warning", "info"],
        Text {
            en: "The lowest severity that fails a check or rejects a request.",
            zh: "使检查失败或请求被拒绝的最低严重程度。",
        },
    ),
    of_policy(field(
        "context",
        FieldKind::Choice,
        &["cluster", "none"],
        Text {
            en: "Whether the policy asks the cluster for what rules read beside the object of a request.",
            zh: "除请求中的对象外，策略是否向集群查询规则所读取的内容。",
        },
    )),
    of_policy(field(
        "onMissingContext",
        FieldKind::Choice,
        &["warn", "reject"],
        Text {
            en: "What the policy does when the cluster does not tell what it asks for.",
            zh: "集群没有提供所查询的内容时策略的做法。",
        },
    )),
    of_policy(field(
        "mutate",
        FieldKind::List,
        &SAFELY_FIXED,
        Text {
            en: "Rules whose safe fixes the policy applies to the object of a request.",
            zh: "策略会把这些规则的安全修复应用到请求的对象上。",
        },
    )),
    of_policy(field(
        "language",
        FieldKind::Choice,
        &["en", "zh-CN"],
        Text {
            en: "The language of the policy's answers.",
            zh: "策略回答所用的语言。",
        },
    )),
    field(
        "rules",
        FieldKind::Levels,
        &["off", "info", "warning", "error"],
        Text {
            en: "What single rules report. `off` keeps a rule from running; a severity replaces that of its findings.",
            zh: "单条规则的报告方式。`off` 使规则不运行；其他值替换其检查结果的严重程度。",
        },
    ),
    field(
        "ignoreNamespaces",
        FieldKind::List,
        &[],
        Text {
            en: "Namespaces whose findings are suppressed, not dropped.",
            zh: "其检查结果会被抑制而不是丢弃的命名空间。",
        },
    ),
    field(
        "ignoreWorkloads",
        FieldKind::List,
        &[],
        Text {
            en: "Workloads whose findings are suppressed: `name` or `namespace/name`.",
            zh: "其检查结果会被抑制的工作负载：`名称` 或 `命名空间/名称`。",
        },
    ),
];
