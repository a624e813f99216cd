//! Values from texts and to texts, as Go's strconv and SOPS have them.

use crate::bytes::Plaintext;
use crate::time;
use crate::tree::Content;
use gitopsc_yaml::json::number::{FloatForm, float_text};
use zeroize::Zeroizing;

/// Go's `Atoi`.
pub(crate) fn parse_int(text: &[u8]) -> Option<i64> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// Go's `ParseFloat` for what `FormatFloat` writes; out of range is no float.
pub(crate) fn parse_float(text: &[u8]) -> Option<f64> {
    let text = str::from_utf8(text).ok()?;
    let value: f64 = text.parse().ok()?;
    let spelled = text.bytes().any(|byte| matches!(byte, b'n' | b'N'));
    (value.is_finite() || spelled).then_some(value)
}

/// Go's `ParseBool`.
pub(crate) fn parse_bool(text: &[u8]) -> Option<bool> {
    match text {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Some(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Some(false),
        _ => None,
    }
}

/// Go's `ParseInt` with base 0: prefixes and underscores are understood.
pub(crate) fn parse_int_of_any_base(text: &[u8]) -> Option<i64> {
    let text = str::from_utf8(text).ok()?;
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = unsigned.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (base, digits) = match prefix.as_str() {
        "0x" => (16, &unsigned[2..]),
        "0b" => (2, &unsigned[2..]),
        "0o" => (8, &unsigned[2..]),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = i128::from(u64::from_str_radix(&digits.replace('_', ""), base).ok()?);
    i64::try_from(if negative { -size } else { size }).ok()
}

/// The bytes of a value that SOPS' checksum covers; none for what has no bytes.
pub(crate) fn checked_bytes(content: &Content) -> Option<Plaintext> {
    let text = match content {
        Content::Text(text) => return Some(text.clone()),
        Content::Int(int) => int.to_string(),
        Content::Float(float) => positional(*float),
        Content::Bool(true) => "True".to_owned(),
        Content::Bool(false) => "False".to_owned(),
        Content::Time(time) => time.to_rfc3339()?,
        _ => return None,
    };
    Some(Zeroizing::new(text.into_bytes()))
}

/// A value as SOPS writes it in formats that know only texts.
pub(crate) fn shown(content: &Content) -> Plaintext {
    let text = match content {
        Content::Text(text) => return text.clone(),
        Content::Null => "<nil>".to_owned(),
        Content::Int(int) => int.to_string(),
        Content::Big(int) => int.to_string(),
        Content::Float(float) => shown_float(*float),
        Content::Bool(bool) => bool.to_string(),
        Content::Time(time) => time::seconds(*time).unwrap_or_default(),
        Content::Map(_) | Content::List(_) | Content::Comment(_) => String::new(),
    };
    Zeroizing::new(text.into_bytes())
}

/// Go's format `f`.
pub(crate) fn positional(float: f64) -> String {
    not_finite(float).map_or_else(
        || float_text(float, FloatForm::Positional).to_string(),
        str::to_owned,
    )
}

/// Go's format `G`, with a point where it would look like an integer.
fn shown_float(float: f64) -> String {
    if let Some(word) = not_finite(float) {
        return word.to_owned();
    }
    let text = float_text(float, FloatForm::Yaml)
        .to_string()
        .replace('e', "E");
    if text.contains(['.', 'E']) {
        return text;
    }
    format!("{text}.0")
}

/// Go's words for what is not finite.
fn not_finite(float: f64) -> Option<&'static str> {
    match float {
        _ if float.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        for (text, value) in [
            ("17", Some(17)),
            ("-0x1f", Some(-31)),
            ("017", Some(15)),
            ("1_000", Some(1000)),
            ("0b101", Some(5)),
            ("9223372036854775808", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(parse_int_of_any_base(text.as_bytes()), value, "{text}");
        }
        assert_eq!(parse_float(b"1e999"), None);
        assert_eq!(parse_float(b"-Inf"), Some(f64::NEG_INFINITY));
        assert!(parse_float(b"NaN").is_some_and(f64::is_nan));
        assert_eq!(parse_bool(b"yes"), None);
    }

    #[test]
    fn floats_keep_looking_like_floats() {
        for (value, text) in [
            (1.0, "1.0"),
            (1.5, "1.5"),
            (1e21, "1E+21"),
            (-0.000_01, "-1E-05"),
        ] {
            assert_eq!(shown(&Content::Float(value)).as_slice(), text.as_bytes());
        }
        assert_eq!(positional(1e21), "1000000000000000000000");
    }
}
