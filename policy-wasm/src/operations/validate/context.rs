//! What is asked of the cluster for a request: the kinds that its rules read, of the namespaces concerned.

use super::request::{Class, Operation, Request};
use crate::{
    host::{Access, Host},
    operations::{say, string},
};
use mesh_ready_core::{
    Admission, Known, Lang, Report, Settings, Text,
    manifest::{Json, Scalar, Value},
    redirecting_policies,
    settings::{ClusterContext, Level, Version},
};

/// Kinds of objects, a bit for each.
type Kinds = u8;

const NONE: Kinds = 0;
const WORKLOADS: Kinds = 1;
const SERVICES: Kinds = 1 << 1;
const NAMESPACE: Kinds = 1 << 2;
const PEER_AUTHENTICATIONS: Kinds = 1 << 3;
const DESTINATION_RULES: Kinds = 1 << 4;
const NETWORK_POLICIES: Kinds = 1 << 5;
const POD_SECURITY_POLICIES: Kinds = 1 << 6;

/// What a rule reads of the cluster beside the object of a request.
struct Reads {
    rule: &'static str,
    /// Objects that bring its violations along together: a request for one of these kinds asks for the others.
    joins: Kinds,
    /// Those of `joins` of which others than the request's own object take part, too.
    others: Kinds,
    /// Without these its findings would be wrong, so that it does not run when they cannot be had.
    decided_by: Kinds,
    /// What tells whether its fix is safe.
    fix: Kinds,
}

impl Reads {
    const fn of(rule: &'static str, joins: Kinds) -> Self {
        Self {
            rule,
            joins,
            others: NONE,
            decided_by: NONE,
            fix: NONE,
        }
    }

    const fn others(self, others: Kinds) -> Self {
        Self { others, ..self }
    }

    const fn decided_by(self, decided_by: Kinds) -> Self {
        Self { decided_by, ..self }
    }

    const fn fix(self, fix: Kinds) -> Self {
        Self { fix, ..self }
    }

    /// What it reads beside the object of a kind.
    fn beside(&self, kind: Kinds, settings: &Settings) -> Kinds {
        if self.joins & kind == NONE {
            return NONE;
        }
        let fix = if settings.mutate.contains(&self.rule) {
            self.fix
        } else {
            NONE
        };
        ((self.joins | self.decided_by) & !kind) | (self.others & kind) | fix
    }
}

/// Who is in the mesh is for labels of the Namespace to say; without it `assumeInjected` and `dataPlane` do.
const IN_MESH: Kinds = WORKLOADS | NAMESPACE;
const SERVED: Kinds = IN_MESH | SERVICES;

/// Every rule; one that looks at two kinds apart from each other has two entries.
const READS: [Reads; 37] = [
    Reads::of("MR001", NONE),
    Reads::of("MR101", SERVED).others(SERVICES),
    Reads::of("MR102", SERVED).others(SERVICES),
    Reads::of("MR103", IN_MESH),
    Reads::of("MR104", IN_MESH),
    Reads::of("MR105", IN_MESH),
    Reads::of("MR106", IN_MESH).decided_by(POD_SECURITY_POLICIES),
    Reads::of("MR107", IN_MESH).fix(SERVICES),
    Reads::of("MR108", IN_MESH).fix(SERVICES | WORKLOADS),
    Reads::of("MR109", IN_MESH).others(WORKLOADS),
    Reads::of("MR201", SERVED),
    Reads::of("MR202", SERVED),
    Reads::of("MR203", IN_MESH),
    Reads::of("MR204", WORKLOADS | SERVICES).others(WORKLOADS),
    Reads::of("MR205", IN_MESH | NETWORK_POLICIES)
        .others(NETWORK_POLICIES)
        .decided_by(NETWORK_POLICIES),
    Reads::of("MR206", IN_MESH | NETWORK_POLICIES)
        .others(NETWORK_POLICIES)
        .decided_by(NETWORK_POLICIES),
    Reads::of("MR301", SERVED).decided_by(PEER_AUTHENTICATIONS),
    Reads::of("MR302", SERVED | PEER_AUTHENTICATIONS | DESTINATION_RULES)
        .others(WORKLOADS | PEER_AUTHENTICATIONS | DESTINATION_RULES)
        .decided_by(PEER_AUTHENTICATIONS | DESTINATION_RULES),
    Reads::of("MR303", SERVED),
    Reads::of("MR304", SERVED),
    Reads::of("MR305", SERVED | PEER_AUTHENTICATIONS)
        .others(PEER_AUTHENTICATIONS)
        .decided_by(PEER_AUTHENTICATIONS),
    Reads::of("MR306", SERVED),
    Reads::of("MR401", IN_MESH),
    // An address of a Service is no pod's.
    Reads::of("MR402", IN_MESH).decided_by(SERVICES),
    Reads::of("MR501", NAMESPACE),
    Reads::of("MR502", IN_MESH),
    Reads::of("MR503", IN_MESH),
    Reads::of("MR504", IN_MESH),
    Reads::of("MR505", IN_MESH),
    Reads::of("MR505", SERVICES | NAMESPACE),
    Reads::of("MR506", IN_MESH),
    Reads::of("MR507", IN_MESH),
    Reads::of("MR508", IN_MESH),
    Reads::of("MR601", IN_MESH | PEER_AUTHENTICATIONS)
        .others(PEER_AUTHENTICATIONS)
        .decided_by(PEER_AUTHENTICATIONS),
    Reads::of("MR602", IN_MESH),
    Reads::of("MR603", IN_MESH),
    // Of the pods of a headless Service one without a sidecar decides for all.
    Reads::of("MR604", SERVED | PEER_AUTHENTICATIONS | DESTINATION_RULES)
        .others(WORKLOADS | PEER_AUTHENTICATIONS | DESTINATION_RULES)
        .decided_by(WORKLOADS | PEER_AUTHENTICATIONS | DESTINATION_RULES),
];

impl Class {
    const fn kinds(self) -> Kinds {
        match self {
            Self::Workload => WORKLOADS,
            Self::Service => SERVICES,
            Self::Namespace => NAMESPACE,
            Self::PeerAuthentication => PEER_AUTHENTICATIONS,
            Self::DestinationRule => DESTINATION_RULES,
            Self::NetworkPolicy => NETWORK_POLICIES,
        }
    }
}

/// The fields of a pod that the model reads. Of each path the host keeps all that is below.
macro_rules! pod_fields {
    ($template:literal, $($own:literal),+) => {
        &[
            $($own,)+
            concat!($template, "spec.containers.args"),
            concat!($template, "spec.containers.command"),
            concat!($template, "spec.containers.env.name"),
            concat!($template, "spec.containers.env.value"),
            concat!($template, "spec.containers.image"),
            concat!($template, "spec.containers.lifecycle"),
            concat!($template, "spec.containers.livenessProbe"),
            concat!($template, "spec.containers.name"),
            concat!($template, "spec.containers.ports"),
            concat!($template, "spec.containers.readinessProbe"),
            concat!($template, "spec.containers.securityContext.runAsGroup"),
            concat!($template, "spec.containers.securityContext.runAsUser"),
            concat!($template, "spec.containers.startupProbe"),
            concat!($template, "spec.dnsConfig.searches"),
            concat!($template, "spec.dnsPolicy"),
            concat!($template, "spec.hostNetwork"),
            concat!($template, "spec.initContainers.args"),
            concat!($template, "spec.initContainers.command"),
            concat!($template, "spec.initContainers.env.name"),
            concat!($template, "spec.initContainers.env.value"),
            concat!($template, "spec.initContainers.image"),
            concat!($template, "spec.initContainers.lifecycle"),
            concat!($template, "spec.initContainers.livenessProbe"),
            concat!($template, "spec.initContainers.name"),
            concat!($template, "spec.initContainers.ports"),
            concat!($template, "spec.initContainers.readinessProbe"),
            concat!($template, "spec.initContainers.restartPolicy"),
            concat!($template, "spec.initContainers.securityContext.runAsGroup"),
            concat!($template, "spec.initContainers.securityContext.runAsUser"),
            concat!($template, "spec.initContainers.startupProbe"),
            concat!($template, "spec.restartPolicy"),
            concat!($template, "spec.securityContext.runAsGroup"),
            concat!($template, "spec.securityContext.runAsUser"),
            concat!($template, "spec.securityContext.seccompProfile.type"),
            concat!($template, "spec.serviceAccount"),
            concat!($template, "spec.serviceAccountName"),
        ]
    };
}

const POD_FIELDS: &[&str] = pod_fields!("", "metadata", "status.phase");
const TEMPLATE_FIELDS: &[&str] = pod_fields!(
    "spec.template.",
    "metadata",
    "spec.selector",
    "spec.template.metadata.annotations",
    "spec.template.metadata.labels"
);
const SERVICE_FIELDS: &[&str] = &[
    "metadata",
    "spec.clusterIP",
    "spec.clusterIPs",
    "spec.externalName",
    "spec.ports",
    "spec.selector",
    "spec.type",
];
const NAMESPACE_FIELDS: &[&str] = &["metadata"];
const DESTINATION_RULE_FIELDS: &[&str] = &[
    "metadata",
    "spec.host",
    "spec.trafficPolicy.portLevelSettings.port",
    "spec.trafficPolicy.portLevelSettings.tls.mode",
    "spec.trafficPolicy.tls.mode",
    "spec.workloadSelector",
];
/// Of policies that are little more than what is read.
const POLICY_FIELDS: &[&str] = &["metadata", "spec"];

const POD_SECURITY_POLICY: &str = "PodSecurityPolicy";
const POD_SECURITY_POLICY_FIELDS: &[&str] = &[
    "metadata",
    "spec.allowedCapabilities",
    "spec.defaultAddCapabilities",
];

/// Names the policy by which a pod was admitted. Where the admission plugin is off, which many clusters with policies
/// of some chart had, no pod has it.
///
/// Source: Kubernetes 1.24, `pkg/security/podsecuritypolicy/util/util.go`.
const ADMITTED_BY: &str = "kubernetes.io/psp";

/// The groups in which the API server looks for the right to use a policy.
const POLICY_GROUPS: [&str; 2] = ["policy", "extensions"];

/// From this version on Istio serves `v1` of its kinds.
const ISTIO_V1: Version = Version {
    major: 1,
    minor: 22,
};

/// A query: the objects of one kind in one namespace.
struct Query {
    kinds: Kinds,
    api_version: &'static str,
    kind: &'static str,
    fields: &'static [&'static str],
    /// Whether those of the root namespace hold here, too.
    with_root: bool,
}

impl Query {
    const fn of(
        kinds: Kinds,
        api_version: &'static str,
        kind: &'static str,
        fields: &'static [&'static str],
    ) -> Self {
        Self {
            kinds,
            api_version,
            kind,
            fields,
            with_root: kinds & (PEER_AUTHENTICATIONS | DESTINATION_RULES) != NONE,
        }
    }

    /// Every list. ReplicaSets and whatever else makes pods are known by their Pods; Jobs come and go, and what
    /// calls them needs no Service.
    fn all(settings: &Settings) -> [Self; 8] {
        let is_v1 = settings.istio_version >= ISTIO_V1;
        let (security, networking) = if is_v1 {
            ("security.istio.io/v1", "networking.istio.io/v1")
        } else {
            ("security.istio.io/v1beta1", "networking.istio.io/v1beta1")
        };
        [
            Self::of(SERVICES, "v1", "Service", SERVICE_FIELDS),
            Self::of(WORKLOADS, "apps/v1", "Deployment", TEMPLATE_FIELDS),
            Self::of(WORKLOADS, "apps/v1", "StatefulSet", TEMPLATE_FIELDS),
            Self::of(WORKLOADS, "apps/v1", "DaemonSet", TEMPLATE_FIELDS),
            Self::of(WORKLOADS, "v1", "Pod", POD_FIELDS),
            Self::of(
                PEER_AUTHENTICATIONS,
                security,
                "PeerAuthentication",
                POLICY_FIELDS,
            ),
            Self::of(
                DESTINATION_RULES,
                networking,
                "DestinationRule",
                DESTINATION_RULE_FIELDS,
            ),
            Self::of(
                NETWORK_POLICIES,
                "networking.k8s.io/v1",
                "NetworkPolicy",
                POLICY_FIELDS,
            ),
        ]
    }
}

/// What the cluster told.
#[derive(Default)]
pub(super) struct Context {
    answers: Vec<Json>,
    known: Known,
    /// What it did not tell, and why.
    pub(super) missing: Vec<String>,
    /// Rules that read some of that.
    affected: Vec<&'static str>,
    /// Those of them that are switched off, since they would be wrong.
    left_out: Vec<&'static str>,
}

impl Context {
    /// Asks for what the enabled rules read beside the object of a request. Rules that would be wrong without what
    /// cannot be had are switched off in `settings`.
    pub(super) fn ask(
        request: &Request<'_>,
        settings: &mut Settings,
        host: Host,
        lang: Lang,
    ) -> Self {
        let mut context = Self::default();
        // Nothing can be in a namespace that is not there yet.
        let is_new_namespace =
            request.class == Class::Namespace && request.operation == Operation::Create;
        if settings.context == ClusterContext::None || is_new_namespace {
            return context;
        }
        let own = request.class.kinds();
        let has_policies = has_policies(request, settings);
        let enabled: Vec<&Reads> = READS
            .iter()
            .filter(|reads| settings.rules.get(reads.rule) != Some(Level::Off))
            .filter(|reads| has_policies || reads.decided_by != POD_SECURITY_POLICIES)
            .collect();
        let read = enabled
            .iter()
            .fold(NONE, |kinds, reads| kinds | reads.beside(own, settings));
        let mut failed = NONE;
        if read & NAMESPACE != NONE && !context.get_namespace(request.namespace, host, lang) {
            failed |= NAMESPACE;
        }
        for query in Query::all(settings) {
            if read & query.kinds == NONE {
                continue;
            }
            let root = Some(settings.root_namespace.as_str())
                .filter(|root| query.with_root && *root != request.namespace);
            for namespace in [request.namespace].into_iter().chain(root) {
                if !context.list(&query, namespace, host, lang) {
                    failed |= query.kinds;
                }
            }
        }
        let mut policy_use = None;
        if read & POD_SECURITY_POLICIES != NONE {
            match context.policy_use(request, settings, host, lang) {
                Ok(answer) => policy_use = answer,
                Err(error) => {
                    context.missing.push(say!(lang,
                        en: "{POD_SECURITY_POLICY}: {error}",
                        zh: "{POD_SECURITY_POLICY}：{error}"));
                    failed |= POD_SECURITY_POLICIES;
                }
            }
        }
        let knows = |kinds| read & !failed & kinds != NONE;
        context.known = Known {
            services: knows(SERVICES),
            workloads: knows(WORKLOADS),
            peer_authentications: knows(PEER_AUTHENTICATIONS),
            destination_rules: knows(DESTINATION_RULES),
            network_policies: knows(NETWORK_POLICIES),
            policy_use,
        };
        if failed != NONE {
            context.leave_out(&enabled, own, failed, settings);
        }
        context
    }

    /// The context as the rules take it.
    pub(super) fn admission<'a>(&'a self, request: &Request<'a>) -> Admission<'a> {
        Admission {
            object: request.object,
            old_object: request.old_object,
            namespace: Some(request.namespace),
            context: self.answers.iter().map(Json::root).collect(),
            known: self.known,
        }
    }

    /// Whether it is known which Namespace this is, or that there is none.
    fn get_namespace(&mut self, name: &str, host: Host, lang: Lang) -> bool {
        let answer = match host.get("v1", "Namespace", name, NAMESPACE_FIELDS) {
            Ok(None) => return true,
            Ok(Some(answer)) => read(answer, lang, |root| is_object(root, "Namespace")),
            Err(error) => Err(error),
        };
        self.keep(answer, "Namespace", name, lang)
    }

    /// Whether all objects of a query are known.
    fn list(&mut self, query: &Query, namespace: &str, host: Host, lang: Lang) -> bool {
        let kind = query.kind;
        let answer = host
            .list(query.api_version, kind, namespace, query.fields)
            .and_then(|answer| read(answer, lang, |root| is_list(root, kind)));
        self.keep(answer, kind, namespace, lang)
    }

    /// Whether the service account of the object's pods may use a PodSecurityPolicy that lets istio-init do its work;
    /// `None` where no policy is in force. The policies are kept for the rule to name.
    fn policy_use(
        &mut self,
        request: &Request<'_>,
        settings: &Settings,
        host: Host,
        lang: Lang,
    ) -> Result<Option<bool>, String> {
        let policies = host.list_all(
            "policy/v1beta1",
            POD_SECURITY_POLICY,
            POD_SECURITY_POLICY_FIELDS,
        )?;
        let policies = read(policies, lang, |root| is_list(root, POD_SECURITY_POLICY))?;
        // Istio's own pods are there before any pod is injected.
        let pods = host.list("v1", "Pod", &settings.root_namespace, POD_FIELDS)?;
        let pods = read(pods, lang, |root| is_list(root, "Pod"))?;
        let pods = pods.root().get("items").into_iter().flat_map(Value::items);
        let mut annotations =
            pods.filter_map(|pod| pod.get("metadata")?.get("annotations")?.get(ADMITTED_BY));
        let asked = request
            .object
            .filter(|_| annotations.next().is_some())
            .and_then(|object| redirecting_policies(object, policies.root()));
        let Some((account, names)) = asked else {
            return Ok(None);
        };
        let namespace = request.namespace;
        let user = format!("system:serviceaccount:{namespace}:{account}");
        let of_namespace = format!("system:serviceaccounts:{namespace}");
        let groups = [
            "system:serviceaccounts",
            &of_namespace,
            "system:authenticated",
        ];
        let mut may_use = false;
        for name in names {
            for group in POLICY_GROUPS {
                let access = Access {
                    group,
                    name,
                    namespace,
                    resource: "podsecuritypolicies",
                    verb: "use",
                };
                let status = host.can_i(&user, &groups, &access)?;
                let status = read(status, lang, |root| root.get("allowed").is_some())?;
                let allowed = status.root().get("allowed").and_then(Value::scalar);
                may_use = may_use || allowed == Some(Scalar::Bool(true));
            }
            if may_use {
                break;
            }
        }
        self.answers.push(policies);
        Ok(Some(may_use))
    }

    fn keep(
        &mut self,
        answer: Result<Json, String>,
        kind: &str,
        namespace: &str,
        lang: Lang,
    ) -> bool {
        match answer {
            Ok(json) => {
                self.answers.push(json);
                true
            }
            Err(error) => {
                self.missing.push(say!(lang,
                    en: "{kind} of namespace `{namespace}`: {error}",
                    zh: "命名空间 `{namespace}` 的 {kind}：{error}"));
                false
            }
        }
    }

    /// Notes the rules that miss what they read, and switches off those that would be wrong without.
    fn leave_out(
        &mut self,
        enabled: &[&Reads],
        own: Kinds,
        failed: Kinds,
        settings: &mut Settings,
    ) {
        for reads in enabled {
            let missed = reads.beside(own, settings) & failed;
            if missed == NONE {
                continue;
            }
            self.affected.push(reads.rule);
            if missed & reads.decided_by != NONE {
                self.left_out.push(reads.rule);
                settings.rules.set(reads.rule, Some(Level::Off));
            }
            if missed & reads.fix != NONE {
                settings.mutate.retain(|rule| *rule != reads.rule);
            }
        }
    }

    /// The rules that could not run for what is missing, given the report without them, and those that ran with part of
    /// what they read.
    pub(super) fn undecided(&self, report: &Report) -> [Vec<&'static str>; 2] {
        let is_undecided = |rule: &&str| {
            let mut skipped = report.skipped.iter();
            self.left_out.contains(rule) || skipped.any(|skipped| skipped.rule == *rule)
        };
        let (undecided, mut partial): (Vec<_>, Vec<_>) =
            self.affected.iter().copied().partition(is_undecided);
        // A rule has an entry for each kind that it looks at by itself.
        partial.dedup();
        [undecided, partial]
    }
}

/// Whether PodSecurityPolicies may refuse the pods of a request's object. Those of a Pod itself have been applied before
/// the policy is asked.
fn has_policies(request: &Request<'_>, settings: &Settings) -> bool {
    request.class == Class::Workload
        && request.kind != "Pod"
        && settings.has_pod_security_policies()
        && !settings.cni
}

/// Reads an answer of the host; one that is not of the shape asked for tells nothing.
fn read(answer: Vec<u8>, lang: Lang, is_right: impl Fn(Value<'_>) -> bool) -> Result<Json, String> {
    const MALFORMED: Text = Text {
        en: "the host's answer cannot be read",
        zh: "无法读取宿主的应答",
    };
    let json = Json::read(answer).ok();
    json.filter(|json| is_right(json.root()))
        .ok_or_else(|| MALFORMED.get(lang).to_owned())
}

fn is_object(root: Value<'_>, kind: &str) -> bool {
    root.get("kind").and_then(string) == Some(kind)
        && root.get("metadata").is_some_and(Value::is_mapping)
}

fn is_list(root: Value<'_>, kind: &str) -> bool {
    let list = root.get("kind").and_then(string);
    let list = list.and_then(|list| list.strip_suffix("List"));
    list.is_some_and(|of| of.is_empty() || of == kind)
        && root.get("apiVersion").and_then(string).is_some()
        && root
            .get("items")
            .is_some_and(|items| items.is_sequence() && items.items().all(Value::is_mapping))
}

#[cfg(test)]
mod tests {
    use super::{Class, NAMESPACE, READS, Reads, Settings};
    use mesh_ready_core::{Lang, catalogue};

    #[test]
    fn every_rule_says_what_it_reads() {
        let mut named: Vec<&str> = READS.iter().map(|reads| reads.rule).collect();
        named.dedup();
        let rules = catalogue(Lang::En);
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
        assert_eq!(named, ids);
    }

    #[test]
    fn others_are_of_what_a_rule_joins() {
        for Reads {
            rule,
            joins,
            others,
            ..
        } in &READS
        {
            assert_eq!(others & !joins, 0, "{rule}");
        }
    }

    /// Whatever the request, the rule for the labels of Namespaces reads nothing else.
    #[test]
    fn a_rule_about_one_kind_asks_for_nothing() {
        let settings = Settings::default();
        for reads in READS.iter().filter(|reads| reads.joins == NAMESPACE) {
            for class in [Class::Namespace, Class::Workload, Class::Service] {
                assert_eq!(reads.beside(class.kinds(), &settings), 0, "{}", reads.rule);
            }
        }
    }
}
