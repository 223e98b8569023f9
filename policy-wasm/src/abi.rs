//! How a host calls the module: waPC, and the metadata section that Kubewarden reads before it calls anything.
//!
//! The host calls `__guest_call` with two lengths, the guest fetches operation and payload into buffers of those
//! lengths, and hands back an answer or an error. There is no start-up function: Kubewarden makes a fresh instance
//! for every request, so whatever it did would be paid each time.

#![allow(
    unsafe_code,
    reason = "foreign functions, their buffers and a link section cannot be had without it"
)]

use crate::host::Host;
use std::{panic, sync::Once};

/// The binding under which Kubewarden offers its capabilities.
const BINDING: &str = "kubewarden";

/// Only what is called: the module imports nothing else, whatever host it meets.
mod host {
    #[link(wasm_import_module = "wapc")]
    unsafe extern "C" {
        pub(super) fn __guest_request(operation: *mut u8, payload: *mut u8);
        pub(super) fn __guest_response(answer: *const u8, length: usize);
        pub(super) fn __guest_error(message: *const u8, length: usize);
        pub(super) fn __console_log(message: *const u8, length: usize);
        pub(super) fn __host_call(
            binding: *const u8,
            binding_length: usize,
            namespace: *const u8,
            namespace_length: usize,
            operation: *const u8,
            operation_length: usize,
            payload: *const u8,
            payload_length: usize,
        ) -> i32;
        pub(super) fn __host_response_len() -> usize;
        pub(super) fn __host_response(answer: *mut u8);
        pub(super) fn __host_error_len() -> usize;
        pub(super) fn __host_error(message: *mut u8);
    }
}

/// Read by Kubewarden, and by whoever wants to know what the file is: `build.rs` made it of `metadata.yml`.
#[used]
#[unsafe(link_section = "io.kubewarden.metadata")]
static METADATA: [u8; include_bytes!(concat!(env!("OUT_DIR"), "/metadata.json")).len()] =
    *include_bytes!(concat!(env!("OUT_DIR"), "/metadata.json"));

/// The entry of every call: 1 when an answer was given, 0 when an error was.
#[unsafe(no_mangle)]
extern "C" fn __guest_call(operation_length: usize, payload_length: usize) -> i32 {
    static PANIC_HOOK: Once = Once::new();
    PANIC_HOOK.call_once(|| panic::set_hook(Box::new(|panic| log(&panic.to_string()))));

    let (operation, payload) = request(operation_length, payload_length);
    let operation = String::from_utf8_lossy(&operation);
    match crate::operations::call(&operation, &payload, Host(ask)) {
        Ok(answer) => {
            respond(&answer);
            1
        }
        Err(message) => {
            fail(&message);
            0
        }
    }
}

fn request(operation_length: usize, payload_length: usize) -> (Vec<u8>, Vec<u8>) {
    let mut operation = vec![0; operation_length];
    let mut payload = vec![0; payload_length];
    // SAFETY: the host writes exactly the lengths it announced, and both buffers are that long.
    unsafe { host::__guest_request(operation.as_mut_ptr(), payload.as_mut_ptr()) };
    (operation, payload)
}

fn respond(answer: &[u8]) {
    // SAFETY: the host reads `answer` before it returns.
    unsafe { host::__guest_response(answer.as_ptr(), answer.len()) };
}

fn fail(message: &str) {
    // SAFETY: the host reads `message` before it returns.
    unsafe { host::__guest_error(message.as_ptr(), message.len()) };
}

/// Writes to the host's log. Of the two ways this is the one that every waPC host has, without a permission, and
/// that works when little else does: Kubewarden's `tracing/log` is a call of its own binding, with a JSON payload.
fn log(message: &str) {
    // SAFETY: the host reads `message` before it returns.
    unsafe { host::__console_log(message.as_ptr(), message.len()) };
}

/// Asks the host for something. The error is in the host's words.
fn ask(namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
    // SAFETY: the host reads all four before it returns.
    let status = unsafe {
        host::__host_call(
            BINDING.as_ptr(),
            BINDING.len(),
            namespace.as_ptr(),
            namespace.len(),
            operation.as_ptr(),
            operation.len(),
            payload.as_ptr(),
            payload.len(),
        )
    };
    if status == 1 {
        // SAFETY: asking for a length touches no memory.
        let mut answer = vec![0; unsafe { host::__host_response_len() }];
        // SAFETY: the host writes exactly the length it announced, and the buffer is that long.
        unsafe { host::__host_response(answer.as_mut_ptr()) };
        return Ok(answer);
    }
    // SAFETY: asking for a length touches no memory.
    let mut message = vec![0; unsafe { host::__host_error_len() }];
    // SAFETY: the host writes exactly the length it announced, and the buffer is that long.
    unsafe { host::__host_error(message.as_mut_ptr()) };
    Err(String::from_utf8_lossy(&message).into_owned())
}
