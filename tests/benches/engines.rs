//! policy.wasm in the engines of docs/engines.md: compiling it, a fresh instance, and an answer of `validate` without
//! context for a Deployment that is ready.
//!
//! `make bench-engines` runs it. The engines are built with the optimisation of the tests, which makes those that compile
//! slower at that; what they compiled is as fast as ever.

#![allow(clippy::panic, reason = "a benchmark that cannot run ends")]

use mesh_ready_tests::{Embedding, files::read, policy_bytes, repository};
use std::{
    error::Error,
    fmt::Display,
    hint::black_box,
    io::Write,
    process::{Command, Stdio},
    time::Instant,
};
use wapc::WapcHost;
use wasmi::{Engine, Module};
use wasmtime_provider::WasmtimeEngineProviderBuilder;

#[allow(dead_code, reason = "its main function is for whoever runs it")]
#[path = "../examples/embed.rs"]
mod embed;

const RUNS: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let request = read("policy-wasm/test_data/deployment-ready.json");
    let payload = format!(r#"{{"request":{request},"settings":{{"context":"none"}}}}"#);
    let payload = payload.as_bytes();
    println!(
        "{:<28} {:>12} {:>12} {:>12}",
        "", "compiling", "instance", "validate"
    );

    let (module, compiling) = timed(|| {
        let builder = WasmtimeEngineProviderBuilder::new().module_bytes(policy_bytes());
        builder.build_pre()
    });
    let module = module?;
    let fresh = || -> Result<WapcHost, Box<dyn Error>> {
        Ok(WapcHost::new(Box::new(module.rehydrate(None)?), None)?)
    };
    let kept = fresh()?;
    let instance = median(|| done(fresh()));
    let call = median(|| done(kept.call("validate", payload)));
    print("waPC host with wasmtime", [compiling, instance, call]);

    let (module, compiling) = timed(|| Embedding::new(false));
    let mut kept = module.instance();
    let instance = median(|| drop(black_box(module.instance())));
    let call = median(|| done(kept.call("validate", payload)));
    print("wasmtime", [compiling, instance, call]);

    let engine = Engine::default();
    let linker = embed::linker(&engine)?;
    let (module, compiling) = timed(|| Module::new(&engine, policy_bytes()));
    let module = module?;
    let mut kept = embed::Guest::new(&linker, &module)?;
    let instance = median(|| done(embed::Guest::new(&linker, &module)));
    let call = median(|| done(kept.call("validate", payload)));
    print("wasmi, an interpreter", [compiling, instance, call]);

    print("V8 in Node.js", node(payload)?);
    Ok(())
}

/// The result, which must be there.
fn done<T>(result: Result<T, impl Display>) {
    match result {
        Ok(value) => drop(black_box(value)),
        Err(error) => panic!("{error}"),
    }
}

/// What a run gives, and its microseconds.
fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = run();
    (value, start.elapsed().as_secs_f64() * 1e6)
}

/// The median of the microseconds of many runs; the first ones do not count.
fn median(mut run: impl FnMut()) -> f64 {
    let times = (0..RUNS + RUNS / 10).map(|_| timed(&mut run).1);
    let mut times: Vec<f64> = times.skip(RUNS / 10).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The same three figures, as the example for Node.js measures them.
fn node(payload: &[u8]) -> Result<[f64; 3], Box<dyn Error>> {
    let mut node = Command::new("node")
        .arg(repository().join("tests/examples/embed.mjs"))
        .arg(RUNS.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = node.stdin.take() {
        stdin.write_all(payload)?;
    }
    Ok(serde_json::from_slice(&node.wait_with_output()?.stdout)?)
}

fn print(engine: &str, [compiling, instance, call]: [f64; 3]) {
    println!(
        "{engine:<28} {:>9.1} ms {instance:>9.0} µs {call:>9.0} µs",
        compiling / 1e3
    );
}
