//! The policy in a program that knows neither waPC nor Kubewarden: all that it takes to run policy.wasm in an engine, here
//! in wasmi, an interpreter in plain Rust.
//!
//! `cargo run --package mesh-ready-tests --example embed < request.json` reads
//! `{"request": <AdmissionRequest>, "settings": {…}}` and prints the verdict.

use std::{env, error::Error, fs, io};
use wasmi::{Caller, Engine, Linker, Memory, Module, Store, TypedFunc};

/// What the host says when the module asks for objects of a cluster, or wants to write to a log.
const NO_CLUSTER: &[u8] = b"there is no cluster here";

/// One call: what goes in, and what comes out.
#[derive(Default)]
pub(crate) struct Call {
    operation: Vec<u8>,
    payload: Vec<u8>,
    answer: Vec<u8>,
}

fn memory(guest: &Caller<'_, Call>) -> Result<Memory, wasmi::Error> {
    let memory = guest.get_export("memory");
    let memory = memory.and_then(wasmi::Extern::into_memory);
    memory.ok_or_else(|| wasmi::Error::new("the module exports no memory"))
}

fn write(guest: &mut Caller<'_, Call>, at: u32, bytes: &[u8]) -> Result<(), wasmi::Error> {
    Ok(memory(guest)?.write(guest, at as usize, bytes)?)
}

/// The answer, or the error in its place.
fn keep(mut guest: Caller<'_, Call>, at: u32, length: u32) -> Result<(), wasmi::Error> {
    let mut bytes = vec![0; length as usize];
    memory(&guest)?.read(&guest, at as usize, &mut bytes)?;
    guest.data_mut().answer = bytes;
    Ok(())
}

/// The nine functions that the module imports.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<Call>, Box<dyn Error>> {
    let mut linker = Linker::new(engine);
    let request = |mut guest: Caller<'_, Call>, operation: u32, payload: u32| {
        let call = std::mem::take(guest.data_mut());
        write(&mut guest, operation, &call.operation)?;
        write(&mut guest, payload, &call.payload)
    };
    linker.func_wrap("wapc", "__guest_request", request)?;
    linker.func_wrap("wapc", "__guest_response", keep)?;
    linker.func_wrap("wapc", "__guest_error", keep)?;
    // 1 would say that there is a response.
    let refuse = |_: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32| 0_u32;
    linker.func_wrap("wapc", "__host_call", refuse)?;
    linker.func_wrap("wapc", "__host_response_len", || 0_u32)?;
    linker.func_wrap("wapc", "__host_response", |_: u32| {})?;
    let length = u32::try_from(NO_CLUSTER.len())?;
    linker.func_wrap("wapc", "__host_error_len", move || length)?;
    let error = |mut guest: Caller<'_, Call>, at: u32| write(&mut guest, at, NO_CLUSTER);
    linker.func_wrap("wapc", "__host_error", error)?;
    linker.func_wrap("wapc", "__console_log", |_: u32, _: u32| {})?;
    Ok(linker)
}

/// An instance of the module.
pub(crate) struct Guest {
    store: Store<Call>,
    entry: TypedFunc<(u32, u32), u32>,
}

impl Guest {
    pub(crate) fn new(linker: &Linker<Call>, module: &Module) -> Result<Self, Box<dyn Error>> {
        let mut store = Store::new(module.engine(), Call::default());
        let instance = linker.instantiate_and_start(&mut store, module)?;
        let entry = instance.get_typed_func(&store, "__guest_call")?;
        Ok(Self { store, entry })
    }

    /// Calls an operation; the answer is JSON, the error what the module says, or the engine of one that breaks down.
    pub(crate) fn call(&mut self, name: &str, payload: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        let lengths = (u32::try_from(name.len())?, u32::try_from(payload.len())?);
        let call = self.store.data_mut();
        (call.operation, call.payload) = (name.into(), payload.into());
        let is_answered = self.entry.call(&mut self.store, lengths)? == 1;
        let answer = std::mem::take(&mut self.store.data_mut().answer);
        if is_answered {
            Ok(answer)
        } else {
            Err(String::from_utf8_lossy(&answer).into())
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1);
    let wasm = fs::read(path.as_deref().unwrap_or("policy-wasm/policy.wasm"))?;
    let engine = Engine::default();
    let mut guest = Guest::new(&linker(&engine)?, &Module::new(&engine, wasm)?)?;
    let verdict = guest.call("validate", io::read_to_string(io::stdin())?.as_bytes())?;
    println!("{}", String::from_utf8_lossy(&verdict));
    Ok(())
}
