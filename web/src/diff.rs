//! What a change of a text looks like, line by line.

use similar::{Algorithm, ChangeTag, capture_diff_slices, group_diff_ops};

use crate::report::{Location, TextEdit};

/// How many lines that stay are shown before and after those that do not.
const CONTEXT: usize = 3;

/// The differences between two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Stretches of the text with changes in them.
    pub hunks: Vec<Hunk>,
    /// How many lines go.
    pub removed: usize,
    /// How many lines come.
    pub added: usize,
    /// How many lines of the hunks are left out, because there are so many.
    pub left_out: usize,
}

/// A stretch of the text with changes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The number of its first line in the old text, from 1.
    pub line: usize,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it stays.
    pub change: Change,
    /// It itself, without its end.
    pub text: String,
}

/// What happens to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Same,
    /// It goes.
    Removed,
    /// It comes.
    Added,
}

/// Compares two texts by lines. `most` is how many lines the hunks may have together; all are counted. Whether the last
/// line is ended makes no difference.
pub fn diff(old: &str, new: &str, most: usize) -> Diff {
    let old: Vec<_> = old.lines().collect();
    let new: Vec<_> = new.lines().collect();
    let changes = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut diff = Diff::default();
    let mut room = most;
    for changes in group_diff_ops(changes, CONTEXT) {
        let line = changes.first().map_or(0, |first| first.old_range().start) + 1;
        let mut lines = Vec::new();
        for (tag, texts) in changes
            .iter()
            .flat_map(|change| change.iter_slices(&old, &new))
        {
            let change = match tag {
                ChangeTag::Equal => Change::Same,
                ChangeTag::Delete => Change::Removed,
                ChangeTag::Insert => Change::Added,
            };
            match change {
                Change::Same => {}
                Change::Removed => diff.removed += texts.len(),
                Change::Added => diff.added += texts.len(),
            }
            let shown = texts.len().min(room);
            room -= shown;
            diff.left_out += texts.len() - shown;
            lines.extend(texts[..shown].iter().map(|text| Line {
                change,
                text: (*text).to_owned(),
            }));
        }
        if !lines.is_empty() {
            diff.hunks.push(Hunk { line, lines });
        }
    }
    diff
}

/// A text after edits, none of which overlap: what the editor makes of them. What points behind the end of a line or of
/// the text means that end.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let starts: Vec<_> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(end, _)| end + 1))
        .collect();
    let offset = |line: u32, column: u32| {
        let line = (line as usize).saturating_sub(1);
        let Some(start) = starts.get(line).copied() else {
            return text.len();
        };
        let end = starts.get(line + 1).map_or(text.len(), |next| next - 1);
        start + bytes(&text[start..end], column.saturating_sub(1))
    };
    let mut edits: Vec<_> = edits
        .iter()
        .map(|TextEdit { location, new_text }| {
            let start = offset(location.line, location.column);
            (
                start,
                offset(location.end_line, location.end_column),
                new_text,
            )
        })
        .collect();
    edits.sort_by_key(|(start, end, _)| (*start, *end));
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end, new_text) in edits {
        result.push_str(text.get(done..start).unwrap_or_default());
        result.push_str(new_text);
        done = end.max(done);
    }
    result.push_str(&text[done..]);
    result
}

/// How many bytes the first UTF-16 units of a line take.
fn bytes(line: &str, units: u32) -> usize {
    let mut left = units as usize;
    line.chars()
        .take_while(|character| {
            let units = character.len_utf16();
            let fits = left >= units;
            left = left.saturating_sub(units);
            fits
        })
        .map(char::len_utf8)
        .sum()
}

/// Where the new text of the first of some edits stands once they are applied; to show what they did.
pub fn first(edits: &[TextEdit]) -> Option<Location> {
    let edit = edits
        .iter()
        .min_by_key(|edit| (edit.location.line, edit.location.column))?;
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let place = &edit.location;
    let (end_line, end_column) = match edit.new_text.rsplit_once('\n') {
        None => (
            place.line,
            place.column.saturating_add(units(&edit.new_text)),
        ),
        Some((before, last)) => {
            let breaks = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
            (
                place.line.saturating_add(breaks).saturating_add(1),
                units(last).saturating_add(1),
            )
        }
    };
    Some(Location {
        end_line,
        end_column,
        ..place.clone()
    })
}
