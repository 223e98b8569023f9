//! MR102: Services that give one target port different protocols.

use super::{Context, Findings, Need, Rule, name_list};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::{Class, Index, Protocol, target_port},
    model::{Service, ServicePort, Workload},
    path::Path,
    report::Severity,
    settings::DataPlane,
};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

pub(super) static RULE: Rule = Rule {
    id: "MR102",
    name: "service-protocol-conflict",
    title: Text {
        en: "Service ports that give one target port different protocols",
        zh: "多个 Service 端口为同一目标端口声明了不同的协议",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar],
    needs: &[Need::Workload, Need::Selection],
    istioctl: &["IST0116", "IST0137"],
    sources: &[
        Source {
            title: "Istio, Application Requirements: Pod requirements",
            url: "https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements",
        },
        Source {
            title: "Istio, pilot/pkg/networking/core/listener_inbound.go",
            url: "https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/listener_inbound.go",
        },
    ],
    check,
};

/// A Service port that leads to a target port.
#[derive(Clone, Copy)]
struct Claim<'m, 't> {
    target: i64,
    service_index: Index,
    service: &'m Service<'t>,
    port: &'m ServicePort<'t>,
    protocol: Protocol,
}

/// Claims on one target port: the one that Istio follows, and the worst that loses.
struct Conflict<'m, 't> {
    winner: Claim<'m, 't>,
    loser: Claim<'m, 't>,
    others: Vec<Claim<'m, 't>>,
    /// The workloads in which it comes about.
    workloads: Vec<String>,
    assumption: String,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    // The pods of several workloads (versions of one application) meet the same pair of Services: one finding.
    let mut conflicts: Vec<Conflict<'_, 't>> = Vec::new();
    let mut known: FxHashMap<(Index, usize, i64), usize> = FxHashMap::default();
    for (index, workload) in context.mesh.sidecar_workloads() {
        for claims in claims(context, index, workload) {
            let Some((winner, loser)) = conflict(context, &claims) else {
                continue;
            };
            let key = (loser.service_index, loser.port.index, loser.target);
            let at = *known.entry(key).or_insert(conflicts.len());
            if at == conflicts.len() {
                let others = claims
                    .iter()
                    .filter(|claim| !claim.is(&winner) && !claim.is(&loser))
                    .copied()
                    .collect();
                let assumption = context.assumption(index, workload);
                conflicts.push(Conflict {
                    winner,
                    loser,
                    others,
                    workloads: Vec::new(),
                    assumption,
                });
            }
            conflicts[at].workloads.push(workload.object.title());
        }
    }
    for conflict in &conflicts {
        report(conflict, context.lang, findings);
    }
}

/// Every Service port that leads to a workload's pods and gets a listener there, by target port.
fn claims<'m, 't>(
    context: &Context<'m, 't>,
    index: Index,
    workload: &Workload<'t>,
) -> Vec<Vec<Claim<'m, 't>>> {
    let mut claims: Vec<Vec<Claim<'_, '_>>> = Vec::new();
    let mut known: FxHashMap<i64, usize> = FxHashMap::default();
    for (service_index, service) in context.mesh.services_of(index) {
        for port in &service.ports {
            let protocol = Protocol::of(port).filter(|protocol| protocol.class() != Class::None);
            let (Some(protocol), Some(target)) = (protocol, target_port(port, workload)) else {
                continue;
            };
            let target = target.number;
            let at = *known.entry(target).or_insert(claims.len());
            if at == claims.len() {
                claims.push(Vec::new());
            }
            claims[at].push(Claim {
                target,
                service_index,
                service,
                port,
                protocol,
            });
        }
    }
    claims
}

/// Of the claims on one target port the one that Istio follows, the oldest Service's, and the worst of those that it
/// does wrong; of a request its own, since the others were there before.
fn conflict<'m, 't>(
    context: &Context<'_, 't>,
    claims: &[Claim<'m, 't>],
) -> Option<(Claim<'m, 't>, Claim<'m, 't>)> {
    let winner = claims.iter().min_by_key(|claim| claim.age())?;
    let loser = claims
        .iter()
        .filter(|claim| !claim.is_served_as(winner) && !claim.replaces(winner))
        .min_by_key(|claim| {
            let is_requested = context.mesh.is_requested(&claim.service.object);
            (!is_requested, Reverse(severity(winner, claim)), claim.age())
        })?;
    Some((*winner, *loser))
}

/// Two ports of one Service are often meant, an undeclared protocol may be the right one, and protocols of one class
/// are at least parsed alike.
fn severity(winner: &Claim<'_, '_>, loser: &Claim<'_, '_>) -> Severity {
    let is_one_service = winner.service_index == loser.service_index;
    let (winner, loser) = (winner.protocol.class(), loser.protocol.class());
    if is_one_service || winner == loser || winner == Class::Auto || loser == Class::Auto {
        Severity::Warning
    } else {
        RULE.severity
    }
}

fn report<'t>(conflict: &Conflict<'_, 't>, lang: Lang, findings: &mut Findings<'t>) {
    let Conflict {
        winner,
        loser,
        others,
        workloads,
        assumption,
    } = conflict;
    let target = loser.target;
    let severity = severity(winner, loser);
    let pods = name_list(workloads, lang);
    let (winner_text, loser_text) = (winner.describe(lang), loser.describe(lang));
    let message = say!(lang,
        en: "Service ports give target port {target} of {pods} different protocols: {loser_text}, and {winner_text}",
        zh: "{pods} 的目标端口 {target} 被声明为不同的协议：此处为 {loser_text}，另一处为 {winner_text}");
    let (winner_name, loser_name) = (winner.service.object.name, loser.service.object.name);
    let is_one_service = winner.service_index == loser.service_index;
    let help = if is_one_service {
        say!(lang,
            en: "The sidecar listens once per target port and follows the first Service port, so the other is served as that protocol. Give both ports of Service `{winner_name}` the same protocol (`name` or `appProtocol`), or different target ports.{assumption}",
            zh: "Sidecar 对每个目标端口只监听一次，并以第一个 Service 端口为准，另一个端口也按该协议处理。请让 Service `{winner_name}` 的两个端口使用相同的协议（`name` 或 `appProtocol`），或使用不同的目标端口。{assumption}")
    } else {
        let reason = match winner.service.object.created {
            Some(_) => say!(lang, en: "here `{winner_name}`", zh: "此处为 `{winner_name}`"),
            None => say!(lang,
                en: "taken to be `{winner_name}`, since no creation times are given",
                zh: "未给出创建时间，此处假定为 `{winner_name}`"),
        };
        say!(lang,
            en: "The sidecar listens once per target port and follows the oldest Service ({reason}), so traffic of `{loser_name}` is served as that protocol. Declare the same protocol in both (`name` or `appProtocol`), or use different target ports.{assumption}",
            zh: "Sidecar 对每个目标端口只监听一次，并以最早创建的 Service 为准（{reason}），因此 `{loser_name}` 的流量也按该协议处理。请在两者中声明相同的协议（`name` 或 `appProtocol`），或使用不同的目标端口。{assumption}")
    };
    let finding = findings.add(severity, &loser.service.object, loser.path(), message, help);
    for claim in [winner].into_iter().chain(others) {
        finding.related(&claim.service.object, claim.path(), claim.describe(lang));
    }
}

impl<'t> Claim<'_, 't> {
    fn is(&self, other: &Self) -> bool {
        (self.service_index, self.port.index) == (other.service_index, other.port.index)
    }

    /// Whether the listener of the winner serves it as declared: all of class tcp is forwarded as bytes, since the
    /// filters for MongoDB, MySQL and Redis are off by default.
    fn is_served_as(&self, winner: &Self) -> bool {
        let is_tcp = |claim: &Self| claim.protocol.class() == Class::Tcp;
        self.protocol == winner.protocol || (is_tcp(self) && is_tcp(winner))
    }

    /// Whether both are one Service written twice, of which a cluster keeps one: variants for several clusters.
    fn replaces(&self, other: &Self) -> bool {
        self.service_index != other.service_index
            && self.service.object.name == other.service.object.name
    }

    /// Istio's order (`SortServicesByCreationTime`): by time, then by name. Services that are not created yet come
    /// last, in the order of the input.
    fn age(&self) -> impl Ord + use<'t> {
        let object = &self.service.object;
        let name = object.created.map(|_| object.name);
        (object.age(), name, self.service_index, self.port.index)
    }

    fn path(&self) -> Path<'t> {
        Path::default()
            .key("spec")
            .key("ports")
            .index(self.port.index)
    }

    fn describe(&self, lang: Lang) -> String {
        let name = self.service.object.name;
        let port = self.port.port;
        match self.protocol.name() {
            Some(protocol) => say!(lang,
                en: "{protocol} (port {port} of Service `{name}`)",
                zh: "{protocol}（Service `{name}` 的端口 {port}）"),
            None => say!(lang,
                en: "an undetermined protocol (port {port} of Service `{name}`)",
                zh: "未确定的协议（Service `{name}` 的端口 {port}）"),
        }
    }
}
