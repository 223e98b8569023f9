//! Settings for hosts with a form or a text for them.

use super::{FIELDS, FieldKind, Settings, SettingsError};
use crate::{i18n::Lang, json_text::JsonText};

impl Settings {
    /// What was read, for a form, as JSON text: whether it is `valid`, the `settings` in full and as `yaml` (both null when
    /// they are not), the `errors`, and the `fields` of a form with their defaults.
    ///
    /// ```
    /// use mesh_ready_core::{Lang, Settings};
    ///
    /// let read = Settings::parse("settings", b"cni: true", Lang::En);
    /// let form = Settings::form(&read, Lang::En);
    /// assert!(form.starts_with(r#"{"valid":true,"settings":{"dataPlane":"sidecar","cni":true,"#));
    /// assert!(form.contains(r#""yaml":"cni: true\n","errors":[]"#));
    /// ```
    pub fn form(read: &Result<Self, Vec<SettingsError>>, lang: Lang) -> String {
        let mut text = JsonText::default();
        text.open('{');
        text.key("valid").boolean(read.is_ok());
        let settings = read.as_ref().ok();
        text.key("settings").value(&settings);
        let yaml = settings.map(Self::to_yaml);
        text.key("yaml").maybe(yaml.as_deref());
        text.key("errors").open('[');
        for error in read.as_ref().err().into_iter().flatten() {
            let place = error.location.as_ref();
            text.open('{');
            text.field("path", &error.path);
            text.field("message", &error.message);
            text.key("line").value(&place.map(|place| place.line));
            text.key("column").value(&place.map(|place| place.column));
            text.close('}');
        }
        text.close(']');
        let default = Self::default();
        text.key("fields").open('[');
        for field in &FIELDS {
            text.open('{');
            text.field("name", field.name);
            let kind = match field.kind {
                FieldKind::Choice => "choice",
                FieldKind::Bool => "bool",
                FieldKind::String => "string",
                FieldKind::Version => "version",
                FieldKind::List => "list",
                FieldKind::Levels => "levels",
            };
            text.field("kind", kind);
            if !field.choices.is_empty() {
                text.key("choices").open('[');
                for choice in field.choices {
                    text.string(choice);
                }
                text.close(']');
            }
            text.key("default").value(&default.value(field));
            text.key("policyOnly").boolean(field.policy_only);
            text.field("meaning", field.meaning.get(lang));
            text.close('}');
        }
        text.close(']');
        text.close('}');
        text.finish()
    }
}
