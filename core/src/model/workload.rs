//! Workloads: everything with a pod template.

use super::{Labels, Object, PortRef, Reader, Transport};
use crate::{manifest::Value, path::Path};

/// Kinds of workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkloadKind {
    Pod,
    Deployment,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
    DeploymentConfig,
}

/// Kind, API group, and where its pod template is.
const KINDS: [(WorkloadKind, &str, &str, &[&str]); 9] = [
    (WorkloadKind::Pod, "Pod", "", &[]),
    (
        WorkloadKind::Deployment,
        "Deployment",
        "apps",
        &["spec", "template"],
    ),
    (
        WorkloadKind::ReplicaSet,
        "ReplicaSet",
        "apps",
        &["spec", "template"],
    ),
    (
        WorkloadKind::ReplicationController,
        "ReplicationController",
        "",
        &["spec", "template"],
    ),
    (
        WorkloadKind::StatefulSet,
        "StatefulSet",
        "apps",
        &["spec", "template"],
    ),
    (
        WorkloadKind::DaemonSet,
        "DaemonSet",
        "apps",
        &["spec", "template"],
    ),
    (WorkloadKind::Job, "Job", "batch", &["spec", "template"]),
    (
        WorkloadKind::CronJob,
        "CronJob",
        "batch",
        &["spec", "jobTemplate", "spec", "template"],
    ),
    (
        WorkloadKind::DeploymentConfig,
        "DeploymentConfig",
        "apps.openshift.io",
        &["spec", "template"],
    ),
];

/// Whether a kind's name is a workload's, in whatever group.
pub(super) fn is_known_kind(kind: &str) -> bool {
    KINDS.iter().any(|(_, name, ..)| *name == kind)
}

impl WorkloadKind {
    /// The kind of an object's group and kind. Groups that Kubernetes has retired count as their successors:
    /// `extensions` as `apps`, and OpenShift's DeploymentConfig without a group.
    pub(super) fn of(group: &str, kind: &str) -> Option<Self> {
        KINDS
            .iter()
            .find(|(_, name, expected, _)| {
                *name == kind
                    && (*expected == group
                        || (*expected == "apps" && group == "extensions")
                        || (*expected == "apps.openshift.io" && group.is_empty()))
            })
            .map(|(kind, ..)| *kind)
    }

    /// Keys from the object to its pod template.
    fn template_keys(self) -> &'static [&'static str] {
        KINDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or(&[], |(.., keys)| keys)
    }
}

/// A workload.
#[derive(Debug)]
pub(crate) struct Workload<'t> {
    pub(crate) object: Object<'t>,
    pub(crate) kind: WorkloadKind,
    pub(crate) template: PodTemplate<'t>,
}

/// The pod that a workload makes.
#[derive(Debug, Default)]
pub(crate) struct PodTemplate<'t> {
    pub(crate) labels: Labels<'t>,
    pub(crate) annotations: Labels<'t>,
    pub(crate) host_network: bool,
    /// `restartPolicy` `Never` or `OnFailure`: the pods end by themselves.
    pub(crate) runs_to_completion: bool,
    pub(crate) run_as_user: Option<i64>,
    pub(crate) run_as_group: Option<i64>,
    /// Whether the pod's `securityContext.seccompProfile` confines it.
    pub(crate) has_seccomp_profile: bool,
    /// Ordinary containers, then init containers.
    pub(crate) containers: Vec<Container<'t>>,
}

/// A container.
#[derive(Debug)]
pub(crate) struct Container<'t> {
    /// Whether it is in `initContainers`.
    pub(crate) is_init: bool,
    /// An init container with `restartPolicy: Always`.
    pub(crate) is_native_sidecar: bool,
    /// Index in its list.
    pub(crate) index: usize,
    pub(crate) name: &'t str,
    pub(crate) image: Option<&'t str>,
    pub(crate) ports: Vec<ContainerPort<'t>>,
    pub(crate) probes: Vec<Probe<'t>>,
    pub(crate) run_as_user: Option<i64>,
    pub(crate) run_as_group: Option<i64>,
}

/// A declared container port.
#[derive(Debug)]
pub(crate) struct ContainerPort<'t> {
    /// Index in `ports`.
    pub(crate) index: usize,
    pub(crate) name: Option<&'t str>,
    pub(crate) number: i64,
    pub(crate) transport: Transport,
}

/// A probe that names a port.
#[derive(Debug)]
pub(crate) struct Probe<'t> {
    /// `livenessProbe`, `readinessProbe` or `startupProbe`.
    pub(crate) field: &'static str,
    /// `httpGet`, `tcpSocket` or `grpc`.
    pub(crate) handler: &'static str,
    pub(crate) port: PortRef<'t>,
    /// The path that an `httpGet` asks for.
    pub(crate) path: Option<&'t str>,
}

impl<'t> Workload<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>, kind: WorkloadKind) -> Self {
        let mut root = Some(object.root);
        for key in kind.template_keys() {
            root = root.and_then(|parent| reader.mapping(parent, key));
        }
        let template =
            root.map_or_else(PodTemplate::default, |root| PodTemplate::read(reader, root));
        Self {
            object,
            kind,
            template,
        }
    }

    /// A Pod of a controller: what its template lacks is said of the controller.
    pub(crate) fn is_made_by_controller(&self) -> bool {
        self.kind == WorkloadKind::Pod && self.object.controller.is_some()
    }

    /// Whether its pods end by themselves.
    pub(crate) fn runs_to_completion(&self) -> bool {
        matches!(self.kind, WorkloadKind::Job | WorkloadKind::CronJob)
            || self.template.runs_to_completion
    }

    /// The path of the pod template; empty for a Pod, which is its own.
    pub(crate) fn template_path(&self) -> Path<'t> {
        self.kind
            .template_keys()
            .iter()
            .fold(Path::default(), |path, key| path.key(key))
    }

    /// The path of the pod template's `spec`.
    pub(crate) fn pod_spec_path(&self) -> Path<'t> {
        self.template_path().key("spec")
    }

    /// The path of a container.
    pub(crate) fn container_path(&self, container: &Container<'_>) -> Path<'t> {
        let list = if container.is_init {
            "initContainers"
        } else {
            "containers"
        };
        self.pod_spec_path().key(list).index(container.index)
    }
}

impl<'t> PodTemplate<'t> {
    fn read(reader: &mut Reader, root: Value<'t>) -> Self {
        let mut template = Self::default();
        if let Some(metadata) = reader.mapping(root, "metadata") {
            template.labels = Labels::read(reader, metadata, "labels");
            template.annotations = Labels::read(reader, metadata, "annotations");
        }
        let Some(spec) = reader.mapping(root, "spec") else {
            return template;
        };
        template.runs_to_completion = matches!(
            reader.string(spec, "restartPolicy"),
            Some("Never" | "OnFailure")
        );
        template.host_network = reader.boolean(spec, "hostNetwork").unwrap_or(false);
        if let Some(security) = reader.mapping(spec, "securityContext") {
            template.run_as_user = reader.integer(security, "runAsUser");
            template.run_as_group = reader.integer(security, "runAsGroup");
            template.has_seccomp_profile = reader
                .mapping(security, "seccompProfile")
                .and_then(|profile| reader.string(profile, "type"))
                .is_some_and(|kind| kind != "Unconfined");
        }
        for (field, is_init) in [("containers", false), ("initContainers", true)] {
            for (index, value) in reader.mappings(spec, field) {
                template
                    .containers
                    .push(Container::read(reader, value, index, is_init));
            }
        }
        template
    }

    /// Containers that belong to the application: ordinary ones and native sidecars, without Istio's own.
    pub(crate) fn application_containers(&self) -> impl Iterator<Item = &Container<'t>> {
        self.containers.iter().filter(|container| {
            (!container.is_init || container.is_native_sidecar) && !container.is_istio()
        })
    }

    /// Init containers that run to completion before the application, without Istio's own.
    pub(crate) fn ordinary_init_containers(&self) -> impl Iterator<Item = &Container<'t>> {
        self.containers.iter().filter(|container| {
            container.is_init && !container.is_native_sidecar && !container.is_istio()
        })
    }

    /// Every port that containers and native sidecars declare, containers first.
    pub(crate) fn ports(&self) -> impl Iterator<Item = (&Container<'t>, &ContainerPort<'t>)> {
        self.containers
            .iter()
            .filter(|container| !container.is_init || container.is_native_sidecar)
            .flat_map(|container| container.ports.iter().map(move |port| (container, port)))
    }
}

impl<'t> Container<'t> {
    fn read(reader: &mut Reader, value: Value<'t>, index: usize, is_init: bool) -> Self {
        let mut container = Self {
            is_init,
            is_native_sidecar: is_init && reader.string(value, "restartPolicy") == Some("Always"),
            index,
            name: reader.string(value, "name").unwrap_or_default(),
            image: reader.string(value, "image"),
            ports: Vec::new(),
            probes: Vec::new(),
            run_as_user: None,
            run_as_group: None,
        };
        if let Some(security) = reader.mapping(value, "securityContext") {
            container.run_as_user = reader.integer(security, "runAsUser");
            container.run_as_group = reader.integer(security, "runAsGroup");
        }
        for (index, port) in reader.mappings(value, "ports") {
            let Some(number) = reader.integer(port, "containerPort") else {
                continue;
            };
            container.ports.push(ContainerPort {
                index,
                name: reader.string(port, "name"),
                number,
                transport: Transport::read(reader, port),
            });
        }
        for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let Some(probe) = reader.mapping(value, field) else {
                continue;
            };
            for handler in ["httpGet", "tcpSocket", "grpc"] {
                let Some(value) = reader.mapping(probe, handler) else {
                    continue;
                };
                let port = PortRef::read(reader, value, "port");
                let path = value.get("path").and_then(Value::text);
                container.probes.extend(port.map(|port| Probe {
                    field,
                    handler,
                    port,
                    path,
                }));
            }
        }
        container
    }

    /// Whether Istio itself puts it into pods.
    pub(crate) fn is_istio(&self) -> bool {
        matches!(
            self.name,
            "istio-proxy" | "istio-init" | "istio-validation" | "istio-operator"
        )
    }
}

/// The annotations of a workload's pod template; none for any other object.
pub(crate) fn template_annotations<'t>(object: &Object<'t>) -> Labels<'t> {
    let keys = object
        .workload_kind()
        .map_or(&[][..], WorkloadKind::template_keys);
    let template = keys
        .iter()
        .try_fold(object.root, |value, key| value.get(key));
    Labels::of(template.and_then(|template| template.get("metadata")?.get("annotations")))
}
