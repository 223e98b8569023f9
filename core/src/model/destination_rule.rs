//! DestinationRule: how the sidecars of clients connect to a host.

use super::{Object, Reader};
use crate::{manifest::Value, path::Path};

/// A TLS mode of clients, as written in `tls.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TlsMode {
    /// Plain text; also when `tls` names no mode.
    Disable,
    /// TLS of the user's own: `SIMPLE` or `MUTUAL`.
    Own,
    /// The mesh's mutual TLS.
    IstioMutual,
}

/// A DestinationRule.
#[derive(Debug)]
pub(crate) struct DestinationRule<'t> {
    pub(crate) object: Object<'t>,
    /// `spec.host` as written.
    pub(crate) host: &'t str,
    /// Whether it applies to some clients of its namespace alone (`spec.workloadSelector`).
    pub(crate) selects_clients: bool,
    /// Whether it has a `spec.trafficPolicy`.
    pub(crate) has_policy: bool,
    /// `spec.trafficPolicy.tls`; absent when mTLS is automatic.
    tls: Option<TlsMode>,
    /// `spec.trafficPolicy.portLevelSettings`.
    ports: Vec<PortTls>,
}

/// The settings of one Service port.
#[derive(Debug)]
struct PortTls {
    /// Index in `portLevelSettings`.
    index: usize,
    port: i64,
    tls: Option<TlsMode>,
}

impl<'t> DestinationRule<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut rule = Self {
            object,
            host: "",
            selects_clients: false,
            has_policy: false,
            tls: None,
            ports: Vec::new(),
        };
        let Some(spec) = reader.mapping(object.root, "spec") else {
            return rule;
        };
        rule.host = reader.string(spec, "host").unwrap_or_default();
        rule.selects_clients = reader.mapping(spec, "workloadSelector").is_some();
        let Some(policy) = reader.mapping(spec, "trafficPolicy") else {
            return rule;
        };
        rule.has_policy = true;
        rule.tls = tls(reader, policy);
        for (index, settings) in reader.mappings(policy, "portLevelSettings") {
            let port = reader.mapping(settings, "port");
            if let Some(port) = port.and_then(|port| reader.integer(port, "number")) {
                let tls = tls(reader, settings);
                rule.ports.push(PortTls { index, port, tls });
            }
        }
        rule
    }

    /// How clients connect to a Service port, and where that is written; `None` when the rule leaves it to automatic
    /// mTLS. The settings of a port replace those of the host. Where they leave out `tls`, clients are given the
    /// automatic kind, but a mode of the host other than `ISTIO_MUTUAL` still tells them that the endpoints do not
    /// take it (Istio, `pilot/pkg/xds/endpoints/mtls_checker.go`), so that they send plain text.
    pub(crate) fn tls(&self, port: i64) -> Option<(TlsMode, Path<'t>)> {
        let policy = || Path::default().key("spec").key("trafficPolicy");
        let of_host = |mode| (mode, policy().key("tls").key("mode"));
        let Some(settings) = self.ports.iter().find(|settings| settings.port == port) else {
            return self.tls.map(of_host);
        };
        match (settings.tls, self.tls) {
            (Some(mode), _) => {
                let settings = policy().key("portLevelSettings").index(settings.index);
                Some((mode, settings.key("tls").key("mode")))
            }
            (None, None | Some(TlsMode::IstioMutual)) => None,
            (None, Some(_)) => Some(of_host(TlsMode::Disable)),
        }
    }

    /// Whether it makes clients send plain text to some port.
    pub(crate) fn disables_tls(&self) -> bool {
        let is_disabled = |port| matches!(self.tls(port), Some((TlsMode::Disable, _)));
        self.tls == Some(TlsMode::Disable)
            || self.ports.iter().any(|settings| is_disabled(settings.port))
    }

    /// The Services that its host names, by namespace and name: one of them, or, with `*` for a namespace, all those
    /// whose `name.namespace` ends like that. A short name is one of the rule's own namespace; `name.namespace` alone
    /// names nothing (Istio, `ResolveShortnameToFQDN` and `MostSpecificHostMatch` in `pilot/pkg/model/config.go`).
    /// Any domain behind `svc` is taken for the cluster's.
    pub(crate) fn services(&self) -> Option<(&'t str, &'t str)> {
        let before_domain = |host: &'t str| Some(host.rsplit_once(".svc.")?.0);
        if let Some(suffix) = self.host.strip_prefix('*') {
            if ".svc.cluster.local".ends_with(suffix) {
                return Some(("*", ""));
            }
            return before_domain(suffix).map(|suffix| ("*", suffix));
        }
        match self.host.split_once('.') {
            None => Some((self.object.namespace, self.host)),
            Some((name, rest)) => before_domain(rest).map(|namespace| (namespace, name)),
        }
    }

    /// Namespace and name of the Service that a host which names nothing may have been meant for: `name.namespace` or
    /// `name.namespace.svc`.
    pub(crate) fn meant(&self) -> Option<(&'t str, &'t str)> {
        let (name, namespace) = self.host.split_once('.')?;
        let namespace = namespace.strip_suffix(".svc").unwrap_or(namespace);
        let is_meant = !namespace.contains('.') && self.services().is_none();
        is_meant.then_some((namespace, name))
    }
}

/// The mode of a `tls` field. One that the API server does not know counts as left out, like the field itself.
fn tls(reader: &mut Reader, policy: Value<'_>) -> Option<TlsMode> {
    let tls = reader.mapping(policy, "tls")?;
    match reader.string(tls, "mode") {
        None | Some("DISABLE") => Some(TlsMode::Disable),
        Some("SIMPLE" | "MUTUAL") => Some(TlsMode::Own),
        Some("ISTIO_MUTUAL") => Some(TlsMode::IstioMutual),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Input, manifest::Manifest, model::Model};

    #[test]
    fn names_services_as_istio_resolves_hosts() {
        for (host, expected) in [
            ("db", Some(("shop", "db"))),
            ("db.data.svc.cluster.local", Some(("data", "db"))),
            ("db.data.svc.example.internal", Some(("data", "db"))),
            ("db.svc.svc.cluster.local", Some(("svc", "db"))),
            ("db.data", None),
            ("db.data.svc", None),
            ("db.example.com", None),
            ("'*'", Some(("*", ""))),
            ("'*.local'", Some(("*", ""))),
            ("'*.svc.cluster.local'", Some(("*", ""))),
            ("'*.data.svc.cluster.local'", Some(("*", ".data"))),
            ("'*.example.com'", None),
        ] {
            let rule = format!(
                "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{namespace: shop}}\nspec: {{host: {host}}}"
            );
            let manifests = [Manifest::read(&Input {
                name: "rule.yaml",
                bytes: rule.as_bytes(),
            })];
            let model = Model::read(&manifests, "default");
            assert_eq!(model.destination_rules[0].services(), expected, "{host}");
        }
    }
}
