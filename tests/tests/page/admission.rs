//! What the policy would decide, and the policy for a cluster: what the page shows is what the module answers in the
//! runtime of Kubewarden.

use crate::{configure, page, strings, texts};
use mesh_ready_core::{Lang, Settings};
use mesh_ready_tests::{
    call, call_in,
    files::{documents, yaml},
    policy_bytes,
    simulated::Cluster,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One object that is rejected, one that is changed, one that is let through with warnings, one that nothing is said of.
const OBJECTS: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata:
      labels: {app: cart}
    spec:
      containers:
      - name: cart
        image: cart:1
        securityContext: {runAsUser: 1337}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: search, namespace: shop}
spec:
  selector: {matchLabels: {app: search}}
  template:
    metadata:
      labels: {app: search}
    spec:
      containers:
      - name: search
        image: search:1
        ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: search, namespace: shop}
spec:
  selector: {app: search}
  ports:
  - {name: web, port: 80, targetPort: 8080}
";

/// A decision as the page shows it.
#[derive(Debug, PartialEq)]
struct Decision {
    name: String,
    allowed: bool,
    message: Option<String>,
    warnings: Vec<String>,
    /// Lines that come and lines that go, without their indentation.
    changes: [Vec<String>; 2],
}

/// A text as the page shows it: what stands between backticks is code.
fn prose(text: &str) -> String {
    text.replace('`', "")
}

/// What the module decides of each object in a cluster that has the others.
fn decided(settings: &Value) -> Vec<Decision> {
    let ask = |cluster: Option<&Cluster>, operation: &str, payload: &Value| -> Value {
        let answer = call_in(cluster, operation, payload.to_string().as_bytes());
        serde_json::from_slice(&answer.unwrap()).unwrap()
    };
    let files = json!([{"name": "manifests.yaml", "text": OBJECTS}]);
    let asked = ask(
        None,
        "requests",
        &json!({"files": files, "settings": settings, "language": "en"}),
    );
    let objects = asked["objects"].as_array().unwrap();
    let requests = asked["requests"].as_array().unwrap().iter();
    let decide = |entry: &Value| {
        let (request, object) = (&entry["request"], &entry["request"]["object"]);
        let others = objects.iter().filter(|other| *other != object).cloned();
        let mut settings = settings.clone();
        settings["language"] = "en".into();
        let answer = ask(
            Some(&Cluster::new(others)),
            "validate",
            &json!({"request": request, "settings": settings}),
        );
        let resource = &entry["resource"];
        let word = |field: &str| resource[field].as_str().unwrap();
        let namespace = word("namespace");
        let name = match namespace {
            "" => format!("{} {}", word("kind"), word("name")),
            _ => format!("{} {namespace}/{}", word("kind"), word("name")),
        };
        let lines = |object: &Value| -> Vec<String> {
            let text = serde_json::to_string_pretty(object).unwrap();
            text.lines().map(|line| line.trim().to_owned()).collect()
        };
        let only = |lines: &[String], others: &[String]| -> Vec<String> {
            let only = lines.iter().filter(|line| !others.contains(line));
            only.cloned().collect()
        };
        let (before, after) = match &answer["mutated_object"] {
            Value::Null => (vec![], vec![]),
            mutated => (lines(object), lines(mutated)),
        };
        Decision {
            name,
            allowed: answer["accepted"].as_bool().unwrap(),
            message: answer["message"].as_str().map(str::to_owned),
            warnings: strings(&answer["warnings"])
                .iter()
                .map(|text| prose(text))
                .collect(),
            changes: [only(&after, &before), only(&before, &after)],
        }
    };
    requests.map(decide).collect()
}

#[test]
fn decisions_are_those_of_the_policy() {
    let page = page();
    page.check(OBJECTS);
    page.click("[data-tab=admission]");
    let mut seen = [false; 4];
    for settings in [
        json!({}),
        json!({"mutate": ["MR107", "MR108"], "failOn": "warning"}),
    ] {
        configure(&page, &settings.to_string());
        page.click("[data-tab=admission]");
        let expected = decided(&settings);
        let number = |allowed| expected.iter().filter(|one| one.allowed == allowed).count();
        let verdict =
            |one: &Decision| json!([one.name, one.allowed.to_string(), one.changes[0].is_empty()]);
        let verdicts: Vec<_> = expected.iter().map(verdict).collect();
        page.until(&format!(
            "!document.querySelector('#admission.stale') && JSON.stringify(
               [...document.querySelectorAll('[data-admission]')].map((one) =>
                 [one.dataset.admission, one.dataset.allowed, !one.querySelector('.mutation')])
             ) === {}",
            json!(json!(verdicts).to_string())
        ));
        let summary = page.text_of("#admission .chips");
        for (allowed, word) in [(true, "allowed"), (false, "denied")] {
            let number = number(allowed);
            assert_eq!(
                number > 0,
                summary.contains(&format!("{number} {word}")),
                "{summary}"
            );
        }
        for one in &expected {
            let entry = format!("[data-admission='{}']", one.name);
            assert_eq!(
                texts(&page, &format!("{entry} .said")),
                one.message
                    .as_slice()
                    .iter()
                    .map(|text| text.trim())
                    .collect::<Vec<_>>(),
                "{entry}"
            );
            assert_eq!(
                texts(&page, &format!("{entry} .related li")),
                one.warnings,
                "{entry}"
            );
            for (change, lines) in ["added", "removed"].iter().zip(&one.changes) {
                let shown = page.value(&format!(
                    "[...document.querySelectorAll({})].map((line) => line.textContent.trim())",
                    json!(format!("{entry} .diff [data-change={change}] code"))
                ));
                let mut shown = strings(&shown);
                // A comma that comes after a line makes a line of its own.
                shown.retain(|line| lines.contains(line));
                assert_eq!(shown, *lines, "{entry}, {change}");
            }
            seen[0] |= !one.allowed;
            seen[1] |= one.allowed;
            seen[2] |= !one.warnings.is_empty();
            seen[3] |= !one.changes[0].is_empty();
        }
    }
    assert_eq!(seen, [true; 4], "the objects show too little");

    // Each kind of decision can be left out.
    let all = texts(&page, "[data-admission]").len();
    for (chip, allowed) in [("denied", false), ("allowed", true)] {
        let entries = format!("[data-admission][data-allowed='{allowed}']");
        let number = texts(&page, &entries).len();
        let chip = format!("#admission .chip[data-chip={chip}]");
        page.click(&chip);
        page.until(&format!("!document.querySelector(\"{entries}\")"));
        assert_eq!(texts(&page, "[data-admission]").len(), all - number);
        page.click(&format!("{chip}[aria-pressed=false]"));
        page.until(&format!(
            "document.querySelectorAll('[data-admission]').length === {all}"
        ));
    }

    // The name of an object leads to it.
    page.click("[data-admission='Deployment shop/cart'] button.message");
    page.press("#");
    assert!(page.text() != OBJECTS);
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn the_policy_to_enforce_is_the_one_that_checked() {
    let page = page();
    page.check(OBJECTS);
    let settings = "failOn: warning\nmutate: [MR108]\nrules:\n  MR103: info\n";
    configure(&page, settings);
    page.click("[data-tab=enforce]");
    page.until("document.querySelector('#enforce-yaml')?.innerText.includes('MR103: info')");
    let digest = format!("{:x}", Sha256::digest(policy_bytes()));
    let template = yaml("policy-wasm/deploy/cluster-admission-policy.yml");
    let shown = || {
        let text = page.text_of("#enforce-yaml");
        assert!(text.contains(&digest), "the digest is missing: {text}");
        let [document] = <[Value; 1]>::try_from(documents("#enforce-yaml", &text)).unwrap();
        (document, text)
    };
    let (policy, _) = shown();
    assert_eq!(policy["apiVersion"], template["apiVersion"]);
    assert_eq!(policy["kind"], "ClusterAdmissionPolicy");
    for field in [
        "rules",
        "contextAwareResources",
        "module",
        "namespaceSelector",
    ] {
        assert_eq!(policy["spec"][field], template["spec"][field], "{field}");
    }
    assert_eq!(policy["spec"]["mutating"], true);
    assert_eq!(policy["spec"]["mode"], "monitor");
    // The settings are those of the page, and the policy takes them.
    let own = Settings::parse("mesh-ready.yaml", settings.as_bytes(), Lang::En).unwrap();
    let given = policy["spec"]["settings"].to_string();
    assert_eq!(
        Settings::parse("mesh-ready.yaml", given.as_bytes(), Lang::En).unwrap(),
        own
    );
    let answer = call("validate_settings", given.as_bytes()).unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["valid"], true, "{answer}");

    // What can be chosen here.
    page.choose("#enforce-mode", "protect");
    page.run(
        "const field = document.querySelector('#enforce-module');
         field.value = 'registry://registry.example.com/own:v1';
         field.dispatchEvent(new InputEvent('input', { bubbles: true }));",
        vec![],
    );
    page.until("document.querySelector('#enforce-yaml').innerText.includes('own:v1')");
    let (policy, text) = shown();
    assert_eq!(policy["spec"]["mode"], "protect");
    assert_eq!(
        policy["spec"]["module"],
        "registry://registry.example.com/own:v1"
    );
    page.click("#enforce-download");
    assert_eq!(
        page.downloaded("mesh-ready-policy.yaml").trim_end(),
        text.trim_end()
    );
    assert_eq!(page.errors(), [""; 0]);
}
