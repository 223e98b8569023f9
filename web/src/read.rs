//! Reads JSON into the types that the page needs from its first moment, field by field, as the browser parses it.
//!
//! serde's derived readers are several times as large: each type gets a copy of the parser. They serve the parts that
//! are fetched later.

use std::fmt;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A field that is missing or is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(pub(crate) &'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.0)
    }
}

/// What may stand in a field.
pub(crate) trait Read: Sized {
    /// From the field's value; undefined if there is no such field.
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable>;
}

/// What is made of the fields of an object.
pub(crate) trait ReadFields: Sized {
    fn read_fields(fields: &Fields) -> Result<Self, Unreadable>;
}

/// Reads each field of a type from the field of the same name, or of the name that is given.
macro_rules! read_fields {
    ($type:ident { $($field:ident $(= $name:literal)?),+ }) => {
        impl $crate::read::ReadFields for $type {
            fn read_fields(
                fields: &$crate::read::Fields,
            ) -> Result<Self, $crate::read::Unreadable> {
                Ok(Self {
                    $($field: fields.read($crate::read::read_fields!(@name $field $($name)?))?,)+
                })
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}
pub(crate) use read_fields;

/// The fields of an object.
pub(crate) struct Fields(JsValue);

impl Fields {
    pub(crate) fn read<T: Read>(&self, field: &'static str) -> Result<T, Unreadable> {
        // The object is one of JSON's: looking for a field runs no code.
        let value = Reflect::get(&self.0, &JsValue::from(field));
        T::read(value.unwrap_or_default(), field)
    }
}

/// Reads a text that is an object in JSON.
pub(crate) fn from_json<T: ReadFields>(json: &str) -> Result<T, Unreadable> {
    from_js(JSON::parse(json).unwrap_or_default())
}

/// Reads an object that JSON could be made of.
pub(crate) fn from_js<T: ReadFields>(value: JsValue) -> Result<T, Unreadable> {
    Read::read(value, "{}")
}

impl<T: ReadFields> Read for T {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        if value.is_object() {
            T::read_fields(&Fields(value))
        } else {
            Err(Unreadable(field))
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        if value.is_null() || value.is_undefined() {
            Ok(None)
        } else {
            T::read(value, field).map(Some)
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        let values: Array = value.dyn_into().map_err(|_| Unreadable(field))?;
        values.iter().map(|value| T::read(value, field)).collect()
    }
}

impl Read for String {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        value.as_string().ok_or(Unreadable(field))
    }
}

impl Read for bool {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        value.as_bool().ok_or(Unreadable(field))
    }
}

impl Read for u32 {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        let number = value.as_f64().filter(|number| {
            number.fract() == 0.0 && (0.0..=f64::from(Self::MAX)).contains(number)
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is a whole number in the range"
        )]
        number.map(|number| number as Self).ok_or(Unreadable(field))
    }
}

impl Read for usize {
    fn read(value: JsValue, field: &'static str) -> Result<Self, Unreadable> {
        let number = u32::read(value, field)?;
        Self::try_from(number).map_err(|_| Unreadable(field))
    }
}
