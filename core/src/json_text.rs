//! JSON put together piece by piece, for answers of many shapes: each type with a derived `Serialize` makes the module
//! larger.

use serde::Serialize;

/// JSON text in the making. Whoever opens something closes it.
#[derive(Debug, Default)]
pub(crate) struct JsonText {
    text: String,
    /// Whether something stands before the next key or item.
    follows: bool,
}

impl JsonText {
    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Its length so far, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    fn separate(&mut self) {
        if self.follows {
            self.text.push(',');
        }
        self.follows = true;
    }

    /// Opens a mapping or list with its bracket.
    pub(crate) fn open(&mut self, bracket: char) {
        self.separate();
        self.text.push(bracket);
        self.follows = false;
    }

    /// Closes it.
    pub(crate) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
        self.follows = true;
    }

    /// A key, whose value comes next.
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.text.push(':');
        self.follows = false;
        self
    }

    /// A string.
    pub(crate) fn string(&mut self, string: &str) {
        self.separate();
        self.text.push('"');
        for character in string.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                '\n' => self.text.push_str("\\n"),
                ' '.. => self.text.push(character),
                control => {
                    let code = format!("\\u{:04x}", u32::from(control));
                    self.text.push_str(&code);
                }
            }
        }
        self.text.push('"');
    }

    /// A string or null.
    pub(crate) fn maybe(&mut self, string: Option<&str>) {
        match string {
            Some(string) => self.string(string),
            None => self.raw("null"),
        }
    }

    /// True or false.
    pub(crate) fn boolean(&mut self, flag: bool) {
        self.raw(if flag { "true" } else { "false" });
    }

    /// What is JSON already: a number, a word, or something whole.
    pub(crate) fn raw(&mut self, json: &str) {
        self.separate();
        self.text.push_str(json);
    }

    /// A value that knows how it is written.
    pub(crate) fn value(&mut self, value: &impl Serialize) {
        // Strings, numbers and what is made of them can always be written.
        self.raw(&serde_json::to_string(value).unwrap_or_default());
    }

    /// A key with a string.
    pub(crate) fn field(&mut self, key: &str, string: &str) {
        self.key(key).string(string);
    }
}
