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

    /// The path of the pod template; empty for a Pod, which is its own.
    pub(super) fn template_path<'t>(self) -> Path<'t> {
        self.template_keys()
            .iter()
            .fold(Path::default(), |path, key| path.key(key))
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
    /// `dnsPolicy` as written.
    pub(crate) dns_policy: Option<&'t str>,
    /// `serviceAccountName`, else the older `serviceAccount`.
    pub(crate) service_account: Option<&'t str>,
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
    /// The `httpGet` hooks of `lifecycle`.
    pub(crate) hooks: Vec<Probe<'t>>,
    pub(crate) run_as_user: Option<i64>,
    pub(crate) run_as_group: Option<i64>,
    /// Everything that it runs: its command and arguments, exec probes and hooks.
    pub(crate) commands: Vec<Command<'t>>,
    /// `env`: index, name and literal value of each variable that has one.
    pub(crate) env: Vec<(usize, &'t str, &'t str)>,
    /// Whether it has a `lifecycle.postStart` hook that does more than sleep.
    pub(crate) has_post_start: bool,
}

/// A list of words that a container runs.
#[derive(Debug)]
pub(crate) struct Command<'t> {
    /// Keys from the container to the list: `command`, `args`, `livenessProbe.exec.command`,
    /// `lifecycle.postStart.exec.command` and so on.
    pub(crate) field: &'static [&'static str],
    /// The words with their indices.
    pub(crate) words: Vec<(usize, &'t str)>,
}

/// Where a container's lists of words are.
const COMMANDS: [&[&str]; 7] = [
    &["command"],
    &["args"],
    &["livenessProbe", "exec", "command"],
    &["readinessProbe", "exec", "command"],
    &["startupProbe", "exec", "command"],
    &["lifecycle", "postStart", "exec", "command"],
    &["lifecycle", "preStop", "exec", "command"],
];

/// A declared container port.
#[derive(Debug)]
pub(crate) struct ContainerPort<'t> {
    /// Index in `ports`.
    pub(crate) index: usize,
    pub(crate) name: Option<&'t str>,
    pub(crate) number: i64,
    pub(crate) transport: Transport,
}

/// A probe that names a port, or a hook that does.
#[derive(Debug)]
pub(crate) struct Probe<'t> {
    /// `livenessProbe`, `readinessProbe` or `startupProbe`; of a hook `postStart` or `preStop`.
    pub(crate) field: &'static str,
    /// `httpGet`, `tcpSocket` or `grpc`.
    pub(crate) handler: &'static str,
    pub(crate) port: PortRef<'t>,
    /// The path that an `httpGet` asks for.
    pub(crate) path: Option<&'t str>,
    /// The host that it is sent to instead of the pod.
    pub(crate) host: Option<&'t str>,
    /// Whether an `httpGet` has the scheme `HTTPS`.
    pub(crate) is_https: bool,
}

impl<'t> Probe<'t> {
    /// What the kubelet asks: one handler of a probe or of a hook.
    fn read(
        reader: &mut Reader,
        parent: Value<'t>,
        field: &'static str,
        handler: &'static str,
    ) -> Option<Self> {
        let value = reader.mapping(parent, handler)?;
        let text = |key| value.get(key).and_then(Value::text);
        Some(Self {
            field,
            handler,
            port: PortRef::read(reader, value, "port")?,
            path: text("path"),
            host: text("host").filter(|host| !host.is_empty()),
            is_https: text("scheme") == Some("HTTPS"),
        })
    }
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

    /// The labels by which the controller selects its pods: `spec.selector.matchLabels`, or all of `spec.selector`
    /// where the kind is older than expressions.
    pub(crate) fn selector(&self) -> Option<Labels<'t>> {
        let selector = self.object.root.get("spec")?.get("selector")?;
        let labels = match self.kind {
            WorkloadKind::ReplicationController | WorkloadKind::DeploymentConfig => selector,
            _ => selector.get("matchLabels")?,
        };
        Some(Labels::of(Some(labels))).filter(|labels| !labels.is_empty())
    }

    /// Whether it only changes another manifest, as patches of Kustomize do: its template names no container, or none
    /// with an image and the controller has no selector, without which the API server takes neither.
    pub(crate) fn is_patch(&self) -> bool {
        let containers = &self.template.containers;
        let has_image = containers.iter().any(|container| container.image.is_some());
        let has_selector = || {
            let spec = self.object.root.get("spec");
            spec.is_some_and(|spec| spec.get("selector").is_some())
        };
        containers.is_empty() || (self.kind != WorkloadKind::Pod && !has_image && !has_selector())
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
        self.kind.template_path()
    }

    /// The path of the pod template's `spec`.
    pub(crate) fn pod_spec_path(&self) -> Path<'t> {
        self.template_path().key("spec")
    }

    /// The path of a word that a container runs.
    pub(crate) fn word_path(
        &self,
        container: &Container<'_>,
        command: &Command<'_>,
        index: usize,
    ) -> Path<'t> {
        let list = command
            .field
            .iter()
            .fold(self.container_path(container), |path, key| path.key(key));
        list.index(index)
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
        template.dns_policy = reader.string(spec, "dnsPolicy");
        template.service_account = reader
            .string(spec, "serviceAccountName")
            .or_else(|| reader.string(spec, "serviceAccount"))
            .filter(|name| !name.is_empty());
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
            hooks: Vec::new(),
            run_as_user: None,
            run_as_group: None,
            commands: Vec::new(),
            env: Vec::new(),
            has_post_start: reader
                .mapping(value, "lifecycle")
                .and_then(|lifecycle| reader.mapping(lifecycle, "postStart"))
                .is_some_and(|hook| hook.get("sleep").is_none()),
        };
        for field in COMMANDS {
            let Some((list, parents)) = field.split_last() else {
                continue;
            };
            let parent = parents
                .iter()
                .try_fold(value, |parent, key| reader.mapping(parent, key));
            let words = parent.map(|parent| reader.strings(parent, list));
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                container.commands.push(Command { field, words });
            }
        }
        for (index, variable) in reader.mappings(value, "env") {
            let name = reader.string(variable, "name").unwrap_or_default();
            if let Some(value) = reader.string(variable, "value") {
                container.env.push((index, name, value));
            }
        }
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
                let read = Probe::read(reader, probe, field, handler);
                container.probes.extend(read);
            }
        }
        for field in ["postStart", "preStop"] {
            let lifecycle = reader.mapping(value, "lifecycle");
            let hook = lifecycle.and_then(|lifecycle| reader.mapping(lifecycle, field));
            let read = hook.and_then(|hook| Probe::read(reader, hook, field, "httpGet"));
            container.hooks.extend(read);
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
