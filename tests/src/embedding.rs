//! policy.wasm in wasmtime alone, without the crates of waPC: where instructions can be counted and the memory be looked
//! at. No host call is answered.

use wasmtime_provider::wasmtime::{
    Caller, Config, Engine, Error, Extern, Linker, Memory, Module, Result, Store, TypedFunc,
};

/// The module, compiled, and what it imports.
pub struct Embedding {
    module: Module,
    linker: Linker<Call>,
    counts: bool,
}

/// An instance.
pub struct Embedded {
    store: Store<Call>,
    entry: TypedFunc<(u32, u32), u32>,
    memory: Memory,
    counts: bool,
}

#[derive(Default)]
struct Call {
    operation: Vec<u8>,
    payload: Vec<u8>,
    answer: Vec<u8>,
}

impl Embedding {
    /// Compiles the module; with `counts` so that its instructions are counted.
    ///
    /// # Panics
    /// When the module is not there, or none.
    pub fn new(counts: bool) -> Self {
        let mut config = Config::new();
        config.consume_fuel(counts);
        let engine = Engine::new(&config);
        let engine = engine.unwrap_or_else(|error| panic!("wasmtime: {error}"));
        let both = Module::new(&engine, crate::policy_bytes())
            .and_then(|module| Ok((module, link(&engine)?)));
        let (module, linker) = both.unwrap_or_else(|error| panic!("policy.wasm: {error}"));
        Self {
            module,
            linker,
            counts,
        }
    }

    /// A fresh instance.
    ///
    /// # Panics
    /// When the module wants something else of a host.
    pub fn instance(&self) -> Embedded {
        self.start()
            .unwrap_or_else(|error| panic!("policy.wasm: {error}"))
    }

    fn start(&self) -> Result<Embedded> {
        let mut store = Store::new(self.module.engine(), Call::default());
        if self.counts {
            store.set_fuel(u64::MAX)?;
        }
        let instance = self.linker.instantiate(&mut store, &self.module)?;
        let memory = instance.get_memory(&mut store, "memory");
        Ok(Embedded {
            entry: instance.get_typed_func(&mut store, "__guest_call")?,
            memory: memory.ok_or_else(|| Error::msg("no memory"))?,
            counts: self.counts,
            store,
        })
    }
}

impl Embedded {
    /// Calls an operation.
    ///
    /// # Errors
    /// What the guest or, after a trap, the engine says.
    pub fn call(&mut self, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|error| error.to_string());
        let lengths = (length(operation.as_bytes())?, length(payload)?);
        *self.store.data_mut() = Call {
            operation: operation.into(),
            payload: payload.into(),
            answer: vec![],
        };
        let status = self.entry.call(&mut self.store, lengths);
        let status = status.map_err(|error| error.to_string())?;
        let answer = std::mem::take(&mut self.store.data_mut().answer);
        match status {
            1 => Ok(answer),
            _ => Err(String::from_utf8_lossy(&answer).into_owned()),
        }
    }

    /// The instructions that were executed since the instance began; `None` where they are not counted.
    pub fn instructions(&self) -> Option<u64> {
        let left = self.store.get_fuel().ok().filter(|_| self.counts);
        left.map(|left| u64::MAX - left)
    }

    /// The size of the memory in bytes.
    pub fn memory(&self) -> usize {
        self.memory.data_size(&self.store)
    }
}

fn link(engine: &Engine) -> Result<Linker<Call>> {
    let mut linker = Linker::new(engine);
    linker.func_wrap(
        "wapc",
        "__guest_request",
        |mut guest: Caller<'_, Call>, operation: u32, payload: u32| {
            let memory = memory(&mut guest)?;
            let call = std::mem::take(guest.data_mut());
            memory.write(&mut guest, operation as usize, &call.operation)?;
            memory.write(&mut guest, payload as usize, &call.payload)?;
            Ok(())
        },
    )?;
    linker.func_wrap("wapc", "__guest_response", keep)?;
    linker.func_wrap("wapc", "__guest_error", keep)?;
    linker.func_wrap(
        "wapc",
        "__host_call",
        |_: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32| 0_u32,
    )?;
    linker.func_wrap("wapc", "__host_response_len", || 0_u32)?;
    linker.func_wrap("wapc", "__host_response", |_: u32| {})?;
    linker.func_wrap("wapc", "__host_error_len", || 0_u32)?;
    linker.func_wrap("wapc", "__host_error", |_: u32| {})?;
    linker.func_wrap("wapc", "__console_log", |_: u32, _: u32| {})?;
    Ok(linker)
}

fn memory(guest: &mut Caller<'_, Call>) -> Result<Memory> {
    let memory = guest.get_export("memory").and_then(Extern::into_memory);
    memory.ok_or_else(|| Error::msg("no memory"))
}

fn keep(mut guest: Caller<'_, Call>, at: u32, length: u32) -> Result<()> {
    let mut bytes = vec![0; length as usize];
    memory(&mut guest)?.read(&guest, at as usize, &mut bytes)?;
    guest.data_mut().answer = bytes;
    Ok(())
}
