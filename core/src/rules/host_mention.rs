//! Where a workload names the host of a Service: in its environment, its command and its arguments.

use crate::{
    model::{Command, Container, Workload},
    path::Path,
};

/// Ends of variables' names whose values are hosts.
const HOST_VARIABLES: [&str; 9] = [
    "HOST",
    "HOSTS",
    "HOSTNAME",
    "ADDR",
    "ADDRESS",
    "SERVER",
    "SERVERS",
    "ENDPOINT",
    "ENDPOINTS",
];

/// What stands before a host: in a URL, behind user and password, behind an option or a variable.
const BEFORE_HOST: [&str; 6] = ["//", "@", "-h", "-host", "-host=", "host="];

/// A place where a workload may name a Service.
#[derive(Clone, Copy)]
pub(super) struct Mention<'t> {
    /// Of the Service.
    pub(super) namespace: &'t str,
    /// Of the Service.
    pub(super) name: &'t str,
    /// The port written behind it.
    pub(super) port: Option<i64>,
    container: &'t Container<'t>,
    /// The list of words it stands in; `None` for the environment.
    command: Option<&'t Command<'t>>,
    /// Index in that list.
    index: usize,
}

impl<'t> Mention<'t> {
    /// The value or word that names the Service.
    pub(super) fn path(&self, workload: &Workload<'t>) -> Path<'t> {
        if let Some(command) = self.command {
            return workload.word_path(self.container, command, self.index);
        }
        let list = workload.container_path(self.container).key("env");
        list.index(self.index).key("value")
    }
}

/// Every place of a workload where a Service may be named. A name alone is an ordinary word, too, so it must stand
/// where a host stands.
pub(super) fn mentions<'t>(workload: &'t Workload<'t>, found: &mut dyn FnMut(Mention<'t>)) {
    let own_namespace = workload.object.namespace;
    for container in &workload.template.containers {
        let mention = Mention {
            namespace: own_namespace,
            name: "",
            port: None,
            container,
            command: None,
            index: 0,
        };
        let mut note = |host: &Host<'t>, place: Mention<'t>| {
            if let Some((name, namespace)) = resolve(host, own_namespace) {
                found(Mention {
                    namespace,
                    name,
                    port: host.port,
                    ..place
                });
            }
        };
        for (index, name, value) in &container.env {
            let place = Mention {
                index: *index,
                ..mention
            };
            let last = name.rsplit('_').next().unwrap_or_default();
            let is_host = |listed: &&str| listed.eq_ignore_ascii_case(last);
            let expects_host = HOST_VARIABLES.iter().any(is_host);
            hosts(value, expects_host, &mut |host| note(host, place));
        }
        for command in &container.commands {
            let mut previous = "";
            for (index, word) in &command.words {
                let place = Mention {
                    command: Some(command),
                    index: *index,
                    ..mention
                };
                let expects_host = is_before_host(previous);
                hosts(word, expects_host, &mut |host| note(host, place));
                previous = word;
            }
        }
    }
}

/// A word that may be a host.
struct Host<'t> {
    text: &'t str,
    /// The port written behind it.
    port: Option<i64>,
    /// Whether it stands where a host stands.
    is_expected: bool,
}

/// Every word of a text that is made as a host is. `is_expected` says so of the words that follow its beginning or a
/// comma.
fn hosts<'t>(text: &'t str, is_expected: bool, found: &mut dyn FnMut(&Host<'t>)) {
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let length = bytes[start..]
            .iter()
            .take_while(|byte| is_of_host(**byte))
            .count();
        if length == 0 {
            start += 1;
            continue;
        }
        let (before, rest) = (&text[..start], &text[start..]);
        let (word, after) = rest.split_at(length);
        start += length;
        let digits = after.strip_prefix(':').map(|after| {
            let end = after.bytes().take_while(u8::is_ascii_digit).count();
            &after[..end]
        });
        let port = digits.and_then(|digits| digits.parse().ok());
        let begins = before.is_empty() || before.ends_with(',');
        // Before an `@` stand user and password.
        let is_user = after
            .split(['/', ',', ' ', '"', '\''])
            .next()
            .is_some_and(|authority| authority.contains('@'));
        let stands = port.is_some() || (is_expected && begins) || is_before_host(before);
        found(&Host {
            text: word,
            port,
            is_expected: stands && !is_user,
        });
    }
}

fn is_before_host(before: &str) -> bool {
    let before = before.trim_end().as_bytes();
    BEFORE_HOST.iter().any(|listed| {
        let start = before.len().checked_sub(listed.len());
        start.is_some_and(|start| before[start..].eq_ignore_ascii_case(listed.as_bytes()))
    })
}

/// Name and namespace of a Service: `name`, `name.namespace`, `name.namespace.svc` or that with the cluster's domain.
fn resolve<'t>(host: &Host<'t>, own_namespace: &'t str) -> Option<(&'t str, &'t str)> {
    let mut labels = host.text.trim_end_matches('.').splitn(4, '.');
    let name = labels.next()?;
    match (labels.next(), labels.next()) {
        (None, _) => host.is_expected.then_some((name, own_namespace)),
        (Some(namespace), None | Some("svc")) => Some((name, namespace)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::hosts;

    /// The words that stand where a host stands, with their ports.
    fn expected(text: &str, is_expected: bool) -> Vec<String> {
        let mut found = Vec::new();
        hosts(text, is_expected, &mut |host| {
            if host.is_expected {
                found.push(format!("{}:{}", host.text, host.port.unwrap_or_default()));
            }
        });
        found
    }

    #[test]
    fn tells_hosts_from_words() {
        for (text, is_expected, hosts) in [
            ("db", false, &[][..]),
            ("db", true, &["db:0"]),
            ("db,db-2", true, &["db:0", "db-2:0"]),
            ("db:3306", false, &["db:3306"]),
            ("mysql://mysql/shop", false, &["mysql:0"]),
            ("mysql://mysql:secret@db:3306/shop", false, &["db:3306"]),
            ("root:1234@tcp(db:3306)/shop", false, &["tcp:0", "db:3306"]),
            ("mysql -h db -e 'select 1'", false, &["db:0"]),
            ("mysql --host=db mysql", false, &["db:0"]),
            ("localhost db", false, &[]),
            ("数据库@db", false, &["db:0"]),
        ] {
            assert_eq!(expected(text, is_expected), hosts, "{text}");
        }
    }
}
