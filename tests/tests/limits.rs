//! What a host limits: the time of a call, its instructions, the memory of an instance. Nothing here looks at a clock: the
//! engine counts instructions, and the test ends a deadline itself.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_tests::{Embedding, policy_bytes};
use serde_json::{Value, json};
use wapc::{HostCallback, WapcHost};
use wasmtime_provider::{
    EpochDeadlines, WasmtimeEngineProviderBuilder, WasmtimeEngineProviderPre,
    wasmtime::{Config, Engine},
};

/// The API server takes requests of up to 3 MiB.
const LARGEST: usize = 3 << 20;

/// The instructions that an answer may cost, in wasmtime's units of fuel. A core takes about a second for so many, and
/// Kubewarden grants two unless told otherwise.
const BUDGET: u64 = 10_000_000_000;

/// The payload of a request to create a Deployment with this metadata beside its name.
fn payload(annotations: &Value, settings: &Value) -> Vec<u8> {
    let object = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cart", "namespace": "shop", "annotations": annotations},
        "spec": {
            "selector": {"matchLabels": {"component": "cart"}},
            "template": {
                "metadata": {"labels": {"component": "cart"}, "annotations": annotations},
                "spec": {"containers": [{"name": "cart", "image": "cart:1"}]},
            },
        },
    });
    let request = json!({
        "uid": "1299d386-525b-4032-98ae-1949f69f9cfc",
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
        "operation": "CREATE",
        "namespace": "shop",
        "userInfo": {"username": "alice"},
        "object": object,
    });
    let payload = json!({"request": request, "settings": settings});
    payload.to_string().into_bytes()
}

/// Annotations of about so many bytes, twice in the object: one long text, or many short ones.
fn annotations(bytes: usize, is_long: bool) -> Value {
    if is_long {
        return json!({"text": "\\\"网".repeat(bytes / 2 / 7)});
    }
    let many = (0..bytes / 2 / 22).map(|key| (format!("example.com/{key}"), json!("v")));
    Value::Object(many.collect())
}

/// The instructions of an answer, which accepts the object.
fn cost(payload: &[u8]) -> u64 {
    let mut instance = Embedding::new(true).instance();
    let answer = instance.call("validate", payload).unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["accepted"], true, "{answer}");
    instance.instructions().unwrap()
}

#[test]
fn the_largest_object_costs_little_and_in_proportion() {
    let settings = json!({"context": "none", "mutate": ["MR107", "MR108"]});
    for is_long in [false, true] {
        let [part, whole] = [LARGEST / 8, LARGEST].map(|bytes| {
            let payload = payload(&annotations(bytes, is_long), &settings);
            assert!(payload.len() > bytes * 3 / 4, "{}", payload.len());
            cost(&payload)
        });
        assert!(whole < BUDGET, "{whole}");
        assert!(whole < part * 10, "{part} for an eighth, {whole} for all");
    }
}

#[test]
fn the_memory_of_an_instance_does_not_grow() {
    let payload = payload(&json!({"a": "b"}), &json!({}));
    let mut instance = Embedding::new(false).instance();
    let mut call = || {
        for _ in 0..200 {
            instance.call("validate", &payload).unwrap();
            instance.call("validate", b"{").unwrap();
        }
        instance.memory()
    };
    let before = call();
    assert_eq!([call(), call()], [before; 2]);
}

/// What a policy-server runs, in which a request has this many ticks.
fn server(ticks: u64) -> (Engine, WasmtimeEngineProviderPre, EpochDeadlines) {
    let mut config = Config::new();
    config.epoch_interruption(true);
    let engine = Engine::new(&config).unwrap();
    let module = WasmtimeEngineProviderBuilder::new()
        .engine(engine.clone())
        .module_bytes(policy_bytes())
        .build_pre()
        .unwrap();
    let deadlines = EpochDeadlines {
        wapc_init: ticks,
        wapc_func: ticks,
    };
    (engine, module, deadlines)
}

/// Kubewarden rejects the request then, in its own words; the instance is thrown away.
#[test]
fn a_request_whose_time_is_up_harms_no_other() {
    let (engine, module, deadlines) = server(2);
    let payload = payload(&json!({}), &json!({}));
    let call = |ticks: u64| {
        let clock = engine.clone();
        // The cluster takes its time with the first question.
        let callback: Box<HostCallback> = Box::new(move |_, _, _, operation, _| {
            if operation == "get_resource" {
                (0..ticks).for_each(|_| clock.increment_epoch());
            }
            Err("the cluster does not answer".into())
        });
        let provider = module.rehydrate(Some(deadlines)).unwrap();
        let host = WapcHost::new(Box::new(provider), Some(callback)).unwrap();
        let answer = host.call("validate", &payload);
        answer.map_err(|error| error.to_string())
    };
    for _ in 0..3 {
        let interrupted = call(2).unwrap_err();
        assert!(
            interrupted.contains("guest code interrupted, execution deadline exceeded"),
            "{interrupted}"
        );
        let answer: Value = serde_json::from_slice(&call(1).unwrap()).unwrap();
        assert_eq!(answer["accepted"], true, "{answer}");
    }
}
