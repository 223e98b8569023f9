//! The settings of the page.

use std::rc::Rc;

use js_sys::{Array, JSON};
use serde_json::{Map, Value};
use wasm_bindgen::JsValue;

use crate::read::{Read, Unreadable};

/// The settings that differ from the defaults: an object, as JSON. The module and the views of settings look into it;
/// all else carries it along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing(Rc<str>);

impl Differing {
    /// As JSON.
    pub fn json(&self) -> &str {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// By name.
    pub fn fields(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl Default for Differing {
    fn default() -> Self {
        Self("{}".into())
    }
}

impl From<Map<String, Value>> for Differing {
    fn from(fields: Map<String, Value>) -> Self {
        Self(Value::Object(fields).to_string().into())
    }
}

impl Read for Differing {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        let is_list = Array::is_array(&value);
        let json = JSON::stringify(&value)
            .ok()
            .filter(|_| value.is_object() && !is_list);
        let json = json.map(String::from).ok_or(Unreadable(field))?;
        Ok(Self(json.into()))
    }
}
