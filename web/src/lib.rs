//! The mesh-ready page.
//!
//! The page holds no rule: it loads `policy.wasm`, the module that a cluster runs, into a worker that plays the part of
//! Kubewarden's host ([`policy`]). What the page shows is decided by [`state`] alone; components only draw.
//!
//! # What tests may rely on
//!
//! - `#editor` is the editor: its property `text` reads and sets the document, `jumpTo` moves in it. The editor ends
//!   each line with LF, whatever the text it was given had.
//! - After each check `document` dispatches `mesh-ready:report`, whose `detail` is the module's answer, byte for byte.
//!   The files were checked under the names of their tabs, the first of which is `manifests.yaml`, in the page's
//!   language, with `utf-16` positions and the page's settings.
//! - `main[data-phase]` is `loading`, `blank`, `checking`, `checked` or `failed`; `main[data-view]` what stands beside
//!   the editor, `main[data-pane]` the half that a narrow screen shows, `[data-tab]` the buttons that change both;
//!   on a wide screen the editor has none.
//! - In `.files` each `li[data-file]` has `.file`, `.rename` and `.close`, `.shown` is the one in the editor; `#new-file`,
//!   `#open-files` and `#open-folder`, each of the last two before its `input`. `#notice` says what came of it.
//! - In `#entries` each `li` is a `[data-finding]` with `data-rule`, or a `[data-diagnostic]`; both have `data-severity`
//!   and, if they have a place, `data-line` and a `button.message` that goes there; `.related button` goes elsewhere,
//!   `[data-about]` shows the rule and `[data-fix]` what its fix changes. They are children of `#entries`, or, when the
//!   list is divided, of the `ol` in its `[data-group]`s.
//! - `.chip[data-chip][aria-pressed]` leaves a severity out, or a decision; `#search` and `#grouping` narrow and divide
//!   the list; `#shown` says how much of it is there, `#clear-filter` takes everything in again. `#fix-all` is there when
//!   there are safe fixes.
//! - `#dialog[open]` has `data-dialog`. In a preview of fixes each `.diff[data-file]` has `[data-change=added]`,
//!   `[data-change=removed]` and `[data-change=same]` lines; `#fix-apply`, `#fix-cancel`, and for all fixes `#fix-offered`
//!   and `#applied [data-rule]`. The page of a rule is `#rule-frame[data-state=ready]`.
//! - `#mesh` is the drawing of the mesh, `.stale` while its answer is of an older text; in its `svg` each `.card` is a
//!   Service or a workload, and each `.hit[role=button]` goes to its line; its `aria-label` says all that is drawn there.
//!   Tab stops at one of them, arrow keys lead to the others.
//!   `#mesh-scope` counts, `#mesh-notes` says what is not drawn, `#mesh-text` has the same sentences as a list, and
//!   `#mesh-nothing` is there when there is nothing to draw.
//! - `#admission [data-admission]` has `data-allowed`, what is `.said`, `.related` warnings and a `.mutation`;
//!   `#enforce-module`, `#enforce-mode`, `#enforce-yaml`, `#enforce-download`.
//! - `[data-setting]` has the field of that name, `#setting-…`, or `#level-MR…` for each rule; `#settings-yaml`,
//!   `#settings-download`, `#settings-reset`, `#settings-import` and `#settings-apply`.
//! - `#share-link` or `#share-too-long`; `[data-download]` and `[data-copy]` in the dialog of `#export-button`; `#clear`.
//! - `#stop` ends a check. In a frame, `#open-playground` opens the same page alone.
//! - `#summary`, `#skipped` (with a `[data-rule]` for each), `#ignored`, `#suppressed`, `#more`, `#welcome`, `#trouble`,
//!   `#announcement`, `#boot-error` are there when they have something to say.
//! - `#module-sha256[data-sha256]`, `#language`, `input[name=theme]`; `#examples-button` opens the dialog with
//!   `#gallery [data-example]`, and before there is a text `#welcome` has some of them, too.
//! - `#settings` has a `[data-setting]` for each field, `#settings-mistakes` for what belongs to none, `#settings-import`
//!   with `#settings-apply` and `#import-mistakes`, and, when they are valid, `#settings-yaml`. `#enforce` has
//!   `#enforce-yaml` or `#enforce-mistakes`.

#![forbid(unsafe_code)]

pub mod diff;
pub mod differing;
pub mod enforce;
pub mod listing;
pub mod mesh;
pub mod naming;
pub mod policy;
pub mod report;
pub mod share;
pub mod state;

mod answers;
mod app;
mod checker;
mod components;
mod documents;
mod editor;
mod embed;
mod examples;
mod fetched;
mod follow;
mod i18n;
mod intake;
mod narrow;
mod order;
mod preferences;
mod read;
mod save;
mod session;
mod tools;

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
