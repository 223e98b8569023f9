//! `validate_settings`: Kubewarden asks before it takes a policy into service.

use super::{language_of, say};
use mesh_ready_core::{Lang, manifest::Json};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Answer {
    valid: bool,
    message: Option<String>,
}

pub(super) fn run(payload: &[u8]) -> Answer {
    let (lang, settings) = match Json::parse(payload) {
        Ok(json) => {
            let lang = language_of(Some(json.root()));
            let settings = super::settings(Some(json.root()), lang);
            (lang, settings.map(|_| ()))
        }
        Err(error) => (Lang::default(), Err(error)),
    };
    let message = settings.err().map(|errors| {
        say!(lang,
            en: "the settings are not valid:\n{errors}",
            zh: "设置无效：\n{errors}")
    });
    Answer {
        valid: message.is_none(),
        message,
    }
}
