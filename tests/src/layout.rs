//! One object, written in the ways that people and tools write YAML: block or flow style, JSON, any indentation, any
//! quotes, comments, both line ends.

use serde_json::Value;

/// How a text is written. Every choice within it follows from the seed.
#[derive(Clone, Debug)]
pub struct Layout {
    state: u64,
    indent: usize,
    /// Whether the dashes of a list stand below their key's first letter.
    is_list_flush: bool,
    has_comments: bool,
    style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Block,
    /// Block style with some mappings and lists in brackets.
    Mixed,
    /// Everything below the object's own fields in brackets.
    Flow,
    Json,
}

impl Layout {
    /// The layout of a seed.
    pub fn new(seed: u64) -> Self {
        let mut layout = Self {
            state: seed | 1,
            indent: 2,
            is_list_flush: false,
            has_comments: false,
            style: Style::Block,
        };
        layout.indent = [2, 2, 4, 3][layout.draw(4)];
        layout.is_list_flush = layout.chance(2);
        layout.has_comments = layout.chance(2);
        layout.style = [
            Style::Block,
            Style::Block,
            Style::Mixed,
            Style::Flow,
            Style::Json,
        ][layout.draw(5)];
        layout
    }

    /// Documents as one text.
    pub fn write(mut self, documents: &[Value]) -> String {
        let mut text = String::new();
        for (index, document) in documents.iter().enumerate() {
            if index > 0 || self.chance(3) {
                text.push_str("---\n");
            }
            if self.has_comments {
                text.push_str("# A document.\n");
            }
            match self.style {
                Style::Json => {
                    let json = if self.chance(2) {
                        serde_json::to_string_pretty(document)
                    } else {
                        serde_json::to_string(document)
                    };
                    text.push_str(&json.unwrap_or_default());
                    text.push('\n');
                }
                _ => self.mapping(document, 0, &mut text),
            }
        }
        if self.chance(4) {
            text.truncate(text.trim_end().len());
        }
        if self.chance(3) {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    }

    /// Entries of a mapping, one or more lines each, at a column.
    fn mapping(&mut self, value: &Value, column: usize, text: &mut String) {
        for (index, (key, value)) in value.as_object().into_iter().flatten().enumerate() {
            if index > 0 {
                if self.has_comments && self.chance(6) {
                    text.push_str(&" ".repeat(column));
                    text.push_str("# What follows.\n");
                }
                text.push_str(&" ".repeat(column));
            }
            let key = self.scalar_text(key);
            text.push_str(&key);
            text.push(':');
            self.value(value, column, text);
        }
    }

    /// What follows a key's colon, to the end of its last line.
    fn value(&mut self, value: &Value, column: usize, text: &mut String) {
        let is_flow = match self.style {
            Style::Block => false,
            Style::Mixed => self.chance(4),
            Style::Flow | Style::Json => column > 0 || self.chance(2),
        };
        match value {
            Value::Object(entries) if !entries.is_empty() && !is_flow => {
                self.end_line(text);
                let inner = column + self.indent;
                text.push_str(&" ".repeat(inner));
                self.mapping(value, inner, text);
            }
            Value::Array(items) if !items.is_empty() && !is_flow => {
                self.end_line(text);
                let dash = if self.is_list_flush {
                    column
                } else {
                    column + self.indent
                };
                for item in items {
                    text.push_str(&" ".repeat(dash));
                    text.push('-');
                    match item {
                        Value::Object(entries) if !entries.is_empty() => {
                            text.push(' ');
                            self.mapping(item, dash + 2, text);
                        }
                        _ => {
                            text.push(' ');
                            self.flow(item, text);
                            self.end_line(text);
                        }
                    }
                }
            }
            Value::Null if self.chance(2) => self.end_line(text),
            _ => {
                text.push(' ');
                self.flow(value, text);
                self.end_line(text);
            }
        }
    }

    fn flow(&mut self, value: &Value, text: &mut String) {
        match value {
            Value::Object(entries) => {
                text.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    let key = self.scalar_text(key);
                    text.push_str(&key);
                    text.push_str(": ");
                    self.flow(value, text);
                }
                text.push('}');
            }
            Value::Array(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    self.flow(item, text);
                }
                text.push(']');
            }
            Value::String(string) => {
                let scalar = self.scalar_text(string);
                text.push_str(&scalar);
            }
            other => text.push_str(&other.to_string()),
        }
    }

    fn scalar_text(&mut self, string: &str) -> String {
        let is_plain = string
            .starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
            && string
                .chars()
                .all(|other| other.is_ascii_alphanumeric() || "-_./".contains(other))
            && !matches!(
                string.to_ascii_lowercase().as_str(),
                "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
            );
        let is_simple = !string.contains(|other: char| other == '\'' || other.is_control());
        match self.draw(4) {
            0 if is_simple => format!("'{string}'"),
            1 | 2 if is_plain => string.to_owned(),
            _ if is_plain && self.draw(3) > 0 => string.to_owned(),
            _ => Value::from(string).to_string(),
        }
    }

    fn end_line(&mut self, text: &mut String) {
        if self.has_comments && self.chance(5) {
            text.push_str(" # said here");
        }
        text.push('\n');
    }

    fn chance(&mut self, of: usize) -> bool {
        self.draw(of) == 0
    }

    /// A number below `below`: xorshift, since the same seed must always give the same text.
    fn draw(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap_or_default() % below
    }
}
