//! YAML events to nodes: anchors, aliases, merge keys, duplicate keys, budgets.
//!
//! The event parser stands behind the one call in [`Composer::events`]; nothing else of the crate knows it.

use super::{
    problem::{Problem, Trouble, syntax},
    scalar::{self, Scalar},
    split::Chunk,
    tree::{Kind, Mark, NodeId, Nodes, Span},
};
use crate::order::sort_by_key;
use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Places are 32 bits wide, and a node's index fits as long as the text does.
pub(super) const MAX_BYTES: usize = 1 << 30;

/// How many nodes aliases may add over the nodes that are written. Real manifests repeat a few hundred; the
/// billion laughs would add more than memory holds.
const MAX_EXPANSION: u64 = 1_000_000;

/// Mappings up to this size are searched for duplicates directly, larger ones through a hash map.
const SMALL_MAPPING: usize = 16;

/// Builds the nodes of one file, document by document.
pub(super) struct Composer<'t> {
    text: &'t str,
    nodes: Nodes,
    documents: Vec<NodeId>,
    comments: Vec<Span>,
    problems: Vec<Problem>,
    /// Ascending places of bytes that are not UTF-8.
    invalid: Vec<u32>,
    helm_reported: bool,
    /// Children of the collections that are open.
    scratch: Vec<NodeId>,
    frames: Vec<Frame>,
    /// Completed anchors of the document, by the parser's numbers, which ascend.
    anchors: Vec<(usize, Anchor)>,
}

/// A collection whose end has not come yet.
struct Frame {
    id: NodeId,
    is_mapping: bool,
    first_child: usize,
    anchor: usize,
    /// Nodes in it with aliases expanded.
    weight: u64,
    has_merge: bool,
}

/// Where a mapping has a key, and whether a merge brought it.
type Known = FxHashMap<Box<str>, (usize, bool)>;

#[derive(Clone, Copy)]
struct Anchor {
    id: NodeId,
    weight: u64,
}

/// What a file became.
pub(super) struct Composed {
    pub(super) nodes: Nodes,
    pub(super) documents: Vec<NodeId>,
    pub(super) comments: Vec<Span>,
    pub(super) problems: Vec<Problem>,
}

/// Why a document is given up.
enum Abort {
    Syntax(ScanError),
    At(Span, Trouble),
}

impl<'t> Composer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut composer = Self {
            text,
            nodes: Nodes::default(),
            documents: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
            invalid: Vec::new(),
            helm_reported: false,
            scratch: Vec::new(),
            frames: Vec::new(),
            anchors: Vec::new(),
        };
        if text.len() >= MAX_BYTES {
            composer.problems.push(Problem {
                span: Span::default(),
                trouble: Trouble::TooLarge,
            });
        }
        composer
    }

    pub(super) fn reject_bytes(&mut self, invalid: &[u32]) {
        self.invalid = invalid.to_vec();
    }

    pub(super) fn finish(self) -> Composed {
        let Self {
            nodes,
            documents,
            comments,
            problems,
            ..
        } = self;
        Composed {
            nodes,
            documents,
            comments,
            problems,
        }
    }

    /// Reads one document, or says why not.
    pub(super) fn read(&mut self, chunk: &Chunk) {
        let text = &self.text[chunk.start..chunk.end];
        if let Some(problem) = self.unreadable(chunk, text) {
            self.problems.push(problem);
            return;
        }
        if let Some((from, to)) = chunk.after_separator {
            self.report(Span::new(from, to), Trouble::TextAfterSeparator);
        }
        let documents = self.documents.len();
        let problems = self.problems.len();
        if let Err(abort) = self.events(chunk.start, text) {
            // Nodes of the unfinished document stay behind unreachable; its problems so far would only distract.
            self.problems.truncate(problems);
            self.frames.clear();
            self.scratch.clear();
            let problem = match abort {
                Abort::At(span, trouble) => Problem { span, trouble },
                Abort::Syntax(error) => self.syntax(chunk, text, &error),
            };
            if problem.trouble == Trouble::HelmTemplate {
                self.documents.truncate(documents);
                if self.helm_reported {
                    return;
                }
                self.helm_reported = true;
            }
            self.problems.push(problem);
        }
    }

    /// Bytes that no YAML may hold. Checked first: the event parser takes a NUL for the end of the text.
    fn unreadable(&self, chunk: &Chunk, text: &str) -> Option<Problem> {
        let next_invalid = self
            .invalid
            .partition_point(|at| (*at as usize) < chunk.start);
        if let Some(at) = self
            .invalid
            .get(next_invalid)
            .map(|at| *at as usize)
            .filter(|at| *at < chunk.end)
        {
            return Some(Problem {
                span: Span::new(at, at + 1),
                trouble: Trouble::NotUtf8,
            });
        }
        let control = |byte: &u8| matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127);
        let at = text.bytes().position(|byte| control(&byte))?;
        let place = chunk.start + at;
        Some(Problem {
            span: Span::new(place, place + 1),
            trouble: Trouble::ControlCharacter(text.as_bytes()[at]),
        })
    }

    fn syntax(&self, chunk: &Chunk, text: &str, error: &ScanError) -> Problem {
        let from = (chunk.start + error.marker().byte_offset().unwrap_or(0)).min(self.text.len());
        let line_end = self.text[from..]
            .find(['\n', '\r'])
            .map_or(self.text.len(), |end| from + end);
        if looks_templated(text) {
            // The action is meant, not the bracket in it at which YAML ends.
            let line = self.text[..from]
                .rfind('\n')
                .map_or(0, |end| end + 1)
                .max(chunk.start);
            let indent = self.text[line..line_end]
                .find(|first| first != ' ')
                .unwrap_or(0);
            let span = Span::new(line + indent, line_end);
            return Problem {
                span,
                trouble: Trouble::HelmTemplate,
            };
        }
        // A mark at the end of a line still needs something to point at, and one after a tab means the tab.
        let from = if line_end == from || self.text[..from].ends_with('\t') {
            before(self.text, from)
        } else {
            from
        };
        Problem {
            span: Span::new(from, line_end.max(from)),
            trouble: syntax(error.kind()),
        }
    }

    fn report(&mut self, span: Span, trouble: Trouble) {
        self.problems.push(Problem { span, trouble });
    }

    fn events(&mut self, base: usize, text: &'t str) -> Result<(), Abort> {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
        };
        self.anchors.clear();
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, at) = event.map_err(Abort::Syntax)?;
            let at = at.byte_range().map_or(Span::new(base, base), |range| {
                Span::new(base + range.start, base + range.end)
            });
            match event {
                Event::Scalar(text, style, anchor, tag) => {
                    self.scalar(at, text, style, anchor, tag.as_deref())?;
                }
                Event::MappingStart(_, anchor, _) => {
                    if self.text[at.start as usize..].starts_with("{{") {
                        return Err(Abort::At(
                            span_of_line(self.text, at),
                            Trouble::HelmTemplate,
                        ));
                    }
                    self.open(at, true, anchor);
                }
                Event::SequenceStart(_, anchor, _) => self.open(at, false, anchor),
                Event::MappingEnd | Event::SequenceEnd => self.close(at)?,
                Event::Alias(anchor) => {
                    // An anchor that is not complete yet is one that encloses this alias.
                    let Some(target) = self.anchor(anchor) else {
                        return Err(Abort::At(at, Trouble::CyclicAlias));
                    };
                    self.nodes.mark(Mark::Shared, target.id);
                    let id = self.nodes.push(at, Kind::Alias(target.id));
                    self.attach(at, id, target.weight)?;
                }
                Event::UnresolvedAlias(name) => {
                    return Err(Abort::At(at, Trouble::UnknownAnchor(name.into_owned())));
                }
                Event::Comment(..) => self.comments.push(at),
                // Boundaries of the stream and of documents.
                _ => {}
            }
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        at: Span,
        text: Cow<'t, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), Abort> {
        let plain = style == ScalarStyle::Plain
            && tag.is_none_or(|tag| !tag.is_yaml_core_schema_tag("str"));
        let kind = match text {
            // The parser writes an absent value as `~`.
            _ if at.start == at.end && style == ScalarStyle::Plain => Kind::Plain(at),
            Cow::Borrowed(slice) => {
                let from = slice.as_ptr().addr() - self.text.as_ptr().addr();
                let range = Span::new(from, from + slice.len());
                if plain {
                    Kind::Plain(range)
                } else {
                    Kind::Text(range)
                }
            }
            Cow::Owned(text) => {
                let range = self.nodes.buffer(&text);
                if plain {
                    Kind::PlainBuffered(range)
                } else {
                    Kind::TextBuffered(range)
                }
            }
        };
        let id = self.nodes.push(at, kind);
        self.complete(anchor, id, 1);
        self.attach(at, id, 1)
    }

    fn open(&mut self, at: Span, is_mapping: bool, anchor: usize) {
        let empty = Span::new(0, 0);
        let id = self.nodes.push(
            at,
            if is_mapping {
                Kind::Mapping(empty)
            } else {
                Kind::Sequence(empty)
            },
        );
        self.frames.push(Frame {
            id,
            is_mapping,
            first_child: self.scratch.len(),
            anchor,
            weight: 1,
            has_merge: false,
        });
    }

    fn close(&mut self, at: Span) -> Result<(), Abort> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        if frame.is_mapping {
            self.check_keys(&frame)?;
        }
        let start = self.nodes.children.len();
        self.nodes
            .children
            .extend(self.scratch.drain(frame.first_child..));
        let range = Span::new(start, self.nodes.children.len());
        let node = &mut self.nodes.nodes[frame.id.0 as usize];
        node.kind = if frame.is_mapping {
            Kind::Mapping(range)
        } else {
            Kind::Sequence(range)
        };
        node.span.end = at.end;
        self.complete(frame.anchor, frame.id, frame.weight);
        self.attach(node_span(&self.nodes, frame.id), frame.id, frame.weight)
    }

    fn complete(&mut self, anchor: usize, id: NodeId, weight: u64) {
        if anchor != 0 {
            // A collection completes after what is inside of it: almost always this is the end.
            let at = self.anchors.partition_point(|(number, _)| *number < anchor);
            self.anchors.insert(at, (anchor, Anchor { id, weight }));
        }
    }

    fn anchor(&self, number: usize) -> Option<Anchor> {
        let at = self
            .anchors
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()?;
        Some(self.anchors[at].1)
    }

    /// Adds a finished node to the collection that is open, or makes it the document's root.
    fn attach(&mut self, at: Span, id: NodeId, weight: u64) -> Result<(), Abort> {
        let Some(frame) = self.frames.last_mut() else {
            self.documents.push(id);
            return Ok(());
        };
        frame.weight = frame.weight.saturating_add(weight);
        if frame.weight > MAX_EXPANSION + self.nodes.nodes.len() as u64 {
            return Err(Abort::At(at, Trouble::AliasExpansion(MAX_EXPANSION)));
        }
        let is_key = frame.is_mapping && (self.scratch.len() - frame.first_child).is_multiple_of(2);
        self.scratch.push(id);
        if is_key {
            self.key(at, id);
        }
        Ok(())
    }

    /// Keys are strings to Kubernetes: `on: 1` has the key "true".
    fn key(&mut self, at: Span, id: NodeId) {
        let (target, node) = self.nodes.target(id);
        let Some(text) = self.nodes.text(self.text, target) else {
            self.report(at, Trouble::KeyNotScalar);
            return;
        };
        if !matches!(node.kind, Kind::Plain(_) | Kind::PlainBuffered(_)) {
            return;
        }
        if text == "<<" {
            if let Some(frame) = self.frames.last_mut() {
                frame.has_merge = true;
            }
            return;
        }
        let canonical = match scalar::resolve(text) {
            // A fraction stays as it is written.
            Scalar::String(_) | Scalar::Float => return,
            Scalar::Null => {
                self.report(at, Trouble::KeyNotScalar);
                return;
            }
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
        };
        if canonical != text {
            let range = self.nodes.buffer(&canonical);
            self.nodes.nodes[id.0 as usize].kind = Kind::TextBuffered(range);
        }
    }

    /// Resolves merge keys and removes duplicates, the last value winning.
    fn check_keys(&mut self, frame: &Frame) -> Result<(), Abort> {
        if frame.has_merge {
            self.nodes.mark(Mark::Merges, frame.id);
            self.merge(frame)?;
        }
        let pairs = (self.scratch.len() - frame.first_child) / 2;
        let mut duplicates = Vec::new();
        if pairs <= SMALL_MAPPING {
            for later in 1..pairs {
                let key = self.key_text(frame, later);
                if key.is_some() {
                    duplicates.extend(
                        (0..later)
                            .find(|earlier| self.key_text(frame, *earlier) == key)
                            .map(|earlier| (earlier, later)),
                    );
                }
            }
        } else {
            let mut seen = Known::default();
            for later in 0..pairs {
                if let Some(key) = self.key_text(frame, later) {
                    let earlier = seen.insert(key.into(), (later, false));
                    duplicates.extend(earlier.map(|(earlier, _)| (earlier, later)));
                }
            }
        }
        for (_, later) in &duplicates {
            let id = self.scratch[frame.first_child + later * 2];
            let name = self.key_text(frame, *later).unwrap_or_default().to_owned();
            self.report(node_span(&self.nodes, id), Trouble::DuplicateKey(name));
        }
        let mut dropped: Vec<usize> = duplicates.into_iter().map(|(earlier, _)| earlier).collect();
        sort_by_key(&mut dropped, |earlier| *earlier);
        dropped.dedup();
        for earlier in dropped.into_iter().rev() {
            let at = frame.first_child + earlier * 2;
            self.scratch.drain(at..at + 2);
        }
        Ok(())
    }

    fn key_text(&self, frame: &Frame, pair: usize) -> Option<&str> {
        self.nodes
            .text(self.text, self.scratch[frame.first_child + pair * 2])
    }

    /// Replaces `<<` by the entries it names, in go-yaml v2's order: what is written later wins, and within a list
    /// of mappings the earlier one.
    fn merge(&mut self, frame: &Frame) -> Result<(), Abort> {
        let written: Vec<NodeId> = self.scratch.drain(frame.first_child..).collect();
        let mut entries: Vec<Option<(NodeId, NodeId)>> = Vec::with_capacity(written.len() / 2);
        let mut known = Known::default();
        for pair in written.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            let name = self.nodes.text(self.text, key).unwrap_or_default();
            if name != "<<" || !matches!(self.nodes.target(key).1.kind, Kind::Plain(_)) {
                // A written key that stands twice stays, to be reported.
                if let Some((earlier, true)) = known.insert(name.into(), (entries.len(), false)) {
                    entries[earlier] = None;
                }
                entries.push(Some((key, value)));
                continue;
            }
            let place = node_span(&self.nodes, value);
            for source in self.merge_sources(value) {
                let Kind::Mapping(range) = self.nodes.target(source).1.kind else {
                    self.report(place, Trouble::MergeNotMapping);
                    continue;
                };
                // One place for each mapping merged: the alias that names it.
                let place = node_span(&self.nodes, source);
                for index in (range.start..range.end).step_by(2) {
                    if self.nodes.nodes.len() as u64 > MAX_EXPANSION + self.text.len() as u64 {
                        return Err(Abort::At(place, Trouble::AliasExpansion(MAX_EXPANSION)));
                    }
                    let (key, value) = (
                        self.nodes.children[index as usize],
                        self.nodes.children[index as usize + 1],
                    );
                    let name = self.nodes.text(self.text, key).unwrap_or_default();
                    if let Some((earlier, _)) = known.insert(name.into(), (entries.len(), true)) {
                        entries[earlier] = None;
                    }
                    let key = self.nodes.push(place, Kind::Alias(key));
                    let value = self.nodes.push(place, Kind::Alias(value));
                    entries.push(Some((key, value)));
                }
            }
        }
        self.scratch.extend(
            entries
                .into_iter()
                .flatten()
                .flat_map(|(key, value)| [key, value]),
        );
        Ok(())
    }

    /// The mappings that a `<<` names, the one that wins last.
    fn merge_sources(&self, value: NodeId) -> Vec<NodeId> {
        match self.nodes.target(value).1.kind {
            Kind::Sequence(items) => self.nodes.children(items).iter().rev().copied().collect(),
            _ => vec![value],
        }
    }
}

fn node_span(nodes: &Nodes, id: NodeId) -> Span {
    nodes.nodes[id.0 as usize].span
}

fn span_of_line(text: &str, at: Span) -> Span {
    let from = at.start as usize;
    let to = text[from..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| from + end);
    Span::new(from, to)
}

/// The place of the character before `at`, or `at` itself at the beginning of a line.
fn before(text: &str, at: usize) -> usize {
    text[..at]
        .chars()
        .next_back()
        .filter(|last| *last != '\n')
        .map_or(at, |last| at - last.len_utf8())
}

/// Whether text that is not YAML looks like a Helm template. Other tools write `{{` too, inside of quoted text.
fn looks_templated(text: &str) -> bool {
    const SIGNS: [&str; 12] = [
        "{{-",
        "{{ .",
        "{{.",
        "{{ if ",
        "{{ else",
        "{{ end",
        "{{ range ",
        "{{ with ",
        "{{ include ",
        "{{ template ",
        "{{ tpl ",
        "{{ toYaml ",
    ];
    text.lines().any(|line| {
        let code = line.split('#').next().unwrap_or_default();
        let begins = code.trim_start().starts_with("{{");
        begins
            || SIGNS.iter().filter_map(|sign| code.find(sign)).any(|at| {
                let before = &code[..at];
                ['"', '\'']
                    .iter()
                    .all(|quote| before.matches(*quote).count().is_multiple_of(2))
            })
    })
}
