//! Reads fields by type, and notes what is not of that type.

use crate::manifest::{Expected, Problem, Scalar, Span, Trouble, Value};

/// Collects what was wrong while fields are read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    /// What was wrong; of a value behind an anchor as often as it is named.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(crate) fn report(&mut self, span: Span, trouble: Trouble) {
        self.problems.push(Problem { span, trouble });
    }

    fn wrong(&mut self, value: Value<'_>, field: &str, expected: Expected) {
        let field = field.to_owned();
        let trouble = match (value.scalar(), value.text()) {
            (Some(scalar), Some(text))
                if !matches!(expected, Expected::Mapping | Expected::List) =>
            {
                Trouble::WrongScalar {
                    field,
                    expected,
                    got: scalar.type_name(),
                    text: text.to_owned(),
                }
            }
            (Some(scalar), _) => Trouble::WrongType {
                field,
                expected,
                got: scalar.type_name(),
            },
            (None, _) => Trouble::WrongType {
                field,
                expected,
                got: if value.is_mapping() {
                    "mapping"
                } else {
                    "list"
                },
            },
        };
        self.report(value.span(), trouble);
    }

    /// A field's value; a null one is absent, as for Kubernetes.
    fn present<'t>(parent: Value<'t>, field: &str) -> Option<Value<'t>> {
        parent.get(field).filter(|value| !value.is_null())
    }

    /// A mapping field; something else is reported and counts as absent.
    pub(crate) fn mapping<'t>(&mut self, parent: Value<'t>, field: &str) -> Option<Value<'t>> {
        let value = Self::present(parent, field)?;
        if !value.is_mapping() {
            self.wrong(value, field, Expected::Mapping);
            return None;
        }
        Some(value)
    }

    /// The items of a list field with their indices, each a mapping; anything else is reported.
    pub(crate) fn mappings<'t>(
        &mut self,
        parent: Value<'t>,
        field: &str,
    ) -> Vec<(usize, Value<'t>)> {
        let Some(value) = Self::present(parent, field) else {
            return Vec::new();
        };
        if !value.is_sequence() {
            self.wrong(value, field, Expected::List);
            return Vec::new();
        }
        let mut items = Vec::with_capacity(value.items().len());
        for (index, item) in value.items().enumerate() {
            if item.is_mapping() {
                items.push((index, item));
            } else {
                self.wrong(item, &format!("{field}[{index}]"), Expected::Mapping);
            }
        }
        items
    }

    /// A string field. Another scalar is reported, and its text read.
    pub(crate) fn string<'t>(&mut self, parent: Value<'t>, field: &str) -> Option<&'t str> {
        let value = Self::present(parent, field)?;
        self.text(value, field)
    }

    /// The text of a value that must be a string.
    pub(crate) fn text<'t>(&mut self, value: Value<'t>, field: &str) -> Option<&'t str> {
        if !matches!(value.scalar(), Some(Scalar::String(_))) {
            self.wrong(value, field, Expected::String);
        }
        value.text()
    }

    /// The items of a list of strings with their indices. Another scalar is reported, and its text read.
    pub(crate) fn strings<'t>(&mut self, parent: Value<'t>, field: &str) -> Vec<(usize, &'t str)> {
        let Some(value) = Self::present(parent, field) else {
            return Vec::new();
        };
        if !value.is_sequence() {
            self.wrong(value, field, Expected::List);
            return Vec::new();
        }
        let items = value.items().enumerate();
        items
            .filter_map(|(index, item)| Some((index, self.text(item, field)?)))
            .collect()
    }

    /// A boolean field. The text of a quoted one is read after it is reported.
    pub(crate) fn boolean(&mut self, parent: Value<'_>, field: &str) -> Option<bool> {
        let value = Self::present(parent, field)?;
        if let Some(Scalar::Bool(flag)) = value.scalar() {
            return Some(flag);
        }
        self.wrong(value, field, Expected::Boolean);
        value.text()?.parse().ok()
    }

    /// An integer field. The text of a quoted one is read after it is reported.
    pub(crate) fn integer(&mut self, parent: Value<'_>, field: &str) -> Option<i64> {
        let value = Self::present(parent, field)?;
        let whole = match value.scalar() {
            Some(Scalar::Int(number)) => Some(number),
            // The API server takes 8080.0 for 8080.
            Some(Scalar::Float) => value.text().and_then(|text| {
                let (whole, fraction) = text.split_once('.')?;
                fraction
                    .bytes()
                    .all(|digit| digit == b'0')
                    .then(|| whole.parse().ok())?
            }),
            _ => None,
        };
        if whole.is_some() {
            return whole;
        }
        let read = value.text().and_then(|text| text.parse().ok());
        if read.is_some() {
            self.wrong(value, field, Expected::Integer);
        } else {
            let got = value.scalar().map_or("list", Scalar::type_name);
            let expected = Expected::Integer;
            self.report(
                value.span(),
                Trouble::WrongType {
                    field: field.to_owned(),
                    expected,
                    got,
                },
            );
        }
        read
    }

    /// A field that is a number or a name, such as a target port.
    pub(crate) fn integer_or_string<'t>(
        &mut self,
        parent: Value<'t>,
        field: &str,
    ) -> Option<Scalar<'t>> {
        let value = Self::present(parent, field)?;
        let scalar = value
            .scalar()
            .filter(|scalar| matches!(scalar, Scalar::Int(_) | Scalar::String(_)));
        if scalar.is_none() {
            self.wrong(value, field, Expected::IntegerOrString);
        }
        scalar
    }
}
