//! What the rules see, for a drawing: who is in the mesh and why, which ports there are, and where Services lead.
//!
//! Nothing is decided here: [`crate::mesh`] has decided it for the rules.

use crate::{
    Input, Options, VERSION,
    i18n::{Lang, Text},
    json_text::JsonText,
    manifest::Manifest,
    mesh::{Basis, Class, Index, KeptOut, Membership, Mesh, Protocol, Why, target_port},
    model::{
        DEFAULT_NAMESPACE, Model, MtlsMode, Object, PortRef, Service, ServicePort, Transport,
        Workload,
    },
    path::Path,
    place::Places,
    settings::Settings,
};
use rustc_hash::FxHashSet;

/// So many things of a kind are drawn: namespaces, workloads, Services.
const MAX_DRAWN: usize = 200;

/// So many ports, and so many links from Service ports to workloads.
const MAX_PORTS: isize = 2_000;

/// What the rules see of manifests, for a drawing, as JSON text: `version`, `namespaces`, `workloads` with their ports,
/// `services` with theirs and where they lead, whether Services were `joined` with workloads, and how much is `omitted`.
///
/// ```
/// use mesh_ready_core::{Input, Options, Settings, picture};
///
/// let pod = "
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: cart, namespace: shop, labels: {sidecar.istio.io/inject: 'true'}}
/// spec:
///   containers: [{name: cart, image: 'cart:v1', ports: [{containerPort: 8080}]}]
/// ";
/// let inputs = [Input { name: "pod.yaml", bytes: pod.as_bytes() }];
/// let picture = picture(&inputs, &Settings::default(), Options::default());
/// assert!(picture.contains(r#""membership":"sidecar""#));
/// assert!(picture.contains(r#"{"port":8080,"name":null,"transport":"TCP","container":"cart""#));
/// ```
pub fn picture(inputs: &[Input<'_>], settings: &Settings, options: Options) -> String {
    let manifests: Vec<Manifest> = inputs.iter().map(Manifest::read).collect();
    let model = Model::read(&manifests, DEFAULT_NAMESPACE);
    let mesh = Mesh::new(&model, settings);
    let places = manifests
        .iter()
        .map(|manifest| Places::new(manifest, options.columns))
        .collect();
    let mut painter = Painter {
        mesh: &mesh,
        lang: options.lang,
        places,
        text: JsonText::default(),
        ports: MAX_PORTS,
        links: MAX_PORTS,
    };
    painter.text.open('{');
    painter.text.field("version", VERSION);
    let namespaces = painter.namespaces();
    painter.text.key("workloads").open('[');
    let mut drawn = 0;
    // By workload of the model: its position in the drawing.
    let mut positions: Vec<Option<usize>> = vec![None; model.workloads.len()];
    let mut workloads = 0;
    for (index, workload) in mesh.workloads_with_istio() {
        workloads += 1;
        if drawn < MAX_DRAWN {
            positions[index] = Some(drawn);
            drawn += 1;
            painter.workload(index, workload);
        }
    }
    painter.text.close(']');
    painter.text.key("services").open('[');
    let services = model.services.iter().enumerate();
    for (index, service) in services.take(MAX_DRAWN) {
        painter.service(index, service, &positions);
    }
    painter.text.close(']');
    painter.text.key("joined").boolean(mesh.is_joined);
    painter.text.key("omitted").open('{');
    let unseen = |left: isize| left.min(0).unsigned_abs();
    for (key, count) in [
        ("namespaces", namespaces),
        ("workloads", workloads - drawn),
        ("services", model.services.len().saturating_sub(MAX_DRAWN)),
        ("ports", unseen(painter.ports)),
        ("links", unseen(painter.links)),
        ("derived", model.workloads.len() - workloads),
    ] {
        painter.text.key(key).value(&count);
    }
    painter.text.close('}');
    painter.text.close('}');
    painter.text.finish()
}

struct Painter<'m, 't> {
    mesh: &'m Mesh<'t>,
    lang: Lang,
    places: Vec<Places<'t>>,
    text: JsonText,
    /// How many more ports may be drawn; below zero, how many were not.
    ports: isize,
    /// The same of links.
    links: isize,
}

impl<'t> Painter<'_, 't> {
    fn location(&mut self, object: &Object<'_>, path: &Path<'_>) {
        let place = path.locate(object.root);
        let places = self.places.get_mut(object.source);
        let location = places.map(|places| places.locate(place));
        self.text.key("location").value(&location);
    }

    fn name_location(&mut self, object: &Object<'_>) {
        self.location(object, &Path::default().key("metadata").key("name"));
    }

    /// Draws namespaces, and answers how many were left out.
    fn namespaces(&mut self) -> usize {
        let model = self.mesh.model;
        let given = model.namespaces.iter().map(|given| given.object.name);
        let workloads = model.workloads.iter().map(|workload| &workload.object);
        let services = model.services.iter().map(|service| &service.object);
        let used = workloads.chain(services).map(|object| object.namespace);
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        self.text.key("namespaces").open('[');
        for name in given.chain(used) {
            if !seen.insert(name) || seen.len() > MAX_DRAWN {
                continue;
            }
            self.text.open('{');
            self.text.field("name", name);
            let object = self.mesh.namespace(name).map(|given| given.object);
            let mode = object.map(|mut object| {
                object.namespace = name;
                word(self.mesh.membership_in(&object), "none")
            });
            self.text.key("mode").maybe(mode);
            let mtls = self.mesh.namespace_mtls_mode(name);
            self.text.field("mtls", mtls.word());
            match object {
                Some(object) => self.name_location(&object),
                None => self.text.key("location").maybe(None),
            }
            self.text.close('}');
        }
        self.text.close(']');
        seen.len().saturating_sub(MAX_DRAWN)
    }

    fn workload(&mut self, index: Index, workload: &Workload<'t>) {
        let object = &workload.object;
        let membership = self.mesh.membership(index);
        let mtls = membership
            .is_in_mesh()
            .then(|| self.mesh.workload_mtls_mode(workload));
        self.text.open('{');
        self.text.key("resource").value(&object.reference());
        self.text.field("membership", word(membership, "out"));
        self.text.key("assumed").boolean(membership.is_assumed());
        let reason = reason(self.mesh.why(workload), object.namespace, self.lang);
        self.text.field("reason", &reason);
        self.text.key("istio").boolean(!self.mesh.is_judged(index));
        self.text.key("mtls").maybe(mtls.map(MtlsMode::word));
        self.text.key("ports").open('[');
        for (container, port) in workload.template.ports() {
            self.ports -= 1;
            if self.ports < 0 {
                continue;
            }
            self.port(port.number, port.name, port.transport);
            self.text.field("container", container.name);
            let own = mtls.map(|_| self.mesh.mtls_mode(workload, port.number));
            if let Some(mode) = own.filter(|_| own != mtls) {
                self.text.field("mtls", mode.word());
            }
            let path = workload.container_path(container).key("ports");
            self.location(object, &path.index(port.index).key("containerPort"));
            self.text.close('}');
        }
        self.text.close(']');
        self.name_location(object);
        self.text.close('}');
    }

    /// Opens a port.
    fn port(&mut self, number: i64, name: Option<&str>, of: Transport) {
        self.text.open('{');
        self.text.key("port").value(&number);
        self.text.key("name").maybe(name);
        self.text.field("transport", transport(of));
    }

    fn service(&mut self, index: Index, service: &Service<'t>, positions: &[Option<usize>]) {
        let object = &service.object;
        let spec = object.root.get("spec");
        let kind = spec.and_then(|spec| spec.get("type")?.text());
        let kind = kind.filter(|kind| !kind.is_empty());
        self.text.open('{');
        self.text.key("resource").value(&object.reference());
        self.text.field("type", kind.unwrap_or("ClusterIP"));
        self.text.key("headless").boolean(service.is_headless);
        // With their positions.
        let selected: Vec<(usize, Index)> = self
            .mesh
            .workloads_of(index)
            .iter()
            .filter_map(|index| Some((positions[*index]?, *index)))
            .collect();
        self.text.key("workloads").open('[');
        for (position, _) in &selected {
            self.text.value(position);
        }
        self.text.close(']');
        self.text.key("ports").open('[');
        for port in &service.ports {
            self.ports -= 1;
            if self.ports >= 0 {
                self.service_port(object, port, &selected);
            }
        }
        self.text.close(']');
        self.name_location(object);
        self.text.close('}');
    }

    fn service_port(
        &mut self,
        object: &Object<'t>,
        port: &ServicePort<'t>,
        selected: &[(usize, Index)],
    ) {
        self.port(port.port, port.name, port.transport);
        let target_port_written = self.text.key("targetPort");
        match port.target_port {
            Some(PortRef::Number(number)) => target_port_written.value(&number),
            Some(PortRef::Name(name)) => target_port_written.string(name),
            None => target_port_written.maybe(None),
        }
        let (protocol, class) = protocol(port);
        self.text.field("protocol", protocol);
        self.text.field("class", class);
        self.text.key("targets").open('[');
        for (position, index) in selected {
            self.links -= 1;
            if self.links < 0 {
                continue;
            }
            let target = target_port(port, &self.mesh.model.workloads[*index]);
            self.text.open('{');
            self.text.key("workload").value(position);
            let number = target.map(|target| target.number);
            self.text.key("port").value(&number);
            let is_declared = target.is_some_and(|target| target.declared.is_some());
            self.text.key("declared").boolean(is_declared);
            self.text.close('}');
        }
        self.text.close(']');
        let path = Path::default().key("spec").key("ports");
        self.location(object, &path.index(port.index).key("port"));
        self.text.close('}');
    }
}

fn word(membership: Membership, outside: &'static str) -> &'static str {
    match membership {
        Membership::Sidecar(_) => "sidecar",
        Membership::Ambient(_) => "ambient",
        Membership::Outside => outside,
    }
}

fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Sctp => "SCTP",
    }
}

/// The words for a Service port's protocol and for what Istio makes of it.
fn protocol(port: &ServicePort<'_>) -> (&'static str, &'static str) {
    let Some(protocol) = Protocol::of(port) else {
        return (transport(port.transport), "udp");
    };
    let class = match protocol.class() {
        Class::Http => "http",
        Class::Tcp if matches!(protocol, Protocol::Https | Protocol::Tls) => "tls",
        Class::Tcp => "tcp",
        Class::Auto => "auto",
        Class::None => "udp",
    };
    let undeclared = if protocol == Protocol::Udp {
        "UDP"
    } else {
        "undeclared"
    };
    (protocol.name().unwrap_or(undeclared), class)
}

/// What decided a membership, as a sentence.
fn reason(why: Why, namespace: &str, lang: Lang) -> String {
    let text = match why {
        Why::Carried => Text {
            en: "its pods already carry the proxy",
            zh: "其 Pod 已带有代理",
        },
        Why::NamespaceInjection => Text {
            en: "Namespace `{namespace}` has the label `istio-injection: enabled`",
            zh: "命名空间 `{namespace}` 带有标签 `istio-injection: enabled`",
        },
        Why::NamespaceRevision => Text {
            en: "Namespace `{namespace}` has the label `istio.io/rev`",
            zh: "命名空间 `{namespace}` 带有标签 `istio.io/rev`",
        },
        Why::OwnRevision => Text {
            en: "its pods have the label `istio.io/rev`",
            zh: "其 Pod 带有标签 `istio.io/rev`",
        },
        Why::OwnLabel => Text {
            en: "its pods have the label `sidecar.istio.io/inject: \"true\"`",
            zh: "其 Pod 带有标签 `sidecar.istio.io/inject: \"true\"`",
        },
        Why::ByDefault(Basis::Stated) => Text {
            en: "Namespace `{namespace}` has no label against it (`injectByDefault: true`)",
            zh: "命名空间 `{namespace}` 没有拒绝注入的标签（`injectByDefault: true`）",
        },
        Why::ByDefault(Basis::Assumed) => Text {
            en: "Namespace `{namespace}` was not given and is taken to have no label against it (`injectByDefault: true`)",
            zh: "未提供命名空间 `{namespace}`，按没有拒绝注入的标签处理（`injectByDefault: true`）",
        },
        Why::AssumedSidecar => Text {
            en: "Namespace `{namespace}` was not given and is taken to be in the mesh (`assumeInjected: true`)",
            zh: "未提供命名空间 `{namespace}`，按已加入网格处理（`assumeInjected: true`）",
        },
        Why::OwnAmbient => Text {
            en: "its pods have the label `istio.io/dataplane-mode: ambient`",
            zh: "其 Pod 带有标签 `istio.io/dataplane-mode: ambient`",
        },
        Why::NamespaceAmbient => Text {
            en: "Namespace `{namespace}` has the label `istio.io/dataplane-mode: ambient`",
            zh: "命名空间 `{namespace}` 带有标签 `istio.io/dataplane-mode: ambient`",
        },
        Why::AssumedAmbient => Text {
            en: "Namespace `{namespace}` was not given and is taken to be in the mesh (`assumeInjected: true`, `dataPlane: ambient`)",
            zh: "未提供命名空间 `{namespace}`，按已加入网格处理（`assumeInjected: true`、`dataPlane: ambient`）",
        },
        Why::LeavesAmbient => Text {
            en: "its pods have the label `istio.io/dataplane-mode: none`",
            zh: "其 Pod 带有标签 `istio.io/dataplane-mode: none`",
        },
        Why::Out(KeptOut::HostNetwork) => Text {
            en: "its pods are on the host's network",
            zh: "其 Pod 使用主机网络",
        },
        Why::Out(KeptOut::SystemNamespace) => Text {
            en: "Istio never injects namespace `{namespace}`",
            zh: "Istio 从不向命名空间 `{namespace}` 注入代理",
        },
        Why::Out(KeptOut::OptsOut) => Text {
            en: "its `sidecar.istio.io/inject` opts out",
            zh: "其 `sidecar.istio.io/inject` 选择了不注入",
        },
        Why::Out(KeptOut::NamespaceOptsOut) => Text {
            en: "the label `istio-injection` of Namespace `{namespace}` opts out",
            zh: "命名空间 `{namespace}` 的标签 `istio-injection` 选择了不注入",
        },
        Why::Out(KeptOut::NotAsked) => Text {
            en: "no label of its pods or of Namespace `{namespace}` asks for the mesh",
            zh: "其 Pod 和命名空间 `{namespace}` 都没有要求加入网格的标签",
        },
        Why::Out(KeptOut::NamespaceUnseen) => Text {
            en: "no label of its pods asks for the mesh, and Namespace `{namespace}` was not given and is not taken to be in it",
            zh: "其 Pod 没有要求加入网格的标签；未提供命名空间 `{namespace}`，按未加入网格处理",
        },
    };
    // One text of each kind, since formatting is as much code as the text.
    text.get(lang).replace("{namespace}", namespace)
}
