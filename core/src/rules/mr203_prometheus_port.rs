//! MR203: metrics are scraped from a port of the sidecar.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::Redirection,
    model::{Labels, Workload},
    report::Severity,
    settings::{DataPlane, Version},
};

pub(super) static RULE: Rule = Rule {
    id: "MR203",
    name: "prometheus-port",
    title: Text {
        en: "Metrics are scraped from a port of the sidecar",
        zh: "指标抓取端口是 Sidecar 的端口",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Prometheus: Metrics merging",
            url: "https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging",
        },
        Source {
            title: "Istio, pkg/kube/inject/webhook.go",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/inject/webhook.go",
        },
        Source {
            title: "Istio, pilot/cmd/pilot-agent/status/server.go",
            url: "https://github.com/istio/istio/blob/master/pilot/cmd/pilot-agent/status/server.go",
        },
    ],
    check,
};

/// The version of Istio whose webhook refuses pods that name a port of the sidecar.
const REFUSED_SINCE: Version = Version {
    major: 1,
    minor: 31,
};

/// The annotations that name what to scrape, as [`is_called`] compares them.
const PORT: &str = "prometheus_io_port";
const TARGETS: &str = "prometheus_istio_io_scrape_targets";

/// A port that is not the application's.
struct Reserved {
    number: u16,
    what: Text,
    /// Whether the sidecar always listens there.
    is_always_bound: bool,
}

const fn port(number: u16, is_always_bound: bool, en: &'static str, zh: &'static str) -> Reserved {
    Reserved {
        number,
        what: Text { en, zh },
        is_always_bound,
    }
}

/// Ports that Istio does not scrape for an application, without 15020, where the merged metrics are: a pod that names
/// it counts as merged already.
const RESERVED: [Reserved; 8] = [
    port(15000, true, "Envoy admin", "Envoy 管理端口"),
    port(15001, true, "Envoy outbound", "Envoy 出站"),
    port(15004, true, "debug", "调试端口"),
    port(15006, true, "Envoy inbound", "Envoy 入站"),
    port(15008, false, "HBONE tunnel", "HBONE 隧道"),
    port(15021, true, "health checks", "健康检查"),
    port(15053, false, "DNS capture", "DNS 捕获"),
    port(
        15090,
        true,
        "Envoy Prometheus telemetry",
        "Envoy Prometheus 遥测",
    ),
];

/// The agent's own, which serves the merged metrics. A pod that names it as written here counts as merged already.
const AGENT: (&str, Reserved) = ("15020", port(15020, true, "merged metrics", "合并后的指标"));

/// A port to scrape that is none of the application's.
struct Wrong<'t> {
    /// The annotation.
    key: &'t str,
    /// The port as written.
    written: &'t str,
    /// Whose it is; `None` when it is no port at all.
    reserved: Option<&'static Reserved>,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let is_refused = context.settings().istio_version >= REFUSED_SINCE;
    for (index, workload) in context.mesh.sidecar_workloads() {
        let annotations = workload.template.annotations;
        if !is_merged(annotations) {
            continue;
        }
        let has_envoy = Redirection::of(&workload.template) != Redirection::AgentOnly;
        let found = if is_refused {
            refused(annotations)
        } else {
            unscraped(annotations, has_envoy)
        };
        for wrong in found {
            let (severity, message) = texts(lang, workload, &wrong, is_refused);
            let assumption = context.assumption(index, workload);
            let help = say!(lang,
                en: "Name the port on which the application serves its metrics, or remove the annotation if it serves none. With metrics merging, which is on by default, pilot-agent adds the proxy's own metrics and serves all of them on 15020. If merging is switched off for the whole mesh (`enablePrometheusMerge: false`), switch this rule off.{assumption}",
                zh: "请填写应用提供指标的端口；若应用不提供指标，请删除该注解。指标合并默认开启：pilot-agent 会加入代理自身的指标，并统一在 15020 端口提供。若整个网格已关闭指标合并（`enablePrometheusMerge: false`），请关闭此规则。{assumption}");
            let path = workload
                .template_path()
                .key("metadata")
                .key("annotations")
                .key(wrong.key);
            findings.add(severity, &workload.object, path, message, help);
        }
    }
}

/// What the webhook refuses, of each annotation the first: among the targets, which replace the port, or else the port.
fn refused(annotations: Labels<'_>) -> Vec<Wrong<'_>> {
    let called = |name| {
        let all = annotations.iter();
        all.filter(move |(key, _)| is_called(key, name))
    };
    if called(PORT).any(|(_, port)| port == AGENT.0) {
        return Vec::new();
    }
    let mut targets = called(TARGETS)
        .filter_map(|(key, value)| Some((key, targets(value)?)))
        .peekable();
    if targets.peek().is_some() {
        return targets
            .filter_map(|(key, ports)| ports.into_iter().find_map(|port| judge(key, port)))
            .collect();
    }
    called(PORT)
        .filter(|(_, port)| !port.is_empty())
        .filter_map(|(key, port)| judge(key, port))
        .collect()
}

/// The ports of a list of targets (`port:path`); `None` when there are none or Istio cannot read it.
fn targets(list: &str) -> Option<Vec<&str>> {
    let ports: Vec<&str> = list
        .split(',')
        .filter(|target| !target.trim().is_empty())
        .map(|target| target.split(':').next().unwrap_or_default().trim())
        .collect();
    (!ports.is_empty() && !ports.contains(&"")).then_some(ports)
}

fn judge<'t>(key: &'t str, written: &'t str) -> Option<Wrong<'t>> {
    let number = written.parse().ok().filter(|number: &u16| *number != 0);
    let reserved = match number {
        None => None,
        Some(number) => {
            let mut all = RESERVED.iter().chain([&AGENT.1]);
            Some(all.find(|reserved| reserved.number == number)?)
        }
    };
    Some(Wrong {
        key,
        written,
        reserved,
    })
}

/// Ports that pilot-agent asks in vain before Istio refuses them. Other targets replace the port.
fn unscraped(annotations: Labels<'_>, has_envoy: bool) -> Vec<Wrong<'_>> {
    if annotations
        .iter()
        .any(|(key, value)| is_called(key, TARGETS) && !value.is_empty())
    {
        return Vec::new();
    }
    annotations
        .iter()
        .filter(|(key, _)| has_envoy && is_called(key, PORT))
        .filter_map(|(key, written)| {
            let number: u16 = written.parse().ok()?;
            let mut bound = RESERVED.iter().filter(|reserved| reserved.is_always_bound);
            let reserved = bound.find(|reserved| reserved.number == number)?;
            Some(Wrong {
                key,
                written,
                reserved: Some(reserved),
            })
        })
        .collect()
}

fn texts(
    lang: Lang,
    workload: &Workload<'_>,
    wrong: &Wrong<'_>,
    is_refused: bool,
) -> (Severity, String) {
    let title = workload.object.title();
    let key = wrong.key;
    let Some(Reserved { number, what, .. }) = wrong.reserved else {
        let written = wrong.written;
        let message = say!(lang,
            en: "the annotation `{key}` of the pods of {title} names `{written}`, which is no number of a port: the injection webhook refuses these pods",
            zh: "{title} 的 Pod 的注解 `{key}` 指定了 `{written}`，它不是端口号：注入 Webhook 会拒绝这些 Pod");
        return (Severity::Error, message);
    };
    let what = what.get(lang);
    if is_refused {
        let message = say!(lang,
            en: "the annotation `{key}` of the pods of {title} names port {number} of the sidecar ({what}): the injection webhook refuses these pods",
            zh: "{title} 的 Pod 的注解 `{key}` 指定了 Sidecar 的端口 {number}（{what}）：注入 Webhook 会拒绝这些 Pod");
        (Severity::Error, message)
    } else {
        let message = say!(lang,
            en: "the annotation `{key}` of the pods of {title} names port {number} of the sidecar ({what}): pilot-agent asks the proxy there for the application's metrics, and Prometheus never gets them",
            zh: "{title} 的 Pod 的注解 `{key}` 指定了 Sidecar 的端口 {number}（{what}）：pilot-agent 会在该端口向代理抓取应用的指标，Prometheus 将无法获得这些指标");
        (RULE.severity, message)
    }
}

/// Whether injection moves the annotations to the agent.
fn is_merged(annotations: Labels<'_>) -> bool {
    let is_false = |value: &str| matches!(value, "0" | "f" | "F" | "false" | "FALSE" | "False");
    !annotations.iter().any(|(key, value)| {
        (key == "prometheus.istio.io/merge-metrics" && is_false(value))
            || (is_called(key, "prometheus_io_scrape") && is_false(value))
    })
}

/// Whether Prometheus knows an annotation by a name: all but letters, digits and `_` are `_` to it.
fn is_called(key: &str, name: &str) -> bool {
    key.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                byte
            } else {
                b'_'
            }
        })
        .eq(name.bytes())
}
