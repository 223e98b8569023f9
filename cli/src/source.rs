//! From a report's lines and columns back to the text that they speak of.

use std::ops::Range;

/// Characters between two remembered places: what a look-up walks at most, however long the line is.
const STEP: usize = 256;

/// The text of one file, with an index that makes every look-up equally cheap.
pub(crate) struct Source {
    text: String,
    /// Byte and character number at which each line begins.
    lines: Vec<(usize, usize)>,
    /// Byte at which every `STEP`th character begins.
    marks: Vec<usize>,
}

impl Source {
    /// Indexes a file, as the report counts: a byte that is not UTF-8 is one character, a byte order mark is none.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        }
        let mut lines = vec![(0, 0)];
        let mut marks = Vec::with_capacity(text.len() / STEP + 1);
        for (number, (at, character)) in text.char_indices().enumerate() {
            if number % STEP == 0 {
                marks.push(at);
            }
            if character == '\n' {
                lines.push((at + 1, number + 1));
            }
        }
        Self { text, lines, marks }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of a line (1-based) without its line break; of the last line when there are fewer.
    pub(crate) fn line(&self, line: u32) -> Range<usize> {
        let index = self.index(line);
        let start = self.lines[index].0;
        let end = self
            .lines
            .get(index + 1)
            .map_or(self.text.len(), |next| next.0 - 1);
        let end = start + self.text[start..end].trim_end_matches('\r').len();
        start..end
    }

    /// Byte at which a line's column begins (both 1-based, columns in characters); the line's end when it is shorter.
    pub(crate) fn offset(&self, line: u32, column: u32) -> usize {
        let (start, first) = self.lines[self.index(line)];
        let end = self.line(line).end;
        let wanted = first + (column as usize).saturating_sub(1);
        let Some(&mark) = self.marks.get(wanted / STEP) else {
            return end;
        };
        let (from, number) = if mark > start {
            (mark, wanted / STEP * STEP)
        } else {
            (start, first)
        };
        if from >= end {
            return end;
        }
        self.text[from..end]
            .char_indices()
            .nth(wanted - number)
            .map_or(end, |(at, _)| from + at)
    }

    fn index(&self, line: u32) -> usize {
        (line as usize).clamp(1, self.lines.len()) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::{STEP, Source};

    fn at(source: &Source, line: u32, column: u32) -> &str {
        &source.text()[source.offset(line, column)..source.line(line).end]
    }

    #[test]
    fn counts_characters_not_bytes() {
        let source = Source::new("名: 值\r\n\nlast: 用户 x".as_bytes());
        assert_eq!(at(&source, 1, 1), "名: 值");
        assert_eq!(at(&source, 1, 4), "值");
        assert_eq!(at(&source, 1, 5), "");
        assert_eq!(at(&source, 2, 1), "");
        assert_eq!(at(&source, 3, 10), "x");
    }

    #[test]
    fn clamps_what_lies_outside() {
        let source = Source::new(b"a: 1\nb: 2");
        assert_eq!(source.offset(1, 99), 4);
        assert_eq!(source.offset(9, 1), 5);
        assert_eq!(source.offset(0, 0), 0);
        assert_eq!(Source::new(b"").offset(1, 1), 0);
    }

    #[test]
    fn a_byte_that_is_not_utf8_is_one_character() {
        let source = Source::new(b"a: \xff\xfe b\n");
        assert_eq!(at(&source, 1, 7), "b");
    }

    #[test]
    fn a_byte_order_mark_is_no_character() {
        assert_eq!(at(&Source::new("\u{feff}a: b\n".as_bytes()), 1, 4), "b");
    }

    #[test]
    fn agrees_with_counting_in_long_lines() {
        let line: String = (0..5 * STEP)
            .map(|n| if n % 3 == 0 { '字' } else { 'x' })
            .collect();
        let source = Source::new(format!("first\n{line}\nlast").as_bytes());
        for (number, (byte, _)) in line.char_indices().enumerate() {
            assert_eq!(
                source.offset(2, u32::try_from(number).unwrap_or(0) + 1),
                6 + byte
            );
        }
        assert_eq!(at(&source, 3, 2), "ast");
    }
}
