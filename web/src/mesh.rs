//! The answer of the operation `mesh`: what the rules see, for a drawing.
//!
//! These types are the page's own: it shares no code with the rules, only the documented JSON.

pub mod layout;
pub mod marks;
pub mod text;

use std::fmt;

use serde::Deserialize;

use crate::report::{Location, Resource};

/// What the rules see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Picture {
    /// Every namespace that something is in.
    pub namespaces: Vec<Namespace>,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// The Services.
    pub services: Vec<Service>,
    /// Whether Services were joined with workloads; there may be too many pairs.
    pub joined: bool,
    /// What is left out.
    pub omitted: Omitted,
}

impl Picture {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.namespaces.is_empty() && self.workloads.is_empty() && self.services.is_empty()
    }

    /// Reads the answer of `mesh`.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// How many things are left out of the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Omitted {
    /// Namespaces beyond the limit.
    pub namespaces: usize,
    /// Workloads beyond the limit.
    pub workloads: usize,
    /// Services beyond the limit.
    pub services: usize,
    /// Ports beyond the limit.
    pub ports: usize,
    /// Links beyond the limit.
    pub links: usize,
    /// Patches, and workloads that another one has made.
    pub derived: usize,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// How a pod joins that says nothing itself; none when its Namespace is not among the files.
    pub mode: Option<Mode>,
    /// The mTLS mode of workloads that no policy singles out.
    pub mtls: Mtls,
    /// Where its name is; none when its Namespace is not among the files.
    pub location: Option<Location>,
}

/// How the pods of a namespace join the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A sidecar is injected.
    Sidecar,
    /// The proxy of the node takes their traffic.
    Ambient,
    /// Not at all.
    None,
}

/// Whether connections to a workload must have mTLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mtls {
    /// They must.
    Strict,
    /// They may.
    Permissive,
    /// They have none.
    Disable,
}

impl Mtls {
    /// The word of a PeerAuthentication.
    pub fn word(self) -> &'static str {
        match self {
            Self::Strict => "STRICT",
            Self::Permissive => "PERMISSIVE",
            Self::Disable => "DISABLE",
        }
    }
}

/// What it is a mode of, and the mode: the same in every language.
impl fmt::Display for Mtls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "mTLS {}", self.word())
    }
}

/// Whether and how a workload is in the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Membership {
    /// With a sidecar.
    Sidecar,
    /// By the proxy of its node.
    Ambient,
    /// Not at all.
    Out,
}

impl Membership {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sidecar, Self::Ambient, Self::Out];

    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sidecar => "sidecar",
            Self::Ambient => "ambient",
            Self::Out => "out",
        }
    }
}

/// A workload.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Workload {
    /// The object.
    pub resource: Resource,
    /// Where its name is.
    pub location: Option<Location>,
    /// Whether and how it is in the mesh.
    pub membership: Membership,
    /// Whether settings decided that, since its Namespace is not among the files.
    pub assumed: bool,
    /// Why it is in the mesh or out of it: a sentence without a full stop.
    pub reason: String,
    /// Whether it is Istio's own.
    pub istio: bool,
    /// The mTLS mode; none when it is out.
    pub mtls: Option<Mtls>,
    /// The ports that its containers declare.
    pub ports: Vec<WorkloadPort>,
}

impl Workload {
    /// The position of the port that a container declares for a target, given the transport of the Service port.
    pub fn port_of(&self, target: &Target, transport: &str) -> Option<usize> {
        let number = target.port.filter(|_| target.declared)?;
        let is_same = |port: &WorkloadPort| port.port == number;
        let is_exact = |port: &WorkloadPort| is_same(port) && port.transport == transport;
        let mut ports = self.ports.iter();
        let exact = ports.position(is_exact);
        exact.or_else(|| self.ports.iter().position(is_same))
    }
}

/// A port that a container declares.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WorkloadPort {
    /// Its number.
    pub port: i64,
    /// Its name.
    pub name: Option<String>,
    /// `TCP`, `UDP` or `SCTP`.
    pub transport: String,
    /// The container's name.
    pub container: String,
    /// The mTLS mode, where a policy says another one for this port.
    pub mtls: Option<Mtls>,
    /// Where its number is.
    pub location: Option<Location>,
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Service {
    /// The object.
    pub resource: Resource,
    /// Where its name is.
    pub location: Option<Location>,
    /// `spec.type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it has no address of its own.
    pub headless: bool,
    /// The workloads that it selects, by position.
    pub workloads: Vec<usize>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// Its number.
    pub port: i64,
    /// Its name.
    pub name: Option<String>,
    /// `TCP`, `UDP` or `SCTP`.
    pub transport: String,
    /// The target port as written.
    pub target_port: Option<TargetPort>,
    /// What it is declared as, as Istio takes it, or `undeclared`.
    pub protocol: String,
    /// How Istio treats it.
    pub class: Class,
    /// Where it leads on each workload that the Service selects.
    pub targets: Vec<Target>,
    /// Where its number is.
    pub location: Option<Location>,
}

/// A target port as written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum TargetPort {
    /// By number.
    Number(i64),
    /// By name.
    Name(String),
}

impl fmt::Display for TargetPort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}

/// How Istio treats a Service port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Parsed.
    Http,
    /// Passed on as bytes.
    Tcp,
    /// Passed on, and routed by server name.
    Tls,
    /// Detected from the first bytes.
    Auto,
    /// Not proxied at all: UDP and SCTP.
    Udp,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Http, Self::Tcp, Self::Tls, Self::Auto, Self::Udp];

    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Auto => "auto",
            Self::Udp => "udp",
        }
    }
}

/// Where a Service port leads on a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Target {
    /// The workload, by position.
    pub workload: usize,
    /// The port's number; none when the Service names a port that no container has.
    pub port: Option<i64>,
    /// Whether a container declares it.
    pub declared: bool,
}
