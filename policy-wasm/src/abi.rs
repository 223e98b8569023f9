//! How a host calls the module: waPC, and the metadata section that Kubewarden reads before it calls anything.
//!
//! The host calls `__guest_call` with two lengths, the guest fetches operation and payload into buffers of those
//! lengths, and hands back an answer or an error. There is no start-up function: Kubewarden makes a fresh instance
//! for every request, so whatever it did would be paid each time.

#![allow(
    unsafe_code,
    reason = "foreign functions, their buffers and a link section cannot be had without it"
)]

use std::{panic, sync::Once};

/// Only what is called: the module imports nothing else, whatever host it meets.
mod host {
    #[link(wasm_import_module = "wapc")]
    unsafe extern "C" {
        pub(super) fn __guest_request(operation: *mut u8, payload: *mut u8);
        pub(super) fn __guest_response(answer: *const u8, length: usize);
        pub(super) fn __guest_error(message: *const u8, length: usize);
        pub(super) fn __console_log(message: *const u8, length: usize);
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
    match crate::operations::call(&String::from_utf8_lossy(&operation), &payload) {
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
