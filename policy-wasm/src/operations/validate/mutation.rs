//! Changes of an object in its own text, so that nothing else in it changes: no order, no number, no escape.

use mesh_ready_core::{manifest::Json, report::PatchOperation};
use std::ops::Range;

/// The text of a field of a field: `request.object` of a payload. The JSON must have been parsed before.
pub(super) fn field<'a>(json: &'a str, keys: &[&str]) -> Option<&'a str> {
    let mut range = whole(json);
    for key in keys {
        range = child(json, &range, key)?.value;
    }
    json.get(range)
}

/// Applies a JSON Patch to the text of a JSON document; `None` when it does not fit. Of the operations these are
/// enough: `add` and `replace` of an entry of a mapping, `replace` of an item, `remove` of an entry.
pub(super) fn apply(json: &str, patch: &[PatchOperation]) -> Option<String> {
    let mut json = json.to_owned();
    for operation in patch {
        let value = match &operation.value {
            Some(value) => Some(serde_json::to_string(value).ok()?),
            None => None,
        };
        let (range, text) = edit(&json, operation, value.as_deref())?;
        json.replace_range(range, &text);
    }
    Some(json)
}

/// What a patch operation replaces by what.
fn edit(
    json: &str,
    operation: &PatchOperation,
    value: Option<&str>,
) -> Option<(Range<usize>, String)> {
    let (parents, last) = operation.path.rsplit_once('/')?;
    let mut parent = whole(json);
    for step in parents.split('/').skip(1) {
        parent = child(json, &parent, &unescape(step))?.value;
    }
    let last = unescape(last);
    let entry = child(json, &parent, &last);
    match (operation.op, entry, value) {
        ("add" | "replace", Some(entry), Some(value)) => Some((entry.value, value.to_owned())),
        ("add", None, Some(value)) if json.as_bytes().get(parent.start) == Some(&b'{') => {
            let key = serde_json::to_string(&last).ok()?;
            let at = parent.start + 1;
            let is_empty = skip_space(json.as_bytes(), at) + 1 == parent.end;
            let comma = if is_empty { "" } else { "," };
            Some((at..at, format!("{key}:{value}{comma}")))
        }
        ("remove", Some(entry), None) => Some((entry.removed, String::new())),
        _ => None,
    }
}

/// A step of a JSON Pointer (RFC 6901).
fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// An entry of a mapping, or an item of a list.
struct Child {
    value: Range<usize>,
    /// What goes when it is removed: the entry with one of the commas beside it.
    removed: Range<usize>,
}

/// The entry or item of that name in the mapping or list at a place.
fn child(json: &str, parent: &Range<usize>, name: &str) -> Option<Child> {
    let bytes = json.as_bytes();
    let is_mapping = match bytes.get(parent.start)? {
        b'{' => true,
        b'[' => false,
        _ => return None,
    };
    let mut at = skip_space(bytes, parent.start + 1);
    let mut index = 0;
    // The comma before the entry, if it is not the first one.
    let mut comma = None;
    while at + 1 < parent.end {
        let start = at;
        let mut is_named = false;
        if is_mapping {
            let end = skip_string(bytes, at);
            let key = Json::parse(bytes.get(at..end)?).ok()?;
            is_named = key.root().text() == Some(name);
            at = skip_space(bytes, skip_space(bytes, end) + 1);
        } else {
            is_named |= name.parse() == Ok(index);
        }
        let value = at..skip_value(bytes, at);
        at = skip_space(bytes, value.end);
        if is_named {
            let removed = match comma {
                Some(comma) => comma..value.end,
                None if bytes.get(at) == Some(&b',') => start..at + 1,
                None => start..value.end,
            };
            return Some(Child { value, removed });
        }
        comma = Some(at);
        at = skip_space(bytes, at + 1);
        index += 1;
    }
    None
}

/// The place of the document itself.
fn whole(json: &str) -> Range<usize> {
    let start = skip_space(json.as_bytes(), 0);
    start..skip_value(json.as_bytes(), start)
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The end of the string that begins here.
fn skip_string(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of the value that begins here.
fn skip_value(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = skip_string(bytes, at),
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            _ => {
                at += 1;
                continue;
            }
        }
        if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
            return at;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{apply, field};
    use mesh_ready_core::report::{PatchOperation, PatchValue};

    fn operation(op: &'static str, path: &str, value: Option<(&[&str], &str)>) -> PatchOperation {
        PatchOperation {
            op,
            path: path.to_owned(),
            value: value.map(|(keys, text)| PatchValue {
                keys: keys.iter().map(|key| (*key).to_owned()).collect(),
                text: text.to_owned(),
            }),
        }
    }

    #[test]
    fn changes_nothing_else() {
        let json = r#"{ "n" : 1.0e+300, "big":12345678901234567890,"a":{"x~/y":"\u00e9\"}"},"l":[1, {"b":2}] }"#;
        for (op, path, value, expected) in [
            (
                "add",
                "/a/new",
                Some((&[][..], "1")),
                json.replace(r#"{"x~"#, r#"{"new":"1","x~"#),
            ),
            (
                "add",
                "/l/1/c",
                Some((&["d"][..], "e\"")),
                json.replace(r#"{"b"#, r#"{"c":{"d":"e\""},"b"#),
            ),
            (
                "replace",
                "/a/x~0~1y",
                Some((&[][..], "v")),
                json.replace(r#""\u00e9\"}""#, r#""v""#),
            ),
            (
                "remove",
                "/a",
                None,
                json.replace(r#","a":{"x~/y":"\u00e9\"}"}"#, ""),
            ),
            ("remove", "/n", None, json.replace(r#""n" : 1.0e+300,"#, "")),
            ("remove", "/l/1/b", None, json.replace(r#""b":2"#, "")),
        ] {
            let changed = apply(json, &[operation(op, path, value)]);
            assert_eq!(changed, Some(expected), "{op} {path}");
        }
        assert_eq!(
            apply(
                r#"{"a":{ }}"#,
                &[operation("add", "/a/b", Some((&[], "c")))]
            ),
            Some(r#"{"a":{"b":"c" }}"#.to_owned())
        );
    }

    #[test]
    fn refuses_what_does_not_fit() {
        for (op, path) in [
            ("remove", "/b"),
            ("remove", "/a/b"),
            ("remove", "a"),
            ("move", "/a"),
        ] {
            let patch = [operation(op, path, None)];
            assert_eq!(apply(r#"{"a":1}"#, &patch), None, "{op} {path}");
        }
        let add = [operation("add", "/a/b", Some((&[], "c")))];
        assert_eq!(apply(r#"{"a":[]}"#, &add), None);
    }

    #[test]
    fn finds_a_field_whatever_stands_before_it() {
        let json = r#"{"settings":{"request":1},"request":{"options":[{"object":"}"}],"object": {"a":1} }}"#;
        assert_eq!(field(json, &["request", "object"]), Some(r#"{"a":1}"#));
        assert_eq!(field(json, &["request", "oldObject"]), None);
    }
}
