//! What operations on files take: the files, settings, a language, and what columns count.

use super::{choice, language, payload, settings, string};
use mesh_ready_core::{
    Columns, Input, Options, Settings,
    manifest::{Json, Value},
};

/// The fields that every one of them takes.
pub(super) const FIELDS: [&str; 4] = ["files", "settings", "language", "positionEncoding"];

/// A payload whose fields are known.
pub(super) struct Files(Json);

/// What it says.
pub(super) struct Request<'a> {
    /// The payload, for the fields of single operations.
    pub(super) root: Value<'a>,
    pub(super) inputs: Vec<Input<'a>>,
    pub(super) settings: Settings,
    pub(super) options: Options,
}

impl Files {
    /// Reads a payload with these fields.
    pub(super) fn parse(operation: &str, json: &[u8], fields: &[&str]) -> Result<Self, String> {
        payload(operation, json, fields).map(Self)
    }

    /// Reads the fields that every operation on files takes.
    pub(super) fn request(&self) -> Result<Request<'_>, String> {
        let root = self.0.root();
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
        Ok(Request {
            root,
            inputs,
            settings,
            options: Options { lang, columns },
        })
    }
}

fn input(file: Value<'_>) -> Option<Input<'_>> {
    Some(Input {
        name: string(file.get("name")?)?,
        bytes: string(file.get("text")?)?.as_bytes(),
    })
}
