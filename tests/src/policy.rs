//! policy.wasm as Kubewarden's policy-server runs it: compiled once, a fresh instance for each call.

use std::sync::LazyLock;
use wapc::WapcHost;
use wasmtime_provider::{WasmtimeEngineProviderBuilder, WasmtimeEngineProviderPre};

static MODULE: LazyLock<WasmtimeEngineProviderPre> = LazyLock::new(|| {
    WasmtimeEngineProviderBuilder::new()
        .module_bytes(crate::policy_bytes())
        .build_pre()
        .unwrap_or_else(|error| panic!("wasmtime refuses policy.wasm: {error}"))
});

/// A fresh instance.
///
/// # Panics
/// When there is no module, or when it does not start.
pub fn instance() -> WapcHost {
    let engine = MODULE
        .rehydrate(None)
        .unwrap_or_else(|error| panic!("policy.wasm: {error}"));
    WapcHost::new(Box::new(engine), None).unwrap_or_else(|error| panic!("policy.wasm: {error}"))
}

/// Calls an operation of a fresh instance.
///
/// # Errors
/// What the guest or, after a trap, the host says.
pub fn call(operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
    instance()
        .call(operation, payload)
        .map_err(|error| error.to_string())
}
