//! Documents to typed views of the kinds that the rules read.
//!
//! A view holds only the fields that rules use. A field of the wrong type is a [`Problem`] at that field; the rest
//! of the object is read all the same.

mod addresses;
mod config_map;
mod destination_rule;
mod namespace;
mod network_policy;
mod object;
mod peer_authentication;
mod pod_security_policy;
mod rbac;
mod reader;
mod selector;
mod service;
mod workload;

pub(crate) use addresses::Addresses;
pub(crate) use config_map::ConfigMap;
pub(crate) use destination_rule::{DestinationRule, TlsMode};
pub(crate) use namespace::Namespace;
pub(crate) use network_policy::{Admitted, IpBlock, NetworkPolicy, Peer, TrafficRule};
pub(crate) use object::{Labels, Object, is_cluster_scoped};
pub(crate) use peer_authentication::{MtlsMode, PeerAuthentication};
pub(crate) use pod_security_policy::PodSecurityPolicy;
pub(crate) use rbac::{Role, RoleBinding};
pub(crate) use reader::Reader;
pub(crate) use selector::LabelSelector;
pub(crate) use service::{PortRef, Service, ServicePort, Transport};
pub(crate) use workload::{
    Command, Container, ContainerPort, PodTemplate, Probe, Workload, WorkloadKind,
    template_annotations,
};

use crate::{
    manifest::{Manifest, Problem, Span, Trouble, Value},
    order::sort_by_key,
};

/// The namespace of objects that name none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

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
    /// DestinationRules, in order of input.
    pub(crate) destination_rules: Vec<DestinationRule<'t>>,
    /// NetworkPolicies, in order of input.
    pub(crate) network_policies: Vec<NetworkPolicy<'t>>,
    /// PodSecurityPolicies, in order of input.
    pub(crate) pod_security_policies: Vec<PodSecurityPolicy<'t>>,
    /// Roles and ClusterRoles, in order of input.
    pub(crate) roles: Vec<Role<'t>>,
    /// RoleBindings and ClusterRoleBindings, in order of input.
    pub(crate) role_bindings: Vec<RoleBinding<'t>>,
    /// ConfigMaps, in order of input.
    pub(crate) config_maps: Vec<ConfigMap<'t>>,
    /// What names addresses that are no pods', in order of input.
    pub(crate) addresses: Vec<Addresses<'t>>,
    /// Kubernetes objects of any kind; a List counts as its items.
    pub(crate) resources: usize,
    /// Documents that are no Kubernetes object.
    pub(crate) ignored: usize,
    /// What was wrong, by index of the input.
    pub(crate) problems: Vec<(usize, Problem)>,
}

/// Of the object of a request the index of its input; what the cluster holds has the next one.
pub(crate) const REQUESTED: usize = 0;

/// Group, kind, namespace and name.
type Identity<'t> = [&'t str; 4];

fn text_of<'t>(root: Value<'t>, key: &str) -> &'t str {
    root.get(key).and_then(Value::text).unwrap_or_default()
}

/// Who an object is. The namespace of a cluster-scoped one does not matter, as long as it is asked for in the same way.
fn identity<'t>(
    root: Value<'t>,
    api_version: &'t str,
    kind: &'t str,
    namespace: &'t str,
) -> Identity<'t> {
    let metadata = |key| {
        root.get("metadata")
            .map_or("", |metadata| text_of(metadata, key))
    };
    let written = metadata("namespace");
    [
        group_of(api_version),
        kind,
        if written.is_empty() {
            namespace
        } else {
            written
        },
        metadata("name"),
    ]
}

/// When an object was made; those that are not yet come last.
fn created(root: Value<'_>) -> &str {
    let metadata = root.get("metadata");
    let created = metadata.and_then(|metadata| metadata.get("creationTimestamp")?.text());
    created.filter(|text| !text.is_empty()).unwrap_or("~")
}

fn group_of(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// Lists nest only by mistake; deeper ones are not followed.
const MAX_LIST_DEPTH: u8 = 8;

/// What a document holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Opened<'t> {
    /// An object, with its own type or that of its list.
    Object {
        root: Value<'t>,
        api_version: &'t str,
        kind: &'t str,
    },
    /// No object.
    Ignored,
    /// No object for want of an `apiVersion`: the place of the key `kind`, and its value.
    Unversioned(Span, &'t str),
}

/// Hands over everything in a document; of lists the items. `item_type` is that of items that leave it to their list.
pub(crate) fn open<'t>(
    root: Value<'t>,
    item_type: Option<(&'t str, &'t str)>,
    depth: u8,
    take: &mut dyn FnMut(Opened<'t>),
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
            return take(Opened::Unversioned(span, kind));
        }
        _ => return take(Opened::Ignored),
    };
    if let Some(item_kind) = kind.strip_suffix("List")
        && root
            .get("items")
            .is_some_and(|items| items.is_sequence() || items.is_null())
    {
        if depth == MAX_LIST_DEPTH {
            return take(Opened::Ignored);
        }
        // Items of `kind: List` name their own kind; those of a typed list may leave it out.
        let item_type = (!item_kind.is_empty()).then_some((api_version, item_kind));
        for item in root.get("items").into_iter().flat_map(Value::items) {
            open(item, item_type, depth + 1, take);
        }
        return;
    }
    take(Opened::Object {
        root,
        api_version,
        kind,
    });
}

impl<'t> Model<'t> {
    /// Reads every document of every manifest. `namespace` is that of objects that name none.
    pub(crate) fn read(manifests: &'t [Manifest], namespace: &'t str) -> Self {
        let mut model = Self::default();
        for (source, manifest) in manifests.iter().enumerate() {
            let mut reader = Reader::default();
            for root in manifest.roots() {
                model.document(&mut reader, source, root, namespace);
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

    /// Reads objects that are in no manifest: what is known of a cluster, from the oldest object to the newest
    /// whatever their order, and then the one of a request, the newest of all. An older version of it is passed over.
    /// Only the request's object is counted, and only its problems are noted: what the cluster holds was accepted long
    /// ago.
    pub(crate) fn read_objects(
        object: Option<Value<'t>>,
        gone: Option<Value<'t>>,
        context: &[Value<'t>],
        namespace: &'t str,
    ) -> Self {
        let replaced = object.or(gone).map(|root| {
            let [api_version, kind] = ["apiVersion", "kind"].map(|key| text_of(root, key));
            identity(root, api_version, kind, namespace)
        });
        let mut others = Vec::new();
        for root in context {
            open(*root, None, 0, &mut |opened| {
                // What the cluster holds was accepted long ago: all of it is objects.
                let Opened::Object {
                    root,
                    api_version,
                    kind,
                } = opened
                else {
                    return;
                };
                let identity = identity(root, api_version, kind, namespace);
                if replaced != Some(identity) {
                    others.push((created(root), identity, root, api_version, kind));
                }
            });
        }
        sort_by_key(&mut others, |(created, identity, ..)| (*created, *identity));
        let mut model = Self::default();
        let mut reader = Reader::default();
        for (.., root, api_version, kind) in others {
            model.object(
                &mut reader,
                REQUESTED + 1,
                root,
                api_version,
                kind,
                namespace,
            );
        }
        (model.resources, model.ignored) = (0, 0);
        let mut reader = Reader::default();
        if let Some(object) = object {
            model.document(&mut reader, REQUESTED, object, namespace);
        }
        let problems = reader.into_problems().into_iter();
        model.problems = problems.map(|problem| (REQUESTED, problem)).collect();
        model
    }

    /// Every object that was read, by kind.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object<'t>> {
        let workloads = self.workloads.iter().map(|workload| &workload.object);
        let services = self.services.iter().map(|service| &service.object);
        let namespaces = self.namespaces.iter().map(|namespace| &namespace.object);
        let policies = self
            .peer_authentications
            .iter()
            .map(|policy| &policy.object);
        let rules = self.destination_rules.iter().map(|rule| &rule.object);
        let network = self.network_policies.iter().map(|policy| &policy.object);
        let security = self
            .pod_security_policies
            .iter()
            .map(|policy| &policy.object);
        let maps = self.config_maps.iter().map(|map| &map.object);
        workloads
            .chain(services)
            .chain(namespaces)
            .chain(policies)
            .chain(rules)
            .chain(network)
            .chain(security)
            .chain(maps)
    }

    fn document(
        &mut self,
        reader: &mut Reader,
        source: usize,
        root: Value<'t>,
        namespace: &'t str,
    ) {
        open(root, None, 0, &mut |opened| match opened {
            Opened::Object {
                root,
                api_version,
                kind,
            } => self.object(reader, source, root, api_version, kind, namespace),
            Opened::Ignored => self.ignored += 1,
            Opened::Unversioned(span, kind) => {
                reader.report(span, Trouble::NoApiVersion(kind.to_owned()));
                self.ignored += 1;
            }
        });
    }

    fn object(
        &mut self,
        reader: &mut Reader,
        source: usize,
        root: Value<'t>,
        api_version: &'t str,
        kind: &'t str,
        namespace: &'t str,
    ) {
        self.resources += 1;
        let group = group_of(api_version);
        let namespace = if is_cluster_scoped(kind) {
            ""
        } else {
            namespace
        };
        let mut object = || Object::read(reader, source, root, api_version, kind, namespace);
        match (group, kind) {
            ("", "Service") => {
                let object = object();
                self.services.push(Service::read(reader, object));
            }
            ("", "Namespace") => {
                let object = object();
                self.namespaces.push(Namespace { object });
            }
            ("", "ConfigMap") => {
                let object = object();
                self.config_maps.push(ConfigMap::read(reader, object));
            }
            ("networking.istio.io", "ServiceEntry" | "WorkloadEntry")
            | ("", "Endpoints")
            | ("discovery.k8s.io", "EndpointSlice") => {
                let object = object();
                self.addresses.push(Addresses::read(reader, object));
            }
            ("security.istio.io", "PeerAuthentication") => {
                let object = object();
                self.peer_authentications
                    .push(PeerAuthentication::read(reader, object));
            }
            ("networking.istio.io", "DestinationRule") => {
                let object = object();
                self.destination_rules
                    .push(DestinationRule::read(reader, object));
            }
            ("networking.k8s.io" | "extensions", "NetworkPolicy") => {
                let object = object();
                self.network_policies
                    .push(NetworkPolicy::read(reader, object));
            }
            ("policy" | "extensions", "PodSecurityPolicy") => {
                let object = object();
                self.pod_security_policies
                    .push(PodSecurityPolicy::read(reader, object));
            }
            ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => {
                let object = object();
                self.roles.push(Role::read(reader, object));
            }
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                let object = object();
                self.role_bindings.push(RoleBinding::read(reader, object));
            }
            _ => {
                if let Some(kind_of_workload) = WorkloadKind::of(group, kind) {
                    let object = object();
                    self.workloads
                        .push(Workload::read(reader, object, kind_of_workload));
                }
            }
        }
    }
}
