//! What is used of an `AdmissionRequest`, and which requests are for this policy to judge.

use crate::operations::string;
use mesh_ready_core::manifest::{Scalar, Value};

/// What an object is to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// It has pods, or is one.
    Workload,
    Service,
    Namespace,
    PeerAuthentication,
    DestinationRule,
    NetworkPolicy,
}

/// The kinds that rules read, with their group, since others have a `Service` too.
const JUDGED: [(&str, &str, Class); 14] = [
    ("", "Pod", Class::Workload),
    ("", "ReplicationController", Class::Workload),
    ("", "Service", Class::Service),
    ("", "Namespace", Class::Namespace),
    ("apps", "Deployment", Class::Workload),
    ("apps", "ReplicaSet", Class::Workload),
    ("apps", "StatefulSet", Class::Workload),
    ("apps", "DaemonSet", Class::Workload),
    ("batch", "Job", Class::Workload),
    ("batch", "CronJob", Class::Workload),
    ("apps.openshift.io", "DeploymentConfig", Class::Workload),
    ("networking.k8s.io", "NetworkPolicy", Class::NetworkPolicy),
    (
        "security.istio.io",
        "PeerAuthentication",
        Class::PeerAuthentication,
    ),
    (
        "networking.istio.io",
        "DestinationRule",
        Class::DestinationRule,
    ),
];

/// The kubelet's own record of a static pod is owned by its Node; refusing it changes nothing on that node.
const NODE: (&str, &str) = ("", "Node");

/// A request that is to be judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) kind: &'a str,
    pub(super) class: Class,
    pub(super) operation: Operation,
    /// The namespace of the object; of a Namespace its name.
    pub(super) namespace: &'a str,
    /// The object as it will be; `None` when it is deleted.
    pub(super) object: Option<Value<'a>>,
    /// The object as it is; `None` when it is created.
    pub(super) old_object: Option<Value<'a>>,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Update,
    Delete,
}

impl<'a> Request<'a> {
    /// Reads the request of a payload; `None` when there is nothing to judge in it. The error names what is missing.
    pub(super) fn read(payload: Value<'a>) -> Result<Option<Self>, &'static str> {
        let text = |parent: Value<'a>, field| parent.get(field).and_then(string);
        let request = payload.get("request").ok_or("request")?;
        let kind = request.get("kind").ok_or("request.kind")?;
        let group = text(kind, "group").unwrap_or_default();
        let kind = text(kind, "kind").ok_or("request.kind.kind")?;
        let operation = text(request, "operation").ok_or("request.operation")?;
        let is_whole = text(request, "subResource").unwrap_or_default().is_empty();
        let object = |field| {
            request
                .get(field)
                .filter(|object: &Value<'a>| !object.is_null())
        };
        let (object, old_object) = (object("object"), object("oldObject"));
        let Some(class) = class(group, kind).filter(|_| is_whole) else {
            return Ok(None);
        };
        let (operation, present) = match (operation, class) {
            ("CREATE", _) => (Operation::Create, object),
            ("UPDATE", _) => (Operation::Update, object),
            ("DELETE", Class::Service) => (Operation::Delete, old_object),
            _ => return Ok(None),
        };
        let Some(present) = present.filter(|present| !is_exempt(*present)) else {
            return Ok(None);
        };
        let is_update = operation == Operation::Update;
        if is_update && old_object.is_some_and(|old| is_unchanged(old, present)) {
            return Ok(None);
        }
        let namespace = if class == Class::Namespace {
            let metadata = present.get("metadata");
            metadata.and_then(|metadata| text(metadata, "name"))
        } else {
            text(request, "namespace")
        };
        Ok(Some(Self {
            kind,
            class,
            operation,
            namespace: namespace.unwrap_or_default(),
            object: object.filter(|_| operation != Operation::Delete),
            old_object: old_object.filter(|_| operation != Operation::Create),
        }))
    }

    /// Whether the object is in no namespace.
    pub(super) fn is_cluster_scoped(&self) -> bool {
        self.class == Class::Namespace
    }

    /// The name of the object, as reports write it: a generated one ends in `*`.
    pub(super) fn name(&self) -> String {
        let object = self.object.or(self.old_object);
        let metadata = object.and_then(|object| object.get("metadata"));
        let text = |field| metadata.and_then(|metadata| metadata.get(field)?.text());
        match (text("name"), text("generateName")) {
            (Some(name), _) => name.to_owned(),
            (None, Some(prefix)) => format!("{prefix}*"),
            (None, None) => String::new(),
        }
    }
}

fn class(group: &str, kind: &str) -> Option<Class> {
    let mut judged = JUDGED.iter();
    let found = judged.find(|(of, name, _)| (*of, *name) == (group, kind));
    found.map(|(.., class)| *class)
}

/// Whether the object is judged elsewhere, or no longer matters.
fn is_exempt(object: Value<'_>) -> bool {
    let Some(metadata) = object.get("metadata") else {
        return false;
    };
    // The last change of an object that is going away removes its finalizers: refusing it would keep it for ever.
    let goes_away = metadata
        .get("deletionTimestamp")
        .is_some_and(|time| !time.is_null());
    let owners = metadata.get("ownerReferences");
    goes_away || owners.is_some_and(|owners| owners.items().any(is_judged_instead))
}

/// Whether this owner made the object from a template that the policy judges: there its author sees the answer,
/// while a refused Pod is only seen by a controller that tries again.
fn is_judged_instead(owner: Value<'_>) -> bool {
    let text = |field| owner.get(field).and_then(Value::text).unwrap_or_default();
    let group = text("apiVersion")
        .split_once('/')
        .map_or("", |(group, _)| group);
    let kind = text("kind");
    let is_judged = class(group, kind) == Some(Class::Workload);
    text("controller") == "true" && ((group, kind) == NODE || is_judged)
}

/// Whether an update touches nothing that rules read: controllers write status and metadata all the time. The API
/// server writes both objects in one order; where the order differs, the object is judged once more.
fn is_unchanged(old: Value<'_>, new: Value<'_>) -> bool {
    let is_read =
        |(key, _): &(Value<'_>, Value<'_>)| !matches!(key.text(), Some("metadata" | "status"));
    let is_same_in = |field| {
        let [old, new] = [old, new].map(|object| object.get("metadata")?.get(field));
        match (old, new) {
            (Some(old), Some(new)) => is_same(old, new),
            _ => old.is_none() && new.is_none(),
        }
    };
    old.is_mapping()
        && new.is_mapping()
        && are_same(old.entries().filter(is_read), new.entries().filter(is_read))
        && is_same_in("labels")
        && is_same_in("annotations")
}

fn are_same<'a>(
    mut old: impl Iterator<Item = (Value<'a>, Value<'a>)>,
    mut new: impl Iterator<Item = (Value<'a>, Value<'a>)>,
) -> bool {
    loop {
        match (old.next(), new.next()) {
            (None, None) => return true,
            (Some(old), Some(new)) if old.0.text() == new.0.text() && is_same(old.1, new.1) => {}
            _ => return false,
        }
    }
}

/// Whether two values are the same JSON. They are as deep as the parser lets them be.
fn is_same(old: Value<'_>, new: Value<'_>) -> bool {
    if old.is_mapping() && new.is_mapping() {
        return are_same(old.entries(), new.entries());
    }
    if old.is_sequence() && new.is_sequence() {
        let mut items = old.items().zip(new.items());
        return old.items().len() == new.items().len() && items.all(|(old, new)| is_same(old, new));
    }
    // Of a fraction the value is not kept.
    old.scalar().is_some_and(|scalar| scalar != Scalar::Float) && old.scalar() == new.scalar()
}
