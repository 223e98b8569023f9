//! `rules`: the catalogue, for hosts that show it.

use super::{answer, language, payload};
use mesh_ready_core::RuleInfo;
use serde::Serialize;

#[derive(Serialize)]
struct Catalogue {
    version: &'static str,
    rules: Vec<RuleInfo>,
}

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    // Nothing to say means the default language.
    let json = if json.is_empty() { b"{}" } else { json };
    let language = language(payload("rules", json, &["language"])?.root())?;
    answer(&Catalogue {
        version: mesh_ready_core::VERSION,
        rules: mesh_ready_core::catalogue(language),
    })
}
