//! The pipeline: manifests to model to mesh to rules to report.

use crate::{
    Input, Options, VERSION,
    fix::{Editor, patch},
    i18n::{Lang, Text, say},
    manifest::{Manifest, Span, Value},
    mesh::{Known, MAX_PAIRS, Mesh, Scope},
    model::{DEFAULT_NAMESPACE, Model, Object},
    order::sort_by_key,
    place::Places,
    report::{
        Columns, Diagnostic, Finding, Fix, Location, Related, Report, Severity, Skipped, Summary,
        TextEdit,
    },
    rules::{
        Context, Findings, Found, Need, RULES, mr001_unused_suppression as unused_suppression,
    },
    settings::{Level, POD_SECURITY_POLICY_REMOVED, Settings},
    suppress::{Comments, is_ignored, rule_bit, suppression, unused},
};

/// So many problems of the input are listed; text that is no manifest at all can have one on every line.
const MAX_DIAGNOSTICS: usize = 1_000;

/// An admission request, and what is known of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Admission<'t> {
    /// The object as it will be; `None` when it is deleted.
    pub object: Option<Value<'t>>,
    /// The object as it is; `None` when it is created.
    pub old_object: Option<Value<'t>>,
    /// The namespace of objects that name none.
    pub namespace: Option<&'t str>,
    /// Other objects of the cluster, single or in lists, in any order. An older version of the object is passed over.
    pub context: Vec<Value<'t>>,
    /// What `context` holds all of.
    pub known: Known,
}

/// Checks manifests. Never fails: what cannot be read becomes a diagnostic of the report.
///
/// ```
/// use mesh_ready_core::{Input, Options, Settings, check};
///
/// let pod = "
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: cart, labels: {app: cart, version: v1}}
/// spec:
///   containers:
///   - name: cart
///     securityContext: {runAsUser: 1337}
/// ";
/// let inputs = [Input { name: "pod.yaml", bytes: pod.as_bytes() }];
/// let report = check(&inputs, &Settings::default(), Options::default());
/// let reserved = report.findings.iter().find(|finding| finding.rule == "MR103").unwrap();
/// assert_eq!(reserved.path, "spec.containers[0].securityContext.runAsUser");
/// assert_eq!(reserved.location.as_ref().unwrap().line, 8);
/// ```
pub fn check(inputs: &[Input<'_>], settings: &Settings, options: Options) -> Report {
    let manifests: Vec<Manifest> = inputs.iter().map(Manifest::read).collect();
    let model = Model::read(&manifests, DEFAULT_NAMESPACE);
    run(&manifests, &model, Scope::Manifests, settings, options)
}

/// Checks one object as the API server sends it, knowing nothing else of the cluster: rules that need more are
/// listed as skipped, and findings have no location. `namespace` is used when the object names none.
pub fn check_object(
    object: Value<'_>,
    namespace: Option<&str>,
    settings: &Settings,
    lang: Lang,
) -> Report {
    let admission = Admission {
        object: Some(object),
        namespace,
        ..Admission::default()
    };
    check_admission(&admission, settings, lang)
}

/// Checks what an admission request would bring about. The report has the findings of the object itself, whoever
/// made them, and those findings of other objects that are not there without the request: a Deployment may show that
/// a Service is wrong, and a deletion has no object of its own. Findings have no location.
pub fn check_admission(admission: &Admission<'_>, settings: &Settings, lang: Lang) -> Report {
    let namespace = admission
        .namespace
        .filter(|namespace| !namespace.is_empty())
        .unwrap_or(DEFAULT_NAMESPACE);
    let options = Options {
        lang,
        columns: Columns::default(),
    };
    let scope = Scope::Cluster(admission.known);
    let judge = |object: Option<Value<'_>>, gone| {
        let model = Model::read_objects(object, gone, &admission.context, namespace);
        run(&[], &model, scope, settings, options)
    };
    let mut report = judge(admission.object, admission.old_object);
    let own = admission.object.map(|object| {
        let kind = object.get("kind").and_then(Value::text).unwrap_or_default();
        let object = Object::of_document(0, object, namespace);
        (kind, object.display_name())
    });
    let is_own = |finding: &Finding| {
        own.as_ref().is_some_and(|(kind, name)| {
            let resource = &finding.resource;
            resource.kind == *kind
                && resource.name == *name
                && (resource.namespace.is_empty() || resource.namespace == namespace)
        })
    };
    if !report.findings.iter().all(is_own) {
        let before = judge(admission.old_object, admission.object);
        let is_new = |finding: &Finding| {
            let is_same = |old: &Finding| {
                (old.rule, &old.resource, &old.path, &old.message)
                    == (
                        finding.rule,
                        &finding.resource,
                        &finding.path,
                        &finding.message,
                    )
            };
            !before.findings.iter().any(is_same)
        };
        report
            .findings
            .retain(|finding| is_own(finding) || is_new(finding));
        report.summary = Summary {
            errors: 0,
            warnings: 0,
            infos: 0,
            suppressed: 0,
            ..report.summary
        };
        report.summary.count(&report.findings);
    }
    report
}

fn run(
    manifests: &[Manifest],
    model: &Model<'_>,
    scope: Scope,
    settings: &Settings,
    options: Options,
) -> Report {
    let lang = options.lang;
    let mut mesh = Mesh::new(model, settings);
    mesh.scope = scope;
    let context = Context { mesh: &mesh, lang };
    let mut summary = Summary {
        resources: model.resources,
        ignored: model.ignored,
        ..Summary::default()
    };
    let mut skipped = Vec::new();
    let mut found = Vec::new();
    let mut has_run = 0;
    for rule in RULES {
        let level = settings.rules.get(rule.id);
        if level == Some(Level::Off) {
            continue;
        }
        if let Some(need) = rule
            .needs
            .iter()
            .copied()
            .find(|need| !is_met(*need, &mesh))
        {
            skipped.push(Skipped {
                rule: rule.id,
                reason: reason(need, &mesh, lang),
            });
            continue;
        }
        summary.rules += 1;
        has_run |= rule_bit(rule.id);
        let mut findings = Findings::new(rule);
        (rule.check)(&context, &mut findings);
        found.extend(at_level(findings, level));
    }
    let mut places: Vec<Places<'_>> = manifests
        .iter()
        .map(|manifest| Places::new(manifest, options.columns))
        .collect();
    let diagnostics = diagnostics(manifests, model, &mut places, lang);
    let mut comments: Vec<Comments<'_>> = manifests
        .iter()
        .zip(&mut places)
        .map(|(manifest, places)| Comments::read(manifest, places))
        .collect();
    let mut silenced: Vec<Option<&str>> = found
        .iter()
        .map(|found| {
            let location = locate_in(&mut places, found.object.source, found.span());
            let line = location.map(|location| location.line - 1);
            suppression(found, line, comments.get_mut(found.object.source), settings)
        })
        .collect();
    if has_run & rule_bit(unused_suppression::RULE.id) != 0 {
        // One object alone says little about everything that its annotations may silence.
        let can_judge = |name: &str| match name {
            "*" => scope == Scope::Manifests,
            name => name != unused_suppression::RULE.id && has_run & rule_bit(name) != 0,
        };
        let unused = unused(model, &found, &comments, &can_judge);
        let mut findings = Findings::new(&unused_suppression::RULE);
        let object_at = |source: usize, at| {
            let root = manifests.get(source)?.document_at(at)?;
            Some(Object::of_document(source, root, DEFAULT_NAMESPACE))
        };
        unused_suppression::report(&context, unused, &object_at, &mut findings);
        let level = settings.rules.get(unused_suppression::RULE.id);
        for of_rule in at_level(findings, level) {
            silenced.push(is_ignored(&of_rule.object, settings).then_some(""));
            found.push(of_rule);
        }
    }
    let findings = locate(manifests, found, &silenced, &mut places, settings, lang);
    summary.count(&findings);
    Report {
        version: VERSION,
        summary,
        skipped,
        findings,
        diagnostics,
    }
}

/// Findings of a rule, with the severity that settings give them.
fn at_level(findings: Findings<'_>, level: Option<Level>) -> impl Iterator<Item = Found<'_>> {
    let severity = level.and_then(Level::severity);
    findings.into_found().into_iter().map(move |mut found| {
        found.severity = severity.unwrap_or(found.severity);
        found
    })
}

fn is_met(need: Need, mesh: &Mesh<'_>) -> bool {
    let model = mesh.model;
    match need {
        Need::Workload => !model.workloads.is_empty(),
        Need::Service => !model.services.is_empty(),
        Need::Selection => !model.services.is_empty() && mesh.is_joined,
        Need::Namespace => !model.namespaces.is_empty(),
        Need::NetworkPolicy => !model.network_policies.is_empty(),
        Need::PodSecurityPolicy => {
            mesh.settings.has_pod_security_policies()
                && !model.pod_security_policies.is_empty()
                && mesh.scope.knows(|known| known.policy_use.is_some())
        }
        Need::EveryService => mesh.scope.knows(|known| known.services) && mesh.is_joined,
        Need::EveryWorkload => mesh.scope.knows(|known| known.workloads),
    }
}

fn reason(need: Need, mesh: &Mesh<'_>, lang: Lang) -> String {
    if matches!(need, Need::Selection | Need::EveryService) && !mesh.is_joined {
        return say!(lang,
            en: "Service ports lead to container ports in more than {MAX_PAIRS} pairs; check fewer manifests at once",
            zh: "Service 端口与容器端口的组合超过 {MAX_PAIRS} 对；请分批检查清单");
    }
    let version = mesh.settings.kubernetes_version;
    if need == Need::PodSecurityPolicy && !mesh.settings.has_pod_security_policies() {
        return say!(lang,
            en: "Kubernetes {version} has no PodSecurityPolicy (removed in {POD_SECURITY_POLICY_REMOVED}; see `kubernetesVersion`)",
            zh: "Kubernetes {version} 中没有 PodSecurityPolicy（已在 {POD_SECURITY_POLICY_REMOVED} 中移除；参见 `kubernetesVersion`）");
    }
    let kind = match need {
        Need::Workload | Need::EveryWorkload => Text {
            en: " workload",
            zh: "工作负载",
        },
        Need::Service | Need::Selection | Need::EveryService => Text {
            en: " Service",
            zh: " Service",
        },
        Need::Namespace => Text {
            en: " Namespace",
            zh: " Namespace",
        },
        Need::NetworkPolicy => Text {
            en: " NetworkPolicy",
            zh: " NetworkPolicy",
        },
        Need::PodSecurityPolicy => Text {
            en: " PodSecurityPolicy",
            zh: " PodSecurityPolicy",
        },
    }
    .get(lang);
    let is_known = match need {
        Need::Service | Need::Selection => mesh.scope.knows(|known| known.services),
        Need::Workload => mesh.scope.knows(|known| known.workloads),
        Need::NetworkPolicy => mesh.scope.knows(|known| known.network_policies),
        _ => false,
    };
    match (mesh.scope, need) {
        (Scope::Manifests, _) => say!(lang,
            en: "no{kind} among the manifests",
            zh: "清单中没有{kind}"),
        (Scope::Cluster(_), Need::EveryWorkload) => say!(lang,
            en: "no other{kind} of the cluster is known",
            zh: "不了解集群中的其他{kind}"),
        (Scope::Cluster(_), _) if is_known => say!(lang,
            en: "the namespace has no{kind}",
            zh: "命名空间中没有{kind}"),
        (Scope::Cluster(_), _) => say!(lang,
            en: "one object was checked by itself: no{kind} of the cluster is known",
            zh: "仅检查了单个对象：不了解集群中的{kind}"),
    }
}

/// What was wrong with the inputs, each place once, in order.
fn diagnostics(
    manifests: &[Manifest],
    model: &Model<'_>,
    places: &mut [Places<'_>],
    lang: Lang,
) -> Vec<Diagnostic> {
    let read = manifests.iter().enumerate().flat_map(|(source, manifest)| {
        manifest
            .problems
            .iter()
            .map(move |problem| (source, problem))
    });
    let modelled = model
        .problems
        .iter()
        .map(|(source, problem)| (*source, problem));
    let mut problems: Vec<_> = read.chain(modelled).collect();
    sort_by_key(&mut problems, |(source, problem)| {
        (*source, problem.span.start, problem.span.end)
    });
    problems.dedup();
    let unsaid = problems.len().saturating_sub(MAX_DIAGNOSTICS);
    problems.truncate(MAX_DIAGNOSTICS);
    let mut diagnostics: Vec<Diagnostic> = problems
        .into_iter()
        .map(|(source, problem)| Diagnostic {
            severity: problem.trouble.severity(),
            message: problem.trouble.message(lang),
            location: locate_in(places, source, problem.span),
        })
        .collect();
    if unsaid > 0 {
        diagnostics.push(Diagnostic {
            severity: Severity::Error,
            message: say!(lang,
                en: "{unsaid} more problems in the input are not listed; mend those above first",
                zh: "输入中还有 {unsaid} 个问题未列出；请先修复以上问题"),
            location: None,
        });
    }
    diagnostics
}

/// A place in a manifest; an object in none has no location.
fn locate_in(places: &mut [Places<'_>], source: usize, span: Span) -> Option<Location> {
    places.get_mut(source).map(|places| places.locate(span))
}

/// Paths to places, ordered by file and place. `silenced` holds the reason of each suppressed finding.
fn locate(
    manifests: &[Manifest],
    found: Vec<Found<'_>>,
    silenced: &[Option<&str>],
    places: &mut [Places<'_>],
    settings: &Settings,
    lang: Lang,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::with_capacity(found.len());
    let mut editors: Vec<Option<Editor<'_>>> = manifests.iter().map(|_| None).collect();
    for (found, silenced) in found.into_iter().zip(silenced) {
        let source = found.object.source;
        let location = locate_in(places, source, found.span());
        let related = found
            .related
            .into_iter()
            .map(|related| Related {
                message: related.message,
                resource: related.object.reference(),
                path: related.path.to_string(),
                location: locate_in(
                    places,
                    related.object.source,
                    related.path.locate(related.object.root),
                ),
            })
            .collect();
        let fix = found.repair.as_ref().and_then(|repair| {
            let manifest = manifests.get(source);
            let mut is_safe = repair.is_safe;
            let edits = match manifest {
                None => Vec::new(),
                Some(manifest) => {
                    let editor = editors[source].get_or_insert_with(|| Editor::new(manifest));
                    let edits = editor.edits(&found.object, repair)?;
                    // Where a comment is at stake somebody has to look.
                    is_safe &= !editor.loses_comment(&edits);
                    edits
                }
            };
            let patch = patch(&found.object, repair)?;
            // An object that is in no file can be changed, but no other one can be put beside it.
            (manifest.is_some() || !patch.is_empty()).then(|| Fix {
                title: repair.title.clone(),
                safe: is_safe,
                edits: edits
                    .into_iter()
                    .filter_map(|(span, new_text)| {
                        Some(TextEdit {
                            location: places.get_mut(source)?.locate_exactly(span),
                            new_text,
                            span,
                        })
                    })
                    .collect(),
                patch,
            })
        });
        let finding = Finding {
            rule: found.rule.id,
            name: found.rule.name,
            severity: found.severity,
            message: found.message,
            help: found.help,
            resource: found.object.reference(),
            path: found.path.to_string(),
            location,
            related,
            fix,
            source,
            docs: found.rule.docs(lang),
            suppressed: silenced.is_some(),
            suppressed_by_settings: silenced.is_some() && is_ignored(&found.object, settings),
            reason: silenced.unwrap_or_default().to_owned(),
        };
        findings.push(finding);
    }
    sort_by_key(&mut findings, |finding| {
        let (line, column) = finding
            .location
            .as_ref()
            .map_or((0, 0), |place| (place.line, place.column));
        let rule = RULES
            .iter()
            .position(|rule| rule.id == finding.rule)
            .unwrap_or_default();
        (finding.source, line, column, rule)
    });
    findings
}
