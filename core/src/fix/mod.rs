//! Changes that remove findings: what rules ask for by paths, and the text edits and JSON Patch that it becomes.

mod apply;
mod edit;

pub use apply::{Applied, Fixed, Fixes, fix};
pub(crate) use edit::{Editor, patch, scalar_text};

use crate::path::{Path, Step};

/// A change of one object that removes a finding.
#[derive(Debug)]
pub(crate) struct Repair<'t> {
    /// Whether it may be applied without a look: it changes nothing but what the rule is about.
    pub(crate) is_safe: bool,
    /// What it does, in the report's language: "Add the label `app: cart` to the pod template".
    pub(crate) title: String,
    /// In order.
    pub(crate) changes: Vec<Change<'t>>,
}

/// One change, by path.
#[derive(Debug)]
pub(crate) enum Change<'t> {
    /// Sets a string; missing mappings above it are made.
    Set(Path<'t>, String),
    /// Removes an entry, and the mappings above it that would be left empty.
    Remove(Path<'t>),
    /// Adds a document of YAML to the end of the file.
    Append(String),
}

impl<'t> Repair<'t> {
    /// A change that may be applied without a look.
    pub(crate) fn safe(title: String) -> Self {
        Self {
            is_safe: true,
            title,
            changes: Vec::new(),
        }
    }

    /// A change that the user should look at first.
    pub(crate) fn offered(title: String) -> Self {
        Self {
            is_safe: false,
            ..Self::safe(title)
        }
    }

    /// The path that the first string is set at; mappings on it are not removed.
    fn kept(&self) -> &[Step<'t>] {
        let set = self.changes.iter().find_map(|change| match change {
            Change::Set(path, _) => Some(path.steps()),
            Change::Remove(_) | Change::Append(_) => None,
        });
        set.unwrap_or_default()
    }

    /// Sets a string, making the mappings above it.
    pub(crate) fn set(mut self, path: Path<'t>, value: String) -> Self {
        self.changes.push(Change::Set(path, value));
        self
    }

    /// Removes an entry, and the mappings above it that would be left empty.
    pub(crate) fn remove(mut self, path: Path<'t>) -> Self {
        self.changes.push(Change::Remove(path));
        self
    }

    /// Adds a document of YAML to the end of the file.
    pub(crate) fn append(mut self, document: String) -> Self {
        self.changes.push(Change::Append(document));
        self
    }
}
