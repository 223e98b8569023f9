//! Services and their ports.

use super::{Labels, Object, Reader};
use crate::manifest::{Scalar, Value};

/// A transport protocol, as Kubernetes writes it in `protocol`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Transport {
    /// TCP, also when left out.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Transport {
    /// Reads `protocol`. The API server knows no other values; an unknown one is taken for TCP.
    pub(super) fn read(reader: &mut Reader, port: Value<'_>) -> Self {
        match reader.string(port, "protocol") {
            Some("UDP") => Self::Udp,
            Some("SCTP") => Self::Sctp,
            _ => Self::Tcp,
        }
    }
}

/// A reference to a container port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PortRef<'t> {
    /// By number.
    Number(i64),
    /// By name.
    Name(&'t str),
}

impl<'t> PortRef<'t> {
    pub(super) fn read(reader: &mut Reader, parent: Value<'t>, field: &str) -> Option<Self> {
        match reader.integer_or_string(parent, field)? {
            Scalar::Int(number) => Some(Self::Number(number)),
            Scalar::String(name) => Some(Self::Name(name)),
            _ => None,
        }
    }
}

/// One port of a Service.
#[derive(Debug)]
pub(crate) struct ServicePort<'t> {
    /// Index in `spec.ports`.
    pub(crate) index: usize,
    pub(crate) name: Option<&'t str>,
    pub(crate) port: i64,
    pub(crate) target_port: Option<PortRef<'t>>,
    pub(crate) transport: Transport,
    pub(crate) app_protocol: Option<&'t str>,
}

/// A Service.
#[derive(Debug)]
pub(crate) struct Service<'t> {
    pub(crate) object: Object<'t>,
    /// `spec.selector`; an empty one selects nothing.
    pub(crate) selector: Labels<'t>,
    pub(crate) ports: Vec<ServicePort<'t>>,
    /// `clusterIP: None`.
    pub(crate) is_headless: bool,
    /// `type: ExternalName`.
    pub(crate) is_external_name: bool,
    /// `spec.externalName`.
    pub(crate) external_name: Option<&'t str>,
    /// `spec.clusterIP` and `spec.clusterIPs`, as an export of a cluster has them.
    pub(crate) cluster_ips: Vec<&'t str>,
}

impl<'t> Service<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut service = Self {
            object,
            selector: Labels::default(),
            ports: Vec::new(),
            is_headless: false,
            is_external_name: false,
            external_name: None,
            cluster_ips: Vec::new(),
        };
        let Some(spec) = reader.mapping(object.root, "spec") else {
            return service;
        };
        // An ExternalName Service has no endpoints, whatever it selects.
        service.is_external_name = reader.string(spec, "type") == Some("ExternalName");
        if !service.is_external_name {
            service.selector = Labels::read(reader, spec, "selector");
        }
        service.external_name = reader.string(spec, "externalName");
        let cluster_ip = reader.string(spec, "clusterIP");
        service.is_headless = cluster_ip == Some("None");
        service.cluster_ips.extend(cluster_ip);
        let more = reader.strings(spec, "clusterIPs");
        service.cluster_ips.extend(more.iter().map(|(_, ip)| *ip));
        for (index, port) in reader.mappings(spec, "ports") {
            let Some(number) = reader.integer(port, "port") else {
                continue;
            };
            service.ports.push(ServicePort {
                index,
                name: reader.string(port, "name"),
                port: number,
                target_port: PortRef::read(reader, port, "targetPort"),
                transport: Transport::read(reader, port),
                app_protocol: reader.string(port, "appProtocol"),
            });
        }
        service
    }
}
