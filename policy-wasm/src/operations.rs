//! What the module can be asked. An operation takes JSON and answers JSON.
//!
//! An error is for the host's programmer: a payload that does not follow the contract. `validate` and
//! `validate_settings` never fail, since a cluster's user would be shown an internal error: their answers say what
//! is wrong.

mod check;
mod files;
mod fix;
mod mesh;
mod requests;
mod rules;
mod settings;
mod validate;
mod validate_settings;

use crate::host::Host;
use mesh_ready_core::{
    Lang, Settings,
    manifest::{Json, Scalar, Value},
    settings::SettingsError,
};
use serde::Serialize;

type Operation = fn(&[u8], Host) -> Result<Vec<u8>, String>;

const OPERATIONS: [(&str, Operation); 9] = [
    ("check", |payload, _| check::run(payload)),
    ("fix", |payload, _| fix::run(payload)),
    ("mesh", |payload, _| mesh::run(payload)),
    ("requests", |payload, _| requests::run(payload)),
    ("rules", |payload, _| rules::run(payload)),
    ("settings", |payload, _| settings::run(payload)),
    ("validate", validate::run),
    ("validate_settings", |payload, _| {
        answer(&validate_settings::run(payload))
    }),
    // Kubewarden asks it when it writes metadata, and refuses modules that speak another version.
    ("protocol_version", |_, _| answer(&"v1")),
];

/// Runs an operation, which may ask the host in turn.
///
/// # Errors
/// A sentence for the host's programmer: an operation or a payload that the contract does not know. Wrong settings
/// of a `check` are listed in the language asked for, one a line.
pub fn call(operation: &str, payload: &[u8], host: Host) -> Result<Vec<u8>, String> {
    let run = OPERATIONS
        .into_iter()
        .find_map(|(name, run)| (name == operation).then_some(run));
    let Some(run) = run else {
        let known = OPERATIONS.map(|(name, _)| name).join(", ");
        return Err(format!(
            "unknown operation {operation:?}: this module knows {known}"
        ));
    };
    run(payload, host)
}

fn answer(value: &impl Serialize) -> Result<Vec<u8>, String> {
    // Strings, numbers and what is made of them always can be: what serde would say is not worth its size.
    serde_json::to_vec(value).map_err(|_| "the answer cannot be written as JSON".to_owned())
}

/// Reads a payload that must be a mapping of known fields.
fn payload(operation: &str, json: &[u8], fields: &[&str]) -> Result<Json, String> {
    let json = Json::parse(json)
        .map_err(|error| format!("the payload of {operation} is not JSON: {error}"))?;
    let root = json.root();
    if !root.is_mapping() {
        return Err(format!("the payload of {operation} must be a mapping"));
    }
    for (key, _) in root.entries() {
        let key = key.text().unwrap_or_default();
        if !fields.contains(&key) {
            let fields = fields.join(", ");
            return Err(format!(
                "the payload of {operation} has the unknown field {key:?}: it takes {fields}"
            ));
        }
    }
    Ok(json)
}

/// A field whose value must be one of the names given; the first one when it is left out.
fn choice<T: Copy>(root: Value<'_>, field: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let Some(value) = root.get(field) else {
        return Ok(choices[0].1);
    };
    let chosen = choices.iter().find(|(name, _)| Some(*name) == value.text());
    chosen.map(|(_, choice)| *choice).ok_or_else(|| {
        let names = choices
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        format!("{field} must be one of: {names}")
    })
}

/// A JSON string, and not a number or a boolean, whose text would do for YAML.
fn string(value: Value<'_>) -> Option<&str> {
    match value.scalar() {
        Some(Scalar::String(text)) => Some(text),
        _ => None,
    }
}

/// Formats a sentence in the language asked for; both languages take the same inline parameters.
macro_rules! say {
    ($lang:expr, en: $en:literal, zh: $zh:literal $(,)?) => {
        $lang.format(format_args!($en), format_args!($zh))
    };
}
use say;

/// The language that settings ask for, also when something else in them is wrong.
fn language_of(settings: Option<Value<'_>>) -> Lang {
    let language = settings.and_then(|settings| string(settings.get("language")?));
    Lang::ALL
        .into_iter()
        .find(|lang| Some(lang.tag()) == language)
        .unwrap_or_default()
}

fn language(root: Value<'_>) -> Result<Lang, String> {
    choice(
        root,
        "language",
        &Lang::ALL.map(|language| (language.tag(), language)),
    )
}

/// Reads settings; the errors are listed one a line, each with the path of its field.
fn settings(value: Option<Value<'_>>, lang: Lang) -> Result<Settings, String> {
    let Some(value) = value else {
        return Ok(Settings::default());
    };
    Settings::read(value, lang).map_err(|errors| {
        let line = |SettingsError { path, message, .. }: &SettingsError| match path.as_str() {
            "" => message.clone(),
            path => format!("{path}: {message}"),
        };
        errors.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}
