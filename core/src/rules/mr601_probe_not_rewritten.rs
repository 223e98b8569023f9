//! MR601: a probe that the sidecar answers, or refuses, in the application's place.

use super::{
    Context, Findings, Need, Repair, Rule,
    mtls_source::{mtls_source, relate_mtls},
    name_list,
};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Class, Index, Mtls, Protocol, Redirection, bypassing_annotation, target_port},
    model::{Container, MtlsMode, PortRef, Probe, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR601",
    name: "probe-not-rewritten",
    title: Text {
        en: "A probe that the sidecar answers, or refuses, in the application's place",
        zh: "探针未被改写，由 Sidecar 而不是应用响应",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Health Checking of Istio Services",
            url: "https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/",
        },
        Source {
            title: "Istio, pilot/pkg/networking/core/filterchain_options.go",
            url: "https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/filterchain_options.go",
        },
        Source {
            title: "Istio, pkg/kube/inject/app_probe.go",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/inject/app_probe.go",
        },
    ],
    check,
};

const REWRITE: &str = "sidecar.istio.io/rewriteAppHTTPProbers";

/// Ports of the sidecar's own that are never redirected.
const NOT_REDIRECTED: [i64; 3] = [15020, 15021, 15090];

/// What becomes of a probe that reaches the sidecar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The port accepts mutual TLS alone.
    Refused,
    /// It speaks TLS of the application's own, to a port that takes HTTP alone.
    Mismatched,
    /// The sidecar forwards it, as long as plain text is accepted.
    Forwarded,
    /// The same for TLS of the application's own.
    ForwardedTls,
    /// The connection is all that is checked, and the sidecar takes it.
    Answered,
}

/// A probe, or a hook, that reaches the sidecar.
struct Reached<'t> {
    container: &'t Container<'t>,
    probe: &'t Probe<'t>,
    is_hook: bool,
    number: i64,
    mtls: Mtls<'t>,
    fate: Fate,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    for (index, workload) in context.mesh.sidecar_workloads() {
        let template = &workload.template;
        // What Go's `ParseBool` takes for false.
        let is_off = template
            .annotations
            .get(REWRITE)
            .is_some_and(|value| matches!(value, "0" | "f" | "F" | "false" | "FALSE" | "False"));
        if !is_off || Redirection::of(template) != Redirection::Envoy {
            continue;
        }
        let reached: Vec<Reached<'t>> = template
            .application_containers()
            .flat_map(|container| {
                let probes = container.probes.iter().map(|probe| (probe, false));
                let all = probes.chain(container.hooks.iter().map(|hook| (hook, true)));
                all.map(move |(probe, is_hook)| (container, probe, is_hook))
            })
            // With a host it goes past the pod.
            .filter(|(_, probe, _)| probe.host.is_none())
            .filter_map(|(container, probe, is_hook)| {
                reach(context, index, container, probe, is_hook)
            })
            // Hooks count where they fail.
            .filter(|reached| {
                !reached.is_hook || matches!(reached.fate, Fate::Refused | Fate::Mismatched)
            })
            .collect();
        for fate in [
            Fate::Refused,
            Fate::Mismatched,
            Fate::Forwarded,
            Fate::ForwardedTls,
            Fate::Answered,
        ] {
            let probes: Vec<_> = reached.iter().filter(|probe| probe.fate == fate).collect();
            let Some(first) = probes.first() else {
                continue;
            };
            let names: Vec<String> = probes
                .iter()
                .map(|probe| probe.name(context.lang))
                .collect();
            let names = name_list(&names, context.lang);
            let (severity, message) = message(context, workload, first, &names);
            let assumption = context.assumption(index, workload);
            let path = workload
                .template_path()
                .key("metadata")
                .key("annotations")
                .key(REWRITE);
            let help = help(context.lang, &assumption);
            let repair = Repair::offered(say!(context.lang,
                en: "Let Istio rewrite the probes: `{REWRITE}: \"true\"`",
                zh: "让 Istio 改写探针：`{REWRITE}: \"true\"`"))
            .set(path.clone(), "true".to_owned());
            let finding = findings.add(severity, &workload.object, path, message, help);
            finding.repair(repair);
            for probe in &probes {
                let path = probe.path(workload);
                finding.related(&workload.object, path, probe.name(context.lang));
            }
            if fate != Fate::Answered {
                relate_mtls(context, &first.mtls, finding);
            }
        }
    }
}

/// Where a probe goes, if the kubelet's connection is redirected to the sidecar.
fn reach<'t>(
    context: &Context<'_, 't>,
    index: Index,
    container: &'t Container<'t>,
    probe: &'t Probe<'t>,
    is_hook: bool,
) -> Option<Reached<'t>> {
    let workload = &context.mesh.model.workloads[index];
    let number = match probe.port {
        PortRef::Number(number) => number,
        // The kubelet looks among the ports of the container itself.
        PortRef::Name(name) => {
            container
                .ports
                .iter()
                .find(|port| port.name == Some(name))?
                .number
        }
    };
    let is_redirected = !NOT_REDIRECTED.contains(&number)
        && bypassing_annotation(&workload.template, number).is_none();
    // Exported from a cluster, it may have been rewritten before.
    let is_rewritten = probe
        .path
        .is_some_and(|path| path.starts_with("/app-health/"));
    if !is_redirected || is_rewritten {
        return None;
    }
    let mtls = context.mesh.mtls(workload, number);
    let fate = match (probe.handler, mtls.mode) {
        ("tcpSocket", _) => Fate::Answered,
        (_, MtlsMode::Strict) => Fate::Refused,
        _ if !probe.is_https => Fate::Forwarded,
        _ if takes_http_alone(context, index, number) => Fate::Mismatched,
        _ => Fate::ForwardedTls,
    };
    Some(Reached {
        container,
        probe,
        is_hook,
        number,
        mtls,
        fate,
    })
}

/// Whether every Service port that leads to a target port is declared as HTTP, and there is one.
///
/// Source: Istio, `pilot/pkg/networking/core/filterchain_options.go`: such a port has no filter chain for TLS other than
/// the mesh's.
fn takes_http_alone(context: &Context<'_, '_>, index: Index, number: i64) -> bool {
    let workload = &context.mesh.model.workloads[index];
    let mut classes = context
        .mesh
        .services_of(index)
        .flat_map(|(_, service)| &service.ports)
        .filter(|port| target_port(port, workload).is_some_and(|target| target.number == number))
        .filter_map(|port| Some(Protocol::of(port)?.class()))
        .peekable();
    classes.peek().is_some() && classes.all(|class| class == Class::Http)
}

impl<'t> Reached<'t> {
    fn name(&self, lang: Lang) -> String {
        let (field, handler, number) = (self.probe.field, self.probe.handler, self.number);
        let container = self.container.name;
        say!(lang,
            en: "the {field} of container `{container}` ({handler}, port {number})",
            zh: "容器 `{container}` 的 {field}（{handler}，端口 {number}）")
    }

    fn path(&self, workload: &'t Workload<'t>) -> Path<'t> {
        let container = workload.container_path(self.container);
        let parent = if self.is_hook {
            container.key("lifecycle")
        } else {
            container
        };
        parent
            .key(self.probe.field)
            .key(self.probe.handler)
            .key("port")
    }
}

fn message(
    context: &Context<'_, '_>,
    workload: &Workload<'_>,
    first: &Reached<'_>,
    names: &str,
) -> (Severity, String) {
    let title = workload.object.title();
    let lang = context.lang;
    let source = mtls_source(context, &first.mtls);
    let mode = first.mtls.mode.word();
    match first.fate {
        Fate::Refused => (
            RULE.severity,
            say!(lang,
                en: "in {title}, Istio does not rewrite {names}: the kubelet has no certificate of the mesh, and the sidecar refuses it, since the mode is {mode} ({source}), so it always fails",
                zh: "在 {title} 中，Istio 不会改写{names}：kubelet 没有网格证书，而模式为 {mode}（{source}），Sidecar 会拒绝它，因此始终失败"),
        ),
        Fate::Mismatched => (
            RULE.severity,
            say!(lang,
                en: "in {title}, Istio does not rewrite {names}: the kubelet speaks TLS, but the Service declares the port as HTTP, and in mode {mode} ({source}) the sidecar takes plain HTTP there and the mesh's mutual TLS at most, so it always fails",
                zh: "在 {title} 中，Istio 不会改写{names}：kubelet 使用 TLS，但 Service 将该端口声明为 HTTP，在模式为 {mode}（{source}）时，Sidecar 在此至多接受明文 HTTP 和网格的双向 TLS，因此始终失败"),
        ),
        Fate::ForwardedTls => (
            Severity::Warning,
            say!(lang,
                en: "in {title}, Istio does not rewrite {names}: the kubelet reaches the application through the sidecar, which passes its TLS on while the mode is {mode} ({source}) and refuses it as soon as it is STRICT",
                zh: "在 {title} 中，Istio 不会改写{names}：kubelet 经 Sidecar 到达应用，模式为 {mode}（{source}）时 Sidecar 会透传其 TLS，一旦变为 STRICT 就会拒绝"),
        ),
        Fate::Forwarded => (
            Severity::Warning,
            say!(lang,
                en: "in {title}, Istio does not rewrite {names}: the kubelet reaches the application through the sidecar, in plain text, which works while the mode is {mode} ({source}) and fails as soon as it is STRICT",
                zh: "在 {title} 中，Istio 不会改写{names}：kubelet 以明文经 Sidecar 到达应用，在模式为 {mode}（{source}）时可行，一旦变为 STRICT 就会失败"),
        ),
        Fate::Answered => (
            Severity::Warning,
            say!(lang,
                en: "in {title}, Istio does not rewrite {names}: the sidecar accepts every connection, so the probe succeeds even when the application does not listen",
                zh: "在 {title} 中，Istio 不会改写{names}：Sidecar 会接受任何连接，因此即使应用没有监听，探测也会成功"),
        ),
    }
}

fn help(lang: Lang, assumption: &str) -> String {
    say!(lang,
        en: "Remove the annotation `{REWRITE}` or set it to \"true\": the probes then go to the agent beside the application, which asks it directly. Or use an `exec` probe, or exclude the probe's port with `traffic.sidecar.istio.io/excludeInboundPorts` if nothing else uses it.{assumption}",
        zh: "请删除注解 `{REWRITE}` 或将其设为 \"true\"：探针会改为访问应用旁边的代理进程（pilot-agent），由它直接询问应用。也可以使用 `exec` 探针，或者在没有其他流量使用探针端口时，用 `traffic.sidecar.istio.io/excludeInboundPorts` 排除该端口。{assumption}")
}
