//! The module with the rules: fetched, run in a worker, asked, and ended when an answer takes too long.
//!
//! The worker (`web/worker.js`) plays the part of Kubewarden's host. It answers one call after the other; what is asked
//! meanwhile waits here, where it can still be taken back.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, RequestInit, Response, Worker};

use crate::Language;
use crate::differing::Differing;

/// The module, where no preload link says otherwise.
const MODULE: &str = "policy.wasm";

/// The link that makes the browser fetch the module before it is asked for, with the hash that it must have.
const PRELOAD: &str = "link[rel=preload][href$='policy.wasm']";

const WORKER: &str = "worker.js";

/// A call that takes more seconds than this is ended.
const BUDGET: u32 = 5;

/// Why there is no module, or no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The network did not give this file, or gave other bytes than the page was built with, and why.
    Fetch(String, String),
    /// The server answered the request for this file with this status.
    Status(String, u16),
    /// The worker could not be started, or failed outside of the module.
    Worker(String),
    /// The module could not be run to an answer.
    Host(HostError),
    /// The answer is not what the contract says.
    Answer(String),
    /// There was no answer after this many seconds.
    Timeout(u32),
    /// Someone ended the call, or a newer one took its place.
    Cancelled,
}

/// Why the module gave no answer, as the host (`web/npm/src/host.js`) tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostError {
    /// The bytes are no WebAssembly module.
    Compile(String),
    /// The module imports something that waPC does not have.
    Link(String),
    /// The module lacks an export that waPC demands: its name.
    MissingExport(String),
    /// The module stopped in the middle of a call.
    Trap(String),
    /// The module refused the call and says why.
    Guest(String),
    /// The module ended the call without an answer and without a reason.
    Silent,
}

impl PolicyError {
    fn of(kind: &str, message: String) -> Self {
        Self::Host(match kind {
            "compile" => HostError::Compile(message),
            "link" => HostError::Link(message),
            "missing-export" => HostError::MissingExport(message),
            "trap" => HostError::Trap(message),
            "guest" => HostError::Guest(message),
            "silent" => HostError::Silent,
            _ => return Self::Worker(message),
        })
    }
}

/// A text to check.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct File<'a> {
    /// Its name in the report.
    pub name: &'a str,
    /// YAML or JSON.
    pub text: &'a str,
}

#[wasm_bindgen]
extern "C" {
    /// What the worker says.
    type Message;

    #[wasm_bindgen(method, getter)]
    fn kind(this: &Message) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn module(this: &Message) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn sha256(this: &Message) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn version(this: &Message) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn id(this: &Message) -> Option<u32>;

    #[wasm_bindgen(method, getter)]
    fn answer(this: &Message) -> Option<Uint8Array>;

    #[wasm_bindgen(method, getter)]
    fn error(this: &Message) -> Option<Fault>;

    /// Why it has no answer.
    type Fault;

    #[wasm_bindgen(method, getter)]
    fn kind(this: &Fault) -> String;

    #[wasm_bindgen(method, getter)]
    fn message(this: &Fault) -> String;
}

impl From<Fault> for PolicyError {
    fn from(fault: Fault) -> Self {
        Self::of(&fault.kind(), fault.message())
    }
}

/// The module, ready for calls. Calls are answered one after the other.
pub struct Policy {
    line: Rc<Line>,
    /// The sha256 of the module's bytes in hexadecimal digits; browsers compute one only on https and localhost.
    pub digest: Option<String>,
    /// The version that the module says it has.
    pub version: Option<String>,
}

impl Policy {
    /// Fetches the page's module and starts it.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched, or as [`Self::start`].
    pub async fn load() -> Result<Self, PolicyError> {
        Self::start(WORKER, &fetch().await?, BUDGET).await
    }

    /// Starts a worker from its script, which takes the module's bytes with it. No call may take more than `budget`
    /// seconds.
    ///
    /// # Errors
    ///
    /// When the worker does not start, or the bytes are no module.
    pub async fn start(
        worker: &str,
        module: &Uint8Array,
        budget: u32,
    ) -> Result<Self, PolicyError> {
        let (started, ready) = oneshot::channel();
        let line = Rc::new(Line {
            worker: worker.to_owned(),
            budget,
            state: RefCell::new(State {
                started: Some(started),
                ..State::default()
            }),
        });
        line.spawn(&object(&[("wasm", module)]), &Array::of1(&module.buffer()));
        let Ready {
            digest, version, ..
        } = ready.await.unwrap_or(Err(PolicyError::Cancelled))?;
        Ok(Self {
            line,
            digest,
            version,
        })
    }

    /// Calls an operation and gives back the JSON of the answer.
    ///
    /// # Errors
    ///
    /// When there is none, see [`PolicyError`].
    pub async fn call(
        &self,
        operation: &str,
        payload: &impl Serialize,
    ) -> Result<String, PolicyError> {
        let payload = serde_json::to_vec(payload).map_err(|error| unwritten(&error))?;
        self.ask(operation, payload, false).await
    }

    /// Asks for the report on files, as JSON; columns count UTF-16 units. One that still waits is taken back for a
    /// newer one.
    ///
    /// # Errors
    ///
    /// When there is none, see [`PolicyError`].
    pub async fn check(
        &self,
        files: &[File<'_>],
        settings: &Differing,
        language: Language,
    ) -> Result<String, PolicyError> {
        // Put together by hand: the settings are JSON already.
        let (settings, language) = (settings.json(), language.tag());
        let files = serde_json::to_string(files).map_err(|error| unwritten(&error))?;
        let payload = format!(
            r#"{{"files":{files},"settings":{settings},"language":"{language}","positionEncoding":"utf-16"}}"#
        );
        self.ask("check", payload.into_bytes(), true).await
    }

    /// Ends the check that is under way or waits, if one does; other calls are left alone.
    pub fn cancel(&self) {
        let is_current = {
            let mut state = self.line.state.borrow_mut();
            state.waiting.retain(|call| !call.is_check);
            let current = state.current.as_ref();
            current.is_some_and(|current| current.is_check)
        };
        if is_current {
            self.line.end(PolicyError::Cancelled);
        }
    }

    async fn ask(
        &self,
        operation: &str,
        payload: Vec<u8>,
        is_check: bool,
    ) -> Result<String, PolicyError> {
        let (reply, answer) = oneshot::channel();
        {
            let waiting = &mut self.line.state.borrow_mut().waiting;
            waiting.retain(|call| !(is_check && call.is_check));
            let call = Call {
                operation: operation.to_owned(),
                payload,
                is_check,
                reply,
            };
            // Everything else is asked about what was checked before.
            if is_check {
                waiting.push_front(call);
            } else {
                waiting.push_back(call);
            }
        }
        self.line.proceed();
        // Whoever takes a call back drops its reply.
        answer.await.unwrap_or(Err(PolicyError::Cancelled))
    }
}

/// The calls and the worker that answers them.
struct Line {
    worker: String,
    budget: u32,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    thread: Option<Thread>,
    /// What the first worker found out, and what the next ones start from.
    ready: Option<Ready>,
    /// Who waits for the first worker.
    started: Option<oneshot::Sender<Result<Ready, PolicyError>>>,
    current: Option<Current>,
    waiting: VecDeque<Call>,
    /// How many calls there were.
    calls: u32,
}

#[derive(Clone)]
struct Ready {
    module: JsValue,
    digest: Option<String>,
    version: Option<String>,
}

struct Call {
    operation: String,
    payload: Vec<u8>,
    is_check: bool,
    reply: oneshot::Sender<Result<String, PolicyError>>,
}

/// The call that the worker is at.
struct Current {
    id: u32,
    is_check: bool,
    reply: oneshot::Sender<Result<String, PolicyError>>,
    /// Ends it when it is not answered; dropped, it does nothing.
    _timer: Timeout,
}

/// A worker, which ends when this is dropped.
struct Thread {
    worker: Worker,
    is_ready: bool,
    _listeners: [EventListener; 2],
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Line {
    /// Starts a worker with its first message.
    fn spawn(self: &Rc<Self>, message: &JsValue, transfer: &JsValue) {
        let start = || {
            let worker = Worker::new(&self.worker)?;
            worker.post_message_with_transfer(message, transfer)?;
            Ok(worker)
        };
        let worker = match start() {
            Ok(worker) => worker,
            Err(thrown) => return self.fail(&PolicyError::Worker(describe(&thrown))),
        };
        let line = Rc::downgrade(self);
        let messages = EventListener::new(&worker, "message", move |event| {
            if let (Some(line), Some(event)) = (line.upgrade(), event.dyn_ref::<MessageEvent>()) {
                line.hear(&event.data().unchecked_into());
            }
        });
        let line = Rc::downgrade(self);
        let errors = EventListener::new(&worker, "error", move |event| {
            // A script that cannot be fetched brings an event without a message.
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            if let Some(line) = line.upgrade() {
                let message = message.unwrap_or_else(|| line.worker.clone());
                line.fail(&PolicyError::Worker(message));
            }
        });
        self.state.borrow_mut().thread = Some(Thread {
            worker,
            is_ready: false,
            _listeners: [messages, errors],
        });
    }

    /// Starts another worker from the compiled module.
    fn respawn(self: &Rc<Self>) {
        let ready = self.state.borrow().ready.clone();
        if let Some(Ready { module, digest, .. }) = ready {
            let message = object(&[("wasm", &module), ("sha256", &digest.into())]);
            self.spawn(&message, &Array::new());
        }
    }

    fn hear(self: &Rc<Self>, message: &Message) {
        match message.kind().as_deref() {
            Some("ready") => {
                let ready = Ready {
                    module: message.module(),
                    digest: message.sha256(),
                    version: message.version(),
                };
                let mut state = self.state.borrow_mut();
                if let Some(thread) = &mut state.thread {
                    thread.is_ready = true;
                }
                if let Some(started) = state.started.take() {
                    // Nobody may be left to hear it.
                    let _ = started.send(Ok(ready.clone()));
                }
                state.ready = Some(ready);
            }
            Some(_) => {
                let error = message.error().map(PolicyError::from);
                return self.fail(&error.unwrap_or_else(no_answer));
            }
            None => {
                let current = self.state.borrow_mut().current.take();
                match current {
                    Some(current) if message.id() == Some(current.id) => {
                        let _ = current.reply.send(read(message));
                    }
                    other => self.state.borrow_mut().current = other,
                }
            }
        }
        self.proceed();
    }

    /// Hands the next call to the worker, if it is free.
    fn proceed(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        // Nobody waits any more for some.
        state.waiting.retain(|call| !call.reply.is_canceled());
        if state.current.is_some() || state.waiting.is_empty() {
            return;
        }
        if state.thread.is_none() {
            drop(state);
            return self.respawn();
        }
        let id = state.calls.wrapping_add(1);
        let Some(thread) = state.thread.as_ref().filter(|thread| thread.is_ready) else {
            return;
        };
        let worker = thread.worker.clone();
        let Some(call) = state.waiting.pop_front() else {
            return;
        };
        let payload = Uint8Array::from(call.payload.as_slice());
        let message = object(&[
            ("id", &id.into()),
            ("operation", &call.operation.into()),
            ("payload", &payload),
        ]);
        if let Err(thrown) =
            worker.post_message_with_transfer(&message, &Array::of1(&payload.buffer()))
        {
            let _ = call.reply.send(Err(PolicyError::Worker(describe(&thrown))));
            return;
        }
        let line = Rc::downgrade(self);
        let budget = self.budget;
        let timer = Timeout::new(budget.saturating_mul(1_000), move || {
            if let Some(line) = line.upgrade() {
                line.end(PolicyError::Timeout(budget));
            }
        });
        state.calls = id;
        state.current = Some(Current {
            id,
            is_check: call.is_check,
            reply: call.reply,
            _timer: timer,
        });
    }

    /// Ends the call that is under way together with its worker: nothing else stops a module.
    fn end(self: &Rc<Self>, why: PolicyError) {
        let current = self.state.borrow_mut().current.take();
        if let Some(current) = current {
            let _ = current.reply.send(Err(why));
            self.respawn();
        }
    }

    /// Gives up the worker and everything that was asked of it; the next call starts another.
    fn fail(&self, why: &PolicyError) {
        let mut state = self.state.borrow_mut();
        state.thread = None;
        if let Some(started) = state.started.take() {
            let _ = started.send(Err(why.clone()));
        }
        let current = state.current.take().map(|current| current.reply);
        let waiting = state.waiting.drain(..).map(|call| call.reply);
        for reply in current.into_iter().chain(waiting.collect::<Vec<_>>()) {
            let _ = reply.send(Err(why.clone()));
        }
    }
}

fn read(message: &Message) -> Result<String, PolicyError> {
    if let Some(fault) = message.error() {
        return Err(fault.into());
    }
    let answer = message.answer().ok_or_else(no_answer)?;
    String::from_utf8(answer.to_vec()).map_err(|error| PolicyError::Answer(error.to_string()))
}

fn no_answer() -> PolicyError {
    PolicyError::Answer("worker.js".to_owned())
}

fn unwritten(error: &serde_json::Error) -> PolicyError {
    PolicyError::Answer(error.to_string())
}

/// A plain JavaScript object.
pub(crate) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        // Setting a property of a plain object that we made cannot fail.
        let _ = Reflect::set(&object, &JsValue::from(*key), value);
    }
    object.into()
}

async fn fetch() -> Result<Uint8Array, PolicyError> {
    let lost = |thrown: JsValue| PolicyError::Fetch(MODULE.to_owned(), describe(&thrown));
    let window = web_sys::window()
        .ok_or_else(|| PolicyError::Fetch(MODULE.to_owned(), "no window".to_owned()))?;
    let link = window
        .document()
        .and_then(|document| document.query_selector(PRELOAD).ok().flatten());
    let attribute = |name| link.as_ref().and_then(|link| link.get_attribute(name));
    let options = RequestInit::new();
    if let Some(integrity) = attribute("integrity") {
        options.set_integrity(&integrity);
    }
    let url = attribute("href");
    let url = url.as_deref().unwrap_or(MODULE);
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &options))
        .await
        .map_err(lost)?
        .unchecked_into();
    if !response.ok() {
        return Err(PolicyError::Status(MODULE.to_owned(), response.status()));
    }
    let body = response.array_buffer().map_err(lost)?;
    let body = JsFuture::from(body).await.map_err(lost)?;
    Ok(Uint8Array::new(&body))
}

/// What JavaScript threw, in one line.
pub(crate) fn describe(thrown: &JsValue) -> String {
    thrown.dyn_ref::<js_sys::Error>().map_or_else(
        || format!("{thrown:?}"),
        |error| String::from(error.message()),
    )
}
