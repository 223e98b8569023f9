//! Istio's annotations: where each may stand, and what values the injection webhook takes.
//!
//! Sources: Istio's registry (<https://istio.io/latest/docs/reference/config/annotations/>), the keys beside it that
//! Istio's code and charts read, and `pkg/kube/inject/validate.go`.

use crate::{
    Input,
    i18n::Text,
    manifest::{Manifest, Scalar, Trouble, Value},
    settings::Version,
};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A kind of object whose annotations are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A pod: the pod template, for whatever makes pods.
    Pod,
    Service,
    Namespace,
}

/// What Istio makes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is read on these.
    On(&'static [Place]),
    /// It belongs to kinds that are not judged, Istio writes it itself, or nothing is known against it.
    Anywhere,
    /// It is read as a label.
    Label,
    /// It was read up to this minor version of Istio 1.
    Until(u16),
    Unknown,
}

/// Keys of one prefix that stand at the same places.
struct Group(&'static str, Standing, &'static [&'static str]);

const POD: Standing = Standing::On(&[Place::Pod]);
const SERVICE: Standing = Standing::On(&[Place::Service]);
const SERVICE_OR_NAMESPACE: Standing = Standing::On(&[Place::Service, Place::Namespace]);
const NAMESPACE: Standing = Standing::On(&[Place::Namespace]);

static GROUPS: [Group; 28] = [
    Group(
        "sidecar.istio.io",
        POD,
        &[
            "agentLogLevel",
            "bootstrapOverride",
            "capNetBindService",
            "componentLogLevel",
            "discoveryAddress",
            "extraStatTags",
            "inject",
            "interceptionMode",
            "logLevel",
            "nativeSidecar",
            "proxyCPU",
            "proxyCPULimit",
            "proxyImage",
            "proxyImageType",
            "proxyMemory",
            "proxyMemoryLimit",
            "rewriteAppHTTPProbers",
            "statsCompression",
            "statsEvictionInterval",
            "statsFlushInterval",
            "statsHistogramBins",
            "statsHistogramBuckets",
            "statsInclusionPrefixes",
            "statsInclusionRegexps",
            "statsInclusionSuffixes",
            "status",
            "userVolume",
            "userVolumeMount",
        ],
    ),
    Group("status.sidecar.istio.io", POD, &["port"]),
    Group(
        "readiness.status.sidecar.istio.io",
        POD,
        &[
            "applicationPorts",
            "failureThreshold",
            "initialDelaySeconds",
            "periodSeconds",
        ],
    ),
    Group(
        "traffic.sidecar.istio.io",
        POD,
        &[
            "excludeInboundPorts",
            "excludeInterfaces",
            "excludeOutboundIPRanges",
            "excludeOutboundPorts",
            "includeInboundPorts",
            "includeOutboundIPRanges",
            "includeOutboundPorts",
            "kubevirtInterfaces",
        ],
    ),
    Group("proxy.istio.io", POD, &["config", "overrides"]),
    Group("inject.istio.io", POD, &["templates"]),
    Group(
        "prometheus.istio.io",
        POD,
        &["merge-metrics", "scrape-targets", "secure-port"],
    ),
    Group(
        "ambient.istio.io",
        POD,
        &["bypass-inbound-capture", "dns-capture"],
    ),
    Group("istio.io", POD, &["reroute-virtual-interfaces"]),
    Group(
        "alpha.istio.io",
        SERVICE,
        &["canonical-serviceaccounts", "kubernetes-serviceaccounts"],
    ),
    Group("traffic.istio.io", SERVICE, &["nodeSelector"]),
    Group("networking.istio.io", SERVICE, &["exportTo"]),
    Group(
        "networking.istio.io",
        SERVICE_OR_NAMESPACE,
        &["traffic-distribution"],
    ),
    Group(
        "istio.io",
        SERVICE_OR_NAMESPACE,
        &["use-waypoint-canary-weight"],
    ),
    Group("topology.istio.io", NAMESPACE, &["controlPlaneClusters"]),
    Group("galley.istio.io", Standing::Anywhere, &["analyze-suppress"]),
    Group(
        "proxy.istio.io",
        Standing::Anywhere,
        &["health-checks-enabled"],
    ),
    Group(
        "ambient.istio.io",
        Standing::Anywhere,
        &[
            "redirection",
            "waypoint-inbound-binding",
            "xfcc-include-client-identity",
        ],
    ),
    Group(
        "networking.istio.io",
        Standing::Anywhere,
        &["address-type", "cluster", "service-type"],
    ),
    Group(
        "istio.io",
        Standing::Anywhere,
        &[
            "autoRegistrationGroup",
            "connect-strategy",
            "connectedAt",
            "disconnectedAt",
            "dry-run",
            "for-service-account",
            "ignore-policy-attachment",
            "rev",
            "workloadController",
        ],
    ),
    // Labels that are at times repeated as annotations.
    Group(
        "topology.istio.io",
        Standing::Anywhere,
        &["cluster", "locality", "network", "subzone"],
    ),
    Group(
        "istio.io",
        Standing::Label,
        &[
            "dataplane-mode",
            "ingress-use-waypoint",
            "persistent-session",
            "persistent-session-header",
            "use-waypoint",
            "use-waypoint-canary",
            "use-waypoint-canary-namespace",
            "use-waypoint-namespace",
            "waypoint-for",
        ],
    ),
    Group(
        "service.istio.io",
        Standing::Label,
        &["canonical-name", "canonical-revision", "workload-name"],
    ),
    Group(
        "networking.istio.io",
        Standing::Label,
        &["enable-autoallocate-ip", "gatewayPort", "tunnel"],
    ),
    Group("security.istio.io", Standing::Label, &["tlsMode"]),
    Group("sidecar.istio.io", Standing::Until(23), &["enableCoreDump"]),
    Group(
        "sidecar.istio.io",
        Standing::Until(23),
        &["controlPlaneAuthPolicy"],
    ),
    Group("alpha.istio.io", Standing::Until(23), &["identity"]),
];

/// Prefixes under which Istio's installers, controllers and experiments write what they like.
const OPEN: [&str; 5] = [
    "experimental.istio.io",
    "gateway.istio.io",
    "install.operator.istio.io",
    "internal.istio.io",
    "operator.istio.io",
];

/// What Istio makes of a key; nothing for keys that are not Istio's.
pub(super) fn standing(key: &str) -> Option<Standing> {
    let (prefix, name) = key.split_once('/')?;
    if prefix != "istio.io" && !prefix.ends_with(".istio.io") {
        return None;
    }
    if OPEN.contains(&prefix) {
        return Some(Standing::Anywhere);
    }
    let group = GROUPS
        .iter()
        .find(|Group(of, _, names)| *of == prefix && names.contains(&name));
    Some(group.map_or(Standing::Unknown, |Group(_, standing, _)| *standing))
}

/// The key that an unknown one is a misspelling of: one letter or capitals apart, else the same name under another
/// prefix.
pub(super) fn nearest(key: &str) -> Option<String> {
    let (prefix, name) = key.split_once('/')?;
    let read = || {
        GROUPS
            .iter()
            .filter(|Group(_, standing, _)| matches!(standing, Standing::On(_)))
            .flat_map(|Group(prefix, _, names)| names.iter().map(move |name| (*prefix, *name)))
    };
    read()
        .find(|(of, candidate)| is_near(prefix, of) && is_near(name, candidate))
        .or_else(|| read().find(|(_, candidate)| name.eq_ignore_ascii_case(candidate)))
        .map(|(prefix, name)| format!("{prefix}/{name}"))
}

/// Whether two words differ by capitals alone, or by one letter that is changed, missing or added.
fn is_near(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let longer = left.len().max(right.len());
    let start = left
        .iter()
        .zip(right)
        .take_while(|(left, right)| left == right)
        .count();
    let end = left[start..]
        .iter()
        .rev()
        .zip(right[start..].iter().rev())
        .take_while(|(left, right)| left == right)
        .count();
    start + end + 1 >= longer || left.eq_ignore_ascii_case(right)
}

/// What values an annotation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// `REDIRECT`, `TPROXY` or `NONE`.
    Mode,
    Port,
    /// Ports with commas between them.
    Ports,
    /// The same, or `*`.
    PortsOrAll,
    /// IP ranges with commas between them.
    Ranges,
    /// The same, or `*`.
    RangesOrAll,
    /// Names of network interfaces with commas between them.
    Interfaces,
    /// A whole number of 32 bits.
    Number,
    Bool,
    /// A quantity of a Kubernetes resource.
    Quantity,
    /// A `ProxyConfig` in YAML.
    ProxyConfig,
}

/// Annotations that the webhook validates, and since which minor version of Istio 1. Quantities have always been
/// refused: once they were validated, before that as fields of the injected container.
const VALIDATED: [(&str, Takes, u16); 19] = [
    ("sidecar.istio.io/interceptionMode", Takes::Mode, 0),
    ("status.sidecar.istio.io/port", Takes::Port, 0),
    (
        "readiness.status.sidecar.istio.io/initialDelaySeconds",
        Takes::Number,
        0,
    ),
    (
        "readiness.status.sidecar.istio.io/periodSeconds",
        Takes::Number,
        0,
    ),
    (
        "readiness.status.sidecar.istio.io/failureThreshold",
        Takes::Number,
        0,
    ),
    (
        "traffic.sidecar.istio.io/includeOutboundIPRanges",
        Takes::RangesOrAll,
        0,
    ),
    (
        "traffic.sidecar.istio.io/excludeOutboundIPRanges",
        Takes::Ranges,
        0,
    ),
    (
        "traffic.sidecar.istio.io/includeInboundPorts",
        Takes::PortsOrAll,
        0,
    ),
    (
        "traffic.sidecar.istio.io/excludeInboundPorts",
        Takes::Ports,
        0,
    ),
    (
        "traffic.sidecar.istio.io/excludeOutboundPorts",
        Takes::Ports,
        0,
    ),
    (
        "traffic.sidecar.istio.io/excludeInterfaces",
        Takes::Interfaces,
        30,
    ),
    (
        "traffic.sidecar.istio.io/kubevirtInterfaces",
        Takes::Interfaces,
        30,
    ),
    ("istio.io/reroute-virtual-interfaces", Takes::Interfaces, 30),
    ("prometheus.istio.io/merge-metrics", Takes::Bool, 0),
    ("proxy.istio.io/config", Takes::ProxyConfig, 0),
    ("sidecar.istio.io/proxyCPU", Takes::Quantity, 0),
    ("sidecar.istio.io/proxyCPULimit", Takes::Quantity, 0),
    ("sidecar.istio.io/proxyMemory", Takes::Quantity, 0),
    ("sidecar.istio.io/proxyMemoryLimit", Takes::Quantity, 0),
];

/// A part of a value that is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// The item of a list or the field that is wrong; else all of the value.
    pub(super) part: String,
    /// What it is not: "a port from 0 to 65535".
    pub(super) wanted: Text,
}

/// What the injection webhook of a version of Istio refuses of an annotation's value.
pub(super) fn refused(key: &str, value: &str, istio: Version) -> Option<Refused> {
    let (_, takes, since) = VALIDATED.iter().find(|(name, ..)| *name == key)?;
    let since = Version {
        major: 1,
        minor: *since,
    };
    if istio < since {
        return None;
    }
    let refused = takes.refused(value);
    // Before 1.30 quantities are fields of the injected container alone, and read from JSON without spaces around them.
    let is_trimmed = *takes == Takes::Quantity
        && istio
            < (Version {
                major: 1,
                minor: 30,
            });
    refused.filter(|_| !is_trimmed || takes.refused(value.trim_matches(' ')).is_some())
}

impl Takes {
    fn refused(self, value: &str) -> Option<Refused> {
        let items = |list: &str, is_right: fn(&str) -> bool| {
            let mut items = list.split(',').filter(|_| !list.is_empty());
            items.find(|item| !is_right(item)).map(str::to_owned)
        };
        let all = |is_right: bool| (!is_right).then(|| value.to_owned());
        let part = match self {
            Self::PortsOrAll | Self::RangesOrAll if value == "*" => None,
            Self::Ports | Self::PortsOrAll => items(value.trim(), is_port),
            Self::Ranges | Self::RangesOrAll => items(value, is_range),
            Self::Interfaces => items(value, |item| is_interface(item.trim())),
            Self::Port => all(is_port(value)),
            Self::Number => all(is_number(value, u32::MAX)),
            Self::Mode => all(matches!(value, "REDIRECT" | "TPROXY" | "NONE")),
            Self::Bool => all(is_bool(value)),
            Self::Quantity => all(is_quantity(value)),
            Self::ProxyConfig => return proxy_config(value),
        };
        part.map(|part| Refused {
            part,
            wanted: self.wanted(),
        })
    }

    fn wanted(self) -> Text {
        match self {
            Self::Port | Self::Ports | Self::PortsOrAll => Text {
                en: "a port from 0 to 65535",
                zh: "0 到 65535 之间的端口",
            },
            Self::Ranges | Self::RangesOrAll => Text {
                en: "an IP range such as `10.0.0.0/8`, with no space around it",
                zh: "前后不带空格的 IP 范围（例如 `10.0.0.0/8`）",
            },
            Self::Interfaces => Text {
                en: "the name of a network interface (a letter, then letters, digits, `_`, `.` or `-`, 15 at most)",
                zh: "网络接口名称（以字母开头，由字母、数字、`_`、`.` 或 `-` 组成，最多 15 个字符）",
            },
            Self::Number => Text {
                en: "a whole number from 0 to 4294967295",
                zh: "0 到 4294967295 之间的整数",
            },
            Self::Mode => Text {
                en: "one of `REDIRECT`, `TPROXY` and `NONE`",
                zh: "`REDIRECT`、`TPROXY` 或 `NONE`",
            },
            Self::Bool => Text {
                en: "`true` or `false`",
                zh: "`true` 或 `false`",
            },
            Self::Quantity => Text {
                en: "a quantity such as `100m` or `128Mi`",
                zh: "资源数量（例如 `100m` 或 `128Mi`）",
            },
            Self::ProxyConfig => Text {
                en: "a mapping in YAML with the fields of `ProxyConfig`",
                zh: "包含 `ProxyConfig` 字段的 YAML 映射",
            },
        }
    }
}

/// Digits alone, as Go's `ParseUint` wants it.
fn is_number(text: &str, most: u32) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u32>().is_ok_and(|number| number <= most)
}

fn is_port(text: &str) -> bool {
    is_number(text.trim(), u32::from(u16::MAX))
}

/// As Go's `netip.ParsePrefix` wants it: no space, no sign and no leading zero.
fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.rsplit_once('/') else {
        return false;
    };
    let most = if address.parse::<Ipv4Addr>().is_ok() {
        32
    } else if address.parse::<Ipv6Addr>().is_ok() {
        128
    } else {
        return false;
    };
    (bits.len() == 1 || !bits.starts_with('0')) && is_number(bits, most)
}

fn is_interface(name: &str) -> bool {
    name.len() <= 15
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// As Go's `ParseBool` wants it.
fn is_bool(text: &str) -> bool {
    matches!(
        text,
        "1" | "t" | "T" | "TRUE" | "true" | "True" | "0" | "f" | "F" | "FALSE" | "false" | "False"
    )
}

/// As Kubernetes' `ParseQuantity` wants it, to which no digits at all are zero.
fn is_quantity(text: &str) -> bool {
    const SUFFIXES: [&str; 16] = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ];
    let is_digit = |character: char| character.is_ascii_digit();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(is_digit);
    let rest = rest
        .strip_prefix('.')
        .map_or(rest, |rest| rest.trim_start_matches(is_digit));
    let exponent = rest.strip_prefix(['e', 'E']).map(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    !text.is_empty() && (SUFFIXES.contains(&rest) || exponent == Some(true))
}

/// Seconds as the JSON of protocol buffers writes them: a number, maybe with a fraction of nine digits, and `s`.
fn is_duration(text: &str) -> bool {
    let number = text.strip_suffix('s').unwrap_or_default();
    let number = number.strip_prefix(['-', '+']).unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole)
        && are_digits(fraction)
        && fraction.len() <= 9
        && !(whole.is_empty() && fraction.is_empty())
}

/// What Istio refuses of a `ProxyConfig`: what is no mapping, and fields of the wrong type. Unknown fields it passes
/// over.
fn proxy_config(text: &str) -> Option<Refused> {
    let manifest = Manifest::read(&Input {
        name: "",
        bytes: text.as_bytes(),
    });
    let all = || {
        Some(Refused {
            part: text.to_owned(),
            wanted: Takes::ProxyConfig.wanted(),
        })
    };
    let Some(root) = manifest.roots().next() else {
        let is_broken = manifest.problems.iter().any(|problem| {
            matches!(
                problem.trouble,
                Trouble::Syntax(_) | Trouble::Bracket(_) | Trouble::Character(_)
            )
        });
        return if is_broken { all() } else { None };
    };
    if root.is_null() {
        return None;
    }
    if !root.is_mapping() {
        return all();
    }
    for (key, value) in root.entries().filter(|(_, value)| !value.is_null()) {
        let key = key.text().unwrap_or_default();
        let wanted = match key {
            "proxyMetadata" | "proxy_metadata" => {
                let is_wrong = |value: Value<'_>| {
                    !matches!(value.scalar(), Some(Scalar::String(_) | Scalar::Null))
                };
                let wrong = value.entries().find(|(_, value)| is_wrong(*value));
                if let Some((name, _)) = wrong {
                    let name = name.text().unwrap_or_default();
                    return Some(Refused {
                        part: format!("{key}.{name}"),
                        wanted: Text {
                            en: "a string (put it in quotes)",
                            zh: "字符串（请加引号）",
                        },
                    });
                }
                (!value.is_mapping()).then_some(Text {
                    en: "a mapping",
                    zh: "映射",
                })
            }
            "holdApplicationUntilProxyStarts" | "hold_application_until_proxy_starts" => {
                let is_bool = matches!(value.scalar(), Some(Scalar::Bool(_)));
                (!is_bool).then_some(Text {
                    en: "`true` or `false` without quotes",
                    zh: "不带引号的 `true` 或 `false`",
                })
            }
            "drainDuration" | "drain_duration" => {
                let is_whole = |text: &str| is_duration(text) && !text.contains('.');
                let is_right =
                    matches!(value.scalar(), Some(Scalar::String(text)) if is_whole(text));
                (!is_right).then_some(Text {
                    en: "a duration in whole seconds such as `30s`",
                    zh: "以整秒为单位的时长（例如 `30s`）",
                })
            }
            "terminationDrainDuration" | "termination_drain_duration" => {
                let is_right =
                    matches!(value.scalar(), Some(Scalar::String(text)) if is_duration(text));
                (!is_right).then_some(Text {
                    en: "a duration in seconds such as `30s`",
                    zh: "以秒为单位的时长（例如 `30s`）",
                })
            }
            "concurrency" => {
                let is_number = match value.scalar() {
                    Some(Scalar::Int(number)) => i32::try_from(number).is_ok(),
                    Some(Scalar::String(text)) => text.parse::<i32>().is_ok(),
                    // `2.0` is one.
                    Some(Scalar::Float) => true,
                    _ => false,
                };
                (!is_number).then_some(Text {
                    en: "a whole number",
                    zh: "整数",
                })
            }
            "gatewayTopology"
            | "gateway_topology"
            | "image"
            | "proxyStatsMatcher"
            | "proxy_stats_matcher"
            | "tracing" => (!value.is_mapping()).then_some(Text {
                en: "a mapping",
                zh: "映射",
            }),
            "extraStatTags" | "extra_stat_tags" => (!value.is_sequence()).then_some(Text {
                en: "a list",
                zh: "列表",
            }),
            "discoveryAddress" | "discovery_address" | "meshId" | "mesh_id" => {
                let is_string = matches!(value.scalar(), Some(Scalar::String(_)));
                (!is_string).then_some(Text {
                    en: "a string (put it in quotes)",
                    zh: "字符串（请加引号）",
                })
            }
            _ => None,
        };
        if let Some(wanted) = wanted {
            return Some(Refused {
                part: key.to_owned(),
                wanted,
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Standing, Takes, nearest, standing};

    #[test]
    fn knows_istios_keys() {
        assert_eq!(standing("example.com/sidecar.istio.io"), None);
        assert_eq!(standing("myistio.io/inject"), None);
        assert_eq!(
            standing("sidecar.istio.io/proxyCpu"),
            Some(Standing::Unknown)
        );
        assert_eq!(
            standing("gateway.istio.io/anything"),
            Some(Standing::Anywhere)
        );
        assert_eq!(standing("istio.io/use-waypoint"), Some(Standing::Label));
    }

    #[test]
    fn finds_what_was_meant() {
        for (written, meant) in [
            ("sidecar.istio.io/proxyCpu", "sidecar.istio.io/proxyCPU"),
            (
                "traffic.sidecar.istio.io/excludeInboundPort",
                "traffic.sidecar.istio.io/excludeInboundPorts",
            ),
            (
                "sidecar.istio.io/excludeOutboundPorts",
                "traffic.sidecar.istio.io/excludeOutboundPorts",
            ),
        ] {
            assert_eq!(nearest(written).as_deref(), Some(meant));
        }
        assert_eq!(nearest("policy.istio.io/check"), None);
    }

    #[test]
    fn refuses_what_the_webhook_refuses() {
        for (takes, right, wrong) in [
            (
                Takes::Ports,
                &["", " ", "80", " 80 , 0, 65535"][..],
                &["65536", "80,", "-1", "+80", "80-90", "http", "*"][..],
            ),
            (Takes::PortsOrAll, &["*", "", "80"], &["*,80", " *"]),
            (Takes::Port, &["15020", " 0 "], &["", "15020,15021"]),
            (
                Takes::RangesOrAll,
                &["*", "", "10.0.0.0/8,fd00::/8", "10.1.2.3/0"],
                &[
                    "10.0.0.0",
                    "10.0.0.0/33",
                    "10.0.0.0/08",
                    "10.0.0.0/8, 10.1.0.0/16",
                    "fd00::/129",
                ],
            ),
            (
                Takes::Number,
                &["0", "4294967295"],
                &["", "-1", " 1", "1.5", "4294967296"],
            ),
            (Takes::Mode, &["NONE"], &["redirect", ""]),
            (Takes::Bool, &["T", "false", "0"], &["yes", "tRUE", ""]),
            (
                Takes::Quantity,
                &["100m", "0.5", "1Gi", "1e3", "2E", "+1", "1."],
                &["", "100 m", "1GB", "1mi", "half", "1e", "1,5"],
            ),
            (
                Takes::Interfaces,
                &["", "docker0, br-1.2"],
                &["docker0,", "0eth", "averyveryverylong"],
            ),
            (
                Takes::ProxyConfig,
                &[
                    "",
                    "{}",
                    "concurrency: \"2\"",
                    "proxyMetadata: {A: \"true\"}",
                    "unknown: 1",
                    "holdApplicationUntilProxyStarts: true",
                    "terminationDrainDuration: 30s",
                    "terminationDrainDuration: 1.5s",
                    "concurrency: 0",
                    "tracing: {sampling: 10}",
                    "extraStatTags: [a]",
                    "meshId: mesh1",
                ],
                &[
                    "text",
                    "[]",
                    "{",
                    "proxyMetadata: {A: true}",
                    "proxyMetadata: 1",
                    "holdApplicationUntilProxyStarts: \"true\"",
                    "terminationDrainDuration: 30",
                    "terminationDrainDuration: 1m",
                    "terminationDrainDuration: \"30\"",
                    "concurrency: two",
                    "drainDuration: 1.5s",
                    "tracing: zipkin",
                    "image: distroless",
                    "extraStatTags: a",
                    "meshId: 1",
                ],
            ),
        ] {
            for value in right {
                assert_eq!(takes.refused(value), None, "{takes:?} {value:?}");
            }
            for value in wrong {
                assert!(takes.refused(value).is_some(), "{takes:?} {value:?}");
            }
        }
    }
}
