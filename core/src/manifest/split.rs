//! Cuts a file into documents at `---` lines before any YAML is parsed, as kubectl does, so that a broken document
//! cannot take the next one with it.

/// One document's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Start of the document, its `---` line included.
    pub(super) start: usize,
    /// End, before the next `---` line.
    pub(super) end: usize,
    /// Text after `---` on its line that is no comment; kubectl refuses such a separator.
    pub(super) after_separator: Option<(usize, usize)>,
}

/// The documents of a file, in order. Text without a `---` is one document.
pub(super) fn documents(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut after_separator = None;
    let mut only_directives = false;
    let mut line_start = 0;
    while line_start < text.len() {
        let line_end = text[line_start..]
            .find('\n')
            .map_or(text.len(), |end| line_start + end);
        let line = &text[line_start..line_end];
        let shown = if line_start == 0 {
            line.trim_start_matches('\u{feff}')
        } else {
            line
        };
        if let Some(rest) = shown.strip_prefix("---") {
            // Directives belong to the document that their `---` starts.
            if !only_directives && line_start > start {
                chunks.push(Chunk {
                    start,
                    end: line_start,
                    after_separator,
                });
            }
            if !only_directives {
                start = line_start;
            }
            only_directives = false;
            let content = rest.trim();
            after_separator = (!content.is_empty() && !content.starts_with('#')).then(|| {
                (
                    line_end - rest.trim_start().len(),
                    line_end - (rest.len() - rest.trim_end().len()),
                )
            });
        } else if shown.starts_with('%')
            && text[start..line_start]
                .trim_matches(['\u{feff}', ' ', '\r', '\n'])
                .is_empty()
        {
            only_directives = true;
        }
        line_start = line_end + 1;
    }
    if start < text.len() {
        chunks.push(Chunk {
            start,
            end: text.len(),
            after_separator,
        });
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::documents;

    fn cut(text: &str) -> Vec<&str> {
        documents(text)
            .iter()
            .map(|chunk| &text[chunk.start..chunk.end])
            .collect()
    }

    #[test]
    fn cuts_at_separator_lines_only() {
        assert_eq!(
            cut("a: 1\n---\nb: |\n  ---\n  x\n--- # c\r\nd: 1\n"),
            ["a: 1\n", "---\nb: |\n  ---\n  x\n", "--- # c\r\nd: 1\n"]
        );
        assert_eq!(cut(""), [""; 0]);
    }

    #[test]
    fn keeps_directives_with_their_document() {
        assert_eq!(
            cut("%YAML 1.2\n---\na: 1\n---\nb: 1\n"),
            ["%YAML 1.2\n---\na: 1\n", "---\nb: 1\n"]
        );
    }

    #[test]
    fn tells_text_after_a_separator() {
        let text = "--- a: 1  \n----\n--- # fine\n";
        let after: Vec<_> = documents(text)
            .iter()
            .map(|chunk| chunk.after_separator.map(|(from, to)| &text[from..to]))
            .collect();
        assert_eq!(after, [Some("a: 1"), Some("-"), None]);
    }
}
