//! The waPC host against guests that behave and guests that do not.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

mod guest;

use std::cell::RefCell;
use std::rc::Rc;

use guest::Guest;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/npm/src/host.js")]
extern "C" {
    #[derive(Clone)]
    type Host;

    #[wasm_bindgen(static_method_of = Host)]
    fn compile(bytes: &Uint8Array) -> Promise;

    #[wasm_bindgen(method)]
    fn call(
        this: &Host,
        operation: &str,
        payload: &Uint8Array,
        host_call: Option<&JsValue>,
    ) -> Promise;

    type ModuleError;

    #[wasm_bindgen(method, getter)]
    fn kind(this: &ModuleError) -> String;

    #[wasm_bindgen(method, getter)]
    fn message(this: &ModuleError) -> String;
}

type HostCall = dyn Fn(String, String, String, Uint8Array) -> Result<JsValue, JsValue>;

/// Why a call had no answer: kind and message.
#[derive(Debug, PartialEq)]
struct Failure(String, String);

impl From<JsValue> for Failure {
    fn from(thrown: JsValue) -> Self {
        let error: ModuleError = thrown.unchecked_into();
        Self(error.kind(), error.message())
    }
}

fn failure<T>(kind: &str, message: &str) -> Result<T, Failure> {
    Err(Failure(kind.to_owned(), message.to_owned()))
}

fn is_of_kind<T>(kind: &str, answer: &Result<T, Failure>) -> bool {
    matches!(answer, Err(Failure(actual, _)) if actual == kind)
}

fn bytes(bytes: &[u8]) -> Uint8Array {
    Uint8Array::from(bytes)
}

async fn answer(promise: Promise) -> Result<Vec<u8>, Failure> {
    let answer = JsFuture::from(promise).await?;
    Ok(answer.unchecked_into::<Uint8Array>().to_vec())
}

impl Host {
    async fn ask(&self, payload: &[u8]) -> Result<Vec<u8>, Failure> {
        answer(self.call("check", &bytes(payload), None)).await
    }
}

async fn host(guest: Guest) -> Result<Host, Failure> {
    let host = JsFuture::from(Host::compile(&bytes(&guest.bytes()))).await?;
    Ok(host.unchecked_into())
}

async fn call(guest: Guest, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    host(guest).await?.ask(payload).await
}

fn trapped<T>(answer: &Result<T, Failure>) -> bool {
    is_of_kind("trap", answer)
}

#[wasm_bindgen_test]
async fn operation_and_payload_reach_the_guest_and_its_answer_comes_back() {
    assert_eq!(call(guest::ECHO, b"{}").await, Ok(b"check{}".to_vec()));
}

#[wasm_bindgen_test]
async fn calls_follow_one_another_though_the_memory_grows() -> Result<(), Failure> {
    let host = host(guest::ECHO).await?;
    for payload in [&b"one"[..], b"", b"three"] {
        let expected = [b"check", payload].concat();
        assert_eq!(host.ask(payload).await, Ok(expected));
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
        failure("guest", "no, sir!")
    );
}

#[wasm_bindgen_test]
async fn silence_is_an_error() {
    for guest in [guest::SULKING, guest::MUTE] {
        assert_eq!(call(guest, b"").await, failure("silent", "no answer"));
    }
}

#[wasm_bindgen_test]
async fn after_a_trap_the_next_call_meets_a_fresh_instance() -> Result<(), Failure> {
    let host = host(guest::FRAGILE).await?;
    assert_eq!(host.ask(b"").await, Ok(b"good".to_vec()));
    assert!(trapped(&host.ask(b"bad!").await));
    // The trapped instance had overwritten these bytes.
    assert_eq!(host.ask(b"").await, Ok(b"good".to_vec()));
    Ok(())
}

#[wasm_bindgen_test]
async fn an_instance_is_kept_unless_it_has_grown_large() -> Result<(), Failure> {
    for (guest, second) in [(guest::MARKING, b"b"), (guest::HOARDING, b"a")] {
        let host = host(guest).await?;
        assert_eq!(host.ask(b"").await, Ok(b"a".to_vec()));
        assert_eq!(host.ask(b"").await, Ok(second.to_vec()));
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
    assert!(trapped(&call(guest::ASKING_OUTSIDE, b"{}").await));
}

#[wasm_bindgen_test]
async fn a_log_line_disturbs_nothing() {
    assert_eq!(call(guest::TALKING, b"").await, Ok(b"hello".to_vec()));
}

#[wasm_bindgen_test]
async fn a_host_call_is_answered_by_the_callback() -> Result<(), Failure> {
    let answering = Closure::<HostCall>::new(|binding, namespace, operation, payload| {
        let payload = String::from_utf8_lossy(&Uint8Array::to_vec(&payload)).into_owned();
        let words: [String; 4] = [binding, namespace, operation, payload];
        Ok(bytes(words.join(" ").as_bytes()).into())
    });
    let host = host(guest::ASKING).await?;
    let called = host.call("check", &bytes(b""), Some(answering.as_ref()));
    assert_eq!(
        answer(called).await,
        Ok(b"binding space operation payload".to_vec())
    );
    Ok(())
}

#[wasm_bindgen_test]
async fn a_host_call_is_answered_with_an_error() -> Result<(), Failure> {
    let host = host(guest::ASKING).await?;
    assert_eq!(
        host.ask(b"").await,
        Ok(b"this host answers no host calls".to_vec())
    );
    for (given, told) in [
        (Err(js_sys::Error::new("not here").into()), "not here"),
        (Err(JsValue::from("not now")), "not now"),
        (
            Ok(JsValue::from("text")),
            "the answer to a host call is not a Uint8Array",
        ),
    ] {
        let refusing = Closure::<HostCall>::new(move |_, _, _, _| given.clone());
        let called = host.call("check", &bytes(b""), Some(refusing.as_ref()));
        assert_eq!(answer(called).await, Ok(told.as_bytes().to_vec()));
    }
    Ok(())
}

#[wasm_bindgen_test]
async fn a_host_call_may_call_the_host_again() -> Result<(), Failure> {
    let host = host(guest::ASKING).await?;
    let inner = Closure::<HostCall>::new(|_, _, _, _| Ok(bytes(b"inner").into()));
    let inner = inner.into_js_value();
    let begun = Rc::new(RefCell::new(None));
    let (this, promise) = (host.clone(), Rc::clone(&begun));
    let outer = Closure::<HostCall>::new(move |_, _, _, _| {
        promise.replace(Some(this.call("check", &bytes(b""), Some(&inner))));
        Ok(bytes(b"outer").into())
    });
    let called = host.call("check", &bytes(b""), Some(outer.as_ref()));
    assert_eq!(answer(called).await, Ok(b"outer".to_vec()));
    let begun = begun.take().ok_or_else(|| JsValue::from("no host call"))?;
    assert_eq!(answer(begun).await, Ok(b"inner".to_vec()));
    Ok(())
}

#[wasm_bindgen_test]
async fn calls_at_once_do_not_mix() -> Result<(), Failure> {
    let host = host(guest::ECHO).await?;
    let calls = [b"one", b"two"].map(|payload| host.call("check", &bytes(payload), None));
    let [one, two] = calls.map(answer);
    assert_eq!(one.await, Ok(b"checkone".to_vec()));
    assert_eq!(two.await, Ok(b"checktwo".to_vec()));
    Ok(())
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
        matches!(&answer, Err(Failure(kind, why)) if kind == "link" && why.contains("env")),
        "{answer:?}"
    );
}

#[wasm_bindgen_test]
async fn a_missing_export_is_named() {
    assert_eq!(
        call(guest::HIDING, b"").await,
        failure("missing-export", "memory")
    );
}

#[wasm_bindgen_test]
async fn bytes_that_are_no_module_are_refused() {
    let answer = answer(Host::compile(&bytes(b"<!doctype html>"))).await;
    assert!(is_of_kind("compile", &answer));
}
