//! `settings`: what they say in full and in short, for hosts with a form or a text for them.

use super::{language, payload, string};
use mesh_ready_core::Settings;

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    // Nothing to say means the defaults.
    let json = if json.is_empty() { b"{}" } else { json };
    let payload = payload("settings", json, &["text", "value", "language"])?;
    let root = payload.root();
    let lang = language(root)?;
    let read = match (root.get("text"), root.get("value")) {
        (Some(_), Some(_)) => {
            return Err("settings takes text or value, not both".to_owned());
        }
        (Some(text), None) => {
            let text = string(text).ok_or("text must be a string")?;
            Settings::parse("settings", text.as_bytes(), lang)
        }
        (None, Some(value)) => Settings::read(value, lang),
        (None, None) => Ok(Settings::default()),
    };
    Ok(Settings::form(&read, lang).into_bytes())
}
