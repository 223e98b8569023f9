//! Which protocol Istio takes a Service port for.
//!
//! Source: Istio, `pkg/config/kube/conversion.go` (`ConvertProtocol`) and `pkg/config/protocol/instance.go`.

use crate::model::{ServicePort, Transport};

/// The protocol of a Service port as Istio sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    Http,
    HttpProxy,
    Http2,
    Grpc,
    GrpcWeb,
    Https,
    Tls,
    Tcp,
    Mongo,
    MySql,
    Redis,
    /// The port is TCP, but called `udp`: Istio takes it for UDP and builds nothing for it.
    Udp,
    /// Undetermined: Istio looks at the first bytes.
    Auto,
}

/// How Istio treats a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Parsed as HTTP.
    Http,
    /// Forwarded as bytes.
    Tcp,
    /// Detected from the first bytes that the client sends.
    Auto,
    /// No listener is built for it.
    None,
}

/// Service ports that are TCP to Istio when nothing else is said.
const WELL_KNOWN_TCP: [i64; 4] = [25, 53, 3306, 27017];

impl Protocol {
    /// The protocol of a Service port; `None` for UDP and SCTP, which Istio does not proxy.
    pub(crate) fn of(port: &ServicePort<'_>) -> Option<Self> {
        if port.transport != Transport::Tcp {
            return None;
        }
        let declared = match port.app_protocol {
            Some("kubernetes.io/h2c") => return Some(Self::Http2),
            Some("kubernetes.io/ws") => return Some(Self::Http),
            Some("kubernetes.io/wss") => return Some(Self::Https),
            Some(app_protocol) => app_protocol,
            None => port.name.unwrap_or_default(),
        };
        Some(match Self::parse(declared) {
            Self::Auto if WELL_KNOWN_TCP.contains(&port.port) => Self::Tcp,
            protocol => protocol,
        })
    }

    fn parse(declared: &str) -> Self {
        let declared = declared.to_ascii_lowercase();
        if declared.starts_with("grpc-web") {
            return Self::GrpcWeb;
        }
        match declared.split('-').next().unwrap_or_default() {
            "http" => Self::Http,
            "http_proxy" => Self::HttpProxy,
            "http2" => Self::Http2,
            "grpc" => Self::Grpc,
            "https" => Self::Https,
            "tls" => Self::Tls,
            "tcp" => Self::Tcp,
            "mongo" => Self::Mongo,
            "mysql" => Self::MySql,
            "redis" => Self::Redis,
            "udp" => Self::Udp,
            _ => Self::Auto,
        }
    }

    /// How Istio treats it.
    pub(crate) fn class(self) -> Class {
        match self {
            Self::Http | Self::HttpProxy | Self::Http2 | Self::Grpc | Self::GrpcWeb => Class::Http,
            Self::Https | Self::Tls | Self::Tcp | Self::Mongo | Self::MySql | Self::Redis => {
                Class::Tcp
            }
            Self::Auto => Class::Auto,
            Self::Udp => Class::None,
        }
    }

    /// The name for messages, as Istio's documentation writes it; `None` when it is undetermined.
    pub(crate) fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Http => "HTTP",
            Self::HttpProxy => "HTTP_PROXY",
            Self::Http2 => "HTTP2",
            Self::Grpc => "gRPC",
            Self::GrpcWeb => "gRPC-Web",
            Self::Https => "HTTPS",
            Self::Tls => "TLS",
            Self::Tcp => "TCP",
            Self::Mongo => "Mongo",
            Self::MySql => "MySQL",
            Self::Redis => "Redis",
            Self::Udp | Self::Auto => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Protocol;
    use crate::model::{ServicePort, Transport};

    #[test]
    fn follows_istios_conversion() {
        for (port, name, app_protocol, expected) in [
            (80, Some("http"), None, Protocol::Http),
            (80, Some("HTTP-web"), None, Protocol::Http),
            (80, Some("httpweb"), None, Protocol::Auto),
            (80, Some("http2-x"), None, Protocol::Http2),
            (80, Some("grpc-web"), None, Protocol::GrpcWeb),
            (80, Some("grpc-webfoo"), None, Protocol::GrpcWeb),
            (80, Some("grpc-x"), None, Protocol::Grpc),
            (80, Some("http"), Some("nonsense"), Protocol::Auto),
            (80, None, Some("kubernetes.io/h2c"), Protocol::Http2),
            (80, None, Some("kubernetes.io/ws"), Protocol::Http),
            (80, None, Some("kubernetes.io/wss"), Protocol::Https),
            (80, Some("kubernetes.io/ws"), None, Protocol::Auto),
            (3306, None, None, Protocol::Tcp),
            (3306, Some("db"), None, Protocol::Tcp),
            (3306, Some("http"), None, Protocol::Http),
            (13306, None, None, Protocol::Auto),
            (53, Some("udp-dns"), None, Protocol::Udp),
            (6379, Some("redis"), None, Protocol::Redis),
        ] {
            let service_port = ServicePort {
                index: 0,
                name,
                port,
                target_port: None,
                transport: Transport::Tcp,
                app_protocol,
            };
            assert_eq!(
                Protocol::of(&service_port),
                Some(expected),
                "{port} {name:?} {app_protocol:?}"
            );
        }
    }
}
