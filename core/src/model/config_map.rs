//! A ConfigMap.

use super::{Labels, Object, Reader};

/// A ConfigMap.
#[derive(Debug)]
pub(crate) struct ConfigMap<'t> {
    pub(crate) object: Object<'t>,
    /// `data`.
    pub(crate) data: Labels<'t>,
}

impl<'t> ConfigMap<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        Self {
            object,
            data: Labels::read(reader, object.root, "data"),
        }
    }
}
