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
pub(crate) use object::{Labels, Object};
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
    /// The object that takes the place of one that is read later.
    replaced: Option<Identity<'t>>,
}

/// Group, kind, namespace and name.
type Identity<'t> = [&'t str; 4];

/// Who an object is. The namespace of a cluster-scoped one does not matter, as long as it is asked for in the same way.
fn identity<'t>(root: Value<'t>, namespace: &'t str) -> Identity<'t> {
    let text = |value: Value<'t>, key| value.get(key).and_then(Value::text).unwrap_or_default();
    let metadata = |key| {
        root.get("metadata")
            .map_or("", |metadata| text(metadata, key))
    };
    let api_version = text(root, "apiVersion");
    let written = metadata("namespace");
    [
        api_version.rsplit_once('/').map_or("", |(group, _)| group),
        text(root, "kind"),
        if written.is_empty() {
            namespace
        } else {
            written
        },
        metadata("name"),
    ]
}

/// The identity of an item that leaves its kind to its list.
fn with_kind<'t>(identity: Identity<'t>, api_version: &'t str, kind: &'t str) -> Identity<'t> {
    let [_, _, namespace, name] = identity;
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
    [group, kind, namespace, name]
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

    /// Reads objects that are in no manifest: the one of a request first, then what else is known of the cluster,
    /// in which an older version of it is passed over. Only the request's object is counted, and only its problems
    /// are noted: what the cluster holds was accepted long ago.
    pub(crate) fn read_objects(
        object: Option<Value<'t>>,
        gone: Option<Value<'t>>,
        context: &[Value<'t>],
        namespace: &'t str,
    ) -> Self {
        let mut model = Self::default();
        let mut reader = Reader::default();
        if let Some(object) = object {
            model.document(&mut reader, 0, object, namespace, None, 0);
        }
        let problems = reader.into_problems();
        model.problems = problems.into_iter().map(|problem| (0, problem)).collect();
        let (resources, ignored) = (model.resources, model.ignored);
        model.replaced = object.or(gone).map(|root| identity(root, namespace));
        let mut reader = Reader::default();
        for root in context {
            model.document(&mut reader, 0, *root, namespace, None, 0);
        }
        (model.resources, model.ignored) = (resources, ignored);
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
        if self.replaced.is_some_and(|replaced| {
            replaced == with_kind(identity(root, namespace), api_version, kind)
        }) {
            return;
        }
        self.resources += 1;
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        let is_cluster_scoped = matches!(
            kind,
            "Namespace" | "ClusterRole" | "ClusterRoleBinding" | "PodSecurityPolicy"
        );
        let namespace = if is_cluster_scoped { "" } else { namespace };
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
