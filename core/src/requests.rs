//! The admission requests that creating the objects of manifests would cause, and the objects as JSON.

use crate::{
    Input,
    json_text::JsonText,
    manifest::{Manifest, Scalar, Value, scalar},
    model::{DEFAULT_NAMESPACE, Object, Opened, is_cluster_scoped, open},
    path::Path,
    place::Places,
    report::Columns,
};

/// So many bytes of objects are written; aliases could make them larger than any memory.
const MAX_BYTES: usize = 32 << 20;

/// Admission requests for manifests, as JSON text, since the numbers of objects stay as they are written:
///
/// - `requests`: for each object, in order, its `resource`, its `location`, and as `request` an `AdmissionRequest` of the
///   API server with operation `CREATE`.
/// - `objects`: every object, in the same order.
/// - `omitted`: `resource` and `location` of objects that do not fit.
///
/// ```
/// use mesh_ready_core::{Columns, Input, requests};
///
/// let service = "{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {ports: [{port: 0x50}]}}";
/// let json = requests(&[Input { name: "a.yaml", bytes: service.as_bytes() }], Columns::Chars);
/// assert!(json.contains(r#""resource":{"group":"","version":"v1","resource":"services"}"#));
/// assert!(json.ends_with(
///     r#""metadata":{"name":"cart","namespace":"default"},"spec":{"ports":[{"port":80}]}}],"omitted":[]}"#
/// ));
/// ```
pub fn requests(inputs: &[Input<'_>], columns: Columns) -> String {
    let [mut requests, mut objects, mut omitted] = [(); 3].map(|()| JsonText::default());
    let mut answer = JsonText::default();
    answer.open('{');
    requests.open('[');
    objects.open('[');
    omitted.open('[');
    let mut count = 0;
    for (source, input) in inputs.iter().enumerate() {
        let manifest = Manifest::read(input);
        let mut places = Places::new(&manifest, columns);
        for root in manifest.roots() {
            open(root, None, 0, &mut |opened| {
                let Opened::Object {
                    root,
                    api_version,
                    kind,
                } = opened
                else {
                    return;
                };
                let object = Object::of_kind(source, root, api_version, kind, DEFAULT_NAMESPACE);
                let name = Path::default().key("metadata").key("name");
                let location = places.locate(name.locate(root));
                let written = write_object(&object, MAX_BYTES.saturating_sub(objects.len()));
                let list = if written.is_some() {
                    &mut requests
                } else {
                    &mut omitted
                };
                list.open('{');
                list.key("resource").value(&object.reference());
                list.key("location").value(&location);
                if let Some(json) = written {
                    count += 1;
                    list.key("request");
                    write_request(list, &object, &json, count);
                    objects.raw(&json);
                }
                list.close('}');
            });
        }
    }
    for (key, mut list) in [
        ("requests", requests),
        ("objects", objects),
        ("omitted", omitted),
    ] {
        list.close(']');
        answer.key(key).raw(&list.finish());
    }
    answer.close('}');
    answer.finish()
}

fn write_request(text: &mut JsonText, object: &Object<'_>, json: &str, count: usize) {
    let (group, version) = object
        .api_version
        .rsplit_once('/')
        .unwrap_or(("", object.api_version));
    let plural = plural(object.kind);
    text.open('{');
    text.field("uid", &format!("00000000-0000-4000-8000-{count:012}"));
    for (key, field, value) in [
        ("kind", "kind", object.kind),
        ("resource", "resource", &plural),
        ("requestKind", "kind", object.kind),
        ("requestResource", "resource", &plural),
    ] {
        text.key(key).open('{');
        text.field("group", group);
        text.field("version", version);
        text.field(field, value);
        text.close('}');
    }
    if !object.is_generated() {
        text.field("name", object.name);
    }
    // The request for a Namespace is in itself.
    let namespace = if object.kind == "Namespace" {
        object.name
    } else {
        object.namespace
    };
    if !namespace.is_empty() {
        text.field("namespace", namespace);
    }
    text.field("operation", "CREATE");
    text.key("userInfo")
        .raw(r#"{"username":"mesh-ready","groups":["system:authenticated"]}"#);
    text.key("object").raw(json);
    text.key("dryRun").boolean(false);
    text.key("options")
        .raw(r#"{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}"#);
    text.close('}');
}

/// The name of a kind in addresses: lower case and plural, as Kubernetes guesses it.
fn plural(kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| kind.ends_with(ending));
    if kind == "endpoints" {
        return kind;
    }
    if ends_in(&["s", "x", "ch", "sh"]) {
        return kind + "es";
    }
    match kind.strip_suffix('y') {
        Some(stem) if !ends_in(&["ay", "ey", "oy", "uy"]) => format!("{stem}ies"),
        _ => kind + "s",
    }
}

/// An object as the API server has it, its type and namespace written into it; `None` when it is larger than that.
fn write_object(object: &Object<'_>, max_bytes: usize) -> Option<String> {
    let mut text = JsonText::default();
    let root = object.root;
    text.open('{');
    // An item of a list may leave its type to the list.
    text.field("apiVersion", object.api_version);
    text.field("kind", object.kind);
    let is_namespaced = !is_cluster_scoped(object.kind);
    let mut has_metadata = !is_namespaced;
    for (key, value) in root.entries() {
        let name = key_text(key);
        if is_namespaced && name == "metadata" {
            // What is no mapping has no place for the namespace: that below takes its place.
            if !value.is_mapping() {
                continue;
            }
            has_metadata = true;
            text.key("metadata").open('{');
            for (key, value) in value.entries() {
                if key.text() != Some("namespace") {
                    text.key(&key_text(key));
                    write(&mut text, value, max_bytes)?;
                }
            }
            text.field("namespace", object.namespace);
            text.close('}');
        } else if !matches!(name.as_str(), "apiVersion" | "kind") {
            text.key(&name);
            write(&mut text, value, max_bytes)?;
        }
    }
    if !has_metadata {
        text.key("metadata").open('{');
        text.field("namespace", object.namespace);
        text.close('}');
    }
    text.close('}');
    Some(text.finish())
}

/// A value, with what aliases name in their place. Documents are not deep: the reader bounds them.
fn write(text: &mut JsonText, value: Value<'_>, max_bytes: usize) -> Option<()> {
    if text.len() > max_bytes {
        return None;
    }
    if value.is_mapping() {
        text.open('{');
        for (key, value) in value.entries() {
            text.key(&key_text(key));
            write(text, value, max_bytes)?;
        }
        text.close('}');
        return Some(());
    }
    if value.is_sequence() {
        text.open('[');
        for item in value.items() {
            write(text, item, max_bytes)?;
        }
        text.close(']');
        return Some(());
    }
    match value.scalar() {
        Some(Scalar::String(string)) => text.string(string),
        Some(Scalar::Bool(flag)) => text.boolean(flag),
        Some(Scalar::Int(number)) => text.raw(&number.to_string()),
        Some(Scalar::Float) => {
            // What is no finite number has no JSON; Kubernetes refuses it.
            let number = value.text().and_then(scalar::json_number);
            text.raw(number.as_deref().unwrap_or("null"));
        }
        Some(Scalar::Null) | None => text.raw("null"),
    }
    Some(())
}

/// A key as JSON has it: a string, whatever it is in YAML.
fn key_text(key: Value<'_>) -> String {
    match key.scalar() {
        Some(Scalar::Bool(flag)) => flag.to_string(),
        Some(Scalar::Int(number)) => number.to_string(),
        _ => key.text().unwrap_or_default().to_owned(),
    }
}
