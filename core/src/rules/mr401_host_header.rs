//! MR401: a request to an address with a Host header.

use super::{
    Context, Findings, Need, Rule,
    address::{is_redirected, octets},
    memo::Memo,
    shell,
};
use crate::{
    Source,
    i18n::{Text, say},
    mesh::Redirection,
    model::{Command, Container},
    report::Severity,
    settings::DataPlane,
};

pub(super) static RULE: Rule = Rule {
    id: "MR401",
    name: "host-header",
    title: Text {
        en: "A request to an IP address with a Host header",
        zh: "向 IP 地址发送带有 Host 头的请求",
    },
    severity: Severity::Warning,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload],
    istioctl: &[],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Outbound traffic",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#outbound-traffic",
        },
        Source {
            title: "Istio, Understanding Traffic Routing: HTTP",
            url: "https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#http",
        },
    ],
    check,
};

/// A request in plain HTTP to an address with a Host header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    host: String,
    /// Of the command's words, the one with the header.
    header_at: usize,
    pub(super) address: String,
    pub(super) port: u16,
}

/// So many different requests of one script are named.
const MAX_REQUESTS: usize = 5;

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    let lang = context.lang;
    let mut memo = Memo::default();
    for (index, workload) in context.mesh.sidecar_workloads() {
        let is_redirected_at_all = Redirection::of(&workload.template) == Redirection::Envoy;
        if !is_redirected_at_all || workload.is_made_by_controller() {
            continue;
        }
        let application = workload.template.application_containers();
        // Ordinary init containers run before any proxy but a native sidecar.
        let is_early = context.mesh.has_native_sidecar(workload);
        let init = workload.template.ordinary_init_containers();
        for container in application.chain(init.filter(|_| is_early)) {
            for (command, request) in requests(container, &mut memo) {
                let Request {
                    host: written,
                    header_at,
                    address,
                    port,
                } = &request;
                let ip = octets(address, b'.').map(|(ip, _)| ip);
                if !is_redirected(&workload.template, ip, Some(*port)) {
                    continue;
                }
                let path = workload.word_path(container, command, *header_at);
                let name = container.name;
                // A variable's value is not known.
                let host = if written.contains('$') {
                    Text {
                        en: "the host in the header",
                        zh: "请求头中的主机",
                    }
                    .get(lang)
                    .to_owned()
                } else {
                    format!("`{written}`")
                };
                let message = say!(lang,
                    en: "container `{name}` sends a request to `{address}` with `Host: {written}`: the sidecar routes HTTP by the Host header, so it goes to {host} if the mesh knows that host at port {port}, whatever the address",
                    zh: "容器 `{name}` 向 `{address}` 发送带有 `Host: {written}` 的请求：Sidecar 根据 Host 头路由 HTTP，只要网格在端口 {port} 上有该主机，请求就会发往 {host}，而与 IP 地址无关");
                let assumption = context.assumption(index, workload);
                let help = say!(lang,
                    en: "Call the host that is meant by its name, and leave out the header. If the address is what counts, exclude it from redirection with the pod annotation `traffic.sidecar.istio.io/excludeOutboundIPRanges`.{assumption}",
                    zh: "请直接以名称访问目标主机，并去掉该请求头。如果确实要访问该地址，请用 Pod 注解 `traffic.sidecar.istio.io/excludeOutboundIPRanges` 将其排除在重定向之外。{assumption}");
                findings.add(RULE.severity, &workload.object, path, message, help);
            }
        }
    }
}

/// The requests in everything that a container runs, each with the list that holds its header and the word's index
/// there.
pub(super) fn requests<'c, 't>(
    container: &'c Container<'t>,
    memo: &mut Memo<Vec<Request>>,
) -> Vec<(&'c Command<'t>, Request)> {
    let mut found = Vec::new();
    let (main, others): (Vec<&Command<'_>>, Vec<&Command<'_>>) = container
        .commands
        .iter()
        .partition(|command| command.field.len() == 1);
    // `args` continue `command`.
    let lists = [main]
        .into_iter()
        .chain(others.into_iter().map(|one| vec![one]));
    for list in lists {
        let mut words: Vec<&str> = Vec::new();
        let mut places = Vec::new();
        let has_command = list.first().is_some_and(|first| first.field != ["args"]);
        if !has_command && is_curl(container) {
            words.push("curl");
            places.push(None);
        }
        for command in list {
            for (index, word) in &command.words {
                words.push(word);
                places.push(Some((command, *index)));
            }
        }
        let script = shell::script(&words);
        let requests = match script {
            Some(script) => memo.get(words[script], |script| all(&["sh", "-c", script])),
            None => all(&words),
        };
        for mut request in requests {
            let at = script.unwrap_or(request.header_at);
            if let Some(Some((command, index))) = places.get(at) {
                request.header_at = *index;
                found.push((*command, request));
            }
        }
    }
    found
}

/// Whether a container's image runs curl by itself.
fn is_curl(container: &Container<'_>) -> bool {
    let image = container.image.unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    last.split([':', '@']).next() == Some("curl")
}

/// The different requests of a list of words.
fn all(words: &[&str]) -> Vec<Request> {
    let mut found: Vec<Request> = Vec::new();
    shell::visit(words, &mut |command| {
        if found.len() == MAX_REQUESTS {
            return;
        }
        // Words before the program.
        let before = words.len().saturating_sub(command.len());
        let mut start = 1;
        // `--next` begins another request of curl.
        for options in command[1..].split(|word| matches!(*word, "--next" | "-:")) {
            if let Some(mut request) = request(command[0], options) {
                request.header_at += before + start;
                let is_known = |known: &Request| {
                    (&known.host, &known.address, known.port)
                        == (&request.host, &request.address, request.port)
                };
                if !found.iter().any(is_known) && found.len() < MAX_REQUESTS {
                    found.push(request);
                }
            }
            start += options.len() + 1;
        }
    });
    found
}

/// Options of curl and wget that take a word which may look like an address and is not where the request goes.
const OPTIONS_WITH_ADDRESS: [&str; 18] = [
    "bind-address",
    "body-data",
    "connect-to",
    "data",
    "data-binary",
    "data-raw",
    "dns-ipv4-addr",
    "dns-ipv6-addr",
    "dns-servers",
    "doh-url",
    "haproxy-clientip",
    "interface",
    "local-port",
    "noproxy",
    "output",
    "post-data",
    "referer",
    "resolve",
];

/// Options with which the request goes to something else first.
const DETOURS: [&str; 6] = [
    "preproxy",
    "proxy",
    "socks4",
    "socks5",
    "socks5-hostname",
    "unix-socket",
];

/// Letters of options that take a word, of curl and of wget.
const CURL_LETTERS: &str = "AbcCdDeEFHKmoPQrtTuUwxXyYz";
const WGET_LETTERS: &str = "aABDeiIlOoPQRtTUwX";

/// The request that a simple command sends, if it is one to an address with a Host header.
fn request(program: &str, arguments: &[&str]) -> Option<Request> {
    let program = shell::base_name(program);
    let letters = match program {
        "curl" => CURL_LETTERS,
        "wget" => WGET_LETTERS,
        "http" => "",
        _ => return None,
    };
    let mut host = None;
    let mut target = None;
    let mut words = arguments.iter().copied().zip(0..);
    while let Some((word, at)) = words.next() {
        if let Some(option) = word.strip_prefix("--") {
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some((value, at))),
                None => (option, None),
            };
            if DETOURS.contains(&name) {
                return None;
            }
            match name {
                "header" => host = host.or(header(value.or_else(|| words.next()))),
                "url" => target = target.or(address(value.or_else(|| words.next())?.0)),
                _ if value.is_none() && OPTIONS_WITH_ADDRESS.contains(&name) => {
                    words.next();
                }
                _ => {}
            }
        } else if let Some(options) = word.strip_prefix('-') {
            // Letters may be joined, and the last one's word to it.
            let Some((end, letter)) = options
                .char_indices()
                .find(|(_, letter)| letters.contains(*letter))
            else {
                continue;
            };
            let joined = &options[end + letter.len_utf8()..];
            let value = if joined.is_empty() {
                words.next()
            } else {
                Some((joined, at))
            };
            match (program, letter) {
                ("curl", 'H') => host = host.or(header(value)),
                ("curl", 'x') => return None,
                _ => {}
            }
        } else if let Some(found) = address(word) {
            target = target.or(Some(found));
        } else if program == "http" {
            host = host.or(header(Some((word, at))));
        }
    }
    let ((host, header_at), (address, port)) = (host?, target?);
    let named = host.split(':').next().unwrap_or_default();
    (named != address && host != address).then(|| Request {
        host: host.to_owned(),
        header_at,
        address: address.to_owned(),
        port,
    })
}

/// The host of a Host header, with the place of its word.
fn header(word: Option<(&str, usize)>) -> Option<(&str, usize)> {
    let (word, at) = word?;
    // Longer ones are no names of hosts.
    let (name, host) = word.get(..word.len().min(512))?.split_once(':')?;
    let host = host.trim();
    (name.trim().eq_ignore_ascii_case("host") && !host.is_empty() && host.len() <= 253)
        .then_some((host, at))
}

/// The address and port of a URL in plain HTTP whose host is an address, other than the pod's own.
fn address(url: &str) -> Option<(&str, u16)> {
    let rest = match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
        Some(_) => return None,
        None => url,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    if let Some(bracketed) = host.strip_prefix('[') {
        let (address, port) = bracketed.split_once(']')?;
        let is_address = address.contains("::") || address.matches(':').count() == 7;
        let digits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        let is_own = matches!(address, "::1" | "::");
        return (is_address && address.len() <= 45 && address.bytes().all(digits) && !is_own)
            .then_some((address, port_of(port)?));
    }
    let (numbers, end) = octets(host, b'.')?;
    // The node's own services are at link-local addresses.
    let is_own = numbers[0] == 127 || numbers == [0; 4] || numbers[..2] == [169, 254];
    (!is_own).then_some((&host[..end], port_of(&host[end..])?))
}

/// The port after an address: `:8080`, or nothing for 80.
fn port_of(text: &str) -> Option<u16> {
    match text.strip_prefix(':') {
        Some("") => Some(80),
        Some(port) => port.parse().ok(),
        None => text.is_empty().then_some(80),
    }
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn finds_requests_by_address_with_a_host() {
        for (script, expected) in [
            (r#"curl 1.2.3.4 -H "Host: x""#, &["x 1.2.3.4:80"][..]),
            (
                r#"curl -sSfH "host:x" http://1.2.3.4:8080/a?b"#,
                &["x 1.2.3.4:8080"],
            ),
            (r"/usr/bin/curl -HHost:x 1.2.3.4", &["x 1.2.3.4:80"]),
            (
                r#"curl -o /dev/null --header="Host: x" u:p@1.2.3.4"#,
                &["x 1.2.3.4:80"],
            ),
            (r"curl --url 1.2.3.4 --header 'Host: x'", &["x 1.2.3.4:80"]),
            (
                r"wget -qO- --header 'Host: x' http://1.2.3.4/",
                &["x 1.2.3.4:80"],
            ),
            (
                r"http --verify no GET 1.2.3.4:8080 Host:x",
                &["x 1.2.3.4:8080"],
            ),
            (
                r"curl -H 'Host: x' 'http://[fd00::1]:81/'",
                &["x fd00::1:81"],
            ),
            (
                r#"test "$(curl -H "Host: x" 1.2.3.4)" = 1"#,
                &["x 1.2.3.4:80"],
            ),
            (
                r#"timeout 5 sh -c "curl -H 'Host: x' 1.2.3.4""#,
                &["x 1.2.3.4:80"],
            ),
            (
                "curl -H 'Host: x' 1.2.3.4; curl -H 'Host: x' 1.2.3.4",
                &["x 1.2.3.4:80"],
            ),
            (
                "curl -H 'Host: x' 1.2.3.4; curl -H 'Host: y' 1.2.3.4",
                &["x 1.2.3.4:80", "y 1.2.3.4:80"],
            ),
            // The header and the address are of two commands.
            ("curl -H 'Host: x' y; curl 1.2.3.4", &[]),
            ("curl -H 'Host: x' y | wget 1.2.3.4", &[]),
            (
                "curl -H 'Host: x' 1.2.3.4 --next -H 'Host: y' 1.2.3.5 --next 1.2.3.6",
                &["x 1.2.3.4:80", "y 1.2.3.5:80"],
            ),
            ("curl -H 'Host: x' y --next 1.2.3.4", &[]),
            ("curl -H 'Host: x' --doh-url 1.2.3.4 y", &[]),
            ("curl -H 'Host: x' 169.254.169.254", &[]),
            // Not in plain HTTP, not another's address, not an address, not a Host header.
            ("curl -H 'Host: x' https://1.2.3.4", &[]),
            ("curl -H 'Host: x' 127.0.0.1:8080", &[]),
            ("curl -H 'Host: x' http://[::1]:8080", &[]),
            ("curl -H 'Host: x' http://1.2.3.4.example.com", &[]),
            ("curl -H 'Host: x' http://$IP", &[]),
            ("curl -H 'Host: 1.2.3.4:80' 1.2.3.4:80", &[]),
            ("curl -H 'Host:' 1.2.3.4", &[]),
            ("curl -H 'X-Host: x' 1.2.3.4", &[]),
            ("curl -H 'Host: x' -x 1.2.3.4:3128 y", &[]),
            ("curl -H 'Host: x' --resolve x:80:1.2.3.4 http://x", &[]),
            ("curl -H 'Host: x' --interface 1.2.3.4 http://x", &[]),
            ("echo curl -H 'Host: x' 1.2.3.4", &[]),
            ("# curl -H 'Host: x' 1.2.3.4", &[]),
        ] {
            let found: Vec<String> = all(&["sh", "-c", script])
                .iter()
                .map(|found| format!("{} {}:{}", found.host, found.address, found.port))
                .collect();
            assert_eq!(found, expected, "{script}");
        }
    }

    #[test]
    fn names_the_word_with_the_header() {
        for (words, at) in [
            (&["curl", "-H", "Host: x", "1.2.3.4"][..], 2),
            (&["timeout", "5", "curl", "-HHost: x", "1.2.3.4"], 3),
        ] {
            assert_eq!(all(words).first().map(|found| found.header_at), Some(at));
        }
    }
}
