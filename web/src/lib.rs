//! The mesh-ready page.
//!
//! The page holds no rule: it loads `policy.wasm`, the module that a cluster runs, and plays for it the part that
//! Kubewarden's host plays there ([`host`]). What the page shows is decided by [`state`] alone; components only draw.
//!
//! # What tests may rely on
//!
//! - `#editor` is the editor: its property `text` reads and sets the document, `jumpTo` moves in it. The editor ends
//!   each line with LF, whatever the text it was given had.
//! - After each check `document` dispatches `mesh-ready:report`, whose `detail` is the module's answer, byte for byte.
//!   The text was checked as the file `manifests.yaml`, in the page's language, with `utf-16` positions, without settings.
//! - `main[data-phase]` is `loading`, `blank`, `checking`, `checked` or `failed`; `main[data-pane]` the half that a
//!   narrow screen shows, `[data-tab]` the buttons that change it.
//! - In `#entries` each `li` is a `[data-finding]` with `data-rule`, or a `[data-diagnostic]`; both have `data-severity`
//!   and, if they have a place, `data-line` and a `button.message` that goes there; `.related button` goes elsewhere.
//! - `#summary`, `#skipped` (with a `[data-rule]` for each), `#ignored`, `#suppressed`, `#more`, `#welcome`, `#trouble`,
//!   `#announcement`, `#boot-error` are there when they have something to say.
//! - `#module-sha256[data-sha256]`, `#language`, `input[name=theme]`, `#examples-button`, `#examples [data-example]`.

#![forbid(unsafe_code)]

pub mod host;
pub mod report;
pub mod state;

mod app;
mod checker;
mod components;
mod editor;
mod examples;
mod i18n;
mod policy;
mod preferences;

pub use i18n::Language;
pub use policy::PolicyError;
pub use preferences::Theme;

/// Draws the page into the element with the id `app`.
pub fn run() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.get_element_by_id("app")) {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
