//! What the tests that cross crates share: policy.wasm in the runtime that Kubewarden uses, the page in a browser, the
//! fixtures and other input.
//!
//! Everything here ends in a panic when it fails, which is how a test fails.

#![forbid(unsafe_code)]
#![allow(clippy::panic, reason = "a test fails by panicking")]

pub mod cluster;
pub mod corpus;
#[cfg(feature = "wasmtime")]
mod embedding;
pub mod files;
mod fixture;
pub mod generate;
mod layout;
mod nasty;
mod page;
#[cfg(feature = "wasmtime")]
mod policy;
pub mod session;
pub mod simulated;

#[cfg(feature = "wasmtime")]
pub use embedding::{Embedded, Embedding};
pub use fixture::{Expected, Fixture, fixtures};
pub use layout::Layout;
pub use nasty::nasty_texts;
pub use page::{Page, Screen};
#[cfg(feature = "wasmtime")]
pub use policy::{call, call_in, instance, instance_with, replay};

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

static POLICY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = repository().join("policy-wasm/policy.wasm");
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `make policy`", path.display()))
});

/// The module that every host runs.
///
/// # Panics
/// When it is not built.
pub fn policy_bytes() -> &'static [u8] {
    &POLICY
}
