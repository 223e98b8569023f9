//! `requests`: admission requests for the objects of manifests, for hosts that play the cluster.

use super::files::{FIELDS, Files};
use mesh_ready_core::requests;

pub(super) fn run(json: &[u8]) -> Result<Vec<u8>, String> {
    let files = Files::parse("requests", json, &FIELDS)?;
    let request = files.request()?;
    Ok(requests(&request.inputs, request.options.columns).into_bytes())
}
