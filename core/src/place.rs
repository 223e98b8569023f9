//! Byte ranges to lines and columns.

use crate::{
    manifest::{Manifest, Span, place},
    report::{Columns, Location},
};

/// Finds lines and columns in one manifest.
#[derive(Debug)]
pub(crate) struct Places<'t> {
    manifest: &'t Manifest,
    columns: Columns,
    /// Where each line starts; built when first asked, since most inputs have nothing to report.
    lines: Vec<u32>,
    /// The place counted last, and how many units of its line stand before it.
    last: (u32, usize),
}

impl<'t> Places<'t> {
    pub(crate) fn new(manifest: &'t Manifest, columns: Columns) -> Self {
        Self {
            manifest,
            columns,
            lines: Vec::new(),
            last: (0, 0),
        }
    }

    /// The location of a range, as it is shown.
    pub(crate) fn locate(&mut self, span: Span) -> Location {
        // A block scalar ends where the next line begins; its own last line is meant.
        let text = self.manifest.tree.text();
        let shown = text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
            .trim_end_matches(['\n', '\r']);
        let end = span.start + place(shown.len());
        self.locate_exactly(Span { end, ..span })
    }

    /// The location of a range, line end and all.
    pub(crate) fn locate_exactly(&mut self, span: Span) -> Location {
        let text = self.manifest.tree.text();
        if self.lines.is_empty() {
            self.lines.push(0);
            self.lines
                .extend(text.match_indices('\n').map(|(at, _)| place(at) + 1));
        }
        let (line, column) = self.position(span.start);
        let (end_line, end_column) = self.position(span.end);
        Location {
            file: self.manifest.name.clone(),
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// The 0-based line that a byte is on.
    pub(crate) fn line_of(&mut self, at: u32) -> u32 {
        self.locate(Span { start: at, end: at }).line - 1
    }

    fn position(&mut self, at: u32) -> (u32, u32) {
        let line = self
            .lines
            .partition_point(|start| *start <= at)
            .saturating_sub(1);
        let start = self.lines[line];
        // A file of one line would otherwise be counted from its beginning for every place.
        let (from, counted) = if (start..=at).contains(&self.last.0) {
            self.last
        } else {
            (start, 0)
        };
        let text = self.manifest.tree.text();
        let between = text.get(from as usize..at as usize).unwrap_or_default();
        let between = if from == 0 {
            between.trim_start_matches('\u{feff}')
        } else {
            between
        };
        let column = counted
            + match self.columns {
                Columns::Utf8 => between.len(),
                Columns::Utf16 => between.encode_utf16().count(),
                Columns::Chars => between.chars().count(),
            };
        self.last = (at, column);
        (place(line) + 1, place(column) + 1)
    }
}
