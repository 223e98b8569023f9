//! Resolves plain scalars exactly as Kubernetes does.
//!
//! The API machinery reads YAML 1.1 through sigs.k8s.io/yaml, whose resolution is that of go-yaml v2
//! (`resolve.go`): `yes`, `on` and `y` are booleans, `0777` and `1_000` are integers, `1:30` is a string.

/// A resolved scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'t> {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// Any other number. Its value is not kept: nothing that rules read is a fraction.
    Float,
    /// A string.
    String(&'t str),
}

impl Scalar<'_> {
    /// What it is called when it stands where something else belongs.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float => "number",
            Self::String(_) => "string",
        }
    }
}

/// Resolves the text of a plain scalar without a tag.
///
/// ```
/// # use mesh_ready_core::manifest::scalar::{resolve, Scalar};
/// assert_eq!(resolve("on"), Scalar::Bool(true));
/// assert_eq!(resolve("0777"), Scalar::Int(511));
/// assert_eq!(resolve("1_000"), Scalar::Int(1000));
/// assert_eq!(resolve("08"), Scalar::Float);
/// assert_eq!(resolve("1:30"), Scalar::String("1:30"));
/// ```
pub fn resolve(text: &str) -> Scalar<'_> {
    let Some(first) = text.bytes().next() else {
        return Scalar::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'+' | b'-' | b'0'..=b'9' | b'.' => number(text),
        _ => Scalar::String(text),
    }
}

fn word(text: &str) -> Scalar<'_> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::String(text),
    }
}

fn number(text: &str) -> Scalar<'_> {
    match text {
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF"
        | "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float,
        _ => {}
    }
    // Only these can be part of a number; most scalars that begin with a digit (versions, addresses) stop here.
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_'))
    {
        return Scalar::String(text);
    }
    let without_underscores;
    let plain = if text.contains('_') && !text.starts_with('.') {
        without_underscores = text.replace('_', "");
        without_underscores.as_str()
    } else {
        text
    };
    match integer(plain) {
        Some(Integer::Signed(value)) => Scalar::Int(value),
        Some(Integer::Large(_)) => Scalar::Float,
        None if is_float(plain) => Scalar::Float,
        None => Scalar::String(text),
    }
}

/// The text of a [`Scalar::Float`] as a number of JSON; `None` when it is not finite.
pub(crate) fn json_number(text: &str) -> Option<String> {
    let text = text.replace('_', "");
    if let Some(Integer::Large(number)) = integer(&text) {
        return Some(number.to_string());
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => unsigned.split_at(at),
        None => (unsigned, ""),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some([sign, whole, point, fraction, exponent].concat())
}

enum Integer {
    Signed(i64),
    /// Beyond 63 bits, which no field of Kubernetes holds.
    Large(u64),
}

/// Go's `strconv.ParseInt(s, 0, 64)`, then `ParseUint`: the prefix names the base, a leading 0 means octal.
fn integer(text: &str) -> Option<Integer> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let bytes = digits.as_bytes();
    let (radix, digits) = match (bytes.first()?, bytes.get(1)) {
        (b'0', Some(b'x' | b'X')) => (16, &digits[2..]),
        (b'0', Some(b'o' | b'O')) => (8, &digits[2..]),
        (b'0', Some(b'b' | b'B')) => (2, &digits[2..]),
        (b'0', Some(_)) => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` would accept a second sign here.
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        0i64.checked_sub_unsigned(magnitude).map(Integer::Signed)
    } else {
        Some(i64::try_from(magnitude).map_or(Integer::Large(magnitude), Integer::Signed))
    }
}

/// go-yaml's `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some_digits = |part: &str| !part.is_empty() && digits(part);
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => some_digits(fraction),
        Some((whole, fraction)) => some_digits(whole) && digits(fraction),
        None => some_digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|exponent| {
            some_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_of_json_have_the_same_value() {
        for (text, expected) in [
            ("1.50", Some("1.50")),
            ("+1.5", Some("1.5")),
            ("-.5", Some("-0.5")),
            ("1.", Some("1")),
            ("08", Some("8")),
            ("-08.250E+02", Some("-8.250E+02")),
            ("1_000.5", Some("1000.5")),
            ("1e3", Some("1e3")),
            ("0xffffffffffffffff", Some("18446744073709551615")),
            ("18446744073709551616", Some("18446744073709551616")),
            (".inf", None),
            (".NaN", None),
            ("-.Inf", None),
        ] {
            assert_eq!(resolve(text), Scalar::Float, "{text}");
            assert_eq!(super::json_number(text).as_deref(), expected, "{text}");
        }
    }

    use super::{Scalar, resolve};

    #[test]
    fn resolves_as_go_yaml_v2() {
        for (text, expected) in [
            ("", Scalar::Null),
            ("~", Scalar::Null),
            ("Null", Scalar::Null),
            ("nULL", Scalar::String("nULL")),
            ("y", Scalar::Bool(true)),
            ("Off", Scalar::Bool(false)),
            ("tRue", Scalar::String("tRue")),
            ("0x1F", Scalar::Int(31)),
            ("0o17", Scalar::Int(15)),
            ("0b11", Scalar::Int(3)),
            ("-0b11", Scalar::Int(-3)),
            ("0", Scalar::Int(0)),
            ("-0", Scalar::Int(0)),
            ("+12", Scalar::Int(12)),
            ("+-1", Scalar::String("+-1")),
            ("0x-1", Scalar::String("0x-1")),
            ("9223372036854775807", Scalar::Int(i64::MAX)),
            ("-9223372036854775808", Scalar::Int(i64::MIN)),
            ("18446744073709551615", Scalar::Float),
            ("1e3", Scalar::Float),
            ("1.", Scalar::Float),
            (".5", Scalar::Float),
            ("1.27", Scalar::Float),
            ("1.2.3", Scalar::String("1.2.3")),
            ("1e", Scalar::String("1e")),
            ("-", Scalar::String("-")),
            (".", Scalar::String(".")),
            ("._5", Scalar::String("._5")),
            ("1_000.5", Scalar::Float),
            ("2001-01-01", Scalar::String("2001-01-01")),
            ("0xg", Scalar::String("0xg")),
            (".inf", Scalar::Float),
            ("-.Inf", Scalar::Float),
        ] {
            assert_eq!(resolve(text), expected, "{text:?}");
        }
    }
}
