//! `check`: manifests as text in, the report out. For hosts that show text, such as the page.

use super::{answer, choice, files::Files};
use mesh_ready_core::{check, markdown, sarif};

const FIELDS: [&str; 5] = [
    "files",
    "settings",
    "language",
    "positionEncoding",
    "format",
];

/// How the report is written.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Sarif,
    Markdown,
}

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    let files = Files::parse("check", json, &FIELDS)?;
    let request = files.request()?;
    let formats = [
        ("json", Format::Json),
        ("sarif", Format::Sarif),
        ("markdown", Format::Markdown),
    ];
    let format = choice(request.root, "format", &formats)?;
    let options = request.options;
    let report = check(&request.inputs, &request.settings, options);
    match format {
        Format::Json => answer(&report),
        Format::Markdown => answer(&markdown(&report, options.lang)),
        Format::Sarif => sarif(&report, options)
            .map(String::into_bytes)
            .ok_or_else(|| {
                "with the format sarif, positionEncoding must be one of: utf-32, utf-16".to_owned()
            }),
    }
}
