//! Text that leaves the page by the visitor's hand: to a file or to the clipboard.

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Lets the browser save a text as a file.
pub(crate) fn download(name: &str, kind: &str, text: &str) {
    // Every step works in a browser that runs this page; without one of them there is nothing to save to.
    let _ = try_download(name, kind, text);
}

fn try_download(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(document) = document {
        let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
        link.set_href(&address);
        // A folder's file keeps its name; browsers allow no path.
        link.set_download(name.rsplit('/').next().unwrap_or(name));
        link.click();
    }
    // Some browsers fetch it only after the click has been handled.
    let revoke = move || drop(Url::revoke_object_url(&address));
    Timeout::new(10_000, revoke).forget();
    Ok(())
}

/// Copies a text, and tells whether the browser let it happen.
pub(crate) async fn to_clipboard(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let clipboard = window.navigator().clipboard();
    // The property exists in secure contexts alone, which its type does not say.
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
