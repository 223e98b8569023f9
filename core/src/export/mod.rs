//! The report in the forms that other tools read: SARIF, and Markdown for an issue tracker.

mod markdown;
mod sarif;

pub use markdown::markdown;
pub use sarif::sarif;

use crate::report::ResourceRef;

/// Where mesh-ready is at home.
const HOME: &str = "https://github.com/mesh-ready/mesh-ready";

/// The address of a rule's page, given as the report names it.
fn page(docs: &str) -> String {
    format!("{HOME}/blob/main/{docs}")
}

/// `shop/cart`; objects of the cluster have no namespace.
fn qualified(resource: &ResourceRef) -> String {
    let ResourceRef {
        namespace, name, ..
    } = resource;
    if namespace.is_empty() {
        name.clone()
    } else {
        format!("{namespace}/{name}")
    }
}
