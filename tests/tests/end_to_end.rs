//! The requests that come with the policy get the answers that e2e.bats and the policy's page promise, in a cluster that
//! answers as was recorded.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mesh_ready_tests::{
    call, call_in,
    files::{between, documents, files_ending, read, resource},
    replay, repository,
    session::Session,
    simulated::Cluster,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

const DATA: &str = "policy-wasm/test_data";

/// A kind that a cluster does not tell, and its error.
type Refused = Option<(&'static str, &'static str)>;

/// The sessions: the requests whose objects are in the cluster, and what the cluster refuses to tell.
const SESSIONS: [(&str, &[&str], Refused); 6] = [
    (
        "deployment-database.yml",
        &["namespace-joins.json", "service-database.json"],
        None,
    ),
    (
        "deployment-unlabelled.yml",
        &["namespace-joins.json", "service-database.json"],
        None,
    ),
    (
        "namespace-joins.yml",
        &["deployment-reserved-uid.json"],
        None,
    ),
    (
        "service-database.yml",
        &["namespace-joins.json", "deployment-database.json"],
        None,
    ),
    (
        "service-delete.yml",
        &[
            "namespace-joins.json",
            "service-delete.json",
            "deployment-ready.json",
        ],
        None,
    ),
    (
        "services-forbidden.yml",
        &["namespace-joins.json"],
        Some((
            "Service",
            "services is forbidden: User \"system:serviceaccount:kubewarden:policy-server\" cannot list resource \
             \"services\" in API group \"\" in the namespace \"shop\"",
        )),
    ),
];

fn data(end: &str) -> Vec<String> {
    files_ending(DATA, end)
}

fn request(file: &str) -> Value {
    serde_json::from_str(&read(&format!("{DATA}/{file}"))).unwrap()
}

/// kwctl refuses a request that lacks a field of these, even when the policy does not read it.
#[test]
fn requests_are_what_kwctl_takes() {
    for file in data(".json") {
        let request = request(&file);
        for (field, parts) in [
            ("kind", ["group", "version", "kind"]),
            ("resource", ["group", "version", "resource"]),
            ("requestKind", ["group", "version", "kind"]),
            ("requestResource", ["group", "version", "resource"]),
        ] {
            for part in parts {
                assert!(request[field][part].is_string(), "{file}: {field}.{part}");
            }
        }
        for field in ["uid", "name", "namespace", "operation"] {
            assert!(request[field].is_string(), "{file}: {field}");
        }
        assert!(request["userInfo"].is_object(), "{file}: userInfo");
        let operation = request["operation"].as_str().unwrap();
        assert_eq!(
            request["object"].is_object(),
            operation != "DELETE",
            "{file}"
        );
        assert_eq!(
            request["oldObject"].is_object(),
            operation != "CREATE",
            "{file}"
        );
        let kind = request["kind"]["kind"].as_str().unwrap();
        assert_eq!(request["resource"]["resource"], resource(kind), "{file}");
    }
}

/// A line of `e2e.bats`: a word of its own and what follows it.
type Step = (String, Vec<String>);

/// The tests of `e2e.bats` by name.
fn end_to_end() -> BTreeMap<String, Vec<Step>> {
    let script = read("policy-wasm/e2e.bats");
    let mut tests = BTreeMap::new();
    for test in script.split("@test \"").skip(1) {
        let (name, body) = test.split_once("\" {\n").unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let steps = body.lines().map(|line| step(line.trim()));
        tests.insert(name.to_owned(), steps.collect());
    }
    tests
}

/// The words of a line; one that has blanks stands in single quotes.
fn step(line: &str) -> Step {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    (words.remove(0), words)
}

/// A request with its settings, and the session in which it is evaluated.
struct Evaluation {
    session: Option<String>,
    file: String,
    request: Value,
    payload: String,
}

/// What a line evaluates, if it does.
fn evaluation((word, words): &Step) -> Option<Evaluation> {
    let (session, words) = match word.as_str() {
        "evaluate" => (None, &words[..]),
        "replay" => (Some(words[0].clone()), &words[1..]),
        _ => return None,
    };
    let settings = words.get(1).map_or("{}", String::as_str);
    let settings: Value = serde_json::from_str(settings).unwrap();
    let request = request(&words[0]);
    Some(Evaluation {
        session,
        file: words[0].clone(),
        payload: json!({"request": request, "settings": settings}).to_string(),
        request,
    })
}

fn evaluations() -> impl Iterator<Item = Evaluation> {
    let steps = end_to_end().into_values().flatten();
    steps.filter_map(|step| evaluation(&step))
}

#[test]
fn every_request_and_session_is_used() {
    let requests: BTreeSet<_> = evaluations().map(|evaluation| evaluation.file).collect();
    assert_eq!(requests.into_iter().collect::<Vec<_>>(), data(".json"));
    let sessions: BTreeSet<_> = evaluations()
        .filter_map(|evaluation| evaluation.session)
        .collect();
    assert_eq!(sessions.into_iter().collect::<Vec<_>>(), data(".yml"));
    assert_eq!(SESSIONS.map(|(file, ..)| file).as_slice(), data(".yml"));
}

/// The cluster of a session.
fn cluster(session: &str) -> Cluster {
    let (_, files, refused) = SESSIONS
        .into_iter()
        .find(|(file, ..)| *file == session)
        .unwrap_or_else(|| panic!("{session} is not in SESSIONS"));
    let objects = files.iter().map(|file| {
        let request = request(file);
        let fields = ["object", "oldObject"];
        let object = fields.into_iter().find_map(|field| request.get(field));
        object.cloned().unwrap()
    });
    let cluster = Cluster::new(objects);
    match refused {
        Some((kind, error)) => cluster.refusing(kind, error),
        None => cluster,
    }
}

/// `WRITE_SESSIONS=1` records them anew: `make sessions`.
#[test]
fn sessions_are_up_to_date() {
    for evaluation in evaluations() {
        let Some(session) = evaluation.session else {
            continue;
        };
        let cluster = cluster(&session);
        call_in(Some(&cluster), "validate", evaluation.payload.as_bytes()).unwrap();
        let recorded = cluster.session();
        let path = format!("{DATA}/{session}");
        if env::var_os("WRITE_SESSIONS").is_some() {
            fs::write(repository().join(&path), recorded).unwrap();
        } else {
            assert_eq!(read(&path), recorded, "{path}: run `make sessions`");
        }
    }
}

fn answer(evaluation: &Evaluation) -> Value {
    let payload = evaluation.payload.as_bytes();
    let answer = match &evaluation.session {
        None => call("validate", payload),
        Some(file) => {
            let session = Session::parse(&read(&format!("{DATA}/{file}"))).unwrap();
            let answer = replay(&session, "validate", payload);
            assert_eq!(session.left(), 0, "{file} is not played to its end");
            answer
        }
    };
    serde_json::from_slice(&answer.unwrap()).unwrap()
}

fn holds(evaluation: &Evaluation, answer: &Value, (word, words): &Step) -> bool {
    let contains = |text: &Value| text.as_str().unwrap_or_default().contains(&words[0]);
    match word.as_str() {
        "allowed" => answer["accepted"] == true,
        "denied" => answer["accepted"] == false,
        "says" => contains(&answer["message"]),
        "warns" => {
            let mut warnings = answer["warnings"].as_array().into_iter().flatten();
            warnings.any(contains)
        }
        "changes" => {
            let before = evaluation.request["object"].pointer(&words[0]);
            let after = answer["mutated_object"].pointer(&words[0]);
            before.is_none() && after == Some(&json!(words[1]))
        }
        other => panic!("{other} is no word of e2e.bats"),
    }
}

#[test]
fn requests_are_answered_as_in_kwctl() {
    for (name, steps) in end_to_end() {
        let mut last = None;
        for step in steps {
            if let Some(evaluation) = evaluation(&step) {
                let answer = answer(&evaluation);
                last = Some((evaluation, answer));
            } else {
                let (evaluation, answer) = last.as_ref().unwrap();
                assert!(
                    holds(evaluation, answer, &step),
                    "{name}: {step:?}\n{answer:#}"
                );
            }
        }
    }
}

/// One that asks something else than was recorded is told so, as by kwctl.
#[test]
fn a_session_answers_what_was_asked_and_nothing_else() {
    let session = Session::parse(&read(&format!("{DATA}/deployment-database.yml"))).unwrap();
    let unexpected = session.answer("kubewarden", "kubernetes", "get_resource", b"{}");
    assert!(unexpected.unwrap_err().starts_with("Replay error"));
    let left = session.left();
    assert_eq!(
        session.answer("kubewarden", "tracing", "log", b"{}"),
        Ok(vec![])
    );
    assert_eq!(session.left(), left);
    let empty = Session::parse("[]").unwrap();
    assert!(
        empty
            .answer("kubewarden", "kubernetes", "get_resource", b"{}")
            .is_err()
    );
    assert!(Session::parse("- type: Exchange\n  request: '!DNSLookupHost {}'").is_err());
}

/// The examples of the policy's page: manifests, and what kubectl prints of the one that is rejected.
#[test]
fn the_page_shows_what_the_policy_answers() {
    for page in ["policy-wasm/README.md", "policy-wasm/README.zh-CN.md"] {
        let text = read(page);
        let example = |name: &str| {
            let block = between(&text, &format!("<!-- {name} -->\n```yaml\n"), "```");
            let block = block.unwrap_or_else(|| panic!("{page}: {name}"));
            let object = documents(page, block).remove(0);
            let request = json!({
                "uid": "1299d386-525b-4032-98ae-1949f69f9cfc",
                "kind": {"group": "apps", "version": "v1", "kind": object["kind"]},
                "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
                "operation": "CREATE",
                "namespace": object["metadata"]["namespace"],
                "userInfo": {"username": "alice"},
                "object": object,
            });
            let payload = json!({"request": request, "settings": {}}).to_string();
            let answer = call("validate", payload.as_bytes()).unwrap();
            serde_json::from_slice::<Value>(&answer).unwrap()
        };
        assert_eq!(example("accepted")["accepted"], true, "{page}");
        let rejected = example("rejected");
        let shown = between(&text, "denied the request: ", "\n```").unwrap();
        assert_eq!(rejected["message"], shown, "{page}");
    }
}
