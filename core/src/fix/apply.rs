//! Applying the fixes of findings to the files they are in.

use super::edit;
use crate::{
    Input, Lang, Options, Settings, check,
    manifest::Span,
    report::{Finding, Fix},
};

/// How often the files are checked again: fixes that touch one place take turns.
const MAX_ROUNDS: usize = 16;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// Those that may be applied without a look.
    Safe,
    /// Those that are offered, too.
    All,
}

/// Files after their fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// By input: its new text, or `None` when nothing changed.
    pub files: Vec<Option<String>>,
    /// What was applied, in order.
    pub applied: Vec<Applied>,
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Rule id.
    pub rule: &'static str,
    /// What it did.
    pub title: String,
    /// Index of the input.
    pub file: usize,
}

/// Applies fixes until none is left. Suppressed findings stay as they are.
///
/// ```
/// use mesh_ready_core::{Fixes, Input, Lang, Settings, fix};
///
/// let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: cart # of the shop\nspec:\n  containers:\n  - image: cart:v2\n";
/// let inputs = [Input { name: "pod.yaml", bytes: pod.as_bytes() }];
/// let fixed = fix(&inputs, &Settings::default(), Lang::En, Fixes::Safe);
/// assert!(fixed.files[0].as_ref().unwrap().contains("metadata:\n  labels:\n"));
/// ```
pub fn fix(inputs: &[Input<'_>], settings: &Settings, lang: Lang, which: Fixes) -> Fixed {
    let mut fixed = Fixed {
        files: vec![None; inputs.len()],
        applied: Vec::new(),
    };
    let options = Options {
        lang,
        ..Options::default()
    };
    for _ in 0..MAX_ROUNDS {
        let current: Vec<Input<'_>> = inputs
            .iter()
            .zip(&fixed.files)
            .map(|(input, text)| Input {
                bytes: text.as_ref().map_or(input.bytes, String::as_bytes),
                ..*input
            })
            .collect();
        let report = check(&current, settings, options);
        let round: Vec<(Option<String>, Vec<Applied>)> = current
            .iter()
            .enumerate()
            .map(|(file, input)| {
                let of_file = report
                    .findings
                    .iter()
                    .filter(|finding| finding.source == file);
                apply(input, file, of_file, which)
            })
            .collect();
        let before = fixed.applied.len();
        for (slot, (text, applied)) in fixed.files.iter_mut().zip(round) {
            if text.is_some() {
                *slot = text;
            }
            fixed.applied.extend(applied);
        }
        if fixed.applied.len() == before {
            break;
        }
    }
    fixed
}

/// Applies the fixes of one file that do not touch each other.
fn apply<'f>(
    input: &Input<'_>,
    file: usize,
    findings: impl Iterator<Item = &'f Finding>,
    which: Fixes,
) -> (Option<String>, Vec<Applied>) {
    let mut chosen: Vec<(Span, &str)> = Vec::new();
    let mut applied = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| {
            !finding.suppressed && !fix.edits.is_empty() && (fix.safe || which == Fixes::All)
        }) else {
            continue;
        };
        if is_clear(fix, &chosen, input.bytes.len()) {
            for edit in &fix.edits {
                let at = chosen.partition_point(|(span, _)| *span <= edit.span);
                chosen.insert(at, (edit.span, &edit.new_text));
            }
            applied.push(Applied {
                rule: finding.rule,
                title: fix.title.clone(),
                file,
            });
        }
    }
    // A file with fixes is UTF-8: others have a problem in every place that could be edited.
    let text = std::str::from_utf8(input.bytes)
        .ok()
        .filter(|_| !chosen.is_empty());
    (
        text.map(|text| edit::apply(text, chosen.into_iter())),
        applied,
    )
}

/// Whether no edit of a fix touches one that is chosen. Documents at the end of the file follow each other.
fn is_clear(fix: &Fix, chosen: &[(Span, &str)], end: usize) -> bool {
    fix.edits.iter().all(|edit| {
        let span = edit.span;
        if span.start as usize == end {
            return true;
        }
        let next = chosen.partition_point(|(other, _)| other.end < span.start);
        chosen
            .get(next)
            .is_none_or(|(other, _)| other.start > span.end)
    })
}
