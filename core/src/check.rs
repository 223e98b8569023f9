//! The pipeline: manifests to model to mesh to rules to report.

use crate::{
    Input, Options, VERSION,
    i18n::{Lang, Text, say},
    manifest::{Manifest, Span, Value, place},
    mesh::{MAX_PAIRS, Mesh},
    model::Model,
    place::Places,
    report::{Columns, Diagnostic, Finding, Location, Related, Report, Severity, Skipped, Summary},
    rules::{Context, Findings, Found, Need, RULES},
    settings::{Level, Settings},
    suppress::{Comments, is_suppressed},
};

/// The namespace of objects that name none.
const DEFAULT_NAMESPACE: &str = "default";

/// So many problems of the input are listed; text that is no manifest at all can have one on every line.
const MAX_DIAGNOSTICS: usize = 1_000;

/// What is known beside the objects that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The manifests are all there is.
    Manifests,
    /// One object of a cluster of which nothing else is known.
    Object,
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
    let namespace = namespace
        .filter(|namespace| !namespace.is_empty())
        .unwrap_or(DEFAULT_NAMESPACE);
    let model = Model::read_object(object, namespace);
    let options = Options {
        lang,
        columns: Columns::default(),
    };
    run(&[], &model, Scope::Object, settings, options)
}

fn run(
    manifests: &[Manifest],
    model: &Model<'_>,
    scope: Scope,
    settings: &Settings,
    options: Options,
) -> Report {
    let lang = options.lang;
    let mesh = Mesh::new(model, settings);
    let context = Context { mesh: &mesh, lang };
    let mut summary = Summary {
        resources: model.resources,
        ignored: model.ignored,
        ..Summary::default()
    };
    let mut skipped = Vec::new();
    let mut found = Vec::new();
    for rule in RULES {
        let level = settings.rules.get(rule.id);
        if level == Some(Level::Off) {
            continue;
        }
        if let Some(need) = rule
            .needs
            .iter()
            .copied()
            .find(|need| !is_met(*need, &mesh, scope))
        {
            skipped.push(Skipped {
                rule: rule.id,
                reason: reason(need, &mesh, scope, lang),
            });
            continue;
        }
        summary.rules += 1;
        let mut findings = Findings::new(rule);
        (rule.check)(&context, &mut findings);
        let mut of_rule = findings.into_found();
        if let Some(severity) = level.and_then(Level::severity) {
            for finding in &mut of_rule {
                finding.severity = severity;
            }
        }
        found.append(&mut of_rule);
    }
    let mut places: Vec<Places<'_>> = manifests
        .iter()
        .map(|manifest| Places::new(manifest, options.columns))
        .collect();
    let diagnostics = diagnostics(manifests, model, &mut places, lang);
    let findings = locate(manifests, found, &mut places, settings, lang);
    for finding in &findings {
        let count = match (finding.suppressed, finding.severity) {
            (true, _) => &mut summary.suppressed,
            (false, Severity::Error) => &mut summary.errors,
            (false, Severity::Warning) => &mut summary.warnings,
            (false, Severity::Info) => &mut summary.infos,
        };
        *count += 1;
    }
    Report {
        version: VERSION,
        summary,
        skipped,
        findings,
        diagnostics,
    }
}

fn is_met(need: Need, mesh: &Mesh<'_>, scope: Scope) -> bool {
    match need {
        Need::Workload => !mesh.model.workloads.is_empty(),
        Need::Service => !mesh.model.services.is_empty() && mesh.is_joined,
        Need::Namespace => !mesh.model.namespaces.is_empty(),
        Need::EveryService => scope == Scope::Manifests && mesh.is_joined,
    }
}

fn reason(need: Need, mesh: &Mesh<'_>, scope: Scope, lang: Lang) -> String {
    if matches!(need, Need::Service | Need::EveryService) && !mesh.is_joined {
        return say!(lang,
            en: "Service ports lead to container ports in more than {MAX_PAIRS} pairs; check fewer manifests at once",
            zh: "Service 端口与容器端口的组合超过 {MAX_PAIRS} 对；请分批检查清单");
    }
    let kind = match need {
        Need::Workload => Text {
            en: " workload",
            zh: "工作负载",
        },
        Need::Service | Need::EveryService => Text {
            en: " Service",
            zh: " Service",
        },
        Need::Namespace => Text {
            en: " Namespace",
            zh: " Namespace",
        },
    }
    .get(lang);
    match scope {
        Scope::Manifests => say!(lang, en: "no{kind} among the manifests", zh: "清单中没有{kind}"),
        Scope::Object => say!(lang,
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
    in_order(&mut problems, |(source, problem)| {
        [place(*source), problem.span.start, problem.span.end, 0]
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

/// Sorts by a key of numbers, equal ones staying in order. All keys are of one type, since each instance of the
/// standard library's sort is kilobytes of WebAssembly.
fn in_order<T>(items: &mut Vec<T>, key: impl Fn(&T) -> [u32; 4]) {
    let mut keys: Vec<([u32; 4], usize)> = items.iter().map(key).zip(0..).collect();
    keys.sort_unstable();
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(
        keys.into_iter()
            .filter_map(|(_, index)| slots[index].take()),
    );
}

/// A place in a manifest; an object in none has no location.
fn locate_in(places: &mut [Places<'_>], source: usize, span: Span) -> Option<Location> {
    places.get_mut(source).map(|places| places.locate(span))
}

/// Paths to places, ordered by file and place.
fn locate(
    manifests: &[Manifest],
    found: Vec<Found<'_>>,
    places: &mut [Places<'_>],
    settings: &Settings,
    lang: Lang,
) -> Vec<Finding> {
    let comments: Vec<Comments<'_>> = manifests
        .iter()
        .zip(&mut *places)
        .map(|(manifest, places)| Comments::read(manifest, places))
        .collect();
    let mut findings: Vec<(usize, Finding)> = Vec::with_capacity(found.len());
    for found in found {
        let source = found.object.source;
        let location = locate_in(places, source, found.path.locate(found.object.root));
        let line = location.as_ref().map(|location| location.line - 1);
        let suppressed = is_suppressed(&found, line, comments.get(source), settings);
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
            fix: None,
            docs: found.rule.docs(lang),
            suppressed,
        };
        findings.push((source, finding));
    }
    in_order(&mut findings, |(source, finding)| {
        let (line, column) = finding
            .location
            .as_ref()
            .map_or((0, 0), |place| (place.line, place.column));
        let rule = RULES
            .iter()
            .position(|rule| rule.id == finding.rule)
            .unwrap_or_default();
        [place(*source), line, column, place(rule)]
    });
    findings.into_iter().map(|(_, finding)| finding).collect()
}
