//! Bytes to documents: a tree whose every key and value knows its place.
//!
//! Reading never fails as a whole. A document that cannot be read becomes a diagnostic with a place, and the
//! next one is read; budgets bound depth and alias expansion, so that no input costs more than its size explains.

mod compose;
mod json;
mod problem;
pub mod scalar;
mod split;
mod tree;

pub use json::Json;
pub(crate) use problem::{Expected, Problem, Trouble};
pub use scalar::Scalar;
pub use tree::Value;
pub(crate) use tree::{Span, Tree, place};

use crate::Input;

/// One file, read.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// Name shown in locations.
    pub(crate) name: String,
    /// Every document's nodes and the text that they point into.
    pub(crate) tree: Tree,
    /// Roots of the documents that could be read.
    pub(crate) documents: Vec<tree::NodeId>,
    /// Every comment, from its `#` to the end of its line.
    pub(crate) comments: Vec<Span>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

impl Manifest {
    /// Reads one file.
    pub(crate) fn read(input: &Input<'_>) -> Self {
        let (text, invalid) = decode(input.bytes);
        let mut composer = compose::Composer::new(&text);
        composer.reject_bytes(&invalid);
        for chunk in split::documents(&text) {
            composer.read(&chunk);
        }
        let compose::Composed {
            nodes,
            documents,
            comments,
            problems,
        } = composer.finish();
        Self {
            name: input.name.to_owned(),
            tree: Tree::new(text, nodes),
            documents,
            comments,
            problems,
        }
    }

    /// The document that a place in a manifest belongs to: the one it is in, else the one before, else the first.
    pub(crate) fn document_at(&self, at: u32) -> Option<Value<'_>> {
        // They are in the order of the text.
        let after = self
            .documents
            .partition_point(|root| self.tree.value(*root).span().start <= at);
        let root = self.documents.get(after.saturating_sub(1))?;
        Some(self.tree.value(*root))
    }

    /// The documents' root values.
    pub(crate) fn roots(&self) -> impl Iterator<Item = Value<'_>> {
        self.documents.iter().map(|root| self.tree.value(*root))
    }
}

/// Text of the same length as `bytes`, and the places of bytes that are not UTF-8 (each replaced by `?`).
/// Offsets stay those of the file, so that everything else can be checked at its right place.
fn decode(bytes: &[u8]) -> (String, Vec<u32>) {
    // Places are 32 bits; what lies beyond is cut off and said so by the composer.
    let bytes = &bytes[..bytes.len().min(compose::MAX_BYTES)];
    // Almost always, and checked many bytes at a time.
    if let Ok(text) = str::from_utf8(bytes) {
        return (text.to_owned(), Vec::new());
    }
    let mut text = String::with_capacity(bytes.len());
    let mut invalid = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            invalid.push(tree::place(text.len()));
            text.push('?');
        }
    }
    (text, invalid)
}
