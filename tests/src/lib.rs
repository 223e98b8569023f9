//! What the tests that cross crates share: policy.wasm in the runtime that Kubewarden uses, the rules linked
//! natively, and the fixtures.
//!
//! Everything here ends in a panic when it fails, which is how a test fails.

#![allow(clippy::panic, reason = "a test fails by panicking")]

mod fixture;
pub mod generate;
mod policy;

pub use fixture::{Expected, Fixture, fixtures};
pub use policy::{call, instance, policy_bytes};

use std::path::{Path, PathBuf};

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
