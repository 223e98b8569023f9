//! How long policy.wasm takes for a request in the runtime of Kubewarden, and whether its memory grows.
//!
//! `make bench-policy` runs it. A fresh instance answers each request, as in a policy-server; the host's answers are
//! there before they are asked for.

#![allow(clippy::panic, reason = "a benchmark that cannot run ends")]

use mesh_ready_tests::{instance, instance_with, simulated::Cluster};
use serde_json::{Value, json};
use std::{collections::HashMap, fs, hint::black_box, sync::Arc, time::Instant};
use wapc::{HostCallback, WapcHost};

const RUNS: usize = 2_000;

/// Answered by one instance.
const REQUESTS: usize = 100_000;

/// Answers by payload of the question.
type Answers = Arc<HashMap<Vec<u8>, Vec<u8>>>;

fn main() {
    let module = Instant::now();
    drop(instance(None));
    println!(
        "compiling the module: {:.0} ms",
        module.elapsed().as_secs_f64() * 1e3
    );
    println!(
        "\n{:<50} {:>9} {:>9} {:>9} {:>9}",
        "", "p50", "p95", "p99", "per s"
    );
    print("an instance", times(|| drop(black_box(instance(None)))));

    let alone = payload(&json!({"context": "none"}));
    let silent = payload(&json!({"context": "none", "rules": every_rule_off()}));
    let kept = instance(None);
    print(
        "in a kept instance: protocol_version",
        times(|| call(&kept, "protocol_version", b"")),
    );
    print(
        "in a kept instance: validate, no rule",
        times(|| call(&kept, "validate", &silent)),
    );
    print(
        "in a kept instance: validate, no context",
        times(|| call(&kept, "validate", &alone)),
    );
    print(
        "instance and validate, no context",
        times(|| call(&instance(None), "validate", &alone)),
    );

    // The API server takes no more.
    let large = large_payload(3 << 20);
    println!("an object of 3 MiB");
    print(
        "instance and validate, no context",
        times_of(20, || call(&instance(None), "validate", &large)),
    );

    // With one rule that reads them the time goes into reading.
    let mut one_rule = every_rule_off();
    one_rule["MR101"] = json!("warning");
    let (all, one) = (payload(&json!({})), payload(&json!({"rules": one_rule})));
    for services in [5, 100, 1_000] {
        for (rules, payload) in [("all rules", &all), ("MR101", &one)] {
            let answers = answers(services, payload);
            let bytes: usize = answers.values().map(Vec::len).sum();
            println!(
                "{services} Services, {rules}: {} KB of context",
                bytes.div_ceil(1_024)
            );
            let kept = instance_with(Some(callback(&answers)));
            print(
                "in a kept instance: validate",
                times(|| call(&kept, "validate", payload)),
            );
            print(
                "instance and validate",
                times(|| {
                    let fresh = instance_with(Some(callback(&answers)));
                    call(&fresh, "validate", payload);
                }),
            );
        }
    }

    let answers = answers(5, &all);
    let kept = instance_with(Some(callback(&answers)));
    println!();
    for request in 0..=REQUESTS {
        if request == REQUESTS / 100 || request == REQUESTS {
            println!(
                "memory of the process after {request} requests in one instance: {} KB",
                resident()
            );
        }
        call(&kept, "validate", &all);
    }
}

fn call(instance: &WapcHost, operation: &str, payload: &[u8]) {
    match instance.call(operation, payload) {
        Ok(answer) => drop(black_box(answer)),
        Err(error) => panic!("{error}"),
    }
}

/// Microseconds of each run, after some that do not count.
fn times(run: impl FnMut()) -> Vec<f64> {
    times_of(RUNS, run)
}

fn times_of(runs: usize, mut run: impl FnMut()) -> Vec<f64> {
    let mut times: Vec<f64> = (0..runs + runs / 10)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.drain(..runs / 10);
    times
}

fn print(what: &str, mut times: Vec<f64>) {
    let per_second =
        1e6 * f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX)) / times.iter().sum::<f64>();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| format!("{:.0} µs", times[times.len() * percent / 100]);
    println!(
        "{what:<50} {:>9} {:>9} {:>9} {per_second:>9.0}",
        at(50),
        at(95),
        at(99)
    );
}

/// The resident memory of this process in KB, as Linux tells it.
fn resident() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("?", |line| line.trim().trim_end_matches(" kB"))
        .to_owned()
}

fn every_rule_off() -> Value {
    let rules = mesh_ready_core::catalogue(mesh_ready_core::Lang::En);
    let off = rules.iter().map(|rule| (rule.id.to_owned(), json!("off")));
    Value::Object(off.collect())
}

/// The same with so many bytes of annotations.
fn large_payload(bytes: usize) -> Vec<u8> {
    let payload = payload(&json!({"context": "none"}));
    let mut payload: Value =
        serde_json::from_slice(&payload).unwrap_or_else(|error| panic!("{error}"));
    let annotations = (0..bytes / 24).map(|key| (format!("example.com/{key:06}"), json!("v")));
    let metadata = &mut payload["request"]["object"]["spec"]["template"]["metadata"];
    metadata["annotations"] = Value::Object(annotations.collect());
    payload.to_string().into_bytes()
}

/// The request to create a Deployment of 3 containers.
fn payload(settings: &Value) -> Vec<u8> {
    let container = |index: usize| {
        json!({
            "name": format!("container-{index}"),
            "image": format!("registry.example.com/shop/part-{index}:1.4"),
            "ports": [{"name": format!("http-{index}"), "containerPort": 8080 + index, "protocol": "TCP"}],
            "env": [{"name": "UPSTREAM", "value": "http://stock.shop:8080"}, {"name": "LEVEL", "value": "info"}],
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080 + index}, "periodSeconds": 10},
            "livenessProbe": {"httpGet": {"path": "/live", "port": 8080 + index}, "periodSeconds": 10},
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        })
    };
    let object = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "app-0", "namespace": "shop", "labels": {"app": "app-0"}},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "app-0"}},
            "template": {
                "metadata": {"labels": {"app": "app-0", "version": "v1"}},
                "spec": {
                    "containers": [container(0), container(1), container(2)],
                    "volumes": [{"name": "data", "emptyDir": {}}],
                    "securityContext": {"runAsNonRoot": true, "runAsUser": 1000},
                },
            },
        },
    });
    let request = json!({
        "uid": "1299d386-525b-4032-98ae-1949f69f9cfc",
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
        "operation": "CREATE",
        "namespace": "shop",
        "userInfo": {"username": "alice", "groups": ["system:authenticated"]},
        "object": object,
    });
    json!({"request": request, "settings": settings})
        .to_string()
        .into_bytes()
}

/// What a cluster with so many Services in the namespace answers to this request.
fn answers(services: usize, payload: &[u8]) -> Answers {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}}});
    let service = |index: usize| {
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": format!("app-{index}"),
                "namespace": "shop",
                "uid": format!("00000000-0000-0000-0000-{index:012}"),
                "resourceVersion": index.to_string(),
                "creationTimestamp": "2026-01-01T00:00:00Z",
                "labels": {"app": format!("app-{index}")},
            },
            "spec": {
                "type": "ClusterIP",
                "clusterIP": format!("10.0.{}.{}", index / 250, index % 250 + 1),
                "selector": {"app": format!("app-{index}")},
                "ports": [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}],
            },
        })
    };
    let cluster = Cluster::new((0..services).map(service).chain([namespace]));
    call(&instance(Some(&cluster)), "validate", payload);
    let asked = cluster.asked().into_iter();
    let answers = asked.map(|exchange| {
        let answer = exchange.response.unwrap_or_else(|error| panic!("{error}"));
        (exchange.request, answer.into_bytes())
    });
    let answers: HashMap<String, Vec<u8>> = answers
        .map(|(request, answer)| (request.to_string(), answer))
        .collect();
    // By the very bytes of the question, so that nothing is parsed while it is measured.
    let recorded = Arc::new(std::sync::Mutex::new(HashMap::new()));
    let into = Arc::clone(&recorded);
    let record: Box<HostCallback> = Box::new(move |_, _, _, _, question| {
        let parsed: Value = serde_json::from_slice(question)?;
        let answer = answers
            .get(&parsed.to_string())
            .cloned()
            .unwrap_or_default();
        if let Ok(mut recorded) = into.lock() {
            recorded.insert(question.to_vec(), answer.clone());
        }
        Ok(answer)
    });
    call(&instance_with(Some(record)), "validate", payload);
    let recorded = recorded.lock().map(|recorded| recorded.clone());
    Arc::new(recorded.unwrap_or_default())
}

fn callback(answers: &Answers) -> Box<HostCallback> {
    let answers = Arc::clone(answers);
    Box::new(move |_, _, _, _, question| {
        let answer = answers.get(question);
        answer.cloned().ok_or_else(|| "not asked before".into())
    })
}
