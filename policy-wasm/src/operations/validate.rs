//! `validate`: one admission request, judged on its object alone.
//!
//! What an error would be elsewhere is an answer here: Kubewarden turns an error into "internal server error", which
//! helps nobody whose deployment was refused.

mod verdict;

use super::string;
use mesh_ready_core::{
    Lang,
    manifest::{Json, Value},
};
use verdict::{Code, Verdict};

/// The kinds that carry what the rules read: pod templates, and Services. With their group, since others have a
/// `Service` too.
const JUDGED: [(&str, &str); 10] = [
    ("", "Pod"),
    ("", "ReplicationController"),
    ("", "Service"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("batch", "Job"),
    ("batch", "CronJob"),
    ("apps.openshift.io", "DeploymentConfig"),
];

/// The kubelet's own record of a static pod is owned by its Node; refusing it changes nothing on that node.
const NODE: (&str, &str) = ("", "Node");

pub(super) fn run(payload: &[u8]) -> Verdict {
    let json = match Json::parse(payload) {
        Ok(json) => json,
        Err(error) => {
            let reason = format!("its payload is not JSON: {error}");
            return Verdict::cannot_judge(Code::Request, &reason);
        }
    };
    let request = match Request::read(json.root()) {
        Ok(request) => request,
        Err(missing) => {
            let reason = format!("its payload has no {missing}");
            return Verdict::cannot_judge(Code::Request, &reason);
        }
    };
    let Some(object) = request.judged_object() else {
        return Verdict::accepted();
    };
    let settings = match super::settings(json.root().get("settings"), Lang::En) {
        Ok(settings) => settings,
        Err(errors) => {
            let reason = format!("the policy's settings are not valid:\n{errors}");
            return Verdict::cannot_judge(Code::Settings, &reason);
        }
    };
    let report = mesh_ready_core::check_object(object, request.namespace, &settings, Lang::En);
    Verdict::of(&report, settings.fail_on)
}

/// What is used of an `AdmissionRequest`, as Kubewarden writes it.
struct Request<'a> {
    group: &'a str,
    kind: &'a str,
    operation: &'a str,
    sub_resource: &'a str,
    namespace: Option<&'a str>,
    object: Option<Value<'a>>,
}

impl<'a> Request<'a> {
    /// Reads the request of a payload, or names what is missing from it.
    fn read(payload: Value<'a>) -> Result<Self, &'static str> {
        let text = |parent: Value<'a>, field| parent.get(field).and_then(string);
        let request = payload.get("request").ok_or("request")?;
        let kind = request.get("kind").ok_or("request.kind")?;
        Ok(Self {
            group: text(kind, "group").unwrap_or_default(),
            kind: text(kind, "kind").ok_or("request.kind.kind")?,
            operation: text(request, "operation").ok_or("request.operation")?,
            sub_resource: text(request, "subResource").unwrap_or_default(),
            namespace: text(request, "namespace"),
            object: request.get("object").filter(|object| !object.is_null()),
        })
    }

    /// The object, when it is for this policy to judge.
    fn judged_object(&self) -> Option<Value<'a>> {
        let creates_or_changes = matches!(self.operation, "CREATE" | "UPDATE");
        let is_whole = self.sub_resource.is_empty();
        let is_judged = JUDGED.contains(&(self.group, self.kind));
        let object = self.object?;
        (creates_or_changes && is_whole && is_judged && !is_exempt(object)).then_some(object)
    }
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
    let named = (group, text("kind"));
    text("controller") == "true" && (named == NODE || JUDGED.contains(&named))
}
