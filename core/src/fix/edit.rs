//! A repair as edits of the text it was found in, and as a JSON Patch of its object.
//!
//! The text keeps its comments, quoting, indentation and line ends. Where a change could reach further than it says
//! (a value behind an anchor that is named elsewhere, a merged entry, a key written twice), there is none.

use super::{Change, Repair};
use crate::{
    manifest::{Manifest, Problem, Scalar, Span, Trouble, Value, scalar},
    model::Object,
    order::sort_by_key,
    path::{Path, Step},
    report::{PatchOperation, PatchValue},
};

/// Changes of one manifest's text.
#[derive(Debug)]
pub(crate) struct Editor<'t> {
    manifest: &'t Manifest,
    /// What ends its lines; `None` when that is not one thing.
    line_end: Option<&'static str>,
}

/// A range of text and what takes its place.
pub(crate) type Edit = (Span, String);

/// An entry of a mapping: its key and its value.
type Entry<'t> = (Value<'t>, Value<'t>);

impl<'t> Editor<'t> {
    pub(crate) fn new(manifest: &'t Manifest) -> Self {
        let text = manifest.tree.text();
        let returns = text.bytes().filter(|byte| *byte == b'\r').count();
        let line_end = match returns {
            0 => Some("\n"),
            _ if returns == text.matches("\r\n").count()
                && returns == text.matches('\n').count() =>
            {
                Some("\r\n")
            }
            _ => None,
        };
        let is_template = |problem: &Problem| problem.trouble == Trouble::HelmTemplate;
        let line_end = line_end.filter(|_| !manifest.problems.iter().any(is_template));
        Self { manifest, line_end }
    }

    /// The edits of a repair, in order of place; `None` where it cannot be done without reaching further.
    pub(crate) fn edits(&self, object: &Object<'t>, repair: &Repair<'t>) -> Option<Vec<Edit>> {
        let kept = repair.kept();
        let line_end = self.line_end?;
        if self.has_problem(object.root.span()) {
            return None;
        }
        let mut edits = Vec::new();
        for change in &repair.changes {
            match change {
                Change::Set(path, value) => {
                    self.set(object, path.steps(), value, line_end, &mut edits)?;
                }
                Change::Remove(path) => {
                    edits.push((self.remove(object, path.steps(), kept)?, String::new()));
                }
                Change::Append(document) => edits.push(self.append(object, document, line_end)?),
            }
        }
        sort_by_key(&mut edits, |(span, _)| (span.start, span.end));
        let overlap = |pair: &[Edit]| pair[0].0.end > pair[1].0.start;
        (!edits.windows(2).any(overlap)).then_some(edits)
    }

    fn text(&self) -> &'t str {
        self.manifest.tree.text()
    }

    /// Whether a removal takes a comment along, or leaves one above that spoke of what is gone.
    pub(crate) fn loses_comment(&self, edits: &[Edit]) -> bool {
        let is_comment = |line: &str| line.trim_start().starts_with('#');
        let loses = |(span, new): &Edit| {
            let (start, end) = (span.start as usize, span.end as usize);
            let above = self.text()[..start].trim_end_matches(['\n', '\r']);
            let is_removal = new.is_empty() && start < end;
            is_removal
                && (self.text()[start..end].contains('#')
                    || above.lines().next_back().is_some_and(is_comment))
        };
        edits.iter().any(loses)
    }

    /// Whether something in a range could not be read as it was meant, such as a key that stands twice.
    fn has_problem(&self, span: Span) -> bool {
        self.manifest
            .problems
            .iter()
            .any(|problem| span.start <= problem.span.start && problem.span.start < span.end)
    }

    /// Whether an anchor that is named elsewhere lies in a range.
    fn has_anchor_in_use(&self, span: Span) -> bool {
        self.manifest
            .tree
            .shared()
            .any(|shared| span.start <= shared.start && shared.start < span.end)
    }

    fn set(
        &self,
        object: &Object<'t>,
        steps: &[Step<'t>],
        value: &str,
        line_end: &str,
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        let mut parent = object.root;
        let mut is_root = true;
        let mut is_flow = self.is_flow(parent);
        for (depth, step) in steps.iter().enumerate() {
            if parent.is_alias() || parent.is_shared() {
                return None;
            }
            is_flow |= self.is_flow(parent);
            let key = match step {
                Step::Index(index) => {
                    parent = parent.item(*index)?;
                    continue;
                }
                Step::Key(key) => *key,
            };
            if !parent.is_mapping() {
                return None;
            }
            let missing = &steps[depth + 1..];
            let Some((name, found)) = parent.entry(key) else {
                let indent = self.indent_step(object);
                let edit = if is_flow {
                    self.insert_in_flow(parent, key, missing, value)
                } else {
                    self.insert_in_block(parent, is_root, key, missing, value, indent, line_end)
                };
                edits.push(edit?);
                return Some(());
            };
            if name.is_alias() || found.is_alias() || found.is_shared() {
                return None;
            }
            if missing.is_empty() {
                edits.push(self.replace(name, found, value)?);
                return Some(());
            }
            if found.is_null() {
                let indent = self.indent_step(object);
                return self.fill(
                    name, found, is_flow, missing, value, indent, line_end, edits,
                );
            }
            (parent, is_root) = (found, false);
        }
        None
    }

    /// Replaces a scalar, quoted as it was.
    fn replace(&self, key: Value<'t>, value: Value<'t>, new: &str) -> Option<Edit> {
        value.text()?;
        let span = value.span();
        let written = self.text().get(span.start as usize..span.end as usize)?;
        if written.is_empty() {
            let at = self.after_colon(key)?;
            return Some((at, format!(" {}", scalar_text(new))));
        }
        let new = match written.as_bytes()[0] {
            b'"' => double_quoted(new),
            b'\'' => format!("'{}'", new.replace('\'', "''")),
            b'|' | b'>' => return None,
            _ => scalar_text(new),
        };
        Some((span, new))
    }

    /// The place after the colon of a key on whose line nothing but a comment follows.
    fn after_colon(&self, key: Value<'t>) -> Option<Span> {
        let end = key.span().end as usize;
        let line = self.text()[end..].lines().next()?;
        let rest = line.trim_start().strip_prefix(':')?;
        let is_alone =
            rest.trim().is_empty() || (rest.starts_with(' ') && rest.trim_start().starts_with('#'));
        let at = end + line.len() - rest.len();
        is_alone.then(|| Span::new(at, at))
    }

    /// Writes mappings in place of a null.
    #[expect(clippy::too_many_arguments, reason = "the parts of one place")]
    fn fill(
        &self,
        key: Value<'t>,
        null: Value<'t>,
        is_flow: bool,
        missing: &[Step<'t>],
        value: &str,
        indent: usize,
        line_end: &str,
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        let mut keys = keys(missing)?;
        let span = null.span();
        let is_written = span.start < span.end;
        if is_flow {
            let quoted = self.is_quoted(key);
            let text = flow_text(&keys, value, quoted);
            return is_written.then(|| edits.push((span, text)));
        }
        let at = if is_written {
            // The space before it goes, too.
            let before = self.text()[..span.start as usize]
                .trim_end_matches(' ')
                .len();
            edits.push((Span::new(before, span.end as usize), String::new()));
            span.end as usize
        } else {
            self.after_colon(key)?.start as usize
        };
        let rest = self.text()[at..].lines().next().unwrap_or_default();
        if !(rest.trim().is_empty() || rest.trim_start().starts_with('#')) {
            return None;
        }
        let column = self.column(key.span().start as usize)? + indent;
        let first = keys.remove(0);
        let line_at = at + rest.len();
        let lines = block_text(first, &keys, value, column, indent, line_end);
        let text = format!("{line_end}{}{lines}", " ".repeat(column));
        edits.push((Span::new(line_at, line_at), text));
        Some(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one place")]
    fn insert_in_block(
        &self,
        mapping: Value<'t>,
        is_root: bool,
        key: &str,
        missing: &[Step<'t>],
        value: &str,
        indent: usize,
        line_end: &str,
    ) -> Option<Edit> {
        let keys = keys(missing)?;
        let first = first_key(mapping).map_or(mapping.span(), Value::span).start as usize;
        let line = self.line_start(first);
        let column = self.column(first)?;
        let lines = block_text(key, &keys, value, column, indent, line_end);
        let margin = " ".repeat(column);
        if self.text()[line..first].contains(|before| before != ' ') {
            return Some((
                Span::new(first, first),
                format!("{lines}{line_end}{margin}"),
            ));
        }
        // Comments above the first key speak of that key.
        let at = if is_root {
            line
        } else {
            self.above_comments(line)
        };
        Some((Span::new(at, at), format!("{margin}{lines}{line_end}")))
    }

    fn insert_in_flow(
        &self,
        mapping: Value<'t>,
        key: &str,
        missing: &[Step<'t>],
        value: &str,
    ) -> Option<Edit> {
        let mut keys = keys(missing)?;
        keys.insert(0, key);
        let open = mapping.span().start as usize;
        let Some(first) = first_key(mapping) else {
            // An empty one, or one that only merges.
            let rest = self.text().get(open..mapping.span().end as usize)?;
            let inside = rest.strip_prefix('{')?.strip_suffix('}')?.trim();
            let is_quoted = self.is_json(mapping);
            return inside.is_empty().then(|| {
                let entry = flow_entry(&keys, value, is_quoted);
                (Span::new(open + 1, open + 1), entry)
            });
        };
        let at = first.span().start as usize;
        let gap = self.text().get(open + 1..at)?;
        let gap = if gap.trim().is_empty() && gap.contains('\n') {
            gap
        } else {
            " "
        };
        let entry = flow_entry(&keys, value, self.is_quoted(first));
        Some((Span::new(at, at), format!("{entry},{gap}")))
    }

    fn append(&self, object: &Object<'t>, document: &str, line_end: &str) -> Option<Edit> {
        // JSON has no second document.
        if self.is_flow(object.root) {
            return None;
        }
        let text = self.text();
        let gap = if text.ends_with('\n') { "" } else { line_end };
        let document = document.replace('\n', line_end);
        let at = Span::new(text.len(), text.len());
        Some((at, format!("{gap}---{line_end}{document}")))
    }

    fn remove(&self, object: &Object<'t>, steps: &[Step<'t>], kept: &[Step<'t>]) -> Option<Span> {
        let steps = removed(object.root, steps, kept);
        let (last, above) = steps.split_last()?;
        let Step::Key(key) = last else { return None };
        let mut parent = object.root;
        let mut is_flow = false;
        for step in above {
            if parent.is_alias() || parent.is_shared() {
                return None;
            }
            is_flow |= self.is_flow(parent);
            parent = match step {
                Step::Key(key) => parent.get(key)?,
                Step::Index(index) => parent.item(*index)?,
            };
        }
        is_flow |= self.is_flow(parent);
        if parent.is_alias() || parent.is_shared() {
            return None;
        }
        let entries: Vec<Entry<'t>> = parent.entries().collect();
        let at = entries
            .iter()
            .position(|(name, _)| name.text() == Some(*key))?;
        let neighbour = |at: usize| {
            entries
                .get(at)
                .copied()
                .filter(|(name, _)| !name.is_alias())
        };
        let (name, value) = neighbour(at)?;
        let start = name.span().start as usize;
        let end = self.end_of((name, value))?;
        // What a merge brought would show again, or go unseen.
        if self.has_anchor_in_use(Span::new(start, end)) || parent.merges() || value.merges() {
            return None;
        }
        let after = neighbour(at + 1).map(|(name, _)| name.span().start as usize);
        if is_flow {
            if let Some(after) = after {
                return Some(Span::new(start, after));
            }
            let before = neighbour(at.checked_sub(1)?)?;
            return Some(Span::new(self.end_of(before)?, end));
        }
        let line = self.line_start(start);
        if self.text()[line..start].contains(|before| before != ' ') {
            // The first key of a list's item: the next one takes its place.
            return after.map(|after| Span::new(start, after));
        }
        let rest = self.text()[end..]
            .split_inclusive('\n')
            .next()
            .unwrap_or_default();
        let is_comment = rest.starts_with(' ') && rest.trim_start().starts_with('#');
        if !(rest.trim().is_empty() || is_comment) {
            return None;
        }
        if rest.ends_with('\n') {
            return Some(Span::new(line, end + rest.len()));
        }
        let before = self.text()[..line].trim_end_matches(['\n', '\r']).len();
        Some(Span::new(before, end + rest.len()))
    }

    /// Where an entry ends.
    fn end_of(&self, (key, value): Entry<'t>) -> Option<usize> {
        if !value.is_alias() && !self.is_flow(value) {
            if let Some(last) = value.entries().filter(|(name, _)| !name.is_alias()).last() {
                return self.end_of(last);
            }
            if let Some(last) = value.items().last() {
                return self.end_of((last, last));
            }
        }
        let span = value.span();
        if span.start == span.end {
            return self.after_colon(key).map(|at| at.start as usize);
        }
        let written = self.text().get(span.start as usize..span.end as usize)?;
        Some(span.start as usize + written.trim_end_matches(['\n', '\r', ' ']).len())
    }

    /// Whether a collection is written in brackets.
    fn is_flow(&self, value: Value<'t>) -> bool {
        let start = value.span().start;
        let opens = matches!(
            self.text().as_bytes().get(start as usize),
            Some(b'{' | b'[')
        );
        let inner = value.entries().next().map(|(key, _)| key.span().start);
        opens && !value.is_alias() && inner != Some(start)
    }

    fn is_quoted(&self, key: Value<'t>) -> bool {
        self.text().as_bytes().get(key.span().start as usize) == Some(&b'"')
    }

    /// Whether what surrounds an empty mapping is JSON: its text has quoted keys.
    fn is_json(&self, mapping: Value<'t>) -> bool {
        let before = &self.text()[..mapping.span().start as usize];
        before
            .trim_end()
            .strip_suffix(':')
            .is_some_and(|key| key.trim_end().ends_with('"'))
    }

    fn line_start(&self, at: usize) -> usize {
        self.text()[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// The column of a key: how many spaces would align something with it. `None` after anything but the dashes of
    /// lists.
    fn column(&self, at: usize) -> Option<usize> {
        let before = &self.text()[self.line_start(at)..at];
        let before = before.trim_start_matches('\u{feff}');
        before
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'-'))
            .then_some(before.len())
    }

    /// The first of the lines of comments above a line, or that line.
    fn above_comments(&self, line: usize) -> usize {
        let mut first = line;
        while first > 0 {
            let above = self.line_start(first - 1);
            let text = self.text()[above..first].trim();
            if !(text.is_empty() || text.starts_with('#')) {
                break;
            }
            first = above;
        }
        first
    }

    /// How far this object indents: two spaces unless its first mapping says otherwise.
    fn indent_step(&self, object: &Object<'t>) -> usize {
        let of = |(key, value): Entry<'t>| {
            let inner = value
                .entries()
                .next()
                .filter(|_| !self.is_flow(value) && !value.is_alias())?
                .0;
            let (outer, inner) = (key.span().start as usize, inner.span().start as usize);
            self.column(inner)?
                .checked_sub(self.column(outer)?)
                .filter(|step| *step > 0)
        };
        object.root.entries().find_map(of).unwrap_or(2)
    }
}

/// The JSON Patch of a repair, for its object alone; `None` where what it would change is of the wrong type.
pub(crate) fn patch(object: &Object<'_>, repair: &Repair<'_>) -> Option<Vec<PatchOperation>> {
    let mut operations = Vec::new();
    for change in &repair.changes {
        match change {
            Change::Set(path, value) => {
                operations.push(set_operation(object.root, path.steps(), value)?);
            }
            Change::Remove(path) => operations.push(PatchOperation {
                op: "remove",
                path: Path::pointer(removed(object.root, path.steps(), repair.kept())),
                value: None,
            }),
            Change::Append(_) => {}
        }
    }
    Some(operations)
}

fn set_operation(root: Value<'_>, steps: &[Step<'_>], value: &str) -> Option<PatchOperation> {
    let mut parent = root;
    let mut depth = 0;
    let mut op = "replace";
    for step in steps {
        depth += 1;
        let next = match step {
            Step::Key(key) => parent.get(key),
            Step::Index(index) => parent.item(*index),
        };
        match next {
            Some(next) if !next.is_null() => parent = next,
            Some(_) => break,
            None if !parent.is_mapping() => return None,
            None => {
                op = "add";
                break;
            }
        }
    }
    let (written, missing) = steps.split_at(depth);
    Some(PatchOperation {
        op,
        path: Path::pointer(written),
        value: Some(PatchValue {
            keys: keys(missing)?.into_iter().map(str::to_owned).collect(),
            text: value.to_owned(),
        }),
    })
}

/// What goes when an entry is removed: the entry, or the mapping above that it would leave empty. A mapping on the
/// path `kept` stays, since something else is written there.
fn removed<'s, 't>(root: Value<'_>, steps: &'s [Step<'t>], kept: &[Step<'t>]) -> &'s [Step<'t>] {
    let mut above = Vec::with_capacity(steps.len());
    let mut value = root;
    for step in steps {
        above.push(value);
        let next = match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.item(*index),
        };
        let Some(next) = next else { return steps };
        value = next;
    }
    let mut length = steps.len();
    while length > 1
        && above[length - 1].entries().count() == 1
        && matches!(steps[length - 2], Step::Key(_))
        && !kept.starts_with(&steps[..length - 1])
    {
        length -= 1;
    }
    &steps[..length]
}

fn first_key(mapping: Value<'_>) -> Option<Value<'_>> {
    mapping
        .entries()
        .map(|(key, _)| key)
        .find(|key| !key.is_alias())
}

/// The keys of steps; `None` when one is an index, which cannot be made.
fn keys<'t>(steps: &[Step<'t>]) -> Option<Vec<&'t str>> {
    steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        })
        .collect()
}

/// `key: value`, or a line for each key of nested mappings; without the first line's margin and the last line's end.
fn block_text(
    first: &str,
    nested: &[&str],
    value: &str,
    column: usize,
    indent: usize,
    line_end: &str,
) -> String {
    let mut text = format!("{}:", scalar_text(first));
    for (depth, key) in (1..).zip(nested) {
        let margin = " ".repeat(column + depth * indent);
        text.extend([line_end, &margin, &scalar_text(key), ":"]);
    }
    text.push(' ');
    text.push_str(&scalar_text(value));
    text
}

/// The value of the first of nested keys: `{labels: {app: cart}}`.
fn flow_text(keys: &[&str], value: &str, is_quoted: bool) -> String {
    format!("{{{}}}", flow_entry(keys, value, is_quoted))
}

fn flow_entry(keys: &[&str], value: &str, is_quoted: bool) -> String {
    let quote = |text: &str| {
        if is_quoted {
            double_quoted(text)
        } else {
            scalar_text(text)
        }
    };
    match keys {
        [key, rest @ ..] if !rest.is_empty() => {
            format!("{}: {}", quote(key), flow_text(rest, value, is_quoted))
        }
        [key, ..] => format!("{}: {}", quote(key), quote(value)),
        [] => quote(value),
    }
}

/// A string as a scalar: plain where every reader of YAML takes that for a string, else quoted.
pub(crate) fn scalar_text(text: &str) -> String {
    let is_word =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
    let is_plain = text
        .bytes()
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && text.bytes().all(is_word)
        && matches!(scalar::resolve(text), Scalar::String(_));
    if is_plain {
        text.to_owned()
    } else {
        double_quoted(text)
    }
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '.. => quoted.push(character),
            control => quoted.extend(format!("\\u{:04x}", u32::from(control)).chars()),
        }
    }
    quoted.push('"');
    quoted
}

/// Puts edits into a text. They are in order and do not overlap.
pub(crate) fn apply<'e>(text: &str, edits: impl Iterator<Item = (Span, &'e str)>) -> String {
    let mut new = String::with_capacity(text.len());
    let mut from = 0;
    for (span, replacement) in edits {
        new.push_str(text.get(from..span.start as usize).unwrap_or_default());
        new.push_str(replacement);
        from = span.end as usize;
    }
    new.push_str(text.get(from..).unwrap_or_default());
    new
}
