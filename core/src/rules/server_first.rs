//! Which Service ports carry a protocol in which the server speaks first.
//!
//! Sources: Istio, "Server First Protocols" (25, 53, 3306, 27017) and issue 28623 (NATS); the other ports are
//! registered for FTP, SSH, POP3, IMAP, message submission and RFB, whose servers all greet first.

use crate::{
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
}

/// A server-first protocol on a Service port that Istio does not take for TCP.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServerFirst<'t> {
    pub(super) protocol: &'static str,
    pub(super) evidence: Evidence<'t>,
    /// The port on the pod.
    pub(super) target: i64,
}

/// What a Service port carries on one workload, if that is a server-first protocol and the port is not of class tcp.
pub(super) fn undeclared<'t>(
    port: &ServicePort<'_>,
    workload: &Workload<'t>,
) -> Option<ServerFirst<'t>> {
    let class = Protocol::of(port)?.class();
    if matches!(class, Class::Tcp | Class::None) {
        return None;
    }
    let target = target_port(port, workload)?;
    for number in [port.port, target.number] {
        let counts = |listed: i64| {
            listed == number && (class == Class::Http || !CLIENT_SPEAKS.contains(&listed))
        };
        if let Some((_, protocol)) = PORTS.iter().find(|(listed, _)| counts(*listed)) {
            return Some(ServerFirst {
                protocol,
                evidence: Evidence::Port(number),
                target: target.number,
            });
        }
    }
    // HTTP beside a database (its metrics, a console) is ordinary.
    if class == Class::Http {
        return None;
    }
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
