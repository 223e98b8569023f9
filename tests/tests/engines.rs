//! Other engines than Kubewarden's give the same answers: the module is one file, and what runs it is no part of a verdict.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_tests::{
    Embedding, call,
    files::{between, files_ending, read},
    fixtures, policy_bytes, repository,
};
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Stdio},
};
use wasmi::{Engine, Module};

#[allow(dead_code, reason = "its main function is for whoever runs it")]
#[path = "../examples/embed.rs"]
mod embed;

/// The requests that come with the policy, judged alone.
fn payloads() -> Vec<String> {
    let files = files_ending("policy-wasm/test_data", ".json").into_iter();
    let payloads = files.map(|file| {
        let request = read(&format!("policy-wasm/test_data/{file}"));
        let request: Value = serde_json::from_str(&request).unwrap();
        json!({"request": request, "settings": {"context": "none", "mutate": ["MR107"]}})
            .to_string()
    });
    payloads.collect()
}

#[test]
fn wasmtime_without_wapc_gives_the_same_answers() {
    let embedding = Embedding::new(false);
    for payload in payloads() {
        let answer = embedding.instance().call("validate", payload.as_bytes());
        assert_eq!(answer, call("validate", payload.as_bytes()));
    }
}

#[test]
fn an_interpreter_gives_the_same_answers() {
    let engine = Engine::default();
    let linker = embed::linker(&engine).unwrap();
    let module = Module::new(&engine, policy_bytes()).unwrap();
    for payload in payloads() {
        let mut guest = embed::Guest::new(&linker, &module).unwrap();
        let answer = guest.call("validate", payload.as_bytes()).unwrap();
        assert_eq!(Ok(answer), call("validate", payload.as_bytes()));
    }
    // One instance, all that the rules have to say.
    let mut guest = embed::Guest::new(&linker, &module).unwrap();
    let files = fixtures().into_iter();
    let files = files.map(|fixture| json!({"name": fixture.path(), "text": fixture.text}));
    let payload = json!({"files": files.collect::<Vec<_>>()}).to_string();
    let answer = guest.call("check", payload.as_bytes()).unwrap();
    assert_eq!(Ok(answer), call("check", payload.as_bytes()));
    let error = guest.call("nothing", b"").unwrap_err().to_string();
    assert!(error.starts_with("unknown operation"), "{error}");
}

/// What is asked of a host that has no cluster is answered with an error, and the verdict says so.
#[test]
fn a_host_without_a_cluster_is_named_in_the_verdict() {
    let request = read("policy-wasm/test_data/deployment-ready.json");
    let payload = format!(r#"{{"request":{request},"settings":{{}}}}"#);
    let engine = Engine::default();
    let linker = embed::linker(&engine).unwrap();
    let module = Module::new(&engine, policy_bytes()).unwrap();
    let mut guest = embed::Guest::new(&linker, &module).unwrap();
    let native = guest.call("validate", payload.as_bytes()).unwrap();
    let native = String::from_utf8(native).unwrap();
    assert!(native.contains("there is no cluster here"), "{native}");
    assert_eq!(node(&payload).trim_end(), native);
}

#[test]
fn v8_gives_the_same_answers() {
    for payload in payloads() {
        let answer = call("validate", payload.as_bytes()).unwrap();
        assert_eq!(node(&payload).trim_end().as_bytes(), answer);
    }
}

/// What the example for Node.js prints.
fn node(payload: &str) -> String {
    let mut node = Command::new("node")
        .arg(repository().join("tests/examples/embed.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("node: {error}; run `make test`, which installs it"));
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(payload.as_bytes()).unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The pages tell whoever writes a host what to write: every function that the module imports and exports.
#[test]
fn the_pages_name_what_a_host_needs() {
    let mut needed = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(policy_bytes()) {
        match payload.unwrap() {
            wasmparser::Payload::ImportSection(imports) => {
                let names = imports.into_imports().map(|import| import.unwrap().name);
                needed.extend(names);
            }
            wasmparser::Payload::ExportSection(exports) => {
                let names = exports.into_iter().map(|export| export.unwrap().name);
                needed.extend(names.filter(|name| ["memory", "__guest_call"].contains(name)));
            }
            _ => {}
        }
    }
    assert_eq!(needed.len(), 11, "{needed:?}");
    for page in ["docs/engines.md", "docs/engines.zh-CN.md"] {
        let text = read(page);
        let table = between(&text, "<!-- abi -->", "<!-- /abi -->").unwrap();
        let rows = table.lines().filter_map(|line| {
            let (name, _) = line.strip_prefix("| `")?.split_once(['`', '('])?;
            Some(name)
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable();
        needed.sort_unstable();
        assert_eq!(rows, needed, "{page}");
    }
}
