//! policy.wasm as Kubewarden's policy-server runs it: compiled once, a fresh instance for each call.

use crate::{session::Session, simulated::Cluster};
use std::sync::LazyLock;
use wapc::{HostCallback, WapcHost};
use wasmtime_provider::{WasmtimeEngineProviderBuilder, WasmtimeEngineProviderPre};

static MODULE: LazyLock<WasmtimeEngineProviderPre> = LazyLock::new(|| {
    WasmtimeEngineProviderBuilder::new()
        .module_bytes(crate::policy_bytes())
        .build_pre()
        .unwrap_or_else(|error| panic!("wasmtime refuses policy.wasm: {error}"))
});

/// A fresh instance, with a cluster around it or none.
///
/// # Panics
/// When there is no module, or when it does not start.
pub fn instance(cluster: Option<&Cluster>) -> WapcHost {
    let cluster = cluster.cloned();
    let answer = cluster.map(|cluster| -> Box<HostCallback> {
        Box::new(move |_, binding, namespace, operation, payload| {
            let answer = cluster.answer(binding, namespace, operation, payload);
            answer.map_err(Into::into)
        })
    });
    instance_with(answer)
}

/// A fresh instance, with whatever answers it.
///
/// # Panics
/// When there is no module, or when it does not start.
pub fn instance_with(answer: Option<Box<HostCallback>>) -> WapcHost {
    let engine = MODULE
        .rehydrate(None)
        .unwrap_or_else(|error| panic!("policy.wasm: {error}"));
    WapcHost::new(Box::new(engine), answer).unwrap_or_else(|error| panic!("policy.wasm: {error}"))
}

/// Calls an operation of a fresh instance that has no host to ask.
///
/// # Errors
/// What the guest or, after a trap, the host says.
pub fn call(operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
    call_in(None, operation, payload)
}

/// Calls an operation of a fresh instance in a cluster.
///
/// # Errors
/// What the guest or, after a trap, the host says.
pub fn call_in(
    cluster: Option<&Cluster>,
    operation: &str,
    payload: &[u8],
) -> Result<Vec<u8>, String> {
    instance(cluster)
        .call(operation, payload)
        .map_err(|error| error.to_string())
}

/// Calls an operation of a fresh instance whose host answers as was recorded.
///
/// # Errors
/// What the guest or, after a trap, the host says.
pub fn replay(session: &Session, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
    let session = session.clone();
    let answer: Box<HostCallback> = Box::new(move |_, binding, namespace, operation, payload| {
        let answer = session.answer(binding, namespace, operation, payload);
        answer.map_err(Into::into)
    });
    instance_with(Some(answer))
        .call(operation, payload)
        .map_err(|error| error.to_string())
}
