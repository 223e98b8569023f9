//! What a link says, and what the page remembers from one visit to the next: the same state.
//!
//! The form of a link is `share/fragment.js`'s alone, which reads every form that there ever was. Here a state has its
//! long names, as that module takes and gives it.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;
use web_sys::Storage;

use crate::differing::Differing;
use crate::policy::{describe, object};
use crate::preferences::storage;
use crate::read::{Fields, ReadFields, Unreadable, from_js, from_json, read_fields};

const STATE: &str = "mesh-ready:state";

#[wasm_bindgen(module = "/share/fragment.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn encode(state: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    async fn decode(fragment: &str) -> Result<JsValue, JsValue>;

    type TooLong;

    #[wasm_bindgen(method, getter, js_name = tooLong)]
    fn too_long(this: &TooLong) -> u32;

    type FragmentError;

    #[wasm_bindgen(method, getter)]
    fn kind(this: &FragmentError) -> Option<String>;
}

/// Everything that makes one visitor see what another sees, but for colours, which belong to whoever looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The manifests.
    pub files: Vec<SharedFile>,
    /// The index of the file that is shown.
    pub active: usize,
    /// The settings that differ from the defaults.
    pub settings: Differing,
    /// The name of what is shown beside the editor.
    pub view: Option<String>,
    /// The tag of the language, which may be one that this page does not speak.
    pub language: Option<String>,
    /// The version of the module with the rules that the other visitor had.
    pub version: Option<String>,
}

/// A file of manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedFile {
    /// Its name; `manifests.yaml` where nobody gave one.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What is left out has its default.
impl ReadFields for Shared {
    fn read_fields(fields: &Fields) -> Result<Self, Unreadable> {
        Ok(Self {
            files: fields.read::<Option<_>>("files")?.unwrap_or_default(),
            active: fields.read::<Option<_>>("active")?.unwrap_or_default(),
            settings: fields.read::<Option<_>>("settings")?.unwrap_or_default(),
            view: fields.read("view")?,
            language: fields.read("language")?,
            version: fields.read("version")?,
        })
    }
}

read_fields!(SharedFile { name, text });

/// What became of a state that was to go into a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// The part of the address after `#`.
    Link(String),
    /// It would have so many characters, more than an address may be trusted to carry.
    TooLong(u32),
}

/// Why a link says nothing, or a state goes into none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// A newer version of the page made the link.
    Newer,
    /// The link is cut off or changed, or never was one.
    Damaged,
    /// It holds more than a page should unpack.
    TooLarge,
    /// The browser cannot, and what it says.
    Browser(String),
}

impl ShareError {
    fn from_thrown(thrown: &JsValue) -> Self {
        let kind = thrown
            .is_object()
            .then(|| thrown.unchecked_ref::<FragmentError>().kind());
        match kind.flatten().as_deref() {
            Some("version") => Self::Newer,
            Some("damaged") => Self::Damaged,
            Some("too-large") => Self::TooLarge,
            _ => Self::Browser(describe(thrown)),
        }
    }
}

impl Shared {
    /// As the other side of a link takes it, and storage as JSON.
    fn to_js(&self) -> JsValue {
        let file = |file: &SharedFile| {
            object(&[
                ("name", &file.name.as_str().into()),
                ("text", &file.text.as_str().into()),
            ])
        };
        let files: Array = self.files.iter().map(file).collect();
        // It was made of JSON, or by something that makes JSON.
        let settings = JSON::parse(self.settings.json()).unwrap_or_default();
        let text =
            |text: &Option<String>| text.as_deref().map_or(JsValue::UNDEFINED, JsValue::from);
        object(&[
            ("files", &files),
            ("active", &self.active.into()),
            ("settings", &settings),
            ("view", &text(&self.view)),
            ("language", &text(&self.language)),
            ("version", &text(&self.version)),
        ])
    }

    /// So that the index of the file shown is one of a file, where there are any.
    fn in_range(mut self) -> Self {
        self.active = self.active.min(self.files.len().saturating_sub(1));
        self
    }
}

/// The fragment of a link to a state, without `#`.
///
/// # Errors
/// [`ShareError::TooLarge`], where nobody could read it back, or [`ShareError::Browser`].
pub async fn to_fragment(shared: &Shared) -> Result<Fragment, ShareError> {
    let answer = encode(&shared.to_js()).await;
    let answer = answer.map_err(|thrown| ShareError::from_thrown(&thrown))?;
    Ok(match answer.as_string() {
        Some(fragment) => Fragment::Link(fragment),
        None => Fragment::TooLong(answer.unchecked_ref::<TooLong>().too_long()),
    })
}

/// The state that a fragment tells of, with `#` or without, in any form that was ever written.
///
/// # Errors
/// Every kind there is.
pub async fn from_fragment(fragment: &str) -> Result<Shared, ShareError> {
    let state = decode(fragment).await;
    let state = state.map_err(|thrown| ShareError::from_thrown(&thrown))?;
    let shared = from_js(state).map_err(|_| ShareError::Damaged)?;
    Ok(Shared::in_range(shared))
}

/// The storages of this browser: first that of the tab, which another tab cannot overwrite, then that of all tabs.
fn storages() -> impl Iterator<Item = Storage> {
    let of_tab = web_sys::window().and_then(|window| window.session_storage().ok()?);
    [of_tab, storage()].into_iter().flatten()
}

/// Keeps a state for the next visit, and tells whether it could. One that does not fit is not kept, nor is the one
/// before it, which would come back as if it were the last.
pub fn remember(shared: &Shared) -> bool {
    let Ok(json) = JSON::stringify(&shared.to_js()).map(String::from) else {
        return false;
    };
    let mut is_kept = false;
    for storage in storages() {
        is_kept = storage.set_item(STATE, &json).is_ok();
        if !is_kept {
            forget();
            break;
        }
    }
    is_kept
}

/// The state of the last visit, if there is one that this version of the page can read. After a reload it is that of
/// the tab.
pub fn recall() -> Option<Shared> {
    storages()
        .filter_map(|storage| storage.get_item(STATE).ok()?)
        .find_map(|json| from_json(&json).ok())
        .map(Shared::in_range)
}

/// Keeps nothing of the last visit.
pub fn forget() {
    for storage in storages() {
        // Where removing is forbidden, so was keeping.
        let _ = storage.remove_item(STATE);
    }
}
