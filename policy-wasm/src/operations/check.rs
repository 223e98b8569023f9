//! `check`: manifests as text in, the report out. For hosts that show text, such as the page.

use super::{answer, choice, language, payload, settings, string};
use mesh_ready_core::{Columns, Input, Options, manifest::Value};

const FIELDS: [&str; 4] = ["files", "settings", "language", "positionEncoding"];

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    let payload = payload("check", json, &FIELDS)?;
    let root = payload.root();
    let lang = language(root)?;
    let encodings = [
        ("utf-32", Columns::Chars),
        ("utf-16", Columns::Utf16),
        ("utf-8", Columns::Utf8),
    ];
    let columns = choice(root, "positionEncoding", &encodings)?;
    let settings = settings(root.get("settings"), lang)?;
    let files = root
        .get("files")
        .filter(|files| files.is_sequence())
        .ok_or("files must be a list of {name, text}")?;
    let inputs = files
        .items()
        .map(input)
        .collect::<Option<Vec<_>>>()
        .ok_or("each of files must have name and text, both strings")?;
    answer(&mesh_ready_core::check(
        &inputs,
        &settings,
        Options { lang, columns },
    ))
}

fn input(file: Value<'_>) -> Option<Input<'_>> {
    Some(Input {
        name: string(file.get("name")?)?,
        bytes: string(file.get("text")?)?.as_bytes(),
    })
}
