//! `mesh`: what the rules see, for hosts that draw it.

use super::files::{FIELDS, Files};
use mesh_ready_core::picture;

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    let files = Files::parse("mesh", json, &FIELDS)?;
    let request = files.request()?;
    let picture = picture(&request.inputs, &request.settings, request.options);
    Ok(picture.into_bytes())
}
