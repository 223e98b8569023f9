//! The rules, one file each, and what they have in common.
//!
//! A rule sees the snapshot and settings; it names places by paths and never sees text, host or clock.

mod mr101_service_association;
mod mr102_service_protocol_conflict;
mod mr103_reserved_uid;
mod mr104_reserved_gid;
mod mr105_pod_security_admission;
mod mr107_app_label;
mod mr108_version_label;
mod mr201_sidecar_port;
mod mr301_server_first_undeclared;
mod mr303_protocol_undeclared;

mod proxy_identity;
mod server_first;
mod template_label;

use crate::{
    Source,
    i18n::{Lang, Text, say},
    mesh::Mesh,
    model::{Object, Workload},
    path::Path,
    report::Severity,
    settings::{DataPlane, Settings},
};

/// Every rule, by id.
pub(crate) static RULES: [&Rule; 10] = [
    &mr101_service_association::RULE,
    &mr102_service_protocol_conflict::RULE,
    &mr103_reserved_uid::RULE,
    &mr104_reserved_gid::RULE,
    &mr105_pod_security_admission::RULE,
    &mr107_app_label::RULE,
    &mr108_version_label::RULE,
    &mr201_sidecar_port::RULE,
    &mr301_server_first_undeclared::RULE,
    &mr303_protocol_undeclared::RULE,
];

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
    /// At least one Namespace.
    Namespace,
    /// To know every Service, even if there is none: true of manifests, not of a single object.
    EveryService,
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

    /// A sentence on the default that a finding rests on, with a space before it; empty when labels decided.
    pub(crate) fn assumption(&self, index: usize, workload: &Workload<'_>) -> String {
        if !self.mesh.membership(index).is_assumed() {
            return String::new();
        }
        let namespace = workload.object.namespace;
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
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) related: Vec<RelatedTo<'t>>,
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
            message,
            help,
            related: Vec::new(),
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
