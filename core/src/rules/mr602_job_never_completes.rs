//! MR602: a Job that its sidecar keeps running.

use super::{Context, Findings, Need, Repair, Rule, memo::Memo, mr507_dns_policy};
use crate::{
    Source,
    i18n::{Text, say},
    manifest::{Scalar, Value},
    mesh::{Basis, Redirection},
    model::{Container, Workload, WorkloadKind},
    report::Severity,
    settings::{DataPlane, Settings, Version},
};

pub(super) static RULE: Rule = Rule {
    id: "MR602",
    name: "job-never-completes",
    title: Text {
        en: "A Job that its sidecar keeps running",
        zh: "Sidecar 使 Job 无法结束",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio blog, Kubernetes Native Sidecars in Istio",
            url: "https://istio.io/latest/blog/2023/native-sidecars/",
        },
        Source {
            title: "Istio, pilot/cmd/pilot-agent/status/server.go (/quitquitquit)",
            url: "https://github.com/istio/istio/blob/master/pilot/cmd/pilot-agent/status/server.go",
        },
        Source {
            title: "Istio, manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
            url: "https://github.com/istio/istio/blob/master/manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
        },
    ],
    check,
};

const NATIVE_SIDECAR: &str = "sidecar.istio.io/nativeSidecar";

/// What commands that end the sidecar name: the agent's own request, the agent to be killed, and a wrapper that does
/// the one or the other.
const ENDS_THE_SIDECAR: [&str; 3] = ["quitquitquit", "pilot-agent", "scuttle"];

/// What a wrapper is told by the environment: where Istio's agent and Envoy take requests.
const WRAPPER_VARIABLES: [&str; 2] = ["ISTIO_QUIT_API", "ENVOY_ADMIN_API"];

/// Programs that end others by name, which needs a process namespace that the containers share.
const KILLS: [&str; 2] = ["pkill", "killall"];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let mut memo = Memo::default();
    for (index, workload) in context.mesh.sidecar_workloads() {
        let is_job = matches!(workload.kind, WorkloadKind::Job | WorkloadKind::CronJob);
        if !is_job
            || has_ended(workload)
            || is_native(context, workload)
            || ends_the_sidecar(workload, &mut memo)
        {
            continue;
        }
        let title = workload.object.title();
        let message = say!(lang,
            en: "`istio-proxy` goes on running when the containers of {title} have ended, and no command here calls `/quitquitquit`: the Job does not complete",
            zh: "{title} 的容器结束后 `istio-proxy` 仍会继续运行，且此处没有命令调用 `/quitquitquit`：Job 无法完成");
        let assumption = context.assumption(index, workload);
        let quit = say!(lang,
            en: "`curl -fsI -X POST http://localhost:15020/quitquitquit` as the last thing that the application does",
            zh: "在应用最后执行 `curl -fsI -X POST http://localhost:15020/quitquitquit`");
        let is_agent = Redirection::of(&workload.template) == Redirection::AgentOnly;
        let can_be_native = can_be_native(context.settings()) && !is_agent;
        let is_there = proxy(workload).is_some();
        let help = if is_agent {
            say!(lang,
                en: "The agent of the template `grpc-agent` is an ordinary container. End it by {quit}.{assumption}",
                zh: "模板 `grpc-agent` 的代理是普通容器。请{quit} 以结束它。{assumption}")
        } else if is_there {
            say!(lang,
                en: "Take `istio-proxy` out of the manifest and let Istio inject it as a native sidecar, which Kubernetes ends after the containers. Or end it by {quit}.{assumption}",
                zh: "请从清单中移除 `istio-proxy`，由 Istio 将其注入为原生 Sidecar，Kubernetes 会在容器结束后终止它。也可{quit} 以结束它。{assumption}")
        } else if can_be_native {
            say!(lang,
                en: "Set the pod annotation `{NATIVE_SIDECAR}: \"true\"`: Kubernetes ends a native sidecar after the containers. Or end it by {quit}.{assumption}",
                zh: "请设置 Pod 注解 `{NATIVE_SIDECAR}: \"true\"`：Kubernetes 会在容器结束后终止原生 Sidecar。也可{quit} 以结束它。{assumption}")
        } else {
            say!(lang,
                en: "Native sidecars, which Kubernetes ends after the containers, need Kubernetes 1.29 and Istio 1.25 for the annotation `{NATIVE_SIDECAR}` (see `kubernetesVersion`, `istioVersion`). Until then end the sidecar by {quit}.{assumption}",
                zh: "Kubernetes 会在容器结束后终止原生 Sidecar，但注解 `{NATIVE_SIDECAR}` 需要 Kubernetes 1.29 和 Istio 1.25（参见 `kubernetesVersion`、`istioVersion`）。在此之前，请{quit} 以结束 Sidecar。{assumption}")
        };
        let annotation = workload
            .template_path()
            .key("metadata")
            .key("annotations")
            .key(NATIVE_SIDECAR);
        let place = annotation.clone();
        let finding = findings.add(RULE.severity, &workload.object, place, message, help);
        if can_be_native && !is_there {
            let title = say!(lang,
                en: "Set the annotation `{NATIVE_SIDECAR}: \"true\"` in the pod template",
                zh: "在 Pod 模板中设置注解 `{NATIVE_SIDECAR}: \"true\"`");
            finding.repair(Repair::offered(title).set(annotation, "true".to_owned()));
        }
    }
}

/// Whether Kubernetes ends the proxy after the containers. The agent without a proxy is always an ordinary container. A
/// proxy that is there already stays what it is, unless the webhook sees the pod once more: then it moves the proxy.
fn is_native(context: &Context<'_, '_>, workload: &Workload<'_>) -> bool {
    let template = &workload.template;
    let is_wanted = context.mesh.has_native_sidecar(workload)
        && Redirection::of(template) != Redirection::AgentOnly;
    match proxy(workload) {
        Some(proxy) if proxy.is_native_sidecar => true,
        Some(_) => is_wanted && context.mesh.injection(workload) == Ok(Basis::Stated),
        None => is_wanted,
    }
}

/// The proxy, if it is there already. With `image: auto` it is not.
fn proxy<'w, 't>(workload: &'w Workload<'t>) -> Option<&'w Container<'t>> {
    let mut containers = workload.template.containers.iter();
    containers.find(|container| {
        container.name == "istio-proxy" && container.image.is_some_and(|image| image != "auto")
    })
}

/// Whether the annotation for native sidecars has an effect: Kubernetes has them by default from 1.29.
fn can_be_native(settings: &Settings) -> bool {
    let at_least = |version: Version, minor| version >= Version { major: 1, minor };
    at_least(settings.kubernetes_version, 29) && at_least(settings.istio_version, 25)
}

/// Whether it is over, or one of a CronJob's, which is judged where it is made.
fn has_ended(workload: &Workload<'_>) -> bool {
    let object = &workload.object;
    let is_made = object.controller.is_some_and(|(kind, _)| kind == "CronJob");
    let status = object.root.get("status");
    let conditions = status.and_then(|status| status.get("conditions"));
    let mut conditions = conditions.into_iter().flat_map(Value::items);
    is_made
        || conditions.any(|condition| {
            let text = |key| condition.get(key).and_then(Value::text);
            matches!(text("type"), Some("Complete" | "Failed")) && text("status") == Some("True")
        })
}

fn ends_the_sidecar(workload: &Workload<'_>, memo: &mut Memo<(bool, bool, bool)>) -> bool {
    let mut containers = workload.template.containers.iter();
    if containers.any(|container| !container.is_istio() && is_wrapped(container)) {
        return true;
    }
    let containers = workload.template.containers.iter();
    let shares_processes = mr507_dns_policy::pod_spec(workload.object.root)
        .and_then(|spec| spec.get("shareProcessNamespace")?.scalar())
        == Some(Scalar::Bool(true));
    let mut words = containers
        .filter(|container| !container.is_istio())
        .flat_map(|container| &container.commands)
        .flat_map(|command| &command.words);
    let mut kills = false;
    words.any(|(_, word)| {
        let (ends, kills_here, is_proxy) = memo.get(word, |word| {
            (
                ENDS_THE_SIDECAR.iter().any(|name| word.contains(name)),
                KILLS.iter().any(|name| word.contains(name)),
                word.contains("envoy"),
            )
        });
        kills |= kills_here;
        ends || shares_processes && kills && is_proxy
    })
}

/// Whether a wrapper in the image is told where to end the sidecar.
fn is_wrapped(container: &Container<'_>) -> bool {
    let mut env = container.env.iter();
    env.any(|(_, name, _)| WRAPPER_VARIABLES.contains(name))
}
