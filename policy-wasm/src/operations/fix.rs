//! `fix`: manifests as text in, the same with their fixes out.

use super::{answer, choice, files::Files};
use mesh_ready_core::{Fixes, fix};
use serde::Serialize;

const FIELDS: [&str; 4] = ["files", "settings", "language", "which"];

#[derive(Serialize)]
struct Answer<'a> {
    files: Vec<File<'a>>,
    applied: Vec<Applied<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Applied<'a> {
    rule: &'static str,
    title: &'a str,
    file: &'a str,
    index: usize,
}

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    let files = Files::parse("fix", json, &FIELDS)?;
    let request = files.request()?;
    let which = choice(
        request.root,
        "which",
        &[("safe", Fixes::Safe), ("all", Fixes::All)],
    )?;
    let inputs = &request.inputs;
    let fixed = fix(inputs, &request.settings, request.options.lang, which);
    let texts = inputs.iter().zip(&fixed.files);
    answer(&Answer {
        files: texts
            .map(|(input, new)| File {
                name: input.name,
                // What did not change came as a JSON string.
                text: match new {
                    Some(text) => text,
                    None => str::from_utf8(input.bytes).unwrap_or_default(),
                },
            })
            .collect(),
        applied: fixed
            .applied
            .iter()
            .map(|applied| Applied {
                rule: applied.rule,
                title: &applied.title,
                file: inputs[applied.file].name,
                index: applied.file,
            })
            .collect(),
    })
}
