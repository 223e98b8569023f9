//! Namespaces.

use super::Object;

/// A Namespace: its labels and annotations are all that rules read.
#[derive(Debug)]
pub(crate) struct Namespace<'t> {
    pub(crate) object: Object<'t>,
}
