//! The snapshot that rules ask: who is in the mesh, who selects whom, which ports resolve where.
//!
//! Joins go through indices, so that their cost grows with the resources and not with their square.

mod destination_rule;
mod inbound;
mod membership;
mod mtls;
mod network_policy;
mod protocol;
mod rbac;
mod scope;

pub(crate) use inbound::bypassing_annotation;
pub(crate) use membership::{
    Basis, DATAPLANE_MODE, INJECT, KeptOut, Membership, NAMESPACE_INJECTION, REVISION, Redirection,
    Why, carries_sidecar, interception_mode, is_control_plane, is_istiod, is_never_injected,
    opts_out,
};
pub(crate) use mtls::{Mtls, offers_mtls};
pub(crate) use network_policy::{Blockade, Direction, Pods};
pub(crate) use protocol::{Class, Protocol};
pub(crate) use rbac::PolicyUsers;
pub use scope::Known;
pub(crate) use scope::Scope;

use crate::{
    model::{
        Container, ContainerPort, Labels, Model, Namespace, Object, PodTemplate, PortRef,
        REQUESTED, Service, ServicePort, Workload, WorkloadKind,
    },
    settings::Settings,
};
use destination_rule::DestinationRules;
use mtls::Policies;
use rustc_hash::FxHashMap;

/// Workloads and Services name each other by their index in the model.
pub(crate) type Index = usize;

/// The model with its joins.
#[derive(Debug)]
pub(crate) struct Mesh<'t> {
    pub(crate) settings: &'t Settings,
    pub(crate) model: &'t Model<'t>,
    /// What the model holds all of.
    pub(crate) scope: Scope,
    /// By workload.
    members: Vec<Membership>,
    /// By workload: [`Mesh::is_whole`], which most rules ask.
    whole: Vec<bool>,
    /// By workload: whether application rules judge it.
    judged: Vec<bool>,
    /// Whether Services were joined with workloads; see [`MAX_PAIRS`].
    pub(crate) is_joined: bool,
    /// By workload: the Services that select it.
    services_of: Vec<Vec<Index>>,
    /// By Service: the workloads that it selects.
    workloads_of: Vec<Vec<Index>>,
    /// By name.
    namespaces: ByName<'t>,
    policies: Policies<'t>,
    destination_rules: DestinationRules<'t>,
    /// NetworkPolicies by namespace and a label that they ask for; see [`network_policy::by_label`].
    network_policies: ByTriple<'t>,
    /// Workloads by namespace.
    workloads_in: ByName<'t>,
    /// Workloads by namespace, kind and name.
    owners: ByTriple<'t>,
    /// Services by namespace, kind and name.
    named_services: ByTriple<'t>,
    /// Workloads by namespace and each label, with its value, of their pods.
    labelled: ByTriple<'t>,
    /// Services by namespace and each label, with its value, that they select by.
    selectors: ByTriple<'t>,
}

/// How many pairs of a Service port and a container port it may lead to are looked at. Clusters have a few for each
/// workload; text pasted thousands of times over would have the square of that.
pub(crate) const MAX_PAIRS: usize = 4_000_000;

/// Objects by one name.
type ByName<'t> = FxHashMap<&'t str, Vec<Index>>;

/// Objects by three names.
pub(crate) type ByTriple<'t> = FxHashMap<(&'t str, &'t str, &'t str), Vec<Index>>;

impl<'t> Mesh<'t> {
    /// Joins a model that holds all there is.
    pub(crate) fn new(model: &'t Model<'t>, settings: &'t Settings) -> Self {
        let mut namespaces = ByName::default();
        for (index, namespace) in model.namespaces.iter().enumerate() {
            namespaces
                .entry(namespace.object.name)
                .or_default()
                .push(index);
        }
        let mut workloads_in = ByName::default();
        let mut owners = ByTriple::default();
        let mut labelled = ByTriple::default();
        let mut members = Vec::with_capacity(model.workloads.len());
        for (index, workload) in model.workloads.iter().enumerate() {
            let object = &workload.object;
            workloads_in
                .entry(object.namespace)
                .or_default()
                .push(index);
            owners
                .entry((object.namespace, object.kind, object.name))
                .or_default()
                .push(index);
            for (key, value) in workload.template.labels.iter() {
                labelled
                    .entry((object.namespace, key, value))
                    .or_default()
                    .push(index);
            }
            let namespace = namespaces
                .get(object.namespace)
                .map(|found| &model.namespaces[found[0]]);
            members.push(Why::of(workload, namespace, settings).membership());
        }
        let network_policies = network_policy::by_label(&model.network_policies, &labelled);
        let mut services_of = vec![Vec::new(); model.workloads.len()];
        let mut named_services = ByTriple::default();
        let mut selectors = ByTriple::default();
        for (index, service) in model.services.iter().enumerate() {
            let object = &service.object;
            let named = named_services.entry((object.namespace, object.kind, object.name));
            named.or_default().push(index);
            for (key, value) in service.selector.iter() {
                let entry = selectors.entry((service.object.namespace, key, value));
                entry.or_default().push(index);
            }
        }
        let mut workloads_of = Vec::with_capacity(model.services.len());
        let mut pairs = 0;
        for (index, service) in model.services.iter().enumerate() {
            let selected: Vec<Index> =
                select(&labelled, service.object.namespace, service.selector).collect();
            let ports = service.ports.len().max(1);
            let declared = |index: &Index| model.workloads[*index].template.ports().count().max(1);
            pairs += selected
                .iter()
                .map(|index| ports * declared(index))
                .sum::<usize>();
            if pairs > MAX_PAIRS {
                break;
            }
            for workload in &selected {
                services_of[*workload].push(index);
            }
            workloads_of.push(selected);
        }
        let is_joined = pairs <= MAX_PAIRS;
        if !is_joined {
            // Half of the truth would be taken for the whole.
            services_of = vec![Vec::new(); model.workloads.len()];
            workloads_of = vec![Vec::new(); model.services.len()];
        }
        let mut mesh = Self {
            settings,
            model,
            scope: Scope::Manifests,
            members,
            whole: Vec::new(),
            judged: Vec::new(),
            is_joined,
            services_of,
            workloads_of,
            namespaces,
            policies: Policies::new(model, &settings.root_namespace),
            destination_rules: DestinationRules::new(model),
            network_policies,
            workloads_in,
            owners,
            named_services,
            labelled,
            selectors,
        };
        mesh.whole = model
            .workloads
            .iter()
            .map(|workload| mesh.is_whole(workload))
            .collect();
        mesh.judged = model
            .workloads
            .iter()
            .zip(&mesh.whole)
            .map(|(workload, whole)| *whole && !is_control_plane(workload))
            .collect();
        mesh
    }

    /// Whether it is the object of a request, and not one that the cluster holds beside it.
    pub(crate) fn is_requested(&self, object: &Object<'_>) -> bool {
        self.scope != Scope::Manifests && object.source == REQUESTED
    }

    /// Workloads that application rules judge: not Istio's own, and not made by a controller that is itself judged.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = (Index, &'t Workload<'t>)> {
        self.model
            .workloads
            .iter()
            .enumerate()
            .filter(|(index, _)| self.is_judged(*index))
    }

    /// The same with Istio's own: its control plane, gateways and waypoints.
    pub(crate) fn workloads_with_istio(&self) -> impl Iterator<Item = (Index, &'t Workload<'t>)> {
        self.model
            .workloads
            .iter()
            .enumerate()
            .filter(|(index, _)| self.whole[*index])
    }

    /// Whether application rules judge it.
    pub(crate) fn is_judged(&self, workload: Index) -> bool {
        self.judged[workload]
    }

    /// Whether it is neither a patch for another manifest nor made by another.
    fn is_whole(&self, workload: &Workload<'_>) -> bool {
        !workload.is_patch() && !self.is_made_by_another(workload)
    }

    /// Whether the controller that made it is judged itself. An export may leave out the ReplicaSet between a
    /// Deployment and its Pods, or the Job of a CronJob: their names are the owner's with a suffix.
    fn is_made_by_another(&self, workload: &Workload<'_>) -> bool {
        let Some((kind, name)) = workload.object.controller else {
            return false;
        };
        let is_here = |kind, name| {
            self.owners
                .contains_key(&(workload.object.namespace, kind, name))
        };
        let maker = match kind {
            "ReplicaSet" => "Deployment",
            "Job" => "CronJob",
            _ => return is_here(kind, name),
        };
        is_here(kind, name)
            || name
                .rsplit_once('-')
                .is_some_and(|(name, _)| is_here(maker, name))
    }

    /// Judged workloads with a proxy beside their pods.
    pub(crate) fn sidecar_workloads(&self) -> impl Iterator<Item = (Index, &'t Workload<'t>)> {
        self.workloads()
            .filter(|(index, _)| self.members[*index].is_sidecar())
    }

    /// Judged workloads of a namespace with a proxy beside their pods.
    pub(crate) fn sidecar_workloads_in(
        &self,
        namespace: &str,
    ) -> impl Iterator<Item = &'t Workload<'t>> {
        let found = self
            .workloads_in
            .get(namespace)
            .map_or(&[][..], Vec::as_slice);
        found
            .iter()
            .filter(|index| self.members[**index].is_sidecar() && self.is_judged(**index))
            .map(|index| &self.model.workloads[*index])
    }

    /// How a workload relates to the mesh.
    pub(crate) fn membership(&self, workload: Index) -> Membership {
        self.members[workload]
    }

    /// What decided how a workload relates to the mesh.
    pub(crate) fn why(&self, workload: &Workload<'_>) -> Why {
        let namespace = self.namespace(workload.object.namespace);
        Why::of(workload, namespace, self.settings)
    }

    /// How a pod would relate to the mesh that stands beside an object of its namespace and says nothing of its own.
    pub(crate) fn membership_in(&self, object: &Object<'t>) -> Membership {
        let pod = Workload {
            object: *object,
            kind: WorkloadKind::Pod,
            template: PodTemplate::default(),
        };
        Why::of(&pod, self.namespace(object.namespace), self.settings).membership()
    }

    /// The Services that select a workload.
    pub(crate) fn services_of(
        &self,
        workload: Index,
    ) -> impl Iterator<Item = (Index, &'t Service<'t>)> {
        self.services_of[workload]
            .iter()
            .map(|index| (*index, &self.model.services[*index]))
    }

    /// The workloads that a Service selects, judged or not.
    pub(crate) fn workloads_of(&self, service: Index) -> &[Index] {
        &self.workloads_of[service]
    }

    /// The judged workloads in the mesh that a Service selects.
    pub(crate) fn mesh_workloads_of(
        &self,
        service: Index,
    ) -> impl Iterator<Item = (Index, &'t Workload<'t>)> {
        self.workloads_of[service]
            .iter()
            .filter(|index| self.members[**index].is_in_mesh() && self.is_judged(**index))
            .map(|index| (*index, &self.model.workloads[*index]))
    }

    /// Whether a selector selects a workload and nothing else of its namespace.
    pub(crate) fn selects_only(&self, workload: Index, selector: Labels<'_>) -> bool {
        let namespace = self.model.workloads[workload].object.namespace;
        let mut selected = select(&self.labelled, namespace, selector);
        selected.next() == Some(workload) && selected.next().is_none()
    }

    /// Whether a Service of an object's namespace selects by a label with this value.
    pub(crate) fn is_selected_by(&self, object: &Object<'_>, label: &str, value: &str) -> bool {
        self.selectors
            .contains_key(&(object.namespace, label, value))
    }

    /// A Service, if it is among the manifests.
    pub(crate) fn service(&self, namespace: &str, name: &str) -> Option<(Index, &'t Service<'t>)> {
        let found = self.named_services.get(&(namespace, "Service", name))?;
        Some((found[0], &self.model.services[found[0]]))
    }

    /// A Namespace, if it is among the manifests.
    pub(crate) fn namespace(&self, name: &str) -> Option<&'t Namespace<'t>> {
        self.namespaces
            .get(name)
            .map(|found| &self.model.namespaces[found[0]])
    }

    /// Whether the injection webhook adds a proxy to new pods of a workload and on what that rests, else what keeps
    /// it from doing so.
    pub(crate) fn injection(&self, workload: &Workload<'_>) -> Result<Basis, KeptOut> {
        let namespace = self.namespace(workload.object.namespace);
        membership::injection(workload, namespace, self.settings)
    }

    /// How a workload would relate to the mesh if its pods were not on the host's network.
    pub(crate) fn membership_by_labels(&self, workload: &Workload<'_>) -> Membership {
        let namespace = self.namespace(workload.object.namespace);
        Why::by_labels(workload, namespace, self.settings).membership()
    }

    /// Whether a pod's proxy runs as a native sidecar: its annotation, else the setting, which by itself follows the
    /// versions (Istio 1.27 with Kubernetes 1.33).
    pub(crate) fn has_native_sidecar(&self, workload: &Workload<'_>) -> bool {
        match workload
            .template
            .annotations
            .get("sidecar.istio.io/nativeSidecar")
        {
            Some("true") => true,
            Some("false") => false,
            _ => self.settings.native_sidecars(),
        }
    }
}

/// The workloads of a namespace whose labels match a selector. An empty selector selects nothing.
fn select<'m>(
    by_label: &'m ByTriple<'_>,
    namespace: &'m str,
    selector: Labels<'m>,
) -> impl Iterator<Item = Index> + 'm {
    let mut lists: Vec<&'m [Index]> = selector
        .iter()
        .map(|(key, value)| {
            let found = by_label.get(&(namespace, key, value));
            found.map_or(&[][..], Vec::as_slice)
        })
        .collect();
    // The workloads of the rarest label that have the others, too; lists ascend.
    let rarest = (0..lists.len()).min_by_key(|list| lists[*list].len());
    let rarest = rarest.map_or(&[][..], |list| lists.swap_remove(list));
    let matches = move |index: &&Index| lists.iter().all(|list| list.binary_search(index).is_ok());
    rarest.iter().filter(matches).copied()
}

/// Where a Service port leads on one pod template.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'w, 't> {
    /// The target port's number.
    pub(crate) number: i64,
    /// The container that declares it, if one does.
    pub(crate) declared: Option<(&'w Container<'t>, &'w ContainerPort<'t>)>,
}

/// The target port of a Service port on a workload's pods; `None` when it names a port that no container has.
pub(crate) fn target_port<'w, 't>(
    port: &ServicePort<'_>,
    workload: &'w Workload<'t>,
) -> Option<Target<'w, 't>> {
    let declared = |matches: &dyn Fn(&ContainerPort<'_>) -> bool| {
        workload
            .template
            .ports()
            .find(|(_, declared)| declared.transport == port.transport && matches(declared))
    };
    let number = match port.target_port {
        Some(PortRef::Name(name)) => {
            let found = declared(&|declared| declared.name == Some(name))?;
            return Some(Target {
                number: found.1.number,
                declared: Some(found),
            });
        }
        // Zero is the unset value of a number.
        Some(PortRef::Number(number)) if number != 0 => number,
        _ => port.port,
    };
    Some(Target {
        number,
        declared: declared(&|declared| declared.number == number),
    })
}
