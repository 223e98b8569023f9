//! Documents to typed views of the kinds that the rules read.
//!
//! A view holds only the fields that rules use. A field of the wrong type is a [`Problem`] at that field; the rest
//! of the object is read all the same.

mod namespace;
mod object;
mod peer_authentication;
mod reader;
mod service;
mod workload;

pub(crate) use namespace::Namespace;
pub(crate) use object::{Labels, Object};
pub(crate) use peer_authentication::{MtlsMode, PeerAuthentication};
pub(crate) use reader::Reader;
pub(crate) use service::{PortRef, Service, ServicePort, Transport};
pub(crate) use workload::{
    Container, ContainerPort, PodTemplate, Workload, WorkloadKind, template_annotations,
};

use crate::manifest::{Manifest, Problem, Trouble, Value};

/// Everything read from all inputs.
#[derive(Debug, Default)]
pub(crate) struct Model<'t> {
    /// Workloads, in order of input.
    pub(crate) workloads: Vec<Workload<'t>>,
    /// Services, in order of input.
    pub(crate) services: Vec<Service<'t>>,
    /// Namespaces, in order of input.
    pub(crate) namespaces: Vec<Namespace<'t>>,
    /// PeerAuthentications, in order of input.
    pub(crate) peer_authentications: Vec<PeerAuthentication<'t>>,
    /// Kubernetes objects of any kind; a List counts as its items.
    pub(crate) resources: usize,
    /// Documents that are no Kubernetes object.
    pub(crate) ignored: usize,
    /// What was wrong, by index of the input.
    pub(crate) problems: Vec<(usize, Problem)>,
}

/// Lists nest only by mistake; deeper ones are not followed.
const MAX_LIST_DEPTH: u8 = 8;

impl<'t> Model<'t> {
    /// Reads every document of every manifest. `namespace` is that of objects that name none.
    pub(crate) fn read(manifests: &'t [Manifest], namespace: &'t str) -> Self {
        let mut model = Self::default();
        for (source, manifest) in manifests.iter().enumerate() {
            let mut reader = Reader::default();
            for root in manifest.roots() {
                model.document(&mut reader, source, root, namespace, None, 0);
            }
            model.problems.extend(
                reader
                    .into_problems()
                    .into_iter()
                    .map(|problem| (source, problem)),
            );
        }
        model
    }

    /// Reads one object that is in no manifest.
    pub(crate) fn read_object(root: Value<'t>, namespace: &'t str) -> Self {
        let mut model = Self::default();
        let mut reader = Reader::default();
        model.document(&mut reader, 0, root, namespace, None, 0);
        model.problems.extend(
            reader
                .into_problems()
                .into_iter()
                .map(|problem| (0, problem)),
        );
        model
    }

    fn document(
        &mut self,
        reader: &mut Reader,
        source: usize,
        root: Value<'t>,
        namespace: &'t str,
        item_type: Option<(&'t str, &'t str)>,
        depth: u8,
    ) {
        // A file that begins with `---`, or ends with it.
        if root.is_null() {
            return;
        }
        let written = |key| {
            root.get(key)
                .and_then(Value::text)
                .filter(|text| !text.is_empty())
        };
        let (api_version, kind) = match (written("apiVersion"), written("kind"), item_type) {
            (Some(api_version), Some(kind), _) | (None, None, Some((api_version, kind))) => {
                (api_version, kind)
            }
            (None, Some(kind), _)
                if workload::is_known_kind(kind) || matches!(kind, "Service" | "Namespace") =>
            {
                let span = root
                    .entry("kind")
                    .map_or(root.span(), |(key, _)| key.span());
                reader.report(span, Trouble::NoApiVersion(kind.to_owned()));
                self.ignored += 1;
                return;
            }
            _ => {
                self.ignored += 1;
                return;
            }
        };
        if let Some(item_kind) = kind.strip_suffix("List")
            && root
                .get("items")
                .is_some_and(|items| items.is_sequence() || items.is_null())
        {
            if depth == MAX_LIST_DEPTH {
                self.ignored += 1;
                return;
            }
            // Items of `kind: List` name their own kind; those of a typed list may leave it out.
            let item_type = (!item_kind.is_empty()).then_some((api_version, item_kind));
            for item in root.get("items").into_iter().flat_map(Value::items) {
                self.document(reader, source, item, namespace, item_type, depth + 1);
            }
            return;
        }
        self.resources += 1;
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        let read = Object::read;
        match (group, kind) {
            ("", "Service") => {
                let object = read(reader, source, root, api_version, kind, namespace);
                self.services.push(Service::read(reader, object));
            }
            ("", "Namespace") => {
                let object = read(reader, source, root, api_version, kind, "");
                self.namespaces.push(Namespace { object });
            }
            ("security.istio.io", "PeerAuthentication") => {
                let object = read(reader, source, root, api_version, kind, namespace);
                self.peer_authentications
                    .push(PeerAuthentication::read(reader, object));
            }
            _ => {
                if let Some(kind_of_workload) = WorkloadKind::of(group, kind) {
                    let object = read(reader, source, root, api_version, kind, namespace);
                    self.workloads
                        .push(Workload::read(reader, object, kind_of_workload));
                }
            }
        }
    }
}
