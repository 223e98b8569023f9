//! The settings shared by every host: one type, one reader, unknown fields refused.

mod fields;
mod form;

pub use fields::{FIELDS, Field, FieldKind, FieldValue};

use crate::{
    Input,
    i18n::{Lang, say},
    manifest::{Manifest, Scalar, Span, Value},
    path::Path,
    place::Places,
    report::{Columns, Location, Severity},
    rules,
};
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// How workloads join the mesh where no label says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DataPlane {
    /// A proxy beside every pod.
    #[default]
    Sidecar,
    /// ztunnel on every node.
    Ambient,
}

/// Whether the proxy runs as a native sidecar (an init container with `restartPolicy: Always`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NativeSidecars {
    /// As the versions say: from Istio 1.27 with Kubernetes 1.33.
    #[default]
    Auto,
    /// Always.
    True,
    /// Never.
    False,
}

/// What the policy knows of the cluster beside the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClusterContext {
    /// It asks the cluster for what the rules read.
    #[default]
    Cluster,
    /// Nothing: it never asks.
    None,
}

/// What a request is answered with when the cluster does not tell what is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnMissingContext {
    /// What can be decided without, and a warning that names the rules that could not run.
    #[default]
    Warn,
    /// A rejection.
    Reject,
}

/// What a rule reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing: the rule does not run.
    Off,
    /// Every finding as info.
    Info,
    /// Every finding as warning.
    Warning,
    /// Every finding as error.
    Error,
}

impl Level {
    /// The word in settings.
    pub const fn word(self) -> &'static str {
        match self.severity() {
            None => "off",
            Some(severity) => severity.word(),
        }
    }

    /// The severity that it sets; `None` for `off`.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// What single rules report, by id. Written as a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(Vec<(&'static str, Level)>);

impl Levels {
    /// What a rule reports; `None` for its own severities.
    pub fn get(&self, rule: &str) -> Option<Level> {
        self.0
            .iter()
            .find(|(id, _)| *id == rule)
            .map(|(_, level)| *level)
    }

    /// Rules and what they report.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Level)> {
        self.0.iter().copied()
    }

    /// Sets what a rule reports; `None` for its own severities.
    pub fn set(&mut self, rule: &'static str, level: Option<Level>) {
        self.0.retain(|(id, _)| *id != rule);
        self.0.extend(level.map(|level| (rule, level)));
    }
}

impl Serialize for Levels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A version of Istio or Kubernetes: major and minor, which is all that rules depend on.
///
/// ```
/// # use mesh_ready_core::settings::Version;
/// assert!("1.9".parse::<Version>() < "v1.27.3".parse::<Version>());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Before the first dot.
    pub major: u16,
    /// After the first dot.
    pub minor: u16,
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts = text
            .splitn(3, '.')
            .map(|part| part.split(['-', '+']).next().unwrap_or_default());
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(());
        Ok(Self {
            major: number()?,
            minor: number()?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The settings of a check. Every field has a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The data plane of workloads whose Namespace is not among the manifests.
    pub data_plane: DataPlane,
    /// Whether Istio CNI sets up traffic redirection, so that pods need no `NET_ADMIN`.
    pub cni: bool,
    /// Istio's version.
    pub istio_version: Version,
    /// Kubernetes' version.
    pub kubernetes_version: Version,
    /// Whether workloads whose Namespace is not among the manifests count as in the mesh.
    pub assume_injected: bool,
    /// Whether Istio was installed to inject namespaces without a label (`enableNamespacesByDefault`).
    pub inject_by_default: bool,
    /// Istio's root namespace, where mesh-wide policies stand.
    pub root_namespace: String,
    /// Whether the proxy runs as a native sidecar.
    pub native_sidecars: NativeSidecars,
    /// Lowest severity that fails a check or rejects an admission request.
    pub fail_on: Severity,
    /// What the policy asks the cluster for.
    pub context: ClusterContext,
    /// What the policy does when the cluster does not tell what it asks for.
    pub on_missing_context: OnMissingContext,
    /// Rules whose safe fixes the policy applies to objects.
    pub mutate: Vec<&'static str>,
    /// Language of the policy's answers. The other hosts have their own choice.
    pub language: Lang,
    /// What single rules report, by id.
    pub rules: Levels,
    /// Namespaces whose findings are suppressed.
    pub ignore_namespaces: Vec<String>,
    /// Workloads whose findings are suppressed: `name`, or `namespace/name`.
    pub ignore_workloads: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_plane: DataPlane::Sidecar,
            cni: false,
            istio_version: Version {
                major: 1,
                minor: 27,
            },
            kubernetes_version: Version {
                major: 1,
                minor: 33,
            },
            assume_injected: true,
            inject_by_default: false,
            root_namespace: "istio-system".to_owned(),
            native_sidecars: NativeSidecars::Auto,
            fail_on: Severity::Error,
            context: ClusterContext::Cluster,
            on_missing_context: OnMissingContext::Warn,
            mutate: Vec::new(),
            language: Lang::En,
            rules: Levels::default(),
            ignore_namespaces: Vec::new(),
            ignore_workloads: Vec::new(),
        }
    }
}

/// One thing wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingsError {
    /// Path of the field, such as `rules.MR107`; empty for the document itself.
    pub path: String,
    /// What is wrong and what is allowed.
    pub message: String,
    /// Place in the settings file.
    pub location: Option<Location>,
}

/// The version of Kubernetes that removed PodSecurityPolicy.
pub(crate) const POD_SECURITY_POLICY_REMOVED: Version = Version {
    major: 1,
    minor: 25,
};

/// Every field's name, as errors list them.
fn field_names() -> String {
    FIELDS.map(|field| field.name).join(", ")
}

impl Settings {
    /// Reads settings from YAML or JSON text. `file` names the place in errors. Empty text means the defaults.
    ///
    /// # Errors
    /// Every error at once, each with its path and place: unknown fields, wrong types, unknown values.
    pub fn parse(file: &str, text: &[u8], lang: Lang) -> Result<Self, Vec<SettingsError>> {
        let manifest = Manifest::read(&Input {
            name: file,
            bytes: text,
        });
        let mut reader = Reader {
            lang,
            places: Some(Places::new(&manifest, Columns::Chars)),
            errors: Vec::new(),
        };
        for problem in &manifest.problems {
            let message = problem.trouble.message(lang);
            reader.error(problem.span, &Path::default(), message);
        }
        let mut settings = Self::default();
        let mut roots = manifest.roots().filter(|root| !root.is_null());
        if let Some(root) = roots.next() {
            reader.settings(&mut settings, root);
        }
        if let Some(second) = roots.next() {
            let message = say!(lang,
                en: "settings are one document; remove what follows the second `---`",
                zh: "设置只能是一个文档；请删除第二个 `---` 之后的内容");
            reader.error(second.span(), &Path::default(), message);
        }
        if reader.errors.is_empty() {
            Ok(settings)
        } else {
            Err(reader.errors)
        }
    }

    /// Reads settings from a JSON value. Null means the defaults.
    ///
    /// # Errors
    /// As of [`Settings::parse`], without places.
    pub fn read(value: Value<'_>, lang: Lang) -> Result<Self, Vec<SettingsError>> {
        let mut reader = Reader {
            lang,
            places: None,
            errors: Vec::new(),
        };
        let mut settings = Self::default();
        if !value.is_null() {
            reader.settings(&mut settings, value);
        }
        if reader.errors.is_empty() {
            Ok(settings)
        } else {
            Err(reader.errors)
        }
    }

    /// Whether this version of Kubernetes has PodSecurityPolicies.
    pub fn has_pod_security_policies(&self) -> bool {
        self.kubernetes_version < POD_SECURITY_POLICY_REMOVED
    }

    /// Whether proxies run as native sidecars where no annotation says otherwise.
    pub fn native_sidecars(&self) -> bool {
        match self.native_sidecars {
            NativeSidecars::True => true,
            NativeSidecars::False => false,
            NativeSidecars::Auto => {
                self.istio_version
                    >= Version {
                        major: 1,
                        minor: 27,
                    }
                    && self.kubernetes_version
                        >= Version {
                            major: 1,
                            minor: 33,
                        }
            }
        }
    }
}

struct Reader<'t> {
    lang: Lang,
    /// Absent for settings without text.
    places: Option<Places<'t>>,
    errors: Vec<SettingsError>,
}

impl<'t> Reader<'t> {
    fn settings(&mut self, settings: &mut Settings, root: Value<'t>) {
        if !root.is_mapping() {
            let fields = field_names();
            let message = say!(self.lang,
                en: "settings must be a mapping with any of: {fields}",
                zh: "设置必须是映射，可用字段：{fields}");
            self.error(root.span(), &Path::default(), message);
            return;
        }
        for (key, value) in root.entries() {
            let name = key.text().unwrap_or_default();
            let path = Path::default().key(name);
            match name {
                "dataPlane" => {
                    let planes = [
                        ("sidecar", DataPlane::Sidecar),
                        ("ambient", DataPlane::Ambient),
                    ];
                    self.choice(&mut settings.data_plane, value, &path, &planes);
                }
                "cni" => self.boolean(&mut settings.cni, value, &path),
                "istioVersion" => self.version(&mut settings.istio_version, value, &path),
                "kubernetesVersion" => self.version(&mut settings.kubernetes_version, value, &path),
                "assumeInjected" => self.boolean(&mut settings.assume_injected, value, &path),
                "injectByDefault" => self.boolean(&mut settings.inject_by_default, value, &path),
                "rootNamespace" => {
                    if let Some(name) = self.string(value, &path) {
                        settings.root_namespace = name;
                    }
                }
                "nativeSidecars" => {
                    let choices = [
                        ("auto", NativeSidecars::Auto),
                        ("true", NativeSidecars::True),
                        ("false", NativeSidecars::False),
                    ];
                    self.choice(&mut settings.native_sidecars, value, &path, &choices);
                }
                "failOn" => {
                    let severities = [Severity::Error, Severity::Warning, Severity::Info];
                    let severities = severities.map(|severity| (severity.word(), severity));
                    self.choice(&mut settings.fail_on, value, &path, &severities);
                }
                "context" => {
                    let choices = [
                        ("cluster", ClusterContext::Cluster),
                        ("none", ClusterContext::None),
                    ];
                    self.choice(&mut settings.context, value, &path, &choices);
                }
                "onMissingContext" => {
                    let choices = [
                        ("warn", OnMissingContext::Warn),
                        ("reject", OnMissingContext::Reject),
                    ];
                    self.choice(&mut settings.on_missing_context, value, &path, &choices);
                }
                "mutate" => self.mutate(&mut settings.mutate, value, &path),
                "language" => {
                    let languages = Lang::ALL.map(|language| (language.tag(), language));
                    self.choice(&mut settings.language, value, &path, &languages);
                }
                "rules" => self.rules(&mut settings.rules, value, &path),
                "ignoreNamespaces" => self.strings(&mut settings.ignore_namespaces, value, &path),
                "ignoreWorkloads" => self.strings(&mut settings.ignore_workloads, value, &path),
                _ => {
                    let fields = field_names();
                    let message = say!(self.lang,
                        en: "unknown field `{name}`; the fields are: {fields}",
                        zh: "未知字段 `{name}`；可用字段：{fields}");
                    self.error(key.span(), &path, message);
                }
            }
        }
    }

    fn rules(&mut self, rules: &mut Levels, value: Value<'t>, path: &Path<'t>) {
        if !value.is_mapping() && !value.is_null() {
            let message = say!(self.lang,
                en: "must be a mapping of rule ids to off, info, warning or error, such as `MR107: off`",
                zh: "必须是规则编号到 off、info、warning 或 error 的映射，例如 `MR107: off`");
            self.error(value.span(), path, message);
        }
        for (key, value) in value.entries() {
            let name = key.text().unwrap_or_default();
            let path = path.clone().key(name);
            let Some(rule) = rules::find(name) else {
                let known = rules::RULES
                    .iter()
                    .map(|rule| rule.id)
                    .collect::<Vec<_>>()
                    .join(", ");
                let message = say!(self.lang,
                    en: "unknown rule `{name}`; the rules are: {known}",
                    zh: "未知规则 `{name}`；可用规则：{known}");
                self.error(key.span(), &path, message);
                continue;
            };
            let levels = [
                ("off", Level::Off),
                ("info", Level::Info),
                ("warning", Level::Warning),
                ("error", Level::Error),
            ];
            let mut level = Level::Off;
            self.choice(&mut level, value, &path, &levels);
            rules.set(rule.id, Some(level));
        }
    }

    fn mutate(&mut self, rules: &mut Vec<&'static str>, value: Value<'t>, path: &Path<'t>) {
        let mut named = Vec::new();
        self.strings(&mut named, value, path);
        for (index, name) in named.iter().enumerate() {
            if let Some(rule) = rules::SAFELY_FIXED.iter().find(|id| *id == name) {
                rules.push(rule);
                continue;
            }
            let known = rules::SAFELY_FIXED.join(", ");
            let message = say!(self.lang,
                en: "no fix of `{name}` is safe to apply without a look; the rules with safe fixes are: {known}",
                zh: "`{name}` 没有可直接应用的安全修复；具有安全修复的规则：{known}");
            let item = value.item(index).unwrap_or(value);
            self.error(item.span(), &path.clone().index(index), message);
        }
    }

    fn error(&mut self, place: Span, path: &Path<'t>, message: String) {
        let location = self.places.as_mut().map(|places| places.locate(place));
        self.errors.push(SettingsError {
            path: path.to_string(),
            message,
            location,
        });
    }

    fn choice<T: Copy>(
        &mut self,
        into: &mut T,
        value: Value<'t>,
        path: &Path<'t>,
        choices: &[(&str, T)],
    ) {
        // An unquoted `off` or `true` is a boolean to YAML; what is meant is plain.
        let written = match value.scalar() {
            Some(Scalar::String(text)) => text,
            Some(Scalar::Bool(true)) => "true",
            Some(Scalar::Bool(false)) if choices.iter().any(|(name, _)| *name == "off") => "off",
            Some(Scalar::Bool(false)) => "false",
            _ => "",
        };
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == written) {
            *into = *choice;
            return;
        }
        let names = choices
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        let message = say!(self.lang, en: "must be one of: {names}", zh: "必须是以下之一：{names}");
        self.error(value.span(), path, message);
    }

    fn boolean(&mut self, into: &mut bool, value: Value<'t>, path: &Path<'t>) {
        if let Some(Scalar::Bool(flag)) = value.scalar() {
            *into = flag;
            return;
        }
        let message = say!(self.lang, en: "must be true or false", zh: "必须是 true 或 false");
        self.error(value.span(), path, message);
    }

    fn version(&mut self, into: &mut Version, value: Value<'t>, path: &Path<'t>) {
        if let Some(Scalar::String(text)) = value.scalar()
            && let Ok(version) = text.parse()
        {
            *into = version;
            return;
        }
        // Unquoted, 1.30 is the number 1.3.
        let message = say!(self.lang,
            en: "must be a version in quotes, such as \"1.27\"",
            zh: "必须是带引号的版本号，例如 \"1.27\"");
        self.error(value.span(), path, message);
    }

    fn string(&mut self, value: Value<'t>, path: &Path<'t>) -> Option<String> {
        if let Some(Scalar::String(text)) = value.scalar()
            && !text.is_empty()
        {
            return Some(text.to_owned());
        }
        let message =
            say!(self.lang, en: "must be a string that is not empty", zh: "必须是非空字符串");
        self.error(value.span(), path, message);
        None
    }

    fn strings(&mut self, into: &mut Vec<String>, value: Value<'t>, path: &Path<'t>) {
        if !value.is_sequence() && !value.is_null() {
            let message = say!(self.lang, en: "must be a list of strings", zh: "必须是字符串列表");
            self.error(value.span(), path, message);
        }
        for (index, item) in value.items().enumerate() {
            let text = self.string(item, &path.clone().index(index));
            into.extend(text);
        }
    }
}
