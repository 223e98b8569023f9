//! JSON without places (a request) to the same nodes that a file becomes.
//!
//! The policy spends most of a request here, so strings stay where they are in the text, and no type comes between the
//! bytes and the nodes.

#![expect(
    clippy::inline_always,
    reason = "policy.wasm is optimised for size, where a call for each byte or node takes most of a request's time"
)]

use super::tree::{Kind, NodeId, Nodes, Span, Tree, Value};

/// A JSON document: an admission request, or what a host answers.
///
/// ```
/// use mesh_ready_core::manifest::Json;
///
/// let json = Json::parse(br#"{"request": {"operation": "CREATE"}}"#).unwrap();
/// let operation = json.root().get("request").and_then(|request| request.get("operation"));
/// assert_eq!(operation.and_then(|operation| operation.text()), Some("CREATE"));
/// ```
#[derive(Debug)]
pub struct Json {
    tree: Tree,
    root: NodeId,
}

/// Deeper values are refused: the stack of a WebAssembly module is small.
const MAX_DEPTH: u8 = 128;

impl Json {
    /// Reads a JSON document (RFC 8259).
    ///
    /// # Errors
    /// What is wrong with the JSON, and at which line and column; columns count bytes.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        Self::read(json.to_owned())
    }

    /// The same for bytes that are no longer needed.
    ///
    /// # Errors
    /// As of [`Json::parse`].
    pub fn read(json: Vec<u8>) -> Result<Self, String> {
        let text = String::from_utf8(json).map_err(|error| {
            let (error, bytes) = (error.utf8_error(), error.as_bytes());
            at_place("invalid UTF-8", bytes, error.valid_up_to())
        })?;
        let mut parser = Parser {
            text: &text,
            bytes: text.as_bytes(),
            at: 0,
            nodes: Nodes::for_json(text.len()),
            open: Vec::new(),
        };
        let root = parser.document();
        let root = root.map_err(|wrong| at_place(wrong, parser.bytes, parser.at))?;
        let nodes = parser.nodes;
        Ok(Self {
            tree: Tree::new(text, nodes),
            root,
        })
    }

    /// Its value.
    pub fn root(&self) -> Value<'_> {
        self.tree.value(self.root)
    }
}

/// What is wrong and where.
fn at_place(wrong: &str, bytes: &[u8], at: usize) -> String {
    let before = &bytes[..at.min(bytes.len())];
    let lines = before.split(|byte| *byte == b'\n');
    let (line, column) = lines
        .enumerate()
        .last()
        .map_or((1, 1), |(line, text)| (line + 1, text.len() + 1));
    format!("{wrong} at line {line} column {column}")
}

/// What is wrong, at the place that has been reached.
type Read<T> = Result<T, &'static str>;

struct Parser<'j> {
    text: &'j str,
    bytes: &'j [u8],
    at: usize,
    nodes: Nodes,
    /// The children of values that are not complete yet.
    open: Vec<NodeId>,
}

impl Parser<'_> {
    fn document(&mut self) -> Read<NodeId> {
        let root = self.value(MAX_DEPTH)?;
        self.next();
        if self.at < self.bytes.len() {
            return Err("expected the end");
        }
        Ok(root)
    }

    /// The byte that has been reached; 0, which no JSON begins with, at the end.
    #[inline(always)]
    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is not white space.
    #[inline(always)]
    fn next(&mut self) -> u8 {
        loop {
            match self.byte() {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return byte,
            }
        }
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind) -> NodeId {
        self.nodes.push(Span::default(), kind)
    }

    fn value(&mut self, depth: u8) -> Read<NodeId> {
        match self.next() {
            b'"' => self.string(),
            b'{' => self.children(depth, b'}', Kind::Mapping),
            b'[' => self.children(depth, b']', Kind::Sequence),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => {
                self.word("null")?;
                // Whoever asks for its text is given none.
                Ok(self.push(Kind::Plain(Span::default())))
            }
            _ => Err("expected a value"),
        }
    }

    fn word(&mut self, word: &str) -> Read<NodeId> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return Err("expected a value");
        }
        self.at += word.len();
        Ok(self.push(Kind::Plain(Span::new(start, self.at))))
    }

    /// The members of an object or the items of an array.
    fn children(&mut self, depth: u8, end: u8, kind: fn(Span) -> Kind) -> Read<NodeId> {
        let depth = depth.checked_sub(1).ok_or("too many nested values")?;
        self.at += 1;
        let first = self.open.len();
        if self.next() == end {
            self.at += 1;
        } else {
            loop {
                if end == b'}' {
                    if self.next() != b'"' {
                        return Err("expected a name in quotes");
                    }
                    let name = self.string()?;
                    self.open.push(name);
                    if self.next() != b':' {
                        return Err("expected `:`");
                    }
                    self.at += 1;
                }
                let value = self.value(depth)?;
                self.open.push(value);
                let byte = self.next();
                if byte != b',' && byte != end {
                    return Err("expected `,` or the end of the object or array");
                }
                self.at += 1;
                if byte == end {
                    break;
                }
            }
        }
        let range = self.nodes.children.len();
        self.nodes.children.extend_from_slice(&self.open[first..]);
        self.open.truncate(first);
        let range = Span::new(range, self.nodes.children.len());
        Ok(self.push(kind(range)))
    }

    fn string(&mut self) -> Read<NodeId> {
        self.at += 1;
        let start = self.at;
        self.skip_plain();
        if self.byte() == b'"' {
            let range = Span::new(start, self.at);
            self.at += 1;
            return Ok(self.push(Kind::Text(range)));
        }
        let buffered = self.nodes.buffer.len();
        let mut copied = start;
        loop {
            let plain = self.text.get(copied..self.at);
            self.nodes.buffer.push_str(plain.unwrap_or_default());
            match self.byte() {
                b'"' => break,
                b'\\' => {
                    let char = self.escape()?;
                    self.nodes.buffer.push(char);
                }
                _ => return Err("a string that does not end, or a control character in it"),
            }
            copied = self.at;
            self.skip_plain();
        }
        self.at += 1;
        let range = Span::new(buffered, self.nodes.buffer.len());
        Ok(self.push(Kind::TextBuffered(range)))
    }

    /// To the end of what a string holds as it is.
    #[inline(always)]
    fn skip_plain(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let plain = rest
            .iter()
            .position(|byte| *byte == b'"' || *byte == b'\\' || *byte < b' ');
        self.at += plain.unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let char = match self.byte() {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err("an escape that JSON does not know"),
        };
        self.at += 1;
        Ok(char)
    }

    /// A character by number; one beyond 16 bits is written as a pair of surrogates.
    fn code_point(&mut self) -> Read<char> {
        const ALONE: &str = "a surrogate without the other one";
        let unit = self.code_unit()?;
        let code = if (0xd800..0xdc00).contains(&unit) {
            if self.byte() != b'\\' {
                return Err(ALONE);
            }
            self.at += 1;
            if self.byte() != b'u' {
                return Err(ALONE);
            }
            let low = self.code_unit()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(ALONE);
            }
            0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
        } else {
            unit
        };
        char::from_u32(code).ok_or(ALONE)
    }

    /// The four hexadecimal digits after the `u` that has been reached.
    fn code_unit(&mut self) -> Read<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            self.at += 1;
            let digit = char::from(self.byte()).to_digit(16);
            unit = unit * 16 + digit.ok_or("expected four hexadecimal digits")?;
        }
        self.at += 1;
        Ok(unit)
    }

    fn number(&mut self) -> Read<NodeId> {
        let start = self.at;
        self.at += usize::from(self.byte() == b'-');
        let is_zero = self.byte() == b'0';
        let first = self.at;
        self.digits()?;
        let end = self.at;
        if is_zero && end > first + 1 {
            return Err("a number that begins with 0");
        }
        let mut is_whole = true;
        if self.byte() == b'.' {
            self.at += 1;
            let first = self.at;
            self.digits()?;
            // The API server takes 8080.0 for 8080.
            is_whole = self.bytes[first..self.at]
                .iter()
                .all(|digit| *digit == b'0');
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), b'+' | b'-'));
            self.digits()?;
            is_whole = false;
        }
        Ok(self.push(if is_whole {
            Kind::Plain(Span::new(start, end))
        } else {
            Kind::Fraction
        }))
    }

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start {
            return Err("expected a digit");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn says_what_is_wrong_and_where() {
        for (json, expected) in [
            ("", "expected a value at line 1 column 1"),
            ("{\n\"a\":}", "expected a value at line 2 column 5"),
            ("{a: 1}", "expected a name in quotes at line 1 column 2"),
            ("{\"a\" 1}", "expected `:` at line 1 column 6"),
            ("[1,]", "expected a value at line 1 column 4"),
            (
                "[1 2]",
                "expected `,` or the end of the object or array at line 1 column 4",
            ),
            ("1 1", "expected the end at line 1 column 3"),
            ("nul", "expected a value at line 1 column 1"),
            ("01", "a number that begins with 0 at line 1 column 3"),
            ("-", "expected a digit at line 1 column 2"),
            ("1.e3", "expected a digit at line 1 column 3"),
            (
                "\"\\u12",
                "expected four hexadecimal digits at line 1 column 6",
            ),
            (
                "\"\\ud800\\n\"",
                "a surrogate without the other one at line 1 column 9",
            ),
            (
                "\"\\x\"",
                "an escape that JSON does not know at line 1 column 3",
            ),
            (
                "\"\n\"",
                "a string that does not end, or a control character in it at line 1 column 2",
            ),
        ] {
            let error = Json::parse(json.as_bytes()).err();
            assert_eq!(error.as_deref(), Some(expected), "{json:?}");
        }
        let error = Json::parse(b"\"a\n\xff\"").err();
        assert_eq!(error.as_deref(), Some("invalid UTF-8 at line 2 column 1"));
        let deep = "[".repeat(129);
        let error = Json::parse(deep.as_bytes()).err();
        assert_eq!(
            error.as_deref(),
            Some("too many nested values at line 1 column 129")
        );
    }
}
