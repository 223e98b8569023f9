//! The report as a person reads it: each finding with its source line, then the counts.

use crate::source::Source;
use annotate_snippets::{
    AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use mesh_ready_core::report::{
    Diagnostic, Finding, Fix, Location, Related, ResourceRef, Skipped, Summary,
};
use mesh_ready_core::settings::SettingsError;
use mesh_ready_core::{Input, Lang, Report, Severity, Text};
use std::collections::{HashMap, HashSet};
use std::mem;

/// Places of one file that are at most this many lines and bytes apart are shown in one excerpt.
const NEAR_LINES: u32 = 20;
const NEAR_BYTES: usize = 4096;
/// A line of more bytes is cut before it is rendered: minified JSON is one line, and the renderer would measure
/// all of it for every finding.
const LONG_LINE: usize = 1024;
/// Characters of a cut line that are shown on either side of the place, and at most of the place itself.
const AROUND: usize = 40;
/// Other places shown for one finding; the rest is counted.
const MAX_RELATED: usize = 10;

const HELP: Text = Text {
    en: "help",
    zh: "帮助",
};
const FIX: Text = Text {
    en: "fix",
    zh: "修复",
};
const NOTE: Text = Text {
    en: "note",
    zh: "说明",
};

/// Something outside the manifests that keeps a check from being done, or from being complete.
#[derive(Debug)]
pub(crate) struct Problem {
    message: String,
    help: Option<String>,
    location: Option<Location>,
}

impl Problem {
    pub(crate) fn new(message: String, help: String) -> Self {
        Self {
            message,
            help: Some(help),
            location: None,
        }
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        let message = if error.path.is_empty() {
            error.message
        } else {
            format!("{}: {}", error.path, error.message)
        };
        Self {
            message,
            help: None,
            location: error.location,
        }
    }
}

/// The texts that places point into, by file name.
struct Sources<'a>(HashMap<&'a str, Source>);

impl<'a> Sources<'a> {
    /// Indexes those of the inputs that a place points into.
    fn new<'l>(inputs: &[Input<'a>], places: impl Iterator<Item = &'l Location>) -> Self {
        let wanted: HashSet<&str> = places.map(|location| location.file.as_str()).collect();
        let inputs = inputs.iter().filter(|input| wanted.contains(input.name));
        Self(
            inputs
                .map(|input| (input.name, Source::new(input.bytes)))
                .collect(),
        )
    }
}

/// Problems, one after the other. `inputs` are the files that they point into.
pub(crate) fn problems(
    problems: &[Problem],
    inputs: &[Input<'_>],
    renderer: &Renderer,
    lang: Lang,
) -> String {
    let sources = Sources::new(
        inputs,
        problems
            .iter()
            .filter_map(|problem| problem.location.as_ref()),
    );
    let writer = Writer {
        sources: &sources,
        renderer,
        lang,
    };
    problems
        .iter()
        .map(|problem| writer.problem(problem))
        .collect()
}

/// What is wrong with the input itself, as the report says it.
pub(crate) fn diagnostics(
    report: &Report,
    inputs: &[Input<'_>],
    renderer: &Renderer,
    lang: Lang,
) -> String {
    let places = report
        .diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.location.as_ref());
    let sources = Sources::new(inputs, places);
    let writer = Writer {
        sources: &sources,
        renderer,
        lang,
    };
    let mut text: String = report
        .diagnostics
        .iter()
        .map(|diagnostic| writer.diagnostic(diagnostic))
        .collect();
    text += &input_errors(&report.diagnostics, lang);
    text
}

/// The whole report. `inputs` are what was checked.
pub(crate) fn report(
    report: &Report,
    inputs: &[Input<'_>],
    renderer: &Renderer,
    lang: Lang,
) -> String {
    let shown = || report.findings.iter().filter(|finding| !finding.suppressed);
    let places = shown()
        .flat_map(|finding| {
            let related = finding
                .related
                .iter()
                .take(MAX_RELATED)
                .map(|related| &related.location);
            related.chain([&finding.location])
        })
        .chain(
            report
                .diagnostics
                .iter()
                .map(|diagnostic| &diagnostic.location),
        );
    let sources = Sources::new(inputs, places.flatten());
    let writer = Writer {
        sources: &sources,
        renderer,
        lang,
    };

    let mut text = String::new();
    for finding in shown() {
        text += &writer.finding(finding);
    }
    for diagnostic in &report.diagnostics {
        text += &writer.diagnostic(diagnostic);
    }
    text += &summary(&report.summary, lang);
    text += &input_errors(&report.diagnostics, lang);
    text += &skipped(&report.skipped, lang);
    text
}

/// One place to point at, and what to say there.
struct Mark<'a> {
    location: &'a Location,
    source: &'a Source,
    kind: AnnotationKind,
    label: String,
}

impl Mark<'_> {
    /// Bytes of the place, up to the end of its first line: what spans lines is known by where it begins.
    fn bytes(&self) -> (usize, usize) {
        let location = self.location;
        let start = self.source.offset(location.line, location.column);
        let end = if location.end_line == location.line {
            self.source.offset(location.line, location.end_column)
        } else {
            self.source.line(location.line).end
        };
        (start, end.max(start))
    }

    fn is_in_long_line(&self) -> bool {
        self.source.line(self.location.line).len() > LONG_LINE
    }

    fn is_near(&self, other: &Self) -> bool {
        let (here, there) = (self.location, other.location);
        here.file == there.file
            && here.line.abs_diff(there.line) <= NEAR_LINES
            && self.bytes().0.abs_diff(other.bytes().0) <= NEAR_BYTES
            && !self.is_in_long_line()
            && !other.is_in_long_line()
    }
}

/// A finding, diagnostic or problem on its way to the screen.
struct Entry<'a> {
    severity: Severity,
    id: Option<&'static str>,
    message: &'a str,
    marks: Vec<Mark<'a>>,
    notes: Vec<Message<'a>>,
}

struct Writer<'a> {
    sources: &'a Sources<'a>,
    renderer: &'a Renderer,
    lang: Lang,
}

impl Writer<'_> {
    fn problem(&self, problem: &Problem) -> String {
        self.entry(Entry {
            severity: Severity::Error,
            id: None,
            message: &problem.message,
            marks: self
                .mark(
                    problem.location.as_ref(),
                    AnnotationKind::Primary,
                    String::new(),
                )
                .into_iter()
                .collect(),
            notes: problem
                .help
                .iter()
                .map(|help| self.message(Level::HELP, HELP, help))
                .collect(),
        })
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let mark = self.mark(
            diagnostic.location.as_ref(),
            AnnotationKind::Primary,
            String::new(),
        );
        self.entry(Entry {
            severity: diagnostic.severity,
            id: None,
            message: &diagnostic.message,
            marks: mark.into_iter().collect(),
            notes: Vec::new(),
        })
    }

    fn finding(&self, finding: &Finding) -> String {
        let object = object(&finding.resource);
        let mut marks = Vec::new();
        let mut notes = Vec::new();
        match self.mark(
            finding.location.as_ref(),
            AnnotationKind::Primary,
            object.clone(),
        ) {
            Some(mark) => marks.push(mark),
            None => notes.push(self.message(Level::NOTE, NOTE, &place(&object, &finding.path))),
        }
        for related in finding.related.iter().take(MAX_RELATED) {
            match self.mark(
                related.location.as_ref(),
                AnnotationKind::Context,
                related.message.clone(),
            ) {
                Some(mark) => marks.push(mark),
                None => notes.push(self.message(Level::NOTE, NOTE, &elsewhere(related))),
            }
        }
        let more = finding.related.len().saturating_sub(MAX_RELATED);
        if more > 0 {
            let text = match self.lang {
                Lang::En => format!("{more} more not shown here; --format json lists all"),
                Lang::ZhCn => format!("另有 {more} 处未显示；--format json 会全部列出"),
            };
            notes.push(self.message(Level::NOTE, NOTE, &text));
        }
        notes.push(self.message(Level::HELP, HELP, &finding.help));
        if let Some(fix) = &finding.fix {
            notes.push(self.message(Level::HELP, FIX, &applying(fix, self.lang)));
        }
        notes.push(self.message(
            Level::NOTE,
            NOTE,
            &format!("{}, {}", finding.name, finding.docs),
        ));
        let message = &finding.message;
        self.entry(Entry {
            severity: finding.severity,
            id: Some(finding.rule),
            message,
            marks,
            notes,
        })
    }

    fn mark<'m>(
        &'m self,
        at: Option<&'m Location>,
        kind: AnnotationKind,
        label: String,
    ) -> Option<Mark<'m>> {
        let location = at?;
        let source = self.sources.0.get(location.file.as_str())?;
        Some(Mark {
            location,
            source,
            kind,
            label,
        })
    }

    /// A line below the source. The text may hold words of the manifest, so what would steer a terminal is replaced.
    fn message(&self, level: Level<'static>, name: Text, text: &str) -> Message<'static> {
        level
            .with_name(name.get(self.lang))
            .message(normalize_untrusted_str(text))
    }

    fn entry(&self, entry: Entry<'_>) -> String {
        let level = level(entry.severity, self.lang);
        let title = level.clone().primary_title(entry.message);
        let title = match entry.id {
            Some(id) => title.id(id),
            None => title,
        };
        let mut groups = Vec::new();
        let mut group = Group::with_title(title);
        for marks in clusters(entry.marks) {
            let first = &marks[0];
            if first.is_in_long_line() {
                // The renderer counts columns in what it is given, which is cut here: the true place goes
                // before, and a group without a path after it gets no other.
                let Location {
                    file, line, column, ..
                } = first.location;
                let origin = Origin::path(normalize_untrusted_str(file))
                    .line(*line as usize)
                    .char_column(*column as usize);
                let here = Group::with_level(level.clone()).element(origin);
                let excerpt = Group::with_level(level.clone()).element(cut(first));
                groups.extend([mem::replace(&mut group, excerpt), here]);
            } else {
                group = group.element(snippet(&marks));
            }
        }
        groups.push(group.elements(entry.notes));
        self.renderer.render(&groups) + "\n\n"
    }
}

/// Marks that are shown together: the first with what is near it, then the others.
fn clusters(marks: Vec<Mark<'_>>) -> Vec<Vec<Mark<'_>>> {
    let mut clusters: Vec<Vec<Mark<'_>>> = Vec::new();
    for mark in marks {
        match clusters
            .iter_mut()
            .find(|cluster| cluster[0].is_near(&mark))
        {
            Some(cluster) => cluster.push(mark),
            None => clusters.push(vec![mark]),
        }
    }
    clusters
}

/// The lines from the first mark to the last, all of one file.
fn snippet<'a>(marks: &[Mark<'a>]) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = marks[0].source;
    let lines = || marks.iter().map(|mark| mark.location.line);
    let first = lines().min().unwrap_or(1);
    let from = source.line(first).start;
    let to = source.line(lines().max().unwrap_or(1)).end;
    let annotations = marks.iter().map(|mark| {
        let (start, end) = mark.bytes();
        annotation(mark, start - from, end - from)
    });
    Snippet::source(&source.text()[from..to])
        .line_start(first as usize)
        .path(normalize_untrusted_str(&marks[0].location.file))
        .annotations(annotations.collect::<Vec<_>>())
}

/// The surroundings of a mark in a line that is too long to be shown.
fn cut<'a>(mark: &Mark<'a>) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = mark.source.text();
    let line = mark.source.line(mark.location.line);
    let (start, end) = mark.bytes();
    let end = start + prefix(&text[start..end]).len();
    let before: usize = text[line.start..start]
        .chars()
        .rev()
        .take(AROUND)
        .map(char::len_utf8)
        .sum();
    let after = prefix(&text[end..line.end]).len();
    let left = if start - before > line.start {
        "…"
    } else {
        ""
    };
    let right = if end + after < line.end { "…" } else { "" };
    let shown = format!("{left}{}{right}", &text[start - before..end + after]);
    let from = left.len() + before;
    Snippet::source(shown)
        .line_start(mark.location.line as usize)
        .annotation(annotation(mark, from, from + (end - start)))
}

/// The first [`AROUND`] characters.
fn prefix(text: &str) -> &str {
    text.char_indices()
        .nth(AROUND)
        .map_or(text, |(at, _)| &text[..at])
}

fn annotation<'a>(mark: &Mark<'_>, start: usize, end: usize) -> annotate_snippets::Annotation<'a> {
    let annotation = mark.kind.span(start..end);
    if mark.label.is_empty() {
        annotation
    } else {
        annotation.label(mark.label.clone())
    }
}

fn level(severity: Severity, lang: Lang) -> Level<'static> {
    let (level, name) = match severity {
        Severity::Error => (
            Level::ERROR,
            Text {
                en: "error",
                zh: "错误",
            },
        ),
        Severity::Warning => (
            Level::WARNING,
            Text {
                en: "warning",
                zh: "警告",
            },
        ),
        Severity::Info => (
            Level::INFO,
            Text {
                en: "info",
                zh: "提示",
            },
        ),
    };
    level.with_name(name.get(lang))
}

/// `Deployment default/web`; objects of the cluster have no namespace.
fn object(resource: &ResourceRef) -> String {
    let ResourceRef {
        kind,
        namespace,
        name,
        ..
    } = resource;
    if namespace.is_empty() {
        format!("{kind} {name}")
    } else {
        format!("{kind} {namespace}/{name}")
    }
}

/// What a fix does, and how to have it done.
fn applying(fix: &Fix, lang: Lang) -> String {
    let title = &fix.title;
    let option = if fix.safe { "--fix" } else { "--fix=all" };
    match lang {
        Lang::En => format!("{title} (`{option}` applies it)"),
        Lang::ZhCn => format!("{title}（`{option}` 会应用它）"),
    }
}

fn place(object: &str, path: &str) -> String {
    if path.is_empty() {
        object.to_owned()
    } else {
        format!("{object}, {path}")
    }
}

fn elsewhere(related: &Related) -> String {
    format!(
        "{} ({})",
        related.message,
        place(&object(&related.resource), &related.path)
    )
}

fn summary(summary: &Summary, lang: Lang) -> String {
    let Summary {
        resources,
        rules,
        errors,
        warnings,
        infos,
        suppressed,
        ignored,
    } = *summary;
    match lang {
        Lang::En => format!(
            "{}, {}, {}: {}, {}, {}; {suppressed} suppressed\n",
            counted(resources, "resource"),
            counted(rules, "rule"),
            counted(ignored, "ignored document"),
            counted(errors, "error"),
            counted(warnings, "warning"),
            counted(infos, "info"),
        ),
        Lang::ZhCn => format!(
            "{resources} 个资源，{rules} 条规则，{ignored} 个被忽略的文档：\
             {errors} 个错误，{warnings} 个警告，{infos} 个提示；{suppressed} 个已抑制\n"
        ),
    }
}

/// Why the exit status says that the check is not complete.
fn input_errors(diagnostics: &[Diagnostic], lang: Lang) -> String {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count();
    match (errors, lang) {
        (0, _) => String::new(),
        (1, Lang::En) => {
            "1 error in the input: what it touches was not checked as it was meant\n".to_owned()
        }
        (_, Lang::En) => format!(
            "{errors} errors in the input: what they touch was not checked as it was meant\n"
        ),
        (_, Lang::ZhCn) => format!("输入中有 {errors} 个错误：受影响的内容未能按原意检查\n"),
    }
}

/// The rules that did not run, by the reason.
fn skipped(skipped: &[Skipped], lang: Lang) -> String {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for Skipped { rule, reason } in skipped {
        match reasons.iter_mut().find(|(known, _)| known == reason) {
            Some((_, rules)) => rules.push(rule),
            None => reasons.push((reason, vec![rule])),
        }
    }
    let line = |(reason, rules): (&str, Vec<&str>)| {
        let count = rules.len();
        match lang {
            Lang::En => format!(
                "{} skipped, {reason}: {}\n",
                counted(count, "rule"),
                rules.join(", ")
            ),
            Lang::ZhCn => format!("跳过 {count} 条规则（{reason}）：{}\n", rules.join("、")),
        }
    };
    reasons.into_iter().map(line).collect()
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
