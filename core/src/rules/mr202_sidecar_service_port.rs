//! MR202: a Service port for HTTP on a port that clients' sidecars keep for themselves.

use super::{Context, Findings, Need, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Class, Protocol},
    path::Path,
    report::Severity,
    settings::{DataPlane, Version},
};

pub(super) static RULE: Rule = Rule {
    id: "MR202",
    name: "sidecar-service-port",
    title: Text {
        en: "A Service port for HTTP on a port that clients' sidecars skip",
        zh: "使用 HTTP 的 Service 端口被客户端 Sidecar 跳过",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Service],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, pilot/pkg/model/context.go",
            url: "https://github.com/istio/istio/blob/master/pilot/pkg/model/context.go",
        },
        Source {
            title: "Istio issue 36040: outbound traffic on reserved ports ends at the sidecar",
            url: "https://github.com/istio/istio/issues/36040",
        },
        Source {
            title: "Istio issue 49905: Service on port 15021 cannot be accessed",
            url: "https://github.com/istio/istio/issues/49905",
        },
    ],
    check,
};

/// A port on which every sidecar listens at every address, where clients' listeners for HTTP would be, too.
struct Reserved {
    number: i64,
    what: Text,
    /// First minor version of Istio 1 in which sidecars skip the Service port. Before, Envoy refused both listeners.
    skipped_since: u16,
    /// What a call gets there.
    answer: Text,
}

const SERVES: Text = Text {
    en: "calls to it are answered by the caller's own sidecar, which listens there itself",
    zh: "对它的调用会由调用方自己的 Sidecar 应答，因为该 Sidecar 自身就监听此端口",
};

const DROPS: Text = Text {
    en: "calls to it end in the caller's own sidecar, which listens there itself and drops them",
    zh: "对它的调用会终止于调用方自己的 Sidecar：该 Sidecar 自身就监听此端口，并会丢弃这些连接",
};

const RESERVED: [Reserved; 4] = [
    Reserved {
        number: 15001,
        what: Text {
            en: "Envoy outbound",
            zh: "Envoy 出站",
        },
        skipped_since: 21,
        answer: DROPS,
    },
    Reserved {
        number: 15006,
        what: Text {
            en: "Envoy inbound",
            zh: "Envoy 入站",
        },
        skipped_since: 21,
        answer: DROPS,
    },
    Reserved {
        number: 15021,
        what: Text {
            en: "health checks",
            zh: "健康检查",
        },
        skipped_since: 19,
        answer: SERVES,
    },
    Reserved {
        number: 15090,
        what: Text {
            en: "Envoy Prometheus telemetry",
            zh: "Envoy Prometheus 遥测",
        },
        skipped_since: 19,
        answer: SERVES,
    },
];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let settings = context.settings();
    // Clients that were not given are what the settings take them for.
    let has_sidecar = context.mesh.sidecar_workloads().next().is_some();
    let is_assumed = settings.data_plane == DataPlane::Sidecar && settings.assume_injected;
    if !has_sidecar && !is_assumed {
        return;
    }
    let assumption = if has_sidecar {
        String::new()
    } else if context.is_cluster() {
        say!(lang,
            en: " No client with a sidecar is known; there are taken to be some (`assumeInjected: true`).",
            zh: "不了解是否有带有 Sidecar 的客户端，假定存在这样的客户端（`assumeInjected: true`）。")
    } else {
        say!(lang,
            en: " No client with a sidecar was given; there are taken to be some (`assumeInjected: true`).",
            zh: "未提供带有 Sidecar 的客户端，因此假定存在这样的客户端（`assumeInjected: true`）。")
    };
    for service in &context.mesh.model.services {
        for port in &service.ports {
            let is_http =
                Protocol::of(port).is_some_and(|protocol| protocol.class() == Class::Http);
            let Some(reserved) = RESERVED
                .iter()
                .find(|reserved| is_http && reserved.number == port.port)
            else {
                continue;
            };
            let (name, number) = (service.object.name, port.port);
            let (what, answer) = (reserved.what.get(lang), reserved.answer.get(lang));
            let is_skipped = settings.istio_version
                >= Version {
                    major: 1,
                    minor: reserved.skipped_since,
                };
            let (severity, message) = if is_skipped {
                let message = say!(lang,
                    en: "port {number} of Service `{name}` is declared as HTTP, but sidecars keep that port for themselves ({what}): clients get no listener for it, and {answer}",
                    zh: "Service `{name}` 的端口 {number} 声明为 HTTP，但 Sidecar 自身占用该端口（{what}）：客户端没有对应的监听器，{answer}");
                (RULE.severity, message)
            } else {
                let version = settings.istio_version;
                let message = say!(lang,
                    en: "port {number} of Service `{name}` is declared as HTTP, but sidecars keep that port for themselves ({what}): in Istio {version} the sidecar of every client refuses the second listener on it",
                    zh: "Service `{name}` 的端口 {number} 声明为 HTTP，但 Sidecar 自身占用该端口（{what}）：在 Istio {version} 中，每个客户端的 Sidecar 都会拒绝该端口上的第二个监听器");
                (Severity::Error, message)
            };
            let help = say!(lang,
                en: "Give the Service port another number, such as 80; the target port may stay as it is.{assumption}",
                zh: "请为该 Service 端口改用其他端口号，例如 80；目标端口可以保持不变。{assumption}");
            let path = Path::default()
                .key("spec")
                .key("ports")
                .index(port.index)
                .key("port");
            findings.add(severity, &service.object, path, message, help);
        }
    }
}
