//! The rules of mesh-ready as a waPC guest: what Kubewarden runs in a cluster, the page in a browser and the tests
//! in wasmtime are the bytes built from this crate.
//!
//! [`operations`] holds what the module can be asked, [`host`] what it asks in turn; `abi` is how both travel, and
//! exists only in WebAssembly.

#[cfg(target_arch = "wasm32")]
mod abi;
pub mod host;
pub mod operations;
