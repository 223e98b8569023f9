//! Files of the page's own folder, fetched when they are needed.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::policy::{PolicyError, describe};

/// The text of a file beside the page.
pub(crate) async fn text(file: &str) -> Result<String, PolicyError> {
    let lost = |thrown: JsValue| PolicyError::Fetch(file.to_owned(), describe(&thrown));
    let window = web_sys::window().ok_or_else(|| lost("no window".into()))?;
    let response = JsFuture::from(window.fetch_with_str(file)).await;
    let response: Response = response.map_err(lost)?.unchecked_into();
    if !response.ok() {
        return Err(PolicyError::Status(file.to_owned(), response.status()));
    }
    let text = JsFuture::from(response.text().map_err(lost)?).await;
    Ok(text.map_err(lost)?.as_string().unwrap_or_default())
}
