//! `validate_settings`: Kubewarden asks before it takes a policy into service.

use mesh_ready_core::{Lang, manifest::Json};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Answer {
    valid: bool,
    message: Option<String>,
}

pub(super) fn run(payload: &[u8]) -> Answer {
    let json = Json::parse(payload);
    match json.and_then(|json| super::settings(Some(json.root()), Lang::En)) {
        Ok(_) => Answer {
            valid: true,
            message: None,
        },
        Err(errors) => Answer {
            valid: false,
            message: Some(format!("the settings are not valid:\n{errors}")),
        },
    }
}
