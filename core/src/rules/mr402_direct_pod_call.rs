//! MR402: an address that may be a pod's, where Services are called by name.

use super::{
    Context, Findings, Rule,
    address::{Ranges, covers, is_redirected, octets},
    memo::Memo,
    mr401_host_header::{self, Request},
    name_list,
};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Index, Membership, Redirection},
    model::{Command, Object, PodTemplate, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};
use rustc_hash::FxHashMap;

pub(super) static RULE: Rule = Rule {
    id: "MR402",
    name: "direct-pod-call",
    title: Text {
        en: "An address that may be a pod's in place of a Service's name",
        zh: "使用了可能属于 Pod 的地址，而不是 Service 名称",
    },
    severity: Severity::Info,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Outbound traffic",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#outbound-traffic",
        },
        Source {
            title: "Istio, Understanding Traffic Routing: Unmatched traffic",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#unmatched-traffic",
        },
        Source {
            title: "Kubernetes, DNS for Services and Pods: Pods",
            url: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pods",
        },
    ],
    check,
};

/// Ranges from which clusters number their pods. Addresses outside of them are not said to be a pod's.
const PRIVATE: [&str; 4] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
];

/// Ports of what is called by address in every cluster and is no application's pod: DNS, and the API server.
const OTHER_PORTS: [u16; 2] = [53, 6443];

/// Words of a name which say that its value is no pod that is called: the own address, or one by which others call; a
/// proxy, or what is called without one; where images come from. Words with a space between them stand side by side.
const NO_CALL: [&str; 34] = [
    "advertise",
    "advertised",
    "all proxy",
    "allowed origin",
    "announce",
    "announced",
    "bind",
    "binding",
    "callback",
    "container registry",
    "cors",
    "docker registry",
    "external",
    "ftp proxy",
    "http proxy",
    "https proxy",
    "image",
    "images",
    "image registry",
    "insecure registries",
    "insecure registry",
    "listen",
    "listener",
    "listeners",
    "listens",
    "no proxy",
    "noproxy",
    "origins",
    "public",
    "redirect",
    "registry mirror",
    "registry mirrors",
    "root uri",
    "root url",
];

/// So far before an address such a word may stand.
const NEAR: usize = 64;

/// So many different addresses of one text are named.
const MAX_NAMED: usize = 5;

/// An address that may be a pod's.
#[derive(Clone, Copy, Debug)]
struct Address<'t> {
    /// As written, without the scheme.
    text: &'t str,
    ip: [u8; 4],
    /// The port after it, else that of the scheme.
    port: Option<u16>,
}

/// The addresses in texts, and those that are known to be no pod's.
struct Scanner<'t> {
    memo: Memo<Vec<Address<'t>>>,
    known: Ranges,
    requests: Memo<Vec<Request>>,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let mut scanner = Scanner {
        memo: Memo::default(),
        known: known(context),
        requests: Memo::default(),
    };
    // Of each namespace with workloads, the first that is in the mesh.
    let mut namespaces: FxHashMap<&str, Vec<Index>> = FxHashMap::default();
    for (index, workload) in context.mesh.workloads() {
        let first = namespaces.entry(workload.object.namespace).or_default();
        if !context.mesh.membership(index).is_in_mesh() {
            continue;
        }
        if first.is_empty() {
            first.push(index);
        }
        if !workload.is_made_by_controller() {
            check_workload(context, index, workload, &mut scanner, findings);
        }
    }
    check_config_maps(context, &namespaces, &mut scanner, findings);
}

/// Addresses of Services, and of what manifests say is outside of the cluster.
fn known(context: &Context<'_, '_>) -> Ranges {
    let mut known = Ranges::default();
    for service in &context.mesh.model.services {
        let cluster_ips = service.cluster_ips.iter().copied();
        cluster_ips
            .chain(service.outside_addresses())
            .for_each(|address| known.add(address));
    }
    for addresses in &context.mesh.model.addresses {
        let service = addresses.service;
        let service = service.and_then(|name| {
            let found = context.mesh.service(addresses.object.namespace, name);
            found.map(|(_, service)| service)
        });
        // What a selector finds are pods.
        if service.is_none_or(|service| service.selector.is_empty()) {
            addresses.list.iter().for_each(|address| known.add(address));
        }
    }
    known
}

fn check_workload<'t>(
    context: &Context<'_, 't>,
    index: Index,
    workload: &'t Workload<'t>,
    scanner: &mut Scanner<'t>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let template = &workload.template;
    let membership = context.mesh.membership(index);
    if membership.is_sidecar() && Redirection::of(template) != Redirection::Envoy {
        return;
    }
    // Ordinary init containers run before any proxy but a native sidecar.
    let has_proxy = !membership.is_sidecar() || context.mesh.has_native_sidecar(workload);
    let init = template.ordinary_init_containers();
    let containers = template
        .application_containers()
        .chain(init.filter(|_| has_proxy));
    let pods = Pods {
        lang,
        is_cluster: context.is_cluster(),
        membership,
        assumption: context.assumption(index, workload),
    };
    for container in containers {
        let name = container.name;
        for (position, variable, value) in &container.env {
            if is_no_call(variable) || variable.starts_with("KUBERNETES_") {
                continue;
            }
            let mut found = scanner.addresses(value);
            found.retain(|address| pods.are_redirected(template, address));
            if found.is_empty() {
                continue;
            }
            let place = say!(lang,
                en: "variable `{variable}` of container `{name}`",
                zh: "容器 `{name}` 的变量 `{variable}`");
            let path = workload.container_path(container);
            let path = path.key("env").index(*position).key("value");
            pods.report(&workload.object, path, &place, &found, findings);
        }
        let requests = if membership.is_sidecar() {
            mr401_host_header::requests(container, &mut scanner.requests)
        } else {
            Vec::new()
        };
        for command in &container.commands {
            let mut previous = "";
            for (position, word) in &command.words {
                // An option and its word.
                let is_no_call = previous.starts_with('-') && is_no_call(previous);
                previous = word;
                if is_no_call {
                    continue;
                }
                let mut found = scanner.addresses(word);
                found.retain(|address| {
                    // Such a request is routed by its Host header: MR401 speaks of it.
                    let is_routed = requests
                        .iter()
                        .any(|(of, request)| is_one_list(of, command) && address.is_of(request));
                    !is_routed && pods.are_redirected(template, address)
                });
                if found.is_empty() {
                    continue;
                }
                let field = command.field.join(".");
                let place = say!(lang,
                    en: "`{field}` of container `{name}`",
                    zh: "容器 `{name}` 的 `{field}`");
                let path = workload.word_path(container, command, *position);
                pods.report(&workload.object, path, &place, &found, findings);
            }
        }
    }
}

/// ConfigMaps of namespaces in the mesh, which their workloads may read.
fn check_config_maps<'t>(
    context: &Context<'_, 't>,
    namespaces: &FxHashMap<&str, Vec<Index>>,
    scanner: &mut Scanner<'t>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    for config_map in &context.mesh.model.config_maps {
        let object = &config_map.object;
        let membership = match namespaces.get(object.namespace).map(Vec::as_slice) {
            Some([first, ..]) => context.mesh.membership(*first),
            Some([]) => continue,
            None => context.mesh.membership_in(object),
        };
        if !membership.is_in_mesh() {
            continue;
        }
        let pods = Pods {
            lang,
            is_cluster: context.is_cluster(),
            membership,
            assumption: context.assumption_of(membership, object.namespace),
        };
        for (key, value) in config_map.data.iter() {
            // The name of a whole file says nothing of a line in it.
            if !value.trim_end().contains('\n') && is_no_call(key) {
                continue;
            }
            let found = scanner.addresses(value);
            if found.is_empty() {
                continue;
            }
            let place = say!(lang, en: "`{key}`", zh: "`{key}`");
            let path = Path::default().key("data").key(key);
            pods.report(object, path, &place, &found, findings);
        }
    }
}

/// Whose calls a finding speaks of.
struct Pods {
    lang: Lang,
    /// Whether there are no manifests that could say more.
    is_cluster: bool,
    membership: Membership,
    assumption: String,
}

/// Whether two lists of words are of one command; arguments go on where it ends.
fn is_one_list(left: &Command<'_>, right: &Command<'_>) -> bool {
    left.field == right.field || left.field.len() == 1 && right.field.len() == 1
}

impl Address<'_> {
    /// Whether a request goes to it.
    fn is_of(&self, request: &Request) -> bool {
        self.port == Some(request.port)
            && octets(&request.address, b'.').is_some_and(|(ip, _)| ip == self.ip)
    }
}

impl Pods {
    /// Whether calls of an address reach the sidecar. ztunnel gets all of them.
    fn are_redirected(&self, template: &PodTemplate<'_>, address: &Address<'_>) -> bool {
        !self.membership.is_sidecar() || is_redirected(template, Some(address.ip), address.port)
    }

    fn report<'t>(
        &self,
        object: &Object<'t>,
        path: Path<'t>,
        place: &str,
        found: &[Address<'_>],
        findings: &mut Findings<'t>,
    ) {
        let lang = self.lang;
        let shown: Vec<String> = found.iter().map(|one| format!("`{}`", one.text)).collect();
        let list = name_list(&shown, lang);
        let consequence = if self.membership.is_sidecar() {
            Text {
                en: "unless a headless Service has the pod with a TCP port, the sidecar passes calls to its address through, without mutual TLS, routing and full telemetry, so that a server in mode `STRICT` refuses them",
                zh: "除非该 Pod 属于带有 TCP 端口的无头 Service，Sidecar 会透传对其地址的调用，不使用双向 TLS，也没有路由和完整的遥测，`STRICT` 模式的服务端会拒绝这样的调用",
            }
        } else {
            Text {
                en: "calls to a pod's address are not balanced, and pass by the waypoint of its Service",
                zh: "对 Pod 地址的调用没有负载均衡，也不经过其 Service 的 waypoint",
            }
        }
        .get(lang);
        let are_pods = found.iter().all(|one| one.text.contains(".pod"));
        let message = match (are_pods, found.len()) {
            (true, _) => say!(lang,
                en: "{place} names pods by address ({list}): {consequence}",
                zh: "{place} 通过地址指定 Pod（{list}）：{consequence}"),
            (false, 1) if self.is_cluster => say!(lang,
                en: "{place} holds the private address {list}, which is not known to be of a Service or of a host outside, and which may be a pod's: {consequence}",
                zh: "{place} 包含私有地址 {list}，不清楚它是否属于某个 Service 或集群外的主机，它可能属于 Pod：{consequence}"),
            (false, _) if self.is_cluster => say!(lang,
                en: "{place} holds private addresses ({list}) which are not known to be of a Service or of a host outside, and which may be those of pods: {consequence}",
                zh: "{place} 包含私有地址（{list}），不清楚它们是否属于某个 Service 或集群外的主机，它们可能属于 Pod：{consequence}"),
            (false, 1) => say!(lang,
                en: "{place} holds the private address {list}, which the manifests give to no Service and no host outside, and which may be a pod's: {consequence}",
                zh: "{place} 包含私有地址 {list}，清单没有说明它属于某个 Service 或集群外的主机，它可能属于 Pod：{consequence}"),
            (false, _) => say!(lang,
                en: "{place} holds private addresses ({list}) which the manifests give to no Service and no host outside, and which may be those of pods: {consequence}",
                zh: "{place} 包含私有地址（{list}），清单没有说明它们属于某个 Service 或集群外的主机，它们可能属于 Pod：{consequence}"),
        };
        let assumption = &self.assumption;
        let blocked = if self.membership.is_sidecar() {
            Text {
                en: " With the outbound traffic policy `REGISTRY_ONLY` the sidecar blocks what it would pass through.",
                zh: "如果出站流量策略是 `REGISTRY_ONLY`，Sidecar 会阻止本应透传的调用。",
            }
            .get(lang)
        } else {
            ""
        };
        let unseen = if self.is_cluster {
            Text {
                en: "a Service that is not known here",
                zh: "此处不了解的 Service ",
            }
        } else {
            Text {
                en: "a Service that was not given",
                zh: "未提供的 Service ",
            }
        }
        .get(lang);
        let help = say!(lang,
            en: "Call a Service by its name (`<service>.<namespace>`); a pod's address changes whenever the pod is replaced. If this is a host outside of the cluster, describe it with a ServiceEntry; if it is the cluster IP of {unseen}, nothing is wrong.{blocked}{assumption}",
            zh: "请通过名称（`<service>.<namespace>`）调用 Service；Pod 被替换后其地址就会改变。如果这是集群外的主机，请用 ServiceEntry 描述它；如果这是{unseen}的集群 IP，则没有问题。{blocked}{assumption}");
        findings.add(RULE.severity, object, path, message, help);
    }
}

/// Whether a name says that its value is no pod that is called.
fn is_no_call(name: &str) -> bool {
    let name = name.get(..name.len().min(NEAR)).unwrap_or_default();
    let words = words(name);
    // With LDAP, to bind is to log in.
    let is_ldap = words.contains(" ldap") || words.contains(" ldaps ");
    words.ends_with(" proxy ")
        || NO_CALL.iter().any(|no_call| {
            let is_space = |at: usize| words.as_bytes().get(at) == Some(&b' ');
            let mut found = words.match_indices(no_call);
            !(is_ldap && no_call.starts_with("bind"))
                && found.any(|(at, _)| is_space(at.wrapping_sub(1)) && is_space(at + no_call.len()))
        })
}

/// The words of a name in small letters, each between two spaces: `--bindAddr` and `BIND_ADDR` are ` bind addr `.
fn words(name: &str) -> String {
    let mut words = String::from(" ");
    let mut is_small = false;
    for char in name.chars() {
        let ends = !char.is_ascii_alphanumeric() || (is_small && char.is_ascii_uppercase());
        if ends && !words.ends_with(' ') {
            words.push(' ');
        }
        is_small = char.is_ascii_lowercase();
        if char.is_ascii_alphanumeric() {
            words.push(char.to_ascii_lowercase());
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

impl<'t> Scanner<'t> {
    /// The different addresses in a text that may be pods', as written.
    fn addresses(&mut self, text: &'t str) -> Vec<Address<'t>> {
        let Self { memo, known, .. } = self;
        memo.get(text, |text| scan(text, known))
    }
}

/// Reads a text once, line by line, so that the cost grows with its length alone.
fn scan<'t>(text: &'t str, known: &Ranges) -> Vec<Address<'t>> {
    let mut found: Vec<Address<'_>> = Vec::new();
    let mut is_comment = false;
    for line in text.lines() {
        let mut rest = without_comment(line);
        // Comments of XML may go on for lines.
        while !rest.is_empty() {
            let (part, after) = if is_comment {
                ("", rest.split_once("-->").map(|(_, after)| after))
            } else {
                rest.split_once("<!--")
                    .map_or((rest, None), |(part, after)| (part, Some(after)))
            };
            scan_line(part, known, &mut found);
            if found.len() == MAX_NAMED {
                return found;
            }
            if after.is_some() {
                is_comment = !is_comment;
            }
            rest = after.unwrap_or_default();
        }
    }
    found
}

fn scan_line<'t>(line: &'t str, known: &Ranges, found: &mut Vec<Address<'t>>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() && found.len() < MAX_NAMED {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let address = match at.checked_sub(1).map(|before| bytes[before]) {
            Some(before) if is_of_word(before) => None,
            _ => pod_name(line, at).or_else(|| pod_address(line, at, known)),
        };
        if let Some(address) = address
            && !found.iter().any(|known| known.text == address.text)
        {
            found.push(address);
        }
        // Digits within a number begin nothing.
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
    }
}

/// A line up to its comment.
fn without_comment(line: &str) -> &str {
    let start = line.trim_start();
    if start.starts_with(['#', ';']) || start.starts_with("//") {
        return "";
    }
    let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let bytes = line.as_bytes();
    let begins = |at: &usize| {
        is_space(bytes.get(at.wrapping_sub(1)))
            && (bytes[*at] == b'#'
                || bytes[*at..].starts_with(b"//") && is_space(bytes.get(at + 2)))
    };
    let comment = (0..bytes.len()).find(begins);
    comment.map_or(line, |at| &line[..at])
}

/// Whether a character beside an address makes it a part of something else: a name, a version.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

/// A pod's DNS name: `10-1-2-3.shop.pod.cluster.local`, with another domain of the cluster, or as far as `pod`, which
/// the search list completes.
fn pod_name(line: &str, at: usize) -> Option<Address<'_>> {
    let rest = &line[at..];
    let (ip, end) = octets(rest, b'-')?;
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    // No name of a host is longer.
    let name = rest.bytes().take(253);
    let name = &rest[..name.take_while(|byte| is_of_name(byte)).count()];
    let name = name.trim_end_matches('.');
    let (namespace, rest) = name.get(end..)?.strip_prefix('.')?.split_once('.')?;
    let is_pod = !namespace.is_empty() && rest.split('.').next() == Some("pod");
    is_pod.then_some(Address {
        text: name,
        ip,
        port: None,
    })
}

/// A private address with a scheme or a port, as written without the scheme.
fn pod_address<'t>(line: &'t str, at: usize, known: &Ranges) -> Option<Address<'t>> {
    let rest = &line[at..];
    let (ip, end) = octets(rest, b'.')?;
    let is_private = PRIVATE.iter().any(|range| covers(range, ip));
    // The first and last of a network belong to no pod.
    if !is_private || matches!(ip[3], 0 | 255) || known.cover(ip) {
        return None;
    }
    let before = &line[..at];
    let after = &rest[end..];
    let scheme = scheme(before);
    let port = after.strip_prefix(':').map_or("", |after| {
        let digits = after.bytes().take(6).take_while(u8::is_ascii_digit);
        &after[..digits.count()]
    });
    let port: Option<u16> = port.parse().ok().filter(|port| *port != 0);
    let end = match port {
        Some(port) if OTHER_PORTS.contains(&port) => return None,
        Some(_) => end + 1 + after[1..].bytes().take_while(u8::is_ascii_digit).count(),
        None if scheme.is_some() => end,
        None => return None,
    };
    let next = rest.as_bytes().get(end).copied();
    let goes_on = match next {
        // The end of a sentence.
        Some(b'.') => rest
            .as_bytes()
            .get(end + 1)
            .is_some_and(|byte| is_of_word(*byte)),
        Some(byte) => is_of_word(byte),
        None => false,
    };
    let is_image = scheme.is_none() && is_image(&rest[end..]);
    (!goes_on && !is_image && !is_no_call_here(before)).then(|| Address {
        text: &rest[..end],
        ip,
        port: port.or(match scheme {
            Some("http" | "ws") => Some(80),
            Some("https" | "wss") => Some(443),
            _ => None,
        }),
    })
}

/// Whether what follows a registry's address makes it the name of an image: `/shop:1.0`.
fn is_image(after: &str) -> bool {
    let is_of_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    let name = after.bytes().take(256).take_while(is_of_name).count();
    after.starts_with('/') && after[name..].starts_with([':', '@'])
}

/// The scheme of a text that ends as a URL before its host: with `://`, or with a user after it.
fn scheme(before: &str) -> Option<&str> {
    let near = before.len().saturating_sub(NEAR);
    let near = before.get(near..)?;
    let is_outside = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '=' | ',');
    let scheme = match near.strip_suffix('@') {
        Some(url) => url.rsplit(is_outside).next()?.rsplit_once("://")?.0,
        None => near.strip_suffix("://")?,
    };
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'+';
    let length = scheme.bytes().rev().take_while(is_of_scheme).count();
    Some(&scheme[scheme.len() - length..])
}

/// Whether what stands shortly before an address in its statement says that it is no pod that is called: the key that
/// it is a value of, else all of the statement.
fn is_no_call_here(before: &str) -> bool {
    let mut near = before.len().saturating_sub(NEAR);
    while !before.is_char_boundary(near) {
        near += 1;
    }
    let statement = before[near..]
        .rsplit([';', '{', '}'])
        .next()
        .unwrap_or_default();
    let bytes = statement.as_bytes();
    // Another option begins.
    let option = bytes
        .windows(2)
        .rposition(|two| two[0].is_ascii_whitespace() && two[1] == b'-');
    let statement = &statement[option.map_or(0, |at| at + 1)..];
    let bytes = statement.as_bytes();
    let is_end = |at: &usize| match bytes[*at] {
        b'=' => true,
        b':' => matches!(bytes.get(at + 1), Some(b' ' | b'\t' | b'"' | b'\'')),
        _ => false,
    };
    let Some(end) = (0..bytes.len()).rev().find(is_end) else {
        return is_no_call(statement);
    };
    let key = statement[..end].trim_end_matches([' ', '\t', '"', '\'']);
    let is_outside = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | ',' | '[');
    key.rsplit(is_outside).next().is_some_and(is_no_call)
}

#[cfg(test)]
mod tests {
    use super::{Ranges, is_no_call, scan};

    #[test]
    fn finds_addresses_that_may_be_pods() {
        for (text, expected) in [
            ("http://10.1.2.3", &["10.1.2.3"][..]),
            ("http://10.1.2.3:8080/a", &["10.1.2.3:8080"]),
            ("10.1.2.3:8080", &["10.1.2.3:8080"]),
            ("redis://:secret@10.1.2.3/0", &["10.1.2.3"]),
            ("u:p@tcp(172.16.0.9:3306)/db", &["172.16.0.9:3306"]),
            (
                "192.168.1.2:80,100.64.0.7:81",
                &["192.168.1.2:80", "100.64.0.7:81"],
            ),
            ("a 10.1.2.3:80 b 10.1.2.3:80", &["10.1.2.3:80"]),
            ("server 10.1.2.3:80;", &["10.1.2.3:80"]),
            ("See http://10.1.2.3.", &["10.1.2.3"]),
            (
                "10-1-2-3.shop.pod.cluster.local",
                &["10-1-2-3.shop.pod.cluster.local"],
            ),
            ("http://10-1-2-3.shop.pod:80/", &["10-1-2-3.shop.pod"]),
            ("listen 10.1.2.3:80; server 10.1.2.4:80", &["10.1.2.4:80"]),
            (
                "10-1-2-3.shop.pod.example.com",
                &["10-1-2-3.shop.pod.example.com"],
            ),
            // Addresses of others, and what is no address.
            ("http://8.8.8.8", &[]),
            ("172.32.0.1:80", &[]),
            ("100.128.0.1:80", &[]),
            ("0.0.0.0:8080", &[]),
            ("127.0.0.1:8080", &[]),
            ("http://10.96.0.99:80", &[]),
            ("10.96.0.10:53", &[]),
            ("https://10.0.0.1:6443", &[]),
            ("10.0.0.0/8,10.1.2.3,10.1.2.3/32", &[]),
            ("10.1.2.0:80", &[]),
            ("v10.1.2.3:80", &[]),
            ("1.10.1.2.3:80", &[]),
            ("10.1.2.3.4:80", &[]),
            ("image:10.1.2.3-alpine", &[]),
            ("10.1.2.3:latest", &[]),
            ("10.1.2.3:80a", &[]),
            ("10.1.2.3:99999", &[]),
            ("10.1.2.300:80", &[]),
            ("http://10.1.2.3.example.com", &[]),
            ("10-1-2-3.example.com", &[]),
            ("10-1-2-3.shop.svc.cluster.local", &[]),
            ("listen 10.1.2.3:80", &[]),
            ("--bind-address=10.1.2.3:80", &[]),
            ("export NO_PROXY=10.1.2.3:80", &[]),
            ("# server 10.1.2.3:80", &[]),
            ("a # 10.1.2.3:80", &[]),
            ("a // 10.1.2.3:80", &[]),
            (
                "<!-- 10.1.2.3:80\n10.1.2.4:80 -->10.1.2.5:80",
                &["10.1.2.5:80"],
            ),
            ("ldap_bind_url: ldap://10.1.2.3", &["10.1.2.3"]),
            (
                "public_url: http://10.1.2.3, next: http://10.1.2.4",
                &["10.1.2.4"],
            ),
            ("allowed-origins=http://10.1.2.3,http://10.1.2.4", &[]),
            ("a --external-url http://10.1.2.3", &[]),
            ("a --public=b --peer http://10.1.2.3", &["10.1.2.3"]),
            ("http://b/login?redirect_uri=http://10.1.2.3/c", &[]),
            ("proxy_pass http://10.1.2.3:80;", &["10.1.2.3:80"]),
            ("pull 10.1.2.3:5000/shop:1.0", &[]),
            ("10.1.2.3:5000/shop", &["10.1.2.3:5000"]),
            ("http://10.1.2.3/v1:search", &["10.1.2.3"]),
            ("", &[]),
        ] {
            let mut known = Ranges::default();
            known.add("10.96.0.99");
            let found: Vec<&str> = scan(text, &known).iter().map(|one| one.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn knows_names_of_no_call() {
        for (name, expected) in [
            ("HTTP_PROXY", true),
            ("https_proxy", true),
            ("--proxy", true),
            ("RELATED_IMAGE_SHOP", true),
            ("--docker-image", true),
            ("--registry-mirror", true),
            ("GF_SERVER_ROOT_URL", true),
            ("CORS_ALLOWED_ORIGINS", true),
            ("--external-url", true),
            ("REDIS_ANNOUNCE", true),
            ("redirectUri", true),
            ("--listenAddress", true),
            ("NO_PROXY", true),
            ("LDAP_BIND_URL", false),
            ("UNBIND_URL", false),
            ("PUBLICATION_URL", false),
            ("PROXY_BACKEND", false),
            ("SCHEMA_REGISTRY_URL", false),
            ("", false),
        ] {
            assert_eq!(is_no_call(name), expected, "{name}");
        }
    }
}
