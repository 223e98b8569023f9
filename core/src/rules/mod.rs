//! The rules, one file each, and what they have in common.
//!
//! A rule sees the snapshot and settings; it names places by paths and never sees text, host or clock.

pub(crate) mod mr001_unused_suppression;
mod mr101_service_association;
mod mr102_service_protocol_conflict;
mod mr103_reserved_uid;
mod mr104_reserved_gid;
mod mr105_pod_security_admission;
mod mr106_pod_security_policy;
mod mr107_app_label;
mod mr108_version_label;
mod mr109_app_label_shared;
mod mr201_sidecar_port;
mod mr202_sidecar_service_port;
mod mr203_prometheus_port;
mod mr204_control_plane_port;
mod mr205_control_plane_unreachable;
mod mr206_hbone_blocked;
mod mr301_server_first_undeclared;
mod mr302_server_first_permissive;
mod mr303_protocol_undeclared;
mod mr304_external_name_port;
mod mr305_headless_port;
mod mr306_target_port_unresolved;
mod mr401_host_header;
mod mr402_direct_pod_call;
mod mr501_namespace_labels_conflict;
mod mr502_injection_label_misplaced;
mod mr503_injection_annotation;
mod mr504_host_network;
mod mr505_traffic_annotation;
mod mr506_image_auto;
mod mr507_dns_policy;
mod mr508_pod_missing_proxy;
mod mr601_probe_not_rewritten;
mod mr602_job_never_completes;
mod mr603_init_container_network;
mod mr604_excluded_port_mtls;

mod address;
mod annotations;
mod host_mention;
mod memo;
mod mtls_source;
mod proxy_identity;
mod server_first;
mod shell;
mod template_label;

pub(crate) use crate::fix::Repair;
use crate::{
    Source,
    i18n::{Lang, Text, say},
    manifest::Span,
    mesh::{Membership, Mesh, Scope},
    model::{Object, Service, Workload},
    path::Path,
    report::Severity,
    settings::{DataPlane, Settings},
};
pub use mr106_pod_security_policy::redirecting_policies;

/// Every rule, by id.
pub(crate) static RULES: [&Rule; 36] = [
    &mr001_unused_suppression::RULE,
    &mr101_service_association::RULE,
    &mr102_service_protocol_conflict::RULE,
    &mr103_reserved_uid::RULE,
    &mr104_reserved_gid::RULE,
    &mr105_pod_security_admission::RULE,
    &mr106_pod_security_policy::RULE,
    &mr107_app_label::RULE,
    &mr108_version_label::RULE,
    &mr109_app_label_shared::RULE,
    &mr201_sidecar_port::RULE,
    &mr202_sidecar_service_port::RULE,
    &mr203_prometheus_port::RULE,
    &mr204_control_plane_port::RULE,
    &mr205_control_plane_unreachable::RULE,
    &mr206_hbone_blocked::RULE,
    &mr301_server_first_undeclared::RULE,
    &mr302_server_first_permissive::RULE,
    &mr303_protocol_undeclared::RULE,
    &mr304_external_name_port::RULE,
    &mr305_headless_port::RULE,
    &mr306_target_port_unresolved::RULE,
    &mr401_host_header::RULE,
    &mr402_direct_pod_call::RULE,
    &mr501_namespace_labels_conflict::RULE,
    &mr502_injection_label_misplaced::RULE,
    &mr503_injection_annotation::RULE,
    &mr504_host_network::RULE,
    &mr505_traffic_annotation::RULE,
    &mr506_image_auto::RULE,
    &mr507_dns_policy::RULE,
    &mr508_pod_missing_proxy::RULE,
    &mr601_probe_not_rewritten::RULE,
    &mr602_job_never_completes::RULE,
    &mr603_init_container_network::RULE,
    &mr604_excluded_port_mtls::RULE,
];

/// Rules with fixes that may be applied without a look.
pub(crate) const SAFELY_FIXED: [&str; 3] = ["MR107", "MR108", "MR503"];

/// A rule and what is known of it.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Never changes once released.
    pub(crate) id: &'static str,
    /// Names the pattern, not the cure; never changes once released.
    pub(crate) name: &'static str,
    /// One line.
    pub(crate) title: Text,
    /// The worst severity that it reports by default.
    pub(crate) severity: Severity,
    /// Data planes that it applies to.
    pub(crate) data_planes: &'static [DataPlane],
    /// Kinds without which it cannot be decided.
    pub(crate) needs: &'static [Need],
    /// Codes of istioctl's analyzers for the same violation, honoured in its suppressions.
    pub(crate) istioctl: &'static [&'static str],
    /// Where its facts come from.
    pub(crate) sources: &'static [Source],
    /// Finds its violations.
    pub(crate) check: for<'t> fn(&Context<'_, 't>, &mut Findings<'t>),
}

impl Rule {
    /// The rule's page in a language, relative to the repository.
    pub(crate) fn docs(&self, lang: Lang) -> String {
        format!("docs/rules/{}.{}.md", self.id, lang.tag())
    }
}

/// A kind of object that a rule cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// At least one workload.
    Workload,
    /// At least one Service.
    Service,
    /// At least one Service, joined with the workloads that it selects.
    Selection,
    /// At least one Namespace.
    Namespace,
    /// At least one NetworkPolicy.
    NetworkPolicy,
    /// At least one PodSecurityPolicy, in a version of Kubernetes that has them.
    PodSecurityPolicy,
    /// To know every Service, even if there is none: true of manifests, not of a single object.
    EveryService,
    /// To know every workload: true of manifests, not of a single object.
    EveryWorkload,
}

/// The rule with an id.
pub(crate) fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// What a rule may ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'m, 't> {
    pub(crate) mesh: &'m Mesh<'t>,
    pub(crate) lang: Lang,
}

impl<'t> Context<'_, 't> {
    pub(crate) fn settings(&self) -> &'t Settings {
        self.mesh.settings
    }

    /// A sentence on a DestinationRule that was meant for a Service and has no effect, with a space before it; empty
    /// when there is none.
    pub(crate) fn misnamed_rule(&self, service: &Service<'_>) -> String {
        let Some(rule) = self.mesh.misnamed_rule(service) else {
            return String::new();
        };
        let (title, host) = (rule.object.name, rule.host);
        let (name, namespace) = (service.object.name, service.object.namespace);
        say!(self.lang,
            en: " DestinationRule `{title}` has no effect on it, since the host `{host}` names no Service of the cluster: write `{name}.{namespace}.svc.cluster.local`.",
            zh: "DestinationRule `{title}` 对其不起作用，因为主机 `{host}` 不对应集群中的任何 Service：请写为 `{name}.{namespace}.svc.cluster.local`。")
    }

    /// Whether a request to a cluster is judged: there, what is not known has not been left out by anybody.
    pub(crate) fn is_cluster(&self) -> bool {
        self.mesh.scope != Scope::Manifests
    }

    /// A sentence on the default that a finding rests on, with a space before it; empty when labels decided.
    pub(crate) fn assumption(&self, index: usize, workload: &Workload<'_>) -> String {
        self.assumption_of(self.mesh.membership(index), workload.object.namespace)
    }

    /// The same for pods of a namespace.
    pub(crate) fn assumption_of(&self, membership: Membership, namespace: &str) -> String {
        if !membership.is_assumed() {
            return String::new();
        }
        if self.is_cluster() {
            return say!(self.lang,
                en: " Taken to be in the mesh, since the labels of Namespace `{namespace}` are not known (`assumeInjected: true`).",
                zh: "不了解命名空间 `{namespace}` 的标签，因此按已加入网格处理（`assumeInjected: true`）。");
        }
        say!(self.lang,
            en: " Taken to be in the mesh, since Namespace `{namespace}` was not given (`assumeInjected: true`).",
            zh: "未提供命名空间 `{namespace}`，因此按已加入网格处理（`assumeInjected: true`）。")
    }
}

/// Collects one rule's findings.
#[derive(Debug)]
pub(crate) struct Findings<'t> {
    rule: &'static Rule,
    found: Vec<Found<'t>>,
}

/// A finding whose place is still a path.
#[derive(Debug)]
pub(crate) struct Found<'t> {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) object: Object<'t>,
    pub(crate) path: Path<'t>,
    /// A place that no path leads to: a comment.
    pub(crate) place: Option<Span>,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) related: Vec<RelatedTo<'t>>,
    pub(crate) repair: Option<Repair<'t>>,
}

/// The other side of a conflict.
#[derive(Debug)]
pub(crate) struct RelatedTo<'t> {
    pub(crate) object: Object<'t>,
    pub(crate) path: Path<'t>,
    pub(crate) message: String,
}

impl<'t> Findings<'t> {
    pub(crate) fn new(rule: &'static Rule) -> Self {
        Self {
            rule,
            found: Vec::new(),
        }
    }

    pub(crate) fn into_found(self) -> Vec<Found<'t>> {
        self.found
    }

    /// Adds a finding at a path of an object.
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        object: &Object<'t>,
        path: Path<'t>,
        message: String,
        help: String,
    ) -> &mut Found<'t> {
        self.found.push(Found {
            rule: self.rule,
            severity,
            object: *object,
            path,
            place: None,
            message,
            help,
            related: Vec::new(),
            repair: None,
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

impl<'t> Found<'t> {
    /// Names another place that the finding speaks of.
    pub(crate) fn related(
        &mut self,
        object: &Object<'t>,
        path: Path<'t>,
        message: String,
    ) -> &mut Self {
        self.related.push(RelatedTo {
            object: *object,
            path,
            message,
        });
        self
    }

    /// Its place in the text.
    pub(crate) fn span(&self) -> Span {
        self.place
            .unwrap_or_else(|| self.path.locate(self.object.root))
    }

    /// Says which change of the finding's object removes it.
    pub(crate) fn repair(&mut self, repair: Repair<'t>) -> &mut Self {
        self.repair = Some(repair);
        self
    }
}

/// Names for a sentence: the first few, then how many more.
pub(crate) fn name_list(names: &[String], lang: Lang) -> String {
    const SHOWN: usize = 5;
    let separator = match lang {
        Lang::En => ", ",
        Lang::ZhCn => "、",
    };
    let shown = names[..names.len().min(SHOWN)].join(separator);
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => say!(lang, en: "{shown} and {more} more", zh: "{shown} 及另外 {more} 个"),
    }
}
