//! The page's side of the worker: the order of calls, and the ends that they can come to.
//!
//! The worker here has no module, and does what the operation's name says.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

use futures_util::future::{join, join3};
use js_sys::{Array, Uint8Array};
use mesh_ready_web::Language;
use mesh_ready_web::differing::Differing;
use mesh_ready_web::policy::{File, HostError, Policy, PolicyError};
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, Url};

wasm_bindgen_test_configure!(run_in_browser);

const WORKER: &str = "
const text = (bytes) => new TextDecoder().decode(bytes);
let calls = 0;
onmessage = ({ data: { wasm, sha256 = 'first', id, operation, payload } }) => {
  if (wasm) {
    const module = new Uint8Array(wasm).slice();
    if (text(module) === 'bad') postMessage({ kind: 'failed', error: { kind: 'compile', message: 'no module' } });
    else if (text(module) === 'throw') throw new Error('thrown');
    else postMessage({ kind: 'ready', module, sha256, version: '1.2.3' });
    return;
  }
  calls += 1;
  if (operation === 'count') postMessage({ id, answer: new TextEncoder().encode(`${calls}`) });
  if (operation === 'check' && text(payload).includes('hang')) operation = 'hang';
  if (operation === 'echo' || operation === 'check') postMessage({ id, answer: payload });
  if (operation === 'refuse') postMessage({ id, error: { kind: 'guest', message: 'no' } });
  if (operation === 'throw') throw new Error('thrown');
  if (operation === 'late') {
    // An answer to nothing that was asked.
    postMessage({ id: id - 1, answer: payload });
    postMessage({ id, answer: new TextEncoder().encode('in time') });
  }
  while (operation === 'hang');
};
";

async fn start_with(module: &[u8]) -> Result<Policy, PolicyError> {
    let url = Blob::new_with_str_sequence(&Array::of1(&WORKER.into()))
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let url =
        url.map_err(|thrown| PolicyError::Fetch("blob:".to_owned(), format!("{thrown:?}")))?;
    Policy::start(&url, &Uint8Array::from(module), 1).await
}

async fn start() -> Result<Policy, PolicyError> {
    start_with(b"good").await
}

async fn check(policy: &Policy, text: &str) -> Result<Value, PolicyError> {
    let file = File {
        name: "a.yaml",
        text,
    };
    let answer = policy
        .check(&[file], &Differing::default(), Language::En)
        .await?;
    serde_json::from_str(&answer).map_err(|error| PolicyError::Answer(error.to_string()))
}

/// What the module would be asked.
fn question(text: &str) -> Value {
    json!({
        "files": [{"name": "a.yaml", "text": text}],
        "settings": {},
        "language": "en",
        "positionEncoding": "utf-16",
    })
}

#[wasm_bindgen_test]
async fn payloads_go_to_the_worker_and_answers_come_back() -> Result<(), PolicyError> {
    let policy = start().await?;
    assert_eq!(policy.digest.as_deref(), Some("first"));
    assert_eq!(policy.version.as_deref(), Some("1.2.3"));
    let payload = json!({"text": "网格"});
    let answer = policy.call("echo", &payload).await;
    assert_eq!(answer, Ok(payload.to_string()));
    assert_eq!(check(&policy, "kind: Pod").await, Ok(question("kind: Pod")));
    Ok(())
}

async fn count(policy: &Policy) -> Result<String, PolicyError> {
    policy.call("count", &()).await
}

#[wasm_bindgen_test]
async fn calls_wait_for_one_another() -> Result<(), PolicyError> {
    let policy = start().await?;
    let (one, two, three) = join3(count(&policy), count(&policy), count(&policy)).await;
    let answers = [one?, two?, three?];
    assert_eq!(answers, ["1", "2", "3"]);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_newer_check_takes_the_place_of_one_that_waits() -> Result<(), PolicyError> {
    let policy = start().await?;
    let checks = join3(
        check(&policy, "a"),
        check(&policy, "b"),
        check(&policy, "c"),
    );
    let exported = policy.call("check", &());
    let (checks, exported) = join(checks, exported).await;
    // The worker was at the first one already.
    assert_eq!(
        checks,
        (
            Ok(question("a")),
            Err(PolicyError::Cancelled),
            Ok(question("c"))
        )
    );
    assert_eq!(exported, Ok("null".to_owned()));
    Ok(())
}

#[wasm_bindgen_test]
async fn a_call_that_takes_too_long_is_ended_with_its_worker() -> Result<(), PolicyError> {
    let policy = start().await?;
    assert_eq!(count(&policy).await.as_deref(), Ok("1"));
    let (hung, next) = join(policy.call("hang", &()), count(&policy)).await;
    assert_eq!(hung, Err(PolicyError::Timeout(1)));
    assert_eq!(next.as_deref(), Ok("1"));
    Ok(())
}

#[wasm_bindgen_test]
async fn a_check_can_be_cancelled() -> Result<(), PolicyError> {
    let policy = start().await?;
    let cancelled = async { policy.cancel() };
    let (hung, (), next) = join3(check(&policy, "hang"), cancelled, count(&policy)).await;
    assert_eq!(hung, Err(PolicyError::Cancelled));
    assert_eq!(next.as_deref(), Ok("1"));

    // With nothing under way there is nothing to end.
    policy.cancel();
    assert_eq!(count(&policy).await.as_deref(), Ok("2"));

    // Other calls are not, and a check that waits behind one is taken back.
    let cancelled = async { policy.cancel() };
    let (counted, waiting, ()) = join3(count(&policy), check(&policy, "b"), cancelled).await;
    assert_eq!(counted.as_deref(), Ok("3"));
    assert_eq!(waiting, Err(PolicyError::Cancelled));
    Ok(())
}

#[wasm_bindgen_test]
async fn what_the_module_refuses_is_told_with_its_words() -> Result<(), PolicyError> {
    let policy = start().await?;
    assert_eq!(
        policy.call("refuse", &()).await,
        Err(PolicyError::Host(HostError::Guest("no".to_owned())))
    );
    assert_eq!(count(&policy).await.as_deref(), Ok("2"));
    Ok(())
}

#[wasm_bindgen_test]
async fn after_a_failure_of_the_worker_the_next_call_has_another() -> Result<(), PolicyError> {
    let policy = start().await?;
    let (thrown, waiting) = join(policy.call("throw", &()), count(&policy)).await;
    assert!(
        matches!(&thrown, Err(PolicyError::Worker(why)) if why.contains("thrown")),
        "{thrown:?}"
    );
    assert_eq!(waiting.err(), thrown.err());
    assert_eq!(count(&policy).await.as_deref(), Ok("1"));
    Ok(())
}

#[wasm_bindgen_test]
async fn an_answer_to_something_else_is_not_taken() -> Result<(), PolicyError> {
    let policy = start().await?;
    assert_eq!(policy.call("late", &()).await, Ok("in time".to_owned()));
    Ok(())
}

#[wasm_bindgen_test]
async fn a_start_that_fails_says_why() {
    let error = start_with(b"bad").await.err();
    let expected = HostError::Compile("no module".to_owned());
    assert_eq!(error, Some(PolicyError::Host(expected)));
    let error = start_with(b"throw").await.err();
    assert!(matches!(&error, Some(PolicyError::Worker(why)) if why.contains("thrown")));
    let policy = Policy::start("missing.js", &Uint8Array::new_with_length(0), 1).await;
    let error = policy.err();
    assert!(matches!(&error, Some(PolicyError::Worker(why)) if why.contains("missing.js")));
}
