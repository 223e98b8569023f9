//! The module with the rules: fetched, fingerprinted, asked.
//!
//! The rest of the page knows only that an answer takes a while, so the module may run elsewhere than on this thread.

use std::fmt::Display;

use js_sys::{ArrayBuffer, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::Language;
use crate::host::{Host, HostError, describe};

const MODULE: &str = "policy.wasm";

/// The name under which the page's one text is checked.
const FILE: &str = "manifests.yaml";

/// Why there is no module, or no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The network gave nothing.
    Fetch(String),
    /// The server answered with this status.
    Status(u16),
    /// The module could not be run to an answer.
    Host(HostError),
    /// The answer is no report.
    Answer(String),
}

/// The module, ready for calls.
pub(crate) struct Policy {
    host: Host,
    /// The sha256 of its bytes in hexadecimal digits; browsers compute one only on https and localhost.
    pub(crate) digest: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    files: [File<'a>; 1],
    language: &'static str,
    position_encoding: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'static str,
    text: &'a str,
}

impl Policy {
    pub(crate) async fn fetch() -> Result<Self, PolicyError> {
        let bytes = bytes().await?;
        let host = Host::compile(&bytes).await.map_err(PolicyError::Host)?;
        let digest = sha256(&bytes).await;
        Ok(Self { host, digest })
    }

    /// Asks for the report on a text, as JSON.
    pub(crate) async fn check(
        &self,
        text: &str,
        language: Language,
    ) -> Result<String, PolicyError> {
        let request = Request {
            files: [File { name: FILE, text }],
            language: language.tag(),
            position_encoding: "utf-16",
        };
        let unreadable = |error: &dyn Display| PolicyError::Answer(error.to_string());
        let payload = serde_json::to_vec(&request).map_err(|error| unreadable(&error))?;
        let answer = self.host.call("check", payload).await;
        String::from_utf8(answer.map_err(PolicyError::Host)?).map_err(|error| unreadable(&error))
    }
}

async fn bytes() -> Result<Uint8Array, PolicyError> {
    let lost = |thrown: JsValue| PolicyError::Fetch(describe(&thrown));
    let window = web_sys::window().ok_or_else(|| PolicyError::Fetch("no window".to_owned()))?;
    let response: Response = JsFuture::from(window.fetch_with_str(MODULE))
        .await
        .map_err(lost)?
        .unchecked_into();
    if !response.ok() {
        return Err(PolicyError::Status(response.status()));
    }
    let body = response.array_buffer().map_err(lost)?;
    let body = JsFuture::from(body).await.map_err(lost)?;
    Ok(Uint8Array::new(&body))
}

async fn sha256(bytes: &Uint8Array) -> Option<String> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    // The property exists in secure contexts alone, which its type does not say.
    if subtle.is_undefined() {
        return None;
    }
    let digest = subtle
        .digest_with_str_and_buffer_source("SHA-256", bytes)
        .ok()?;
    let digest: ArrayBuffer = JsFuture::from(digest).await.ok()?.unchecked_into();
    let digest = Uint8Array::new(&digest).to_vec();
    let halves = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Some(
        halves
            .filter_map(|half| char::from_digit(half.into(), 16))
            .collect(),
    )
}
