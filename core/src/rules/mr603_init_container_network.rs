//! MR603: a container that may need the network before the proxy is there.

use super::{Context, Findings, Need, Repair, Rule, memo::Memo, name_list, proxy_identity, shell};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::{Index, Redirection},
    model::{Command, Container, PodTemplate, Workload},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR603",
    name: "init-container-network",
    title: Text {
        en: "A container that may need the network before the proxy is there",
        zh: "容器可能在代理就绪之前需要网络",
    },
    severity: Severity::Info,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Install the Istio CNI node agent: Compatibility with application init containers",
            url: "https://istio.io/latest/docs/setup/additional-setup/cni/#compatibility-with-application-init-containers",
        },
        Source {
            title: "Istio, Common problems: Pods or containers start with network issues if istio-proxy is not ready",
            url: "https://istio.io/latest/docs/ops/common-problems/injection/#pod-or-containers-start-with-network-issues-if-istio-proxy-is-not-ready",
        },
        Source {
            title: "Istio, pkg/kube/inject/webhook.go (reorderPod)",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/inject/webhook.go",
        },
    ],
    check,
};

const PROXY_CONFIG: &str = "proxy.istio.io/config";
const HOLD: &str = "holdApplicationUntilProxyStarts";

/// Programs that need the network, with the words after which they do; without such words always.
const NETWORK: [(&str, &[&str]); 7] = [
    ("apk", &["add", "update"]),
    ("apt-get", &["install", "update"]),
    ("curl", &[]),
    ("git", &["clone", "fetch", "pull"]),
    ("npm", &["ci", "install"]),
    ("pip", &["install"]),
    ("wget", &[]),
];

/// How commands name the pod itself, which no proxy is in the way of.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Programs and builtins that need no network.
const LOCAL: [&str; 82] = [
    ":",
    "[",
    "[[",
    "awk",
    "base64",
    "basename",
    "break",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "continue",
    "cp",
    "cut",
    "date",
    "dd",
    "declare",
    "dirname",
    "echo",
    "egrep",
    "envsubst",
    "exit",
    "export",
    "expr",
    "false",
    "find",
    "grep",
    "groupadd",
    "gunzip",
    "gzip",
    "head",
    "id",
    "install",
    "kill",
    "ln",
    "local",
    "ls",
    "md5sum",
    "mkdir",
    "mkfifo",
    "mktemp",
    "mv",
    "printenv",
    "printf",
    "pwd",
    "read",
    "readlink",
    "readonly",
    "realpath",
    "return",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "set",
    "sha256sum",
    "shift",
    "sleep",
    "sort",
    "stat",
    "sysctl",
    "tail",
    "tar",
    "tee",
    "test",
    "touch",
    "tr",
    "trap",
    "true",
    "type",
    "ulimit",
    "umask",
    "uname",
    "uniq",
    "unset",
    "unzip",
    "useradd",
    "wait",
    "wc",
    "which",
    "whoami",
];

/// Words of scripts that wait or try again.
const PATIENT: [&str; 4] = ["until ", "while ", "sleep ", "--retry"];

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let mut starts = Starts::default();
    for (index, workload) in context.mesh.sidecar_workloads() {
        let template = &workload.template;
        // A native sidecar is up before any other container starts.
        if workload.is_made_by_controller()
            || context.mesh.has_native_sidecar(workload)
            || Redirection::of(template) != Redirection::Envoy
        {
            continue;
        }
        if context.settings().cni && !lets_traffic_pass(template) {
            init_containers(context, index, workload, &mut starts, findings);
        }
        if !is_held(template) {
            early_containers(context, index, workload, &mut starts, findings);
        }
    }
}

/// With Istio CNI a pod's traffic is redirected from its beginning, and the proxy comes after the init containers.
/// (Without it, istio-init is the last of them.)
fn init_containers<'t>(
    context: &Context<'_, 't>,
    index: Index,
    workload: &'t Workload<'t>,
    starts: &mut Starts,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let containers: Vec<&Container<'_>> = workload
        .template
        .ordinary_init_containers()
        .filter(|container| !proxy_identity::passes(context, workload, container))
        .filter(|container| starts.may_call(container))
        .collect();
    let Some(first) = containers.first() else {
        return;
    };
    let names: Vec<String> = containers
        .iter()
        .map(|container| format!("`{}`", container.name))
        .collect();
    let names = name_list(&names, lang);
    let title = workload.object.title();
    let message = if containers.len() == 1 {
        say!(lang,
            en: "init container {names} of {title} runs before the proxy, while Istio CNI redirects its traffic there already: connections that it opens fail",
            zh: "{title} 的 Init 容器 {names} 在代理之前运行，而此时 Istio CNI 已将其流量重定向到代理：它发起的连接会失败")
    } else {
        say!(lang,
            en: "init containers {names} of {title} run before the proxy, while Istio CNI redirects their traffic there already: connections that they open fail",
            zh: "{title} 的 Init 容器 {names} 在代理之前运行，而此时 Istio CNI 已将其流量重定向到代理：它们发起的连接会失败")
    };
    let assumption = context.assumption(index, workload);
    let help = say!(lang,
        en: "Use native sidecars, which start before init containers. Or, if the container needs the network, run it as the proxy's UID (`runAsUser: 1337`), or name what it calls in the pod annotation `traffic.sidecar.istio.io/excludeOutboundIPRanges` or `excludeOutboundPorts`, which holds for the application, too.{assumption}",
        zh: "请使用在 Init 容器之前启动的原生 Sidecar。如果容器需要网络，也可以让它以代理的 UID 运行（`runAsUser: 1337`），或在 Pod 注解 `traffic.sidecar.istio.io/excludeOutboundIPRanges` 或 `excludeOutboundPorts` 中列出其访问目标（这对应用同样生效）。{assumption}");
    let path = workload.container_path(first);
    findings.add(RULE.severity, &workload.object, path, message, help);
}

/// Without native sidecars the application's containers start beside the proxy.
fn early_containers<'t>(
    context: &Context<'_, 't>,
    index: Index,
    workload: &'t Workload<'t>,
    starts: &mut Starts,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    for container in workload.template.application_containers() {
        if proxy_identity::passes(context, workload, container) {
            continue;
        }
        let (name, title) = (container.name, workload.object.title());
        let path = workload.container_path(container);
        let (path, message) = if starts.hook_may_call(container) {
            let message = if post_start(container).is_some() {
                say!(lang,
                    en: "the `postStart` hook of container `{name}` of {title} may run before the proxy is ready: connections that it opens then fail",
                    zh: "{title} 的容器 `{name}` 的 `postStart` 钩子可能在代理就绪之前运行：此时它发起的连接会失败")
            } else {
                say!(lang,
                    en: "the kubelet's request for the `postStart` hook of container `{name}` of {title} is redirected to the proxy, which may not be ready: the hook then fails, and the container is killed",
                    zh: "kubelet 为 {title} 的容器 `{name}` 的 `postStart` 钩子发出的请求会被重定向到代理，而代理可能尚未就绪：此时钩子失败，容器会被终止")
            };
            (path.key("lifecycle").key("postStart"), message)
        } else if let Some((field, program)) = starts.calls_at_once(container) {
            (
                path.key(field),
                say!(lang,
                    en: "container `{name}` of {title} runs `{program}` as it starts, maybe before the proxy is ready: its connections then fail",
                    zh: "{title} 的容器 `{name}` 启动时即运行 `{program}`，可能早于代理就绪：此时其连接会失败"),
            )
        } else {
            continue;
        };
        let assumption = context.assumption(index, workload);
        let help = say!(lang,
            en: "Use native sidecars, or set `{HOLD}: true` in the pod annotation `{PROXY_CONFIG}`: containers then wait for the proxy. Taken to be off for the mesh, which is the default; if the mesh configuration sets it, switch this rule off.{assumption}",
            zh: "请使用原生 Sidecar，或在 Pod 注解 `{PROXY_CONFIG}` 中设置 `{HOLD}: true`，让容器等待代理就绪。此处按默认值认为网格未启用该选项；如果网格配置已启用，请关闭此规则。{assumption}");
        let finding = findings.add(RULE.severity, &workload.object, path, message, help);
        let annotations = workload.template_path().key("metadata").key("annotations");
        if workload.template.annotations.get(PROXY_CONFIG).is_none() {
            let title = say!(lang,
                en: "Add the annotation `{PROXY_CONFIG}` with `{HOLD}: true` to the pod template",
                zh: "在 Pod 模板中添加注解 `{PROXY_CONFIG}`，内容为 `{HOLD}: true`");
            let repair = Repair::offered(title);
            finding.repair(repair.set(annotations.key(PROXY_CONFIG), format!("{HOLD}: true")));
        }
    }
}

/// Whether annotations keep some outbound traffic from the proxy, which may be what init containers need.
fn lets_traffic_pass(template: &PodTemplate<'_>) -> bool {
    let annotation = |key| template.annotations.get(key).map(str::trim);
    let excludes = [
        "traffic.sidecar.istio.io/excludeOutboundIPRanges",
        "traffic.sidecar.istio.io/excludeOutboundPorts",
    ];
    excludes
        .into_iter()
        .any(|key| annotation(key).is_some_and(|list| !list.is_empty()))
        || annotation("traffic.sidecar.istio.io/includeOutboundIPRanges")
            .is_some_and(|ranges| ranges != "*")
}

/// Whether containers wait for the proxy: the annotation says so, or the proxy is there already and has the hook for
/// which they wait.
fn is_held(template: &PodTemplate<'_>) -> bool {
    let configured = template.annotations.get(PROXY_CONFIG).unwrap_or_default();
    let after = configured.split_once(HOLD).map_or("", |(_, after)| after);
    after
        .trim_start_matches(['"', '\'', ':', ' '])
        .starts_with("true")
        || template
            .containers
            .iter()
            .any(|container| container.name == "istio-proxy" && container.has_post_start)
}

/// What containers run as they start, each long text read once.
#[derive(Default)]
struct Starts {
    scripts: Memo<bool>,
    commands: Memo<Option<&'static str>>,
}

impl Starts {
    /// Whether a container has a `postStart` hook that may open connections: a request, or a program that is not
    /// known to need none.
    fn hook_may_call(&mut self, container: &Container<'_>) -> bool {
        let Some(exec) = post_start(container) else {
            return container.has_post_start;
        };
        self.words_may_call(&words(exec))
    }

    /// Whether a container may open connections as it runs. What an image runs by itself is not known.
    fn may_call(&mut self, container: &Container<'_>) -> bool {
        let (all, own) = command_and_args(container);
        own == 0 || self.words_may_call(&all)
    }

    fn words_may_call(&mut self, words: &[&str]) -> bool {
        let may_call = |words: &[&str]| {
            let mut may_call = false;
            shell::visit(words, &mut |command| may_call |= !is_local(command));
            may_call
        };
        match shell::script(words) {
            Some(script) => self
                .scripts
                .get(words[script], |script| may_call(&["sh", "-c", script])),
            None => may_call(words),
        }
    }

    /// The program that uses the network at once, and the field that names it.
    fn calls_at_once(&mut self, container: &Container<'_>) -> Option<(&'static str, &'static str)> {
        let (all, own) = command_and_args(container);
        let called = |words: &[&str]| {
            let mut called = None;
            shell::visit(words, &mut |command| {
                called = called.or_else(|| network_program(command));
            });
            called
        };
        let (at, program) = if let Some(at) = shell::script(&all) {
            let script = self.commands.get(all[at], |script| {
                let is_patient = PATIENT.iter().any(|word| script.contains(word));
                called(&["sh", "-c", script]).filter(|_| !is_patient)
            });
            (at, script?)
        } else {
            let is_patient = all.iter().any(|word| word.starts_with("--retry"));
            (shell::program(&all)?, called(&all).filter(|_| !is_patient)?)
        };
        Some((if at < own { "command" } else { "args" }, program))
    }
}

/// The program of a simple command, if it needs the network beyond the pod.
fn network_program(command: &[&str]) -> Option<&'static str> {
    let (program, arguments) = command.split_first()?;
    let name = shell::base_name(program);
    let (program, words) = NETWORK.into_iter().find(|(program, _)| *program == name)?;
    let is_meant = words.is_empty() || arguments.iter().any(|word| words.contains(word));
    (is_meant && !is_loopback(command)).then_some(program)
}

/// Whether a simple command needs no network beyond the pod.
fn is_local(command: &[&str]) -> bool {
    let runs_another = |word: &&str| ["-exec", "-execdir", "-ok"].contains(word);
    let is_socket = |word: &&str| word.contains("/dev/tcp/") || word.contains("/dev/udp/");
    let name = command.first().map_or("", |first| shell::base_name(first));
    let needs_none = LOCAL.contains(&name)
        && !(name == "find" && command.iter().any(runs_another))
        && !command.iter().any(is_socket);
    needs_none || is_loopback(command)
}

fn is_loopback(command: &[&str]) -> bool {
    let is_named = |word: &&str| LOOPBACK.iter().any(|name| word.contains(name));
    command.iter().any(is_named)
}

/// What a container's `postStart` hook executes.
fn post_start<'c, 't>(container: &'c Container<'t>) -> Option<&'c Command<'t>> {
    let mut commands = container.commands.iter();
    commands.find(|command| command.field.get(1) == Some(&"postStart"))
}

/// The words of a container's command and arguments, and how many are the command's.
fn command_and_args<'t>(container: &Container<'t>) -> (Vec<&'t str>, usize) {
    let of = |field: &str| {
        let mut commands = container.commands.iter();
        commands.find(|command| command.field == [field])
    };
    let mut all = of("command").map(words).unwrap_or_default();
    let own = all.len();
    all.extend(of("args").map(words).unwrap_or_default());
    (all, own)
}

fn words<'t>(command: &Command<'t>) -> Vec<&'t str> {
    command.words.iter().map(|(_, word)| *word).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_local, network_program};

    #[test]
    fn tells_programs_that_need_the_network() {
        for (command, expected) in [
            (&["/usr/bin/curl", "http://a"][..], Some("curl")),
            (&["git", "-c", "a=b", "clone", "a"], Some("git")),
            (&["npm", "ci"], Some("npm")),
            (&["npm", "start"], None),
            (&["git", "config", "a", "b"], None),
            (&["curl", "http://localhost:8080/"], None),
            (&["wget", "127.0.0.1:8080"], None),
            (&["shopd"], None),
            (&[], None),
        ] {
            assert_eq!(network_program(command), expected, "{command:?}");
        }
    }
    #[test]
    fn tells_commands_that_need_none() {
        for (command, expected) in [
            (&["/bin/chown", "-R", "app", "/data"][..], true),
            (&["sysctl", "-w", "net.core.somaxconn=1024"], true),
            (&["curl", "http://localhost:8080/"], true),
            (&["find", "/data", "-type", "f"], true),
            (&["find", "/data", "-exec", "curl", "http://a"], false),
            (&["echo", "a", ">/dev/tcp/a/80"], false),
            (&["curl", "http://a"], false),
            (&["sh", "/scripts/init.sh"], false),
        ] {
            assert_eq!(is_local(command), expected, "{command:?}");
        }
    }
}
