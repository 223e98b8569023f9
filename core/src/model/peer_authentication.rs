//! PeerAuthentication: which mTLS mode a workload's ports accept.

use super::{Labels, Object, Reader};

/// An mTLS mode as written; `UNSET` and anything unknown inherit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MtlsMode {
    /// Plain text only.
    Disable,
    /// Both.
    Permissive,
    /// Mutual TLS only.
    Strict,
}

impl MtlsMode {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "DISABLE" => Some(Self::Disable),
            "PERMISSIVE" => Some(Self::Permissive),
            "STRICT" => Some(Self::Strict),
            _ => None,
        }
    }

    /// The mode as it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Disable => "DISABLE",
            Self::Permissive => "PERMISSIVE",
            Self::Strict => "STRICT",
        }
    }
}

/// A PeerAuthentication.
#[derive(Debug)]
pub(crate) struct PeerAuthentication<'t> {
    pub(crate) object: Object<'t>,
    /// `spec.selector.matchLabels`; absent for a policy of the whole namespace.
    pub(crate) selector: Option<Labels<'t>>,
    /// `spec.mtls.mode`; absent when it inherits.
    pub(crate) mode: Option<MtlsMode>,
    /// `spec.portLevelMtls`: mode by workload port; an absent mode inherits.
    pub(crate) port_modes: Vec<(i64, Option<MtlsMode>)>,
}

impl<'t> PeerAuthentication<'t> {
    pub(super) fn read(reader: &mut Reader, object: Object<'t>) -> Self {
        let mut policy = Self {
            object,
            selector: None,
            mode: None,
            port_modes: Vec::new(),
        };
        let Some(spec) = reader.mapping(object.root, "spec") else {
            return policy;
        };
        policy.selector = reader
            .mapping(spec, "selector")
            .map(|selector| Labels::read(reader, selector, "matchLabels"))
            .filter(|labels| !labels.is_empty());
        policy.mode = reader
            .mapping(spec, "mtls")
            .and_then(|mtls| mode(reader, mtls));
        if let Some(ports) = reader.mapping(spec, "portLevelMtls") {
            for (port, mtls) in ports.entries() {
                if let Some(number) = port.text().and_then(|text| text.parse().ok()) {
                    policy.port_modes.push((number, mode(reader, mtls)));
                }
            }
        }
        policy
    }
}

fn mode(reader: &mut Reader, mtls: crate::manifest::Value<'_>) -> Option<MtlsMode> {
    reader.string(mtls, "mode").and_then(MtlsMode::parse)
}
