//! Which findings the user has silenced: by settings, by annotation, by comment; and which of these silence nothing.

use crate::{
    manifest::{Manifest, Span},
    mesh::ByTriple,
    model::{Labels, Model, Object, template_annotations},
    place::Places,
    rules::{Found, RULES, find},
    settings::Settings,
};

/// Of mesh-ready, with rule ids.
pub(crate) const ANNOTATION: &str = "mesh-ready.dev/ignore";
/// Of istioctl, with its own codes.
const ISTIOCTL_ANNOTATION: &str = "galley.istio.io/analyze-suppress";
/// Begins a comment that suppresses.
const COMMENT: &str = "mesh-ready:";

/// Rules by their index in [`RULES`], a bit for each.
pub(crate) type RuleSet = u64;

/// The suppressing comments of one manifest, by line.
#[derive(Debug, Default)]
pub(crate) struct Comments<'t>(Vec<Comment<'t>>);

/// `# mesh-ready: ignore MR103 -- reason`.
#[derive(Debug)]
struct Comment<'t> {
    /// The 0-based line that it speaks of.
    line: u32,
    list: &'t str,
    span: Span,
    /// Rules with a finding on that line.
    found: RuleSet,
}

impl<'t> Comments<'t> {
    pub(crate) fn read(manifest: &'t Manifest, places: &mut Places<'_>) -> Self {
        let text = manifest.tree.text();
        let mut comments = Vec::new();
        for span in &manifest.comments {
            let comment = text
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default();
            let Some(list) = suppressing(comment) else {
                continue;
            };
            let line = places.line_of(span.start);
            let before = text[..span.start as usize]
                .rsplit('\n')
                .next()
                .unwrap_or_default();
            // Alone on its line it speaks of the next one.
            let line = if before.trim().is_empty() {
                line + 1
            } else {
                line
            };
            comments.push(Comment {
                line,
                list,
                span: *span,
                found: 0,
            });
        }
        Self(comments)
    }

    /// The reason of a comment that covers a finding, empty when it gives none.
    fn reason(&mut self, line: u32, found: &Found<'_>) -> Option<&'t str> {
        let first = self.0.partition_point(|comment| comment.line < line);
        let mut reason = None;
        for comment in &mut self.0[first..] {
            if comment.line != line {
                break;
            }
            comment.found |= rule_bit(found.rule.id);
            if reason.is_none() && names(comment.list, &[found.rule.id]) {
                reason = Some(reason_of(comment.list));
            }
        }
        reason
    }
}

/// The list of a comment that suppresses. One that is written in another way names no rule, and is said to.
fn suppressing(comment: &str) -> Option<&str> {
    let directive = comment
        .trim_start_matches('#')
        .trim_start()
        .strip_prefix(COMMENT)?
        .trim_start();
    let list = directive.strip_prefix("ignore");
    Some(
        list.filter(|list| list.is_empty() || list.starts_with(' '))
            .unwrap_or(directive),
    )
}

/// Whether a finding is suppressed, and the reason that is given for it, which may be empty. `line` is its 0-based
/// line, where it has one.
pub(crate) fn suppression<'t>(
    found: &Found<'t>,
    line: Option<u32>,
    comments: Option<&mut Comments<'t>>,
    settings: &Settings,
) -> Option<&'t str> {
    let object = &found.object;
    if is_ignored(object, settings) {
        return Some("");
    }
    let annotated = |key, codes: &[&str]| {
        let annotations = [object.annotations, template_annotations(object)];
        let mut lists = annotations
            .into_iter()
            .filter_map(|annotations| annotations.get(key));
        lists.find(|list| names(list, codes)).map(reason_of)
    };
    // Every comment of the line is asked, so that each knows what it covers.
    let commented = line
        .zip(comments)
        .and_then(|(line, comments)| comments.reason(line, found));
    annotated(ANNOTATION, &[found.rule.id])
        .or_else(|| annotated(ISTIOCTL_ANNOTATION, found.rule.istioctl))
        .or(commented)
}

/// Whether settings leave an object out.
pub(crate) fn is_ignored(object: &Object<'_>, settings: &Settings) -> bool {
    // A Namespace is in itself.
    let is_namespace = object.kind == "Namespace" && object.namespace.is_empty();
    let own = if is_namespace {
        object.name
    } else {
        object.namespace
    };
    let is_named = |entry: &String| match entry.split_once('/') {
        Some((namespace, name)) => namespace == object.namespace && name == object.name,
        None => entry == object.name,
    };
    settings
        .ignore_namespaces
        .iter()
        .any(|namespace| namespace == own)
        || (object.is_workload() && settings.ignore_workloads.iter().any(is_named))
}

/// Whether a list (`MR107, MR303 -- reason`, or `*`) names one of the codes.
fn names(list: &str, codes: &[&str]) -> bool {
    listed(list).any(|name| name == "*" || codes.contains(&name))
}

/// The names of a list.
fn listed(list: &str) -> impl Iterator<Item = &str> {
    let list = list.split("--").next().unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// What a list gives as its reason.
fn reason_of(list: &str) -> &str {
    list.split_once("--")
        .map_or("", |(_, reason)| reason.trim())
}

/// A rule in a set of rules.
pub(crate) fn rule_bit(id: &str) -> RuleSet {
    let index = RULES.iter().position(|rule| rule.id == id);
    index.map_or(0, |index| 1 << index)
}

/// A name in a suppression that silences nothing.
#[derive(Debug)]
pub(crate) struct Unused<'t> {
    /// The rule's id, `*`, or something that is no rule.
    pub(crate) name: &'t str,
    pub(crate) is_rule: bool,
    /// Whether nothing else stands in its list.
    pub(crate) is_whole: bool,
    pub(crate) place: UnusedIn<'t>,
}

/// Where an unused name stands.
#[derive(Debug)]
pub(crate) enum UnusedIn<'t> {
    /// In a comment of a manifest.
    Comment {
        /// Index of the input.
        source: usize,
        span: Span,
    },
    /// In the annotation of an object, or of its pod template.
    Annotation {
        object: Object<'t>,
        is_template: bool,
    },
}

/// Every name that silences nothing. Rules that did not run are given the benefit of the doubt.
pub(crate) fn unused<'t>(
    model: &Model<'t>,
    found: &[Found<'t>],
    comments: &[Comments<'t>],
    has_run: &dyn Fn(&str) -> bool,
) -> Vec<Unused<'t>> {
    let mut unused = Vec::new();
    let mut judge = |list: &'t str, silenced: RuleSet, place: &dyn Fn() -> UnusedIn<'t>| {
        let none = listed(list).next().is_none().then_some("");
        for name in listed(list).chain(none) {
            let is_rule = name == "*" || find(name).is_some();
            let is_used = match name {
                "*" => silenced != 0 || !has_run(name),
                name => silenced & rule_bit(name) != 0 || (is_rule && !has_run(name)),
            };
            if !is_used {
                unused.push(Unused {
                    name,
                    is_rule,
                    is_whole: listed(list).count() == 1,
                    place: place(),
                });
            }
        }
    };
    for (source, comments) in comments.iter().enumerate() {
        for comment in &comments.0 {
            let span = comment.span;
            judge(comment.list, comment.found, &|| UnusedIn::Comment {
                source,
                span,
            });
        }
    }
    let of_template = |object: &Object<'t>| template_annotations(object);
    let mut annotated = model.objects().filter(|object| {
        let lists: [Labels<'_>; 2] = [object.annotations, of_template(object)];
        lists.iter().any(|list| list.get(ANNOTATION).is_some())
    });
    let Some(first) = annotated.next() else {
        return unused;
    };
    let mut findings = ByTriple::default();
    for (index, found) in found.iter().enumerate() {
        findings
            .entry(triple(&found.object))
            .or_default()
            .push(index);
    }
    for object in std::iter::once(first).chain(annotated) {
        let of_object = findings.get(&triple(object)).map_or(&[][..], Vec::as_slice);
        let silenced = of_object
            .iter()
            .fold(0, |set, index| set | rule_bit(found[*index].rule.id));
        for (annotations, is_template) in [(object.annotations, false), (of_template(object), true)]
        {
            // A Pod is its own template.
            let is_twice = is_template && object.is_pod();
            if let Some(list) = annotations.get(ANNOTATION).filter(|_| !is_twice) {
                judge(list, silenced, &|| UnusedIn::Annotation {
                    object: *object,
                    is_template,
                });
            }
        }
    }
    unused
}

fn triple<'t>(object: &Object<'t>) -> (&'t str, &'t str, &'t str) {
    (object.namespace, object.kind, object.name)
}
