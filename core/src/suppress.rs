//! Which findings the user has silenced: by settings, by annotation, by comment.

use crate::{
    manifest::{Manifest, Span},
    model::template_annotations,
    place::Places,
    rules::Found,
    settings::Settings,
};

/// Of mesh-ready, with rule ids.
const ANNOTATION: &str = "mesh-ready.dev/ignore";
/// Of istioctl, with its own codes.
const ISTIOCTL_ANNOTATION: &str = "galley.istio.io/analyze-suppress";
/// Begins a comment that suppresses.
const COMMENT: &str = "mesh-ready:";

/// The suppressing comments of one manifest: the 0-based line that each applies to, ascending, and its rule ids.
#[derive(Debug, Default)]
pub(crate) struct Comments<'t>(Vec<(u32, &'t str)>);

impl<'t> Comments<'t> {
    pub(crate) fn read(manifest: &'t Manifest, places: &mut Places<'_>) -> Self {
        let text = manifest.tree.text();
        let mut comments = Vec::new();
        for Span { start, end } in &manifest.comments {
            let comment = text.get(*start as usize..*end as usize).unwrap_or_default();
            let Some(list) = suppressing(comment) else {
                continue;
            };
            let line = places.line_of(*start);
            let before = text[..*start as usize]
                .rsplit('\n')
                .next()
                .unwrap_or_default();
            // Alone on its line it speaks of the next one.
            let line = if before.trim().is_empty() {
                line + 1
            } else {
                line
            };
            comments.push((line, list));
        }
        Self(comments)
    }

    fn cover(&self, line: u32, rule: &str) -> bool {
        let first = self.0.partition_point(|(of, _)| *of < line);
        self.0[first..]
            .iter()
            .take_while(|(of, _)| *of == line)
            .any(|(_, list)| names(list, &[rule]))
    }
}

/// The list of a comment that suppresses.
fn suppressing(comment: &str) -> Option<&str> {
    let directive = comment
        .trim_start_matches('#')
        .trim_start()
        .strip_prefix(COMMENT)?;
    directive.trim_start().strip_prefix("ignore ")
}

/// Whether a finding is suppressed. `line` is its 0-based line, where it has one.
pub(crate) fn is_suppressed(
    found: &Found<'_>,
    line: Option<u32>,
    comments: Option<&Comments<'_>>,
    settings: &Settings,
) -> bool {
    let object = &found.object;
    // A Namespace is in itself.
    let is_namespace = object.kind == "Namespace" && object.namespace.is_empty();
    let own = if is_namespace {
        object.name
    } else {
        object.namespace
    };
    if settings
        .ignore_namespaces
        .iter()
        .any(|namespace| namespace == own)
    {
        return true;
    }
    let is_named = |entry: &String| match entry.split_once('/') {
        Some((namespace, name)) => namespace == object.namespace && name == object.name,
        None => entry == object.name,
    };
    if object.is_workload() && settings.ignore_workloads.iter().any(is_named) {
        return true;
    }
    let template = template_annotations(object);
    let annotated = |key, codes: &[&str]| {
        [object.annotations, template]
            .iter()
            .any(|annotations| annotations.get(key).is_some_and(|list| names(list, codes)))
    };
    annotated(ANNOTATION, &[found.rule.id])
        || annotated(ISTIOCTL_ANNOTATION, found.rule.istioctl)
        || line
            .zip(comments)
            .is_some_and(|(line, comments)| comments.cover(line, found.rule.id))
}

/// Whether a list (`MR107, MR303 -- reason`, or `*`) names one of the codes.
fn names(list: &str, codes: &[&str]) -> bool {
    let list = list.split("--").next().unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .any(|name| name == "*" || codes.contains(&name))
}
