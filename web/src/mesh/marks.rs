//! Which findings are about what is drawn.

use std::collections::{HashMap, HashSet};

use super::Picture;
use crate::report::{Finding, Location, Report, Resource, Severity};

/// How many findings are about a thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
}

impl Mark {
    /// All of them.
    pub fn total(self) -> usize {
        self.errors + self.warnings + self.infos
    }

    /// The counts by severity, the heaviest first.
    pub fn counts(self) -> [(Severity, usize); 3] {
        [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
            (Severity::Info, self.infos),
        ]
    }

    /// The heaviest severity, if there is any finding.
    pub fn heaviest(self) -> Option<Severity> {
        let mut counts = self.counts().into_iter();
        let (severity, _) = counts.find(|(_, number)| *number > 0)?;
        Some(severity)
    }

    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }
}

/// A thing of the picture, by positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A namespace.
    Namespace(usize),
    /// A Service.
    Service(usize),
    /// A port of a Service.
    ServicePort(usize, usize),
    /// A workload.
    Workload(usize),
    /// A port of a workload.
    WorkloadPort(usize, usize),
}

/// What the findings of a report are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    of: HashMap<Thing, Mark>,
    /// Findings that are about nothing that is drawn.
    pub elsewhere: usize,
}

impl Marks {
    /// Looks for the things that findings and their related places are about. A finding marks a port if it is about a
    /// field of it, otherwise the object; and the target port, too, if it is about several Service ports that lead there.
    /// Findings that the manifests silence mark nothing.
    pub fn new(picture: &Picture, report: &Report) -> Self {
        let drawn = Drawn::new(picture);
        let mut marks = Self::default();
        for finding in report.findings.iter().filter(|finding| !finding.suppressed) {
            let things = drawn.things(finding);
            if things.is_empty() {
                marks.elsewhere += 1;
            }
            for thing in things {
                marks.of.entry(thing).or_default().add(finding.severity);
            }
        }
        marks
    }

    /// The findings about a thing.
    pub fn of(&self, thing: Thing) -> Mark {
        self.of.get(&thing).copied().unwrap_or_default()
    }
}

type Name<'p> = (&'p str, &'p str, &'p str);

fn name(resource: &Resource) -> Name<'_> {
    (&resource.kind, &resource.namespace, &resource.name)
}

/// The things of a picture by name; there may be several of one name.
struct Drawn<'p> {
    picture: &'p Picture,
    by_name: HashMap<Name<'p>, Vec<(Thing, Option<&'p Location>)>>,
}

impl<'p> Drawn<'p> {
    fn new(picture: &'p Picture) -> Self {
        let namespaces = picture.namespaces.iter().enumerate();
        let namespaces = namespaces.map(|(index, namespace)| {
            let name = ("Namespace", "", namespace.name.as_str());
            (name, Thing::Namespace(index), namespace.location.as_ref())
        });
        let services = picture.services.iter().enumerate();
        let services = services.map(|(index, service)| {
            let name = name(&service.resource);
            (name, Thing::Service(index), service.location.as_ref())
        });
        let workloads = picture.workloads.iter().enumerate();
        let workloads = workloads.map(|(index, workload)| {
            let name = name(&workload.resource);
            (name, Thing::Workload(index), workload.location.as_ref())
        });
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for (name, thing, location) in namespaces.chain(services).chain(workloads) {
            by_name.entry(name).or_default().push((thing, location));
        }
        Self { picture, by_name }
    }

    /// What a finding is about, each thing once.
    fn things(&self, finding: &Finding) -> HashSet<Thing> {
        let here = self.find(&finding.resource, &finding.path, finding.location.as_ref());
        let related = finding.related.iter().filter_map(|related| {
            self.find(&related.resource, &related.path, related.location.as_ref())
        });
        let mut things: HashSet<Thing> = here.into_iter().chain(related).collect();
        let mut reached = HashMap::new();
        for thing in &things {
            if let Thing::ServicePort(service, port) = *thing {
                for target in self.reached(service, port) {
                    *reached.entry(target).or_insert(0) += 1;
                }
            }
        }
        let shared = reached.into_iter().filter(|(_, number)| *number > 1);
        things.extend(shared.map(|(thing, _)| thing));
        things
    }

    /// The object, or the port of it that the path leads into.
    fn find(&self, resource: &Resource, path: &str, at: Option<&Location>) -> Option<Thing> {
        let candidates = self.by_name.get(&name(resource))?;
        // Of several objects of one name, the one that begins last before the place.
        let before = candidates.iter().filter(|(_, location)| {
            let (Some(location), Some(at)) = (location, at) else {
                return false;
            };
            location.file == at.file && location.line <= at.line
        });
        let nearest = before.max_by_key(|(_, location)| location.map(|location| location.line));
        let (thing, _) = nearest.or(candidates.first())?;
        Some(self.port(*thing, path, at).unwrap_or(*thing))
    }

    fn port(&self, thing: Thing, path: &str, at: Option<&Location>) -> Option<Thing> {
        let (_, rest) = path.split_once("ports[")?;
        let index: usize = rest.split_once(']')?.0.parse().ok()?;
        match thing {
            Thing::Service(service) => {
                let ports = &self.picture.services.get(service)?.ports;
                (index < ports.len()).then_some(Thing::ServicePort(service, index))
            }
            Thing::Workload(workload) => {
                // The path tells the place in the container, but not the container's name: the nearest is meant.
                let ports = &self.picture.workloads.get(workload)?.ports;
                let mut places = HashMap::new();
                let candidates = ports.iter().enumerate().filter(|(_, port)| {
                    let place = places.entry(port.container.as_str()).or_insert(0);
                    *place += 1;
                    *place == index + 1
                });
                let distance = |location: Option<&Location>| {
                    let (line, at) = location
                        .zip(at)
                        .map_or((0, 0), |(one, other)| (one.line, other.line));
                    line.abs_diff(at)
                };
                let nearest =
                    candidates.min_by_key(|(_, port)| distance(port.location.as_ref()))?;
                Some(Thing::WorkloadPort(workload, nearest.0))
            }
            Thing::Namespace(_) | Thing::ServicePort(..) | Thing::WorkloadPort(..) => None,
        }
    }

    /// The ports of workloads that a Service port leads to.
    fn reached(&self, service: usize, port: usize) -> impl Iterator<Item = Thing> {
        let port = &self.picture.services[service].ports[port];
        port.targets.iter().filter_map(move |target| {
            let index = self
                .picture
                .workloads
                .get(target.workload)?
                .port_of(target, &port.transport)?;
            Some(Thing::WorkloadPort(target.workload, index))
        })
    }
}
