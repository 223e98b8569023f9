//! A drawing with all that is said of it.

use std::collections::HashMap;
use std::rc::Rc;

use super::ruler::Ruler;
use crate::Language;
use crate::mesh::layout::{Drawing, layout};
use crate::mesh::marks::{Mark, Marks, Thing};
use crate::mesh::{Picture, ServicePort, Target};
use crate::report::{Location, Report, Severity};

/// A sentence lists no more places than this.
const LISTED: usize = 8;

/// A drawing with all that is said of it.
pub(super) struct Scene {
    pub(super) language: Language,
    pub(super) picture: Rc<Picture>,
    pub(super) drawing: Drawing,
    pub(super) marks: Marks,
    pub(super) ruler: Ruler,
    /// Of each port of a workload: the ports of Services that lead there.
    reached: HashMap<(usize, usize), Vec<(usize, usize)>>,
}

impl Scene {
    pub(super) fn new(
        language: Language,
        picture: &Rc<Picture>,
        report: Option<&Report>,
        width: i32,
    ) -> Self {
        let mut reached: HashMap<_, Vec<_>> = HashMap::new();
        for (index, service) in picture.services.iter().enumerate() {
            for (at, port) in service.ports.iter().enumerate() {
                for target in &port.targets {
                    let workload = picture.workloads.get(target.workload);
                    let to =
                        workload.and_then(|workload| workload.port_of(target, &port.transport));
                    if let Some(to) = to {
                        let sources = reached.entry((target.workload, to)).or_default();
                        sources.push((index, at));
                    }
                }
            }
        }
        Self {
            language,
            picture: Rc::clone(picture),
            drawing: layout(picture, width),
            marks: report.map_or_else(Marks::default, |report| Marks::new(picture, report)),
            ruler: Ruler::new(),
            reached,
        }
    }

    /// Where a thing stands in the text.
    pub(super) fn location(&self, thing: Thing) -> Option<&Location> {
        let picture = &self.picture;
        let location = match thing {
            Thing::Namespace(index) => &picture.namespaces[index].location,
            Thing::Service(index) => &picture.services[index].location,
            Thing::ServicePort(index, port) => &picture.services[index].ports[port].location,
            Thing::Workload(index) => &picture.workloads[index].location,
            Thing::WorkloadPort(index, port) => &picture.workloads[index].ports[port].location,
        };
        location.as_ref()
    }

    /// Whether settings decided who is in the mesh in a namespace.
    pub(super) fn is_assumed(&self, namespace: &str) -> bool {
        let mut workloads = self.picture.workloads.iter();
        workloads.any(|workload| workload.assumed && workload.resource.namespace == namespace)
    }

    /// All that is to be said of a thing, as whole sentences. What the module says may have code between backticks.
    pub(super) fn sentence(&self, thing: Thing) -> String {
        let (stop, space) = self.language.full_stop();
        let parts = match thing {
            Thing::Namespace(index) => self.namespace(index),
            Thing::Service(index) => self.service(index),
            Thing::ServicePort(service, port) => self.service_port(service, port),
            Thing::Workload(index) => self.workload(index),
            Thing::WorkloadPort(workload, port) => self.workload_port(workload, port),
        };
        let sentence = capitalised(&self.language.parts(&parts));
        let found = self.found(self.marks.of(thing));
        if found.is_empty() {
            format!("{sentence}{stop}")
        } else {
            format!("{sentence}{stop}{space}{found}{stop}")
        }
    }

    /// How many findings of which severity.
    pub(super) fn found(&self, mark: Mark) -> String {
        let counts = mark.counts().into_iter();
        let counts = counts.filter(|(_, number)| *number > 0);
        let amount = |(severity, number): (Severity, usize)| self.language.amount(severity, number);
        self.language
            .listed(&counts.map(amount).collect::<Vec<_>>())
    }

    fn namespace(&self, index: usize) -> Vec<String> {
        let (language, namespace) = (self.language, &self.picture.namespaces[index]);
        let assumed = self.is_assumed(&namespace.name);
        vec![
            language.namespace(&namespace.name),
            language.mode(namespace.mode).to_owned(),
            namespace.mtls.to_string(),
            if assumed {
                language.assumed_means()
            } else {
                ""
            }
            .to_owned(),
        ]
    }

    fn service(&self, index: usize) -> Vec<String> {
        let (language, service) = (self.language, &self.picture.services[index]);
        let is_known = self.picture.joined && service.kind != "ExternalName";
        vec![
            format!("Service {}", service.resource.name),
            service.kind.clone(),
            if service.headless {
                language.headless().to_owned()
            } else {
                String::new()
            },
            if is_known {
                language.selects(service.workloads.len())
            } else {
                String::new()
            },
        ]
    }

    fn service_port(&self, service: usize, port: usize) -> Vec<String> {
        let language = self.language;
        let port = &self.picture.services[service].ports[port];
        let places = port.targets.iter().take(LISTED);
        let places: Vec<_> = places.map(|target| self.target(port, *target)).collect();
        let more = port.targets.len() - places.len();
        vec![
            self.name_of_port(service, port),
            language.protocol_means(&port.protocol),
            language.class_means(port.class).to_owned(),
            if !places.is_empty() {
                language.leads_to(&language.places(&places, more))
            } else if self.picture.joined {
                language.leads_nowhere().to_owned()
            } else {
                String::new()
            },
        ]
    }

    fn target(&self, port: &ServicePort, target: Target) -> String {
        let language = self.language;
        let Some(workload) = self.picture.workloads.get(target.workload) else {
            return String::new();
        };
        let object = format!("{} {}", workload.resource.kind, workload.resource.name);
        match (target.port, &port.target_port) {
            (Some(number), _) if !target.declared => language.undeclared_port(number, &object),
            (Some(number), _) => {
                let declared = workload.port_of(&target, &port.transport);
                let name = declared.and_then(|at| workload.ports[at].name.as_deref());
                language.port_of(number, name, &object)
            }
            (None, wanted) => {
                let name = wanted.as_ref().map(ToString::to_string);
                language.missing_port(&name.unwrap_or_default(), &object)
            }
        }
    }

    fn name_of_port(&self, service: usize, port: &ServicePort) -> String {
        let service = format!("Service {}", self.picture.services[service].resource.name);
        self.language
            .port_of(port.port, port.name.as_deref(), &service)
    }

    fn workload(&self, index: usize) -> Vec<String> {
        let (language, workload) = (self.language, &self.picture.workloads[index]);
        let mtls = workload.mtls.map(|mtls| mtls.to_string());
        vec![
            format!("{} {}", workload.resource.kind, workload.resource.name),
            if workload.istio {
                language.istio_means().to_owned()
            } else {
                String::new()
            },
            mtls.unwrap_or_default(),
            language.membership_means(workload.membership, &workload.reason),
        ]
    }

    fn workload_port(&self, index: usize, at: usize) -> Vec<String> {
        let (language, workload) = (self.language, &self.picture.workloads[index]);
        let port = &workload.ports[at];
        let object = format!("{} {}", workload.resource.kind, workload.resource.name);
        let sources = self.reached.get(&(index, at));
        let sources = sources.map_or(&[][..], Vec::as_slice);
        let listed = sources.iter().take(LISTED).map(|(service, port)| {
            self.name_of_port(*service, &self.picture.services[*service].ports[*port])
        });
        let listed: Vec<_> = listed.collect();
        let more = sources.len() - listed.len();
        vec![
            language.port_of(port.port, port.name.as_deref(), &object),
            language.container(&port.container),
            port.transport.clone(),
            port.mtls.map(|mtls| mtls.to_string()).unwrap_or_default(),
            if listed.is_empty() {
                String::new()
            } else {
                language.reached_by(&language.places(&listed, more))
            },
        ]
    }
}

/// Sentences begin with a capital, names of objects too.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
