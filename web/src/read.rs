//! Reads JSON into the types that the page needs from its first moment, field by field.
//!
//! serde's derived readers are several times as large: each type gets a copy of the parser. They serve the parts that
//! are fetched later.

use std::fmt;

use serde_json::{Map, Value};

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
    /// From the field's value; `null` stands for a field that is not there.
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable>;
}

/// What is made of the fields of an object.
pub(crate) trait ReadFields: Sized {
    fn read_fields(fields: Fields) -> Result<Self, Unreadable>;
}

/// Reads each field of a type from the field of the same name, or of the name that is given.
macro_rules! read_fields {
    ($type:ident { $($field:ident $(= $name:literal)?),+ }) => {
        impl $crate::read::ReadFields for $type {
            fn read_fields(
                mut fields: $crate::read::Fields,
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

/// The fields of an object that were not read yet.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn read<T: Read>(&mut self, field: &'static str) -> Result<T, Unreadable> {
        T::read(self.0.remove(field).unwrap_or_default(), field)
    }
}

/// Reads a text that is an object in JSON.
pub(crate) fn from_json<T: ReadFields>(json: &str) -> Result<T, Unreadable> {
    let value = serde_json::from_str::<Value>(json);
    Read::read(value.unwrap_or_default(), "{}")
}

impl<T: ReadFields> Read for T {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        match value {
            Value::Object(fields) => T::read_fields(Fields(fields)),
            _ => Err(Unreadable(field)),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        match value {
            Value::Null => Ok(None),
            value => T::read(value, field).map(Some),
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        match value {
            Value::Array(values) => values
                .into_iter()
                .map(|value| T::read(value, field))
                .collect(),
            _ => Err(Unreadable(field)),
        }
    }
}

impl Read for Map<String, Value> {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        match value {
            Value::Object(fields) => Ok(fields),
            _ => Err(Unreadable(field)),
        }
    }
}

impl Read for String {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(Unreadable(field)),
        }
    }
}

impl Read for bool {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        value.as_bool().ok_or(Unreadable(field))
    }
}

fn number<T: TryFrom<u64>>(value: &Value, field: &'static str) -> Result<T, Unreadable> {
    let number = value.as_u64().and_then(|number| T::try_from(number).ok());
    number.ok_or(Unreadable(field))
}

impl Read for u32 {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        number(&value, field)
    }
}

impl Read for usize {
    fn read(value: Value, field: &'static str) -> Result<Self, Unreadable> {
        number(&value, field)
    }
}
