//! Addresses that objects say are something else than a pod's.

use super::{Object, Reader, Service};
use crate::manifest::Value;

/// An object that names addresses outside of the cluster's pods: a `ServiceEntry`, a `WorkloadEntry`, or endpoints
/// that are no pods.
#[derive(Debug)]
pub(crate) struct Addresses<'t> {
    pub(crate) object: Object<'t>,
    /// The Service that endpoints belong to.
    pub(crate) service: Option<&'t str>,
    /// Addresses and ranges as written; a `ServiceEntry` may also name hosts.
    pub(crate) list: Vec<&'t str>,
}

impl<'t> Addresses<'t> {
    /// Reads an object of one of the four kinds.
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut addresses = Self {
            object,
            service: None,
            list: Vec::new(),
        };
        match object.kind {
            "Endpoints" => {
                addresses.service = Some(object.name);
                for (_, subset) in reader.mappings(object.root, "subsets") {
                    for field in ["addresses", "notReadyAddresses"] {
                        for (_, address) in reader.mappings(subset, field) {
                            let ip = reader.string(address, "ip");
                            addresses.list.extend(ip.filter(|_| !is_pod(address)));
                        }
                    }
                }
            }
            "EndpointSlice" => {
                addresses.service = object.labels.get("kubernetes.io/service-name");
                for (_, endpoint) in reader.mappings(object.root, "endpoints") {
                    if !is_pod(endpoint) {
                        addresses.extend(reader.strings(endpoint, "addresses"));
                    }
                }
            }
            _ => {
                if let Some(spec) = reader.mapping(object.root, "spec") {
                    addresses.list.extend(reader.string(spec, "address"));
                    addresses.extend(reader.strings(spec, "addresses"));
                    for (_, endpoint) in reader.mappings(spec, "endpoints") {
                        addresses.list.extend(reader.string(endpoint, "address"));
                    }
                }
            }
        }
        addresses
    }

    fn extend(&mut self, words: Vec<(usize, &'t str)>) {
        self.list.extend(words.into_iter().map(|(_, word)| word));
    }
}

/// Whether an endpoint says that it is a pod, as those do that Kubernetes writes by a selector.
fn is_pod(endpoint: Value<'_>) -> bool {
    let target = endpoint.get("targetRef");
    target.and_then(|target| target.get("kind")?.text()) == Some("Pod")
}

impl<'t> Service<'t> {
    /// Its addresses beside `clusterIPs`: of load balancers, and those routed to the cluster otherwise.
    pub(crate) fn outside_addresses(&self) -> impl Iterator<Item = &'t str> {
        let root = self.object.root;
        let spec = root.get("spec");
        let external = spec.and_then(|spec| spec.get("externalIPs"));
        let status = root.get("status");
        let balanced = status.and_then(|status| status.get("loadBalancer")?.get("ingress"));
        let ingress = balanced.into_iter().flat_map(Value::items);
        external
            .into_iter()
            .flat_map(Value::items)
            .chain(spec.and_then(|spec| spec.get("loadBalancerIP")))
            .chain(ingress.filter_map(|ingress| ingress.get("ip")))
            .filter_map(Value::text)
    }
}
