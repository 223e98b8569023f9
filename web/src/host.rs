//! A waPC host in the browser.
//!
//! waPC modules import nine functions and export `memory` and `__guest_call`. For one call the host announces the
//! lengths of an operation's name and payload, the guest fetches both with `__guest_request` and hands back bytes with
//! `__guest_response` or a sentence with `__guest_error`.
//!
//! The guest is not trusted: each access takes a fresh view of its memory (growth detaches older ones) and checks bounds.
//! No borrow is held while guest code runs. After a trap the instance is thrown away; the next call starts a new one.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, RangeError, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Why a call had no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostError {
    /// The bytes are no WebAssembly module.
    Compile(String),
    /// The module imports something that waPC does not have.
    Link(String),
    /// The module lacks an export that waPC demands.
    MissingExport(&'static str),
    /// The module stopped in the middle of a call.
    Trap(String),
    /// The module refused the call and says why.
    Guest(String),
    /// The module ended the call without an answer and without a reason.
    Silent,
}

/// More memory than this is given back after a call, by giving up the instance: a module's memory never shrinks.
const KEPT_MEMORY: u32 = 64 << 20;

/// A compiled module, and an instance of it between calls.
pub struct Host {
    module: WebAssembly::Module,
    idle: RefCell<Option<Guest>>,
}

impl Host {
    /// Compiles a module without running any of it.
    ///
    /// # Errors
    ///
    /// When the bytes are no WebAssembly module.
    pub async fn compile(bytes: &Uint8Array) -> Result<Self, HostError> {
        let module = JsFuture::from(WebAssembly::compile(bytes))
            .await
            .map_err(|thrown| HostError::Compile(describe(&thrown)))?;
        Ok(Self {
            module: module.unchecked_into(),
            idle: RefCell::new(None),
        })
    }

    /// Calls an operation and gives back the guest's answer.
    ///
    /// # Errors
    ///
    /// When the module cannot be instantiated, traps, or answers with an error.
    pub async fn call(&self, operation: &str, payload: Vec<u8>) -> Result<Vec<u8>, HostError> {
        let idle = self.idle.take();
        let guest = match idle {
            Some(guest) => guest,
            None => Guest::start(&self.module).await?,
        };
        let answer = guest.call(operation, payload);
        let trapped = matches!(answer, Err(HostError::Trap(_)));
        if !trapped && guest.shared.memory_size() <= KEPT_MEMORY {
            self.idle.replace(Some(guest));
        }
        answer
    }
}

/// What host and guest have told each other during one call.
#[derive(Default)]
struct Exchange {
    operation: String,
    request: Vec<u8>,
    response: Option<Vec<u8>>,
    error: Option<String>,
}

/// What the imports share with the host.
#[derive(Default)]
struct Shared {
    memory: OnceCell<WebAssembly::Memory>,
    exchange: RefCell<Exchange>,
}

impl Shared {
    /// The guest's memory as it is now.
    fn bytes(&self) -> Option<Uint8Array> {
        Some(Uint8Array::new(&self.memory.get()?.buffer()))
    }

    fn memory_size(&self) -> u32 {
        self.bytes().map_or(0, |bytes| bytes.length())
    }

    /// The guest's bytes at this place.
    fn view(&self, start: u32, length: u32) -> Result<Uint8Array, JsValue> {
        let bytes = self.bytes();
        let end = start.checked_add(length);
        match (bytes, end) {
            (Some(bytes), Some(end)) if end <= bytes.length() => Ok(bytes.subarray(start, end)),
            _ => Err(RangeError::new("bytes outside of the module's memory").into()),
        }
    }

    fn read(&self, start: u32, length: u32) -> Result<Vec<u8>, JsValue> {
        Ok(self.view(start, length)?.to_vec())
    }

    fn read_text(&self, start: u32, length: u32) -> Result<String, JsValue> {
        Ok(String::from_utf8_lossy(&self.read(start, length)?).into_owned())
    }

    fn write(&self, start: u32, bytes: &[u8]) -> Result<(), JsValue> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.view(start, length)?.copy_from(bytes);
        Ok(())
    }
}

/// A running instance.
struct Guest {
    entry: Function,
    shared: Rc<Shared>,
    /// The closures behind the imports, which the instance may call as long as it lives.
    _imports: Imports,
}

impl Guest {
    async fn start(module: &WebAssembly::Module) -> Result<Self, HostError> {
        let shared = Rc::new(Shared::default());
        let imports = Imports::new(&shared);
        let instance = JsFuture::from(WebAssembly::instantiate_module(module, &imports.object()))
            .await
            .map_err(|thrown| HostError::Link(describe(&thrown)))?
            .unchecked_into::<WebAssembly::Instance>();
        let exports = instance.exports();
        let memory = export::<WebAssembly::Memory>(&exports, "memory")?;
        let entry = export::<Function>(&exports, "__guest_call")?;
        // A fresh one has no memory yet, so this cannot find one.
        let _ = shared.memory.set(memory);
        for name in ["_start", "wapc_init"] {
            if let Ok(starter) = export::<Function>(&exports, name) {
                starter
                    .call0(&JsValue::UNDEFINED)
                    .map_err(|thrown| HostError::Trap(describe(&thrown)))?;
            }
        }
        Ok(Self {
            entry,
            shared,
            _imports: imports,
        })
    }

    fn call(&self, operation: &str, payload: Vec<u8>) -> Result<Vec<u8>, HostError> {
        let lengths = [operation.len(), payload.len()].map(JsValue::from);
        self.shared.exchange.replace(Exchange {
            operation: operation.to_owned(),
            request: payload,
            ..Exchange::default()
        });
        let returned = self
            .entry
            .call2(&JsValue::UNDEFINED, &lengths[0], &lengths[1]);
        let said = self.shared.exchange.take();
        match returned {
            Err(thrown) => Err(HostError::Trap(describe(&thrown))),
            Ok(status) if status == 1 => said.response.ok_or(HostError::Silent),
            Ok(_) => Err(said.error.map_or(HostError::Silent, HostError::Guest)),
        }
    }
}

fn export<T: JsCast>(exports: &Object, name: &'static str) -> Result<T, HostError> {
    Reflect::get(exports, &JsValue::from(name))
        .ok()
        .and_then(|value| value.dyn_into().ok())
        .ok_or(HostError::MissingExport(name))
}

/// The nine functions of waPC.
struct Imports {
    functions: Object,
    closures: Vec<Box<dyn Any>>,
}

/// The answer to any call of the guest to its host: there is no cluster behind a page.
const NO_HOST_CALLS: &str = "the page answers no host calls";

impl Imports {
    fn new(shared: &Rc<Shared>) -> Self {
        let mut imports = Self {
            functions: Object::new(),
            closures: Vec::new(),
        };

        let here = Rc::clone(shared);
        imports.add(
            "__guest_request",
            Closure::<dyn Fn(u32, u32) -> Result<(), JsValue>>::new(move |operation, request| {
                let exchange = here.exchange.borrow();
                here.write(operation, exchange.operation.as_bytes())?;
                here.write(request, &exchange.request)
            }),
        );
        let here = Rc::clone(shared);
        imports.add(
            "__guest_response",
            Closure::<dyn Fn(u32, u32) -> Result<(), JsValue>>::new(move |start, length| {
                let response = here.read(start, length)?;
                here.exchange.borrow_mut().response = Some(response);
                Ok(())
            }),
        );
        let here = Rc::clone(shared);
        imports.add(
            "__guest_error",
            Closure::<dyn Fn(u32, u32) -> Result<(), JsValue>>::new(move |start, length| {
                let error = here.read_text(start, length)?;
                here.exchange.borrow_mut().error = Some(error);
                Ok(())
            }),
        );
        let here = Rc::clone(shared);
        imports.add(
            "__console_log",
            Closure::<dyn Fn(u32, u32) -> Result<(), JsValue>>::new(move |start, length| {
                let line = here.read_text(start, length)?;
                web_sys::console::log_2(&"policy.wasm:".into(), &line.into());
                Ok(())
            }),
        );
        imports.add(
            "__host_call",
            Closure::<dyn Fn(u32, u32, u32, u32, u32, u32, u32, u32) -> u32>::new(
                |_, _, _, _, _, _, _, _| 0,
            ),
        );
        imports.add("__host_response_len", Closure::<dyn Fn() -> u32>::new(|| 0));
        imports.add("__host_response", Closure::<dyn Fn(u32)>::new(|_| {}));
        imports.add(
            "__host_error_len",
            Closure::<dyn Fn() -> u32>::new(|| u32::try_from(NO_HOST_CALLS.len()).unwrap_or(0)),
        );
        let here = Rc::clone(shared);
        imports.add(
            "__host_error",
            Closure::<dyn Fn(u32) -> Result<(), JsValue>>::new(move |start| {
                here.write(start, NO_HOST_CALLS.as_bytes())
            }),
        );
        imports
    }

    fn add<T: ?Sized + 'static>(&mut self, name: &str, closure: Closure<T>) {
        set(&self.functions, name, closure.as_ref());
        self.closures.push(Box::new(closure));
    }

    /// The object that instantiation takes.
    fn object(&self) -> Object {
        let object = Object::new();
        set(&object, "wapc", &self.functions);
        object
    }
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object that we made cannot fail.
    let _ = Reflect::set(object, &JsValue::from(key), value);
}

/// What JavaScript threw, in one line.
pub(crate) fn describe(thrown: &JsValue) -> String {
    thrown.dyn_ref::<js_sys::Error>().map_or_else(
        || format!("{thrown:?}"),
        |error| String::from(error.message()),
    )
}
