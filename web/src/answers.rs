//! What operations of the module answer, as far as the page reads it. The report of a check is in [`crate::report`].

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Language;
use crate::report::Severity;

/// What the operation `settings` answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Settings {
    /// Every field; none when the settings are not valid.
    #[serde(rename = "settings")]
    pub(crate) all: Option<Map<String, Value>>,
    /// The fields that differ from the defaults, as YAML; none when the settings are not valid.
    pub(crate) yaml: Option<String>,
    /// What is wrong with them.
    pub(crate) errors: Vec<Mistake>,
    /// What fields there are.
    pub(crate) fields: Vec<Field>,
}

impl Settings {
    /// The fields that differ from the defaults; none when the settings are not valid.
    pub(crate) fn differing(&self) -> Option<Map<String, Value>> {
        let default = |name: &String| {
            let field = self.fields.iter().find(|field| field.name == *name);
            field.map(|field| &field.default)
        };
        let all = self.all.as_ref()?.iter();
        let differing = all.filter(|(name, value)| default(name) != Some(*value));
        let differing = differing.map(|(name, value)| (name.clone(), value.clone()));
        Some(differing.collect())
    }
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Mistake {
    /// Where in the settings; empty for all of them.
    pub(crate) path: String,
    pub(crate) message: String,
    /// Where in their text, if they came as one.
    pub(crate) line: Option<u32>,
}

impl Mistake {
    /// Whether it is in the field of this name.
    pub(crate) fn is_in(&self, field: &str) -> bool {
        let rest = self.path.strip_prefix(field);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// With its place.
    pub(crate) fn say(&self, language: Language) -> String {
        let line = self.line.map(|line| language.line(line));
        let path = Some(self.path.as_str()).filter(|path| !path.is_empty());
        let path = path.map(|path| format!("`{path}`"));
        let place: Vec<_> = line.into_iter().chain(path).collect();
        if place.is_empty() {
            self.message.clone()
        } else {
            language.said_of(&place.join(" "), &self.message)
        }
    }
}

/// A field of the settings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The values that it may have, where these are few.
    #[serde(default)]
    pub(crate) choices: Vec<String>,
    pub(crate) default: Value,
    /// Whether only the policy in a cluster heeds it.
    #[serde(default)]
    pub(crate) policy_only: bool,
    pub(crate) meaning: String,
}

/// What values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Choice,
    Bool,
    String,
    Version,
    List,
    /// An object: the level of each rule that has another than its own.
    Levels,
}

/// What the operation `rules` answers.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) rules: Vec<Rule>,
}

/// A rule of the catalogue.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Of what it finds, unless the settings say otherwise.
    pub(crate) severity: Severity,
    pub(crate) title: String,
    pub(crate) data_planes: Vec<String>,
    pub(crate) sources: Vec<Source>,
}

/// A page that a rule goes back to.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// What the operation `fix` answers.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Fixes {
    /// All files, changed or not.
    pub(crate) files: Vec<Text>,
    pub(crate) applied: Vec<Applied>,
}

/// A file after the fixes.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A fix that was applied.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Applied {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) file: String,
}
