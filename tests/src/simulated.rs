//! A cluster that exists as manifests alone and answers Kubewarden's host capabilities from them, as a policy-server
//! does: lists by namespace, single objects, pruned to the fields asked for. What was asked can be written as a session
//! that `kwctl run --replay-host-capabilities-interactions` plays back.

use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
};

/// The objects of a cluster, and what was asked of it.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    objects: Arc<Mutex<Vec<Value>>>,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
    /// Errors by kind.
    refused: BTreeMap<String, String>,
    /// Answers by kind that take the place of those made of the objects.
    canned: BTreeMap<String, Vec<u8>>,
}

/// A call of the guest, and what it was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// `kubernetes/list_resources_by_namespace`, or another operation with its namespace.
    pub operation: String,
    /// The payload.
    pub request: Value,
    /// The answer, or the error.
    pub response: Result<String, String>,
}

impl Cluster {
    /// A cluster with these objects.
    pub fn new(objects: impl IntoIterator<Item = Value>) -> Self {
        let cluster = Self::default();
        objects.into_iter().for_each(|object| cluster.add(object));
        cluster
    }

    /// The same cluster, which refuses to speak of a kind.
    #[must_use]
    pub fn refusing(mut self, kind: &str, error: &str) -> Self {
        self.refused.insert(kind.to_owned(), error.to_owned());
        self
    }

    /// The same cluster, which answers every question about a kind with some bytes.
    #[must_use]
    pub fn answering(mut self, kind: &str, bytes: &[u8]) -> Self {
        self.canned.insert(kind.to_owned(), bytes.to_owned());
        self
    }

    /// Adds an object, in place of its older version.
    pub fn add(&self, object: Value) {
        let mut objects = lock(&self.objects);
        objects.retain(|other| identity(other) != identity(&object));
        objects.push(object);
    }

    /// What was asked so far, in order; the log aside.
    pub fn asked(&self) -> Vec<Exchange> {
        let exchanges = lock(&self.exchanges);
        let asked = exchanges.iter();
        let asked = asked.filter(|exchange| exchange.operation != "tracing/log");
        asked.cloned().collect()
    }

    /// What was written to the log so far.
    pub fn logged(&self) -> Vec<Value> {
        let exchanges = lock(&self.exchanges);
        let logged = exchanges.iter();
        let logged = logged.filter(|exchange| exchange.operation == "tracing/log");
        logged.map(|exchange| exchange.request.clone()).collect()
    }

    /// Forgets what was asked.
    pub fn forget(&self) {
        lock(&self.exchanges).clear();
    }

    /// Answers a call of the guest.
    ///
    /// # Errors
    /// What Kubewarden would say.
    pub fn answer(
        &self,
        binding: &str,
        namespace: &str,
        operation: &str,
        payload: &[u8],
    ) -> Result<Vec<u8>, String> {
        if binding != "kubewarden" {
            return Err(format!("unknown binding: {binding}"));
        }
        let operation = format!("{namespace}/{operation}");
        let request: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let response = self.respond(&operation, &request);
        lock(&self.exchanges).push(Exchange {
            operation,
            request,
            response: response
                .as_ref()
                .map(|answer| String::from_utf8_lossy(answer).into_owned())
                .map_err(Clone::clone),
        });
        response
    }

    fn respond(&self, operation: &str, request: &Value) -> Result<Vec<u8>, String> {
        if operation == "tracing/log" {
            return Ok(Vec::new());
        }
        let text = |field: &str| request[field].as_str().unwrap_or_default();
        let (api_version, kind) = match operation {
            "kubernetes/can_i" => ("authorization.k8s.io/v1", "SubjectAccessReview"),
            _ => (text("api_version"), text("kind")),
        };
        if let Some(error) = self.refused.get(kind) {
            return Err(error.clone());
        }
        if let Some(answer) = self.canned.get(kind) {
            return Ok(answer.clone());
        }
        let is_asked =
            |object: &&Value| object["apiVersion"] == api_version && object["kind"] == kind;
        let objects = lock(&self.objects);
        let mut found = objects.iter().filter(is_asked);
        let answer = match operation {
            "kubernetes/can_i" => {
                json!({"allowed": may(&objects, &request["subject_access_review"])})
            }
            "kubernetes/list_resources_by_namespace" | "kubernetes/list_resources_all" => {
                let namespace = request["namespace"].as_str();
                let is_in =
                    |object: &&Value| namespace.is_none_or(|name| namespace_of(object) == name);
                let items = found.filter(is_in);
                let items: Vec<Value> = items.map(|object| prune(object, request)).collect();
                json!({
                    "apiVersion": api_version,
                    "kind": format!("{kind}List"),
                    "metadata": {},
                    "items": items,
                })
            }
            "kubernetes/get_resource" => {
                let name = text("name");
                let object = found.find(|object| object["metadata"]["name"] == name);
                let object = object.ok_or_else(|| {
                    format!(
                        "Cannot find {api_version}/{kind} named '{name}' inside of namespace 'None'"
                    )
                })?;
                prune(object, request)
            }
            _ => return Err(format!("unknown operation: {operation}")),
        };
        Ok(answer.to_string().into_bytes())
    }

    /// What was asked, as kwctl records and replays it; the log is no part of that.
    pub fn session(&self) -> String {
        let mut session = String::new();
        for exchange in self.asked() {
            let tag = match exchange.operation.as_str() {
                "kubernetes/get_resource" => "KubernetesGetResource",
                "kubernetes/can_i" => "KubernetesCanI",
                "kubernetes/list_resources_all" => "KubernetesListResourceAll",
                _ => "KubernetesListResourceNamespace",
            };
            let _ = writeln!(session, "- type: Exchange\n  request: |\n    !{tag}");
            for (key, value) in exchange.request.as_object().unwrap_or(&Map::new()) {
                let key = match key.as_str() {
                    "subject_access_review" => "request",
                    key => key,
                };
                let _ = writeln!(session, "    {key}: {value}");
            }
            let (kind, key, text) = match &exchange.response {
                Ok(payload) => ("Success", "payload", payload),
                Err(message) => ("Error", "message", message),
            };
            let text = Value::from(text.as_str());
            let _ = writeln!(session, "  response:\n    type: {kind}\n    {key}: {text}");
        }
        session
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn namespace_of(object: &Value) -> &str {
    object["metadata"]["namespace"]
        .as_str()
        .unwrap_or("default")
}

fn identity(object: &Value) -> (&Value, &Value, &str, &Value) {
    (
        &object["apiVersion"],
        &object["kind"],
        namespace_of(object),
        &object["metadata"]["name"],
    )
}

/// Whether Roles and bindings let somebody do something (RBAC).
fn may(objects: &[Value], review: &Value) -> bool {
    let (user, access) = (&review["user"], &review["resource_attributes"]);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let is_meant = |subject: &Value| match subject["kind"].as_str() {
        Some("ServiceAccount") => {
            let text = |field: &str| subject[field].as_str().unwrap_or_default();
            let (namespace, name) = (text("namespace"), text("name"));
            *user == format!("system:serviceaccount:{namespace}:{name}")
        }
        Some("User") => subject["name"] == *user,
        _ => list(&review["groups"]).contains(&subject["name"]),
    };
    let grants = |rule: &Value| {
        let has = |field: &str, wanted: &Value| {
            let listed = list(&rule[field]);
            listed.contains(wanted) || listed.contains(&json!("*"))
        };
        has("apiGroups", &access["group"])
            && has("resources", &access["resource"])
            && has("verbs", &access["verb"])
            && (rule["resourceNames"].is_null()
                || list(&rule["resourceNames"]).contains(&access["name"]))
    };
    let is_here = |object: &Value| access["namespace"] == namespace_of(object);
    let mut bindings = objects.iter().filter(|object| {
        object["kind"] == "ClusterRoleBinding" || object["kind"] == "RoleBinding" && is_here(object)
    });
    bindings.any(|binding| {
        let role = &binding["roleRef"];
        let is_role = |object: &&Value| {
            object["kind"] == role["kind"]
                && object["metadata"]["name"] == role["name"]
                && (role["kind"] == "ClusterRole" || is_here(object))
        };
        list(&binding["subjects"]).iter().any(is_meant)
            && objects
                .iter()
                .filter(is_role)
                .any(|role| list(&role["rules"]).iter().any(grants))
    })
}

/// What the host keeps of an object: type, metadata and the fields asked for.
fn prune(object: &Value, request: &Value) -> Value {
    let mut kept = object.clone();
    let Some(masks) = request["field_masks"].as_array() else {
        return kept;
    };
    let masks: Vec<Vec<&str>> = masks
        .iter()
        .filter_map(Value::as_str)
        .map(|mask| mask.split('.').collect())
        .collect();
    let masks: Vec<&[&str]> = masks.iter().map(Vec::as_slice).collect();
    if let Some(fields) = kept.as_object_mut() {
        fields.retain(|key, value| {
            matches!(key.as_str(), "apiVersion" | "kind" | "metadata") || keep(key, value, &masks)
        });
    }
    kept
}

/// Whether a field is kept; prunes what is below it. Lists are passed through.
fn keep(key: &str, value: &mut Value, masks: &[&[&str]]) -> bool {
    let below: Vec<&[&str]> = masks
        .iter()
        .filter_map(|mask| mask.split_first())
        .filter(|(first, _)| **first == key)
        .map(|(_, rest)| rest)
        .collect();
    // A mask that ends here keeps everything.
    if !below.is_empty() && below.iter().all(|rest| !rest.is_empty()) {
        prune_below(value, &below);
    }
    !below.is_empty()
}

fn prune_below(value: &mut Value, masks: &[&[&str]]) {
    match value {
        Value::Object(fields) => fields.retain(|key, value| keep(key, value, masks)),
        Value::Array(items) => items.iter_mut().for_each(|item| prune_below(item, masks)),
        _ => {}
    }
}
