//! Paths inside an object, which is how rules name places.

use crate::manifest::{Span, Value};
use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step<'t> {
    Key(&'t str),
    Index(usize),
}

/// A path from an object's root. Shown as Kubernetes writes field paths:
/// `spec.containers[0].image`, `metadata.labels[istio.io/rev]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path<'t>(Vec<Step<'t>>);

impl<'t> Path<'t> {
    /// The path to a key of this mapping.
    pub(crate) fn key(mut self, key: &'t str) -> Self {
        self.0.push(Step::Key(key));
        self
    }

    /// The path to an item of this list.
    pub(crate) fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    pub(crate) fn steps(&self) -> &[Step<'t>] {
        &self.0
    }

    /// Steps as a JSON Pointer (RFC 6901).
    pub(crate) fn pointer(steps: &[Step<'_>]) -> String {
        let mut pointer = String::new();
        for step in steps {
            pointer.push('/');
            match step {
                Step::Index(index) => pointer.push_str(&index.to_string()),
                Step::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            }
        }
        pointer
    }

    /// Where the path leads in a text: the value if it is a scalar, else its key. What is missing is shown at the
    /// nearest key above it. A value behind an alias is shown at the alias.
    pub(crate) fn locate(&self, root: Value<'_>) -> Span {
        let mut value = root;
        let mut place = first_key(root);
        for step in &self.0 {
            let (next, next_place) = match step {
                Step::Key(key) => match value.entry(key) {
                    Some((key, value)) => (value, key.span()),
                    None => return place,
                },
                Step::Index(index) => match value.item(*index) {
                    Some(item) => (item, first_key(item)),
                    None => return place,
                },
            };
            if next.is_alias() {
                return next.span();
            }
            (value, place) = (next, next_place);
        }
        match value.text() {
            Some(_) if value.span().start < value.span().end => value.span(),
            _ => place,
        }
    }
}

/// The first key of a mapping, which shows where it begins without underlining all of it.
fn first_key(value: Value<'_>) -> Span {
    value
        .entries()
        .next()
        .map_or(value.span(), |(key, _)| key.span())
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Key(key) if key.contains(['.', '/', '[', ']']) || key.is_empty() => {
                    write!(formatter, "[{key}]")?;
                }
                Step::Key(key) if position == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
            }
        }
        Ok(())
    }
}
