//! What every Kubernetes object has: type, name, namespace, labels, annotations.

use super::{Reader, WorkloadKind};
use crate::{
    manifest::{Scalar, Value},
    path::Path,
    report::ResourceRef,
};

/// Whether objects of a kind are in no namespace. Kinds that are not known are taken to be in one.
pub(crate) fn is_cluster_scoped(kind: &str) -> bool {
    matches!(
        kind,
        "Namespace"
            | "Node"
            | "PersistentVolume"
            | "StorageClass"
            | "VolumeAttachment"
            | "CSIDriver"
            | "CSINode"
            | "ClusterRole"
            | "ClusterRoleBinding"
            | "PodSecurityPolicy"
            | "PriorityClass"
            | "RuntimeClass"
            | "IngressClass"
            | "GatewayClass"
            | "CustomResourceDefinition"
            | "APIService"
            | "CertificateSigningRequest"
            | "FlowSchema"
            | "PriorityLevelConfiguration"
            | "MutatingWebhookConfiguration"
            | "ValidatingWebhookConfiguration"
            | "MutatingAdmissionPolicy"
            | "MutatingAdmissionPolicyBinding"
            | "ValidatingAdmissionPolicy"
            | "ValidatingAdmissionPolicyBinding"
            | "ClusterAdmissionPolicy"
            | "ClusterAdmissionPolicyGroup"
            | "ClusterIssuer"
            | "PolicyServer"
    )
}

/// An object's identity and metadata.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'t> {
    /// Index of the input it came from.
    pub(crate) source: usize,
    /// Its root.
    pub(crate) root: Value<'t>,
    pub(crate) api_version: &'t str,
    pub(crate) kind: &'t str,
    /// Namespace; the default one when left out, empty for cluster-scoped kinds.
    pub(crate) namespace: &'t str,
    /// `metadata.name`, else `metadata.generateName`, else empty.
    pub(crate) name: &'t str,
    is_generated: bool,
    pub(crate) labels: Labels<'t>,
    pub(crate) annotations: Labels<'t>,
    /// `metadata.creationTimestamp`, which sorts as text.
    pub(crate) created: Option<&'t str>,
    /// Kind and name of the owner that is its controller.
    pub(crate) controller: Option<(&'t str, &'t str)>,
}

impl<'t> Object<'t> {
    /// Reads the metadata. An empty `namespace` marks a cluster-scoped kind.
    pub(super) fn read(
        reader: &mut Reader,
        source: usize,
        root: Value<'t>,
        api_version: &'t str,
        kind: &'t str,
        namespace: &'t str,
    ) -> Self {
        let mut object = Self {
            source,
            root,
            api_version,
            kind,
            namespace,
            name: "",
            is_generated: false,
            labels: Labels::default(),
            annotations: Labels::default(),
            created: None,
            controller: None,
        };
        let Some(metadata) = reader.mapping(root, "metadata") else {
            return object;
        };
        if let Some(name) = reader.string(metadata, "name") {
            object.name = name;
        } else if let Some(prefix) = reader.string(metadata, "generateName") {
            object.name = prefix;
            object.is_generated = true;
        }
        if !namespace.is_empty()
            && let Some(written) = reader
                .string(metadata, "namespace")
                .filter(|written| !written.is_empty())
        {
            object.namespace = written;
        }
        object.labels = Labels::read(reader, metadata, "labels");
        object.annotations = Labels::read(reader, metadata, "annotations");
        object.created = metadata
            .get("creationTimestamp")
            .and_then(Value::text)
            .filter(|text| !text.is_empty());
        object.controller = metadata
            .get("ownerReferences")
            .into_iter()
            .flat_map(Value::items)
            .find(|owner| {
                owner.get("controller").and_then(Value::scalar) == Some(Scalar::Bool(true))
            })
            .and_then(|owner| Some((owner.get("kind")?.text()?, owner.get("name")?.text()?)));
        object
    }

    /// The name as shown: a generated one ends in `*`.
    pub(crate) fn display_name(&self) -> String {
        if self.is_generated {
            format!("{}*", self.name)
        } else {
            self.name.to_owned()
        }
    }

    /// Whether the API server completes its name.
    pub(crate) fn is_generated(&self) -> bool {
        self.is_generated
    }

    /// Whether its namespace is written in it.
    pub(crate) fn names_namespace(&self) -> bool {
        let metadata = self.root.get("metadata");
        metadata
            .and_then(|metadata| metadata.get("namespace")?.text())
            .is_some_and(|namespace| namespace == self.namespace)
    }

    /// Kind and name, as messages write them: `Deployment cart`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.kind, self.display_name())
    }

    /// The object as the report names it.
    pub(crate) fn reference(&self) -> ResourceRef {
        ResourceRef {
            api_version: self.api_version.to_owned(),
            kind: self.kind.to_owned(),
            namespace: self.namespace.to_owned(),
            name: self.display_name(),
        }
    }

    /// The path of its metadata, or of that of its pod template.
    pub(crate) fn metadata_path(&self, is_template: bool) -> Path<'t> {
        let kind = self.workload_kind().filter(|_| is_template);
        kind.map_or_else(Path::default, WorkloadKind::template_path)
            .key("metadata")
    }

    /// Whether it is a Pod, whose template is the object itself.
    pub(crate) fn is_pod(&self) -> bool {
        self.workload_kind() == Some(WorkloadKind::Pod)
    }

    /// An object of any kind, in the namespace if it is in any and names none.
    pub(crate) fn of_kind(
        source: usize,
        root: Value<'t>,
        api_version: &'t str,
        kind: &'t str,
        namespace: &'t str,
    ) -> Self {
        let namespace = if is_cluster_scoped(kind) {
            ""
        } else {
            namespace
        };
        Self::read(
            &mut Reader::default(),
            source,
            root,
            api_version,
            kind,
            namespace,
        )
    }

    /// The object of a whole document, of any kind.
    pub(crate) fn of_document(source: usize, root: Value<'t>, namespace: &'t str) -> Self {
        let text = |key| root.get(key).and_then(Value::text).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        Self::read(
            &mut Reader::default(),
            source,
            root,
            api_version,
            kind,
            namespace,
        )
    }

    /// Its kind of workload, if it is one.
    pub(crate) fn workload_kind(&self) -> Option<WorkloadKind> {
        WorkloadKind::of(
            self.api_version
                .rsplit_once('/')
                .map_or("", |(group, _)| group),
            self.kind,
        )
    }

    pub(crate) fn is_workload(&self) -> bool {
        self.workload_kind().is_some()
    }

    /// Sorts objects by age: older ones first, those not created yet last.
    pub(crate) fn age(&self) -> impl Ord + use<'t> {
        (self.created.is_none(), self.created)
    }
}

/// Labels or annotations: a mapping of strings, or nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Labels<'t> {
    mapping: Option<Value<'t>>,
    /// The marks of its keys. Rules ask for many keys that are not there, and a large tree is far away in memory.
    marks: u64,
}

/// One bit for a key.
fn mark(key: &str) -> u64 {
    let last = key.bytes().next_back().unwrap_or_default();
    1 << ((key.len() + 7 * usize::from(last)) % 64)
}

impl<'t> Labels<'t> {
    /// Reads a field of strings by name. Values of another scalar type are reported, and their text read.
    pub(super) fn read(reader: &mut Reader, parent: Value<'t>, field: &str) -> Self {
        let mapping = reader.mapping(parent, field);
        let mut marks = 0;
        for (key, value) in mapping.into_iter().flat_map(Value::entries) {
            marks |= key.text().map_or(0, mark);
            // An empty value is an empty string to Kubernetes.
            if !value.is_null() {
                reader.text(value, key.text().unwrap_or(field));
            }
        }
        Self { mapping, marks }
    }

    /// The entries of a mapping, taken as they are.
    pub(super) fn of(mapping: Option<Value<'t>>) -> Self {
        let marks = u64::MAX;
        Self { mapping, marks }
    }

    /// The value for a key; an empty one counts as present.
    pub(crate) fn get(self, key: &str) -> Option<&'t str> {
        let mapping = self.mapping.filter(|_| self.marks & mark(key) != 0)?;
        mapping.get(key).and_then(text_of)
    }

    /// Keys and values.
    pub(crate) fn iter(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.mapping
            .into_iter()
            .flat_map(Value::entries)
            .filter_map(|(key, value)| Some((key.text()?, text_of(value)?)))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether every label of a selector is here with the same value.
    pub(crate) fn contain(self, selector: Self) -> bool {
        selector
            .iter()
            .all(|(key, value)| self.get(key) == Some(value))
    }

    /// The labels as messages show them: `app=cart,version=v1`.
    pub(crate) fn display(self) -> String {
        self.iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(",")
    }
}

fn text_of(value: Value<'_>) -> Option<&str> {
    if value.is_null() {
        Some("")
    } else {
        value.text()
    }
}
