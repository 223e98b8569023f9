//! Which Service ports carry a protocol in which the server speaks first.
//!
//! Sources: Istio, "Server First Protocols" (25, 53, 3306, 27017) and issue 28623 (NATS); the other ports are
//! registered for FTP, SSH, POP3, IMAP, message submission and RFB, whose servers all greet first.

use crate::{
    i18n::{Lang, say},
    mesh::{Class, Protocol, Target, target_port},
    model::{Container, ServicePort, Workload},
};

/// Of those, where the client speaks as early: detection works, and only a port that is parsed as HTTP breaks.
/// (DNS and MongoDB are in Istio's list all the same; in SSH both sides begin, RFC 4253, section 4.2.)
const CLIENT_SPEAKS: [i64; 3] = [22, 53, 27017];

/// Ports of server-first protocols, by what they carry.
const PORTS: [(i64, &str); 11] = [
    (21, "FTP"),
    (22, "SSH"),
    (25, "SMTP"),
    (53, "DNS"),
    (110, "POP3"),
    (143, "IMAP"),
    (587, "SMTP"),
    (3306, "MySQL"),
    (4222, "NATS"),
    (5900, "VNC"),
    (27017, "MongoDB"),
];

/// Last path segments of images whose servers speak first, and the port on which they do. Exact: exporters and
/// consoles do not.
const IMAGES: [(&str, &str, i64); 13] = [
    ("mysql", "MySQL", 3306),
    ("mysql-server", "MySQL", 3306),
    ("mariadb", "MySQL", 3306),
    ("mariadb-galera", "MySQL", 3306),
    ("percona", "MySQL", 3306),
    ("percona-server", "MySQL", 3306),
    ("percona-xtradb-cluster", "MySQL", 3306),
    ("nats", "NATS", 4222),
    ("nats-server", "NATS", 4222),
    ("postfix", "SMTP", 25),
    ("exim", "SMTP", 25),
    ("exim4", "SMTP", 25),
    ("vsftpd", "FTP", 21),
];

/// Why a port counts as server-first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence<'t> {
    /// By its number, or that of its target port.
    Port(i64),
    /// By the image of the container behind it.
    Image(&'t str),
    /// By its declaration as MySQL.
    Declared,
}

/// A server-first protocol on a Service port.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServerFirst<'t> {
    pub(super) protocol: &'static str,
    pub(super) evidence: Evidence<'t>,
    /// The port on the pod.
    pub(super) target: i64,
}

impl ServerFirst<'_> {
    /// What tells the protocol, in brackets; empty when the Service port itself does.
    pub(super) fn evidence(&self, port: &ServicePort<'_>, lang: Lang) -> String {
        match self.evidence {
            Evidence::Port(by) if by == port.port => String::new(),
            Evidence::Port(target) => {
                say!(lang, en: " (target port {target})", zh: "（目标端口 {target}）")
            }
            Evidence::Image(image) => {
                say!(lang, en: " (image `{image}`)", zh: "（镜像 `{image}`）")
            }
            Evidence::Declared => say!(lang, en: " (as declared)", zh: "（如其声明）"),
        }
    }
}

/// What a Service port carries on one workload, if that is a server-first protocol and the port is not of class tcp.
pub(super) fn undeclared<'t>(
    port: &ServicePort<'_>,
    workload: &Workload<'t>,
) -> Option<ServerFirst<'t>> {
    let class = Protocol::of(port)?.class();
    match class {
        Class::Http => by_port(port, workload, true),
        // HTTP beside a database (its metrics, a console) is ordinary, so images tell something of others alone.
        Class::Auto => by_port(port, workload, false).or_else(|| by_image(port, workload)),
        Class::Tcp | Class::None => None,
    }
}

/// What a Service port of class tcp carries on one workload, if that is a protocol in which the client waits for the
/// server, so that nothing can be told from the client's first bytes. What is declared as TLS begins with the client.
pub(super) fn declared<'t>(
    port: &ServicePort<'_>,
    workload: &Workload<'t>,
) -> Option<ServerFirst<'t>> {
    let protocol = Protocol::of(port)?;
    if !matches!(protocol, Protocol::Tcp | Protocol::MySql) {
        return None;
    }
    by_port(port, workload, false)
        .or_else(|| by_image(port, workload))
        .or_else(|| by_declaration(port, workload))
}

/// By `mysql` alone: a suffix may tell of something beside the database, such as its metrics.
fn by_declaration<'t>(port: &ServicePort<'_>, workload: &Workload<'_>) -> Option<ServerFirst<'t>> {
    let declared = port.app_protocol.or(port.name)?;
    let target = target_port(port, workload)?;
    declared
        .eq_ignore_ascii_case("mysql")
        .then_some(ServerFirst {
            protocol: "MySQL",
            evidence: Evidence::Declared,
            target: target.number,
        })
}

/// By the number of the port or of its target port. `client_speaks` lets those count in which the client speaks as
/// early as the server.
fn by_port<'t>(
    port: &ServicePort<'_>,
    workload: &Workload<'t>,
    client_speaks: bool,
) -> Option<ServerFirst<'t>> {
    let target = target_port(port, workload)?;
    [port.port, target.number].into_iter().find_map(|number| {
        let (_, protocol) = PORTS.iter().find(|(listed, _)| {
            *listed == number && (client_speaks || !CLIENT_SPEAKS.contains(listed))
        })?;
        Some(ServerFirst {
            protocol,
            evidence: Evidence::Port(number),
            target: target.number,
        })
    })
}

/// By the image of the container behind the port.
fn by_image<'t>(port: &ServicePort<'_>, workload: &Workload<'t>) -> Option<ServerFirst<'t>> {
    let target = target_port(port, workload)?;
    let container = behind(&target, workload)?;
    let image = container.image?;
    let name = image_name(image);
    let (_, protocol, main_port) = IMAGES.iter().find(|(listed, ..)| *listed == name)?;
    // Such images open ports for other things, too: monitoring, clustering, a console.
    let is_only_port = container.ports.len() <= 1;
    (is_only_port || target.number == *main_port).then_some(ServerFirst {
        protocol,
        evidence: Evidence::Image(image),
        target: target.number,
    })
}

/// The container that declares the target port; when none does, the only one there is.
fn behind<'w, 't>(
    target: &Target<'w, 't>,
    workload: &'w Workload<'t>,
) -> Option<&'w Container<'t>> {
    if let Some((container, _)) = target.declared {
        return (!container.is_istio()).then_some(container);
    }
    let mut containers = workload.template.application_containers();
    containers.next().filter(|_| containers.next().is_none())
}

/// The last path segment of an image, without tag and digest.
fn image_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    last.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::image_name;

    #[test]
    fn takes_the_image_name_alone() {
        for (image, name) in [
            ("mysql", "mysql"),
            ("mysql:8.4", "mysql"),
            ("registry.example:5000/db/mysql@sha256:00", "mysql"),
            ("bitnami/mongodb-exporter:0.4", "mongodb-exporter"),
        ] {
            assert_eq!(image_name(image), name);
        }
    }
}
