//! The waPC host against guests that behave and guests that do not.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

mod guest;

use guest::Guest;
use js_sys::Uint8Array;
use mesh_ready_web::host::{Host, HostError};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn host(guest: Guest) -> Result<Host, HostError> {
    Host::compile(&Uint8Array::from(guest.bytes().as_slice())).await
}

async fn call(guest: Guest, payload: &[u8]) -> Result<Vec<u8>, HostError> {
    host(guest).await?.call("check", payload.to_vec()).await
}

fn trapped<T>(answer: &Result<T, HostError>) -> bool {
    matches!(answer, Err(HostError::Trap(_)))
}

#[wasm_bindgen_test]
async fn operation_and_payload_reach_the_guest_and_its_answer_comes_back() {
    assert_eq!(call(guest::ECHO, b"{}").await, Ok(b"check{}".to_vec()));
}

#[wasm_bindgen_test]
async fn calls_follow_one_another_though_the_memory_grows() -> Result<(), HostError> {
    let host = host(guest::ECHO).await?;
    for payload in [&b"one"[..], b"", b"three"] {
        let expected = [b"check", payload].concat();
        assert_eq!(host.call("check", payload.to_vec()).await, Ok(expected));
    }
    Ok(())
}

#[wasm_bindgen_test]
async fn a_payload_that_fills_a_page_arrives_whole() {
    // As large as the page that the guest adds, less the operation's name.
    let payload: Vec<u8> = (0..65_531_u32)
        .map(|index| index.to_le_bytes()[0])
        .collect();
    assert_eq!(
        call(guest::ECHO, &payload).await,
        Ok([b"check", &payload[..]].concat())
    );
}

#[wasm_bindgen_test]
async fn an_error_of_the_guest_is_passed_on() {
    assert_eq!(
        call(guest::REFUSING, b"").await,
        Err(HostError::Guest("no, sir!".to_owned()))
    );
}

#[wasm_bindgen_test]
async fn silence_is_an_error() {
    for guest in [guest::SULKING, guest::MUTE] {
        assert_eq!(call(guest, b"").await, Err(HostError::Silent));
    }
}

#[wasm_bindgen_test]
async fn after_a_trap_the_next_call_meets_a_fresh_instance() -> Result<(), HostError> {
    let host = host(guest::FRAGILE).await?;
    assert_eq!(host.call("check", Vec::new()).await, Ok(b"good".to_vec()));
    assert!(trapped(&host.call("check", b"bad!".to_vec()).await));
    // The trapped instance had overwritten these bytes.
    assert_eq!(host.call("check", Vec::new()).await, Ok(b"good".to_vec()));
    Ok(())
}

#[wasm_bindgen_test]
async fn an_instance_is_kept_unless_it_has_grown_large() -> Result<(), HostError> {
    for (guest, second) in [(guest::MARKING, b"b"), (guest::HOARDING, b"a")] {
        let host = host(guest).await?;
        assert_eq!(host.call("check", Vec::new()).await, Ok(b"a".to_vec()));
        assert_eq!(host.call("check", Vec::new()).await, Ok(second.to_vec()));
    }
    Ok(())
}

#[wasm_bindgen_test]
async fn a_used_up_stack_is_a_trap() {
    assert!(trapped(&call(guest::ENDLESS, b"").await));
}

#[wasm_bindgen_test]
async fn places_outside_of_the_guests_memory_are_refused() {
    assert!(trapped(&call(guest::WRITING_OUTSIDE, b"{}").await));
    assert!(trapped(&call(guest::ANSWERING_OUTSIDE, b"{}").await));
}

#[wasm_bindgen_test]
async fn a_log_line_disturbs_nothing() {
    assert_eq!(call(guest::TALKING, b"").await, Ok(b"hello".to_vec()));
}

#[wasm_bindgen_test]
async fn a_host_call_is_answered_with_an_error() {
    let answer = call(guest::ASKING, b"").await;
    assert_eq!(answer, Ok(b"the page answers no host calls".to_vec()));
}

#[wasm_bindgen_test]
async fn an_instance_is_started_before_its_first_call() {
    assert_eq!(call(guest::STARTING, b"").await, Ok(b"!ready".to_vec()));
}

#[wasm_bindgen_test]
async fn a_trap_at_the_start_is_a_trap() {
    assert!(trapped(&call(guest::STILLBORN, b"").await));
}

#[wasm_bindgen_test]
async fn an_import_that_wapc_lacks_is_refused_with_its_name() {
    let answer = call(guest::FOREIGN, b"").await;
    assert!(
        matches!(&answer, Err(HostError::Link(why)) if why.contains("env")),
        "{answer:?}"
    );
}

#[wasm_bindgen_test]
async fn a_missing_export_is_named() {
    assert_eq!(
        call(guest::HIDING, b"").await,
        Err(HostError::MissingExport("memory"))
    );
}

#[wasm_bindgen_test]
async fn bytes_that_are_no_module_are_refused() {
    let answer = Host::compile(&Uint8Array::from(&b"<!doctype html>"[..])).await;
    assert!(matches!(answer, Err(HostError::Compile(_))));
}
