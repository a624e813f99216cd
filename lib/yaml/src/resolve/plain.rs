//! What a plain scalar is worth: go-yaml's rules, which v2 and v3 share but for a few words.

use super::Dialect;
use super::timestamp::Timestamp;
use crate::node::Tag;

/// The value of a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plain {
    /// The text itself.
    Str,
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number; `.inf` and `.nan` too.
    Float(f64),
    /// A date, perhaps with a time.
    Timestamp(Timestamp),
}

impl Plain {
    /// The tag of this value. The word `<<` is a string here: that it merges is the reader's matter.
    #[must_use]
    pub fn tag(self) -> Tag {
        match self {
            Plain::Str => Tag::Str,
            Plain::Null => Tag::Null,
            Plain::Bool(_) => Tag::Bool,
            Plain::Int(_) | Plain::UInt(_) => Tag::Int,
            Plain::Float(_) => Tag::Float,
            Plain::Timestamp(_) => Tag::Timestamp,
        }
    }
}

/// Resolves `text` as go-yaml does.
#[must_use]
pub fn resolve(text: &str, dialect: Dialect) -> Plain {
    let Some(first) = text.bytes().next() else {
        return Plain::Null;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => infinity(text).unwrap_or_else(|| number(text, dialect)),
        b'.' => infinity(text)
            .or_else(|| dotted_float(text))
            .unwrap_or(Plain::Str),
        b'~' if text.len() == 1 => Plain::Null,
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' if text.len() <= 5 => {
            word(text, dialect)
        }
        _ => Plain::Str,
    }
}

fn word(text: &str, dialect: Dialect) -> Plain {
    match text {
        "null" | "Null" | "NULL" => Plain::Null,
        "true" | "True" | "TRUE" => Plain::Bool(true),
        "false" | "False" | "FALSE" => Plain::Bool(false),
        _ if dialect == Dialect::Kustomize => Plain::Str,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Plain::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Plain::Bool(false),
        _ => Plain::Str,
    }
}

fn infinity(text: &str) -> Option<Plain> {
    let value = match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    };
    Some(Plain::Float(value))
}

fn number(text: &str, dialect: Dialect) -> Plain {
    if let Some(timestamp) = Timestamp::parse(text) {
        return Plain::Timestamp(timestamp);
    }
    let without: String;
    let digits = if text.contains('_') {
        without = text.replace('_', "");
        without.as_str()
    } else {
        text
    };
    integer(digits)
        .or_else(|| {
            if decimal_form(digits) {
                float(digits)
            } else {
                None
            }
        })
        .or_else(|| doubled_sign(digits, "0b", 2))
        .or_else(|| {
            if dialect == Dialect::Kustomize {
                doubled_sign(digits, "0o", 8)
            } else {
                None
            }
        })
        .unwrap_or(Plain::Str)
}

/// Go's `ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Plain> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, digits) = base_of(unsigned);
    let size = magnitude(digits, base)?;
    if negative {
        return 0i64.checked_sub_unsigned(size).map(Plain::Int);
    }
    match i64::try_from(size) {
        Ok(int) => Some(Plain::Int(int)),
        Err(_) if text.starts_with('+') => None,
        Err(_) => Some(Plain::UInt(size)),
    }
}

fn base_of(text: &str) -> (u32, &str) {
    match text.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &text[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &text[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        _ => (10, text),
    }
}

fn magnitude(digits: &str, base: u32) -> Option<u64> {
    if digits.starts_with('+') {
        return None;
    }
    u64::from_str_radix(digits, base).ok()
}

/// What go-yaml tries last: it strips the prefix and reads the rest with a sign of its own, so `0b-1` is -1.
fn doubled_sign(text: &str, prefix: &str, base: u32) -> Option<Plain> {
    if let Some(rest) = text.strip_prefix(prefix) {
        return match i64::from_str_radix(rest, base) {
            Ok(int) => Some(Plain::Int(int)),
            Err(_) => magnitude(rest, base).map(Plain::UInt),
        };
    }
    let rest = text.strip_prefix('-')?.strip_prefix(prefix)?;
    let size = magnitude(rest, base)?;
    0i64.checked_sub_unsigned(size).map(Plain::Int)
}

/// Whether this is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn decimal_form(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    exponent_is_good && has_digits && all_digits(whole) && all_digits(fraction)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Go's `ParseFloat` for text in decimal form; out of range is no float.
fn float(text: &str) -> Option<Plain> {
    if !decimal_form(text) {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Plain::Float(value))
}

/// A float that begins with its point: go-yaml hands it to Go as it is, and Go wants a digit on both sides
/// of each underscore.
fn dotted_float(text: &str) -> Option<Plain> {
    if !text.contains('_') {
        return float(text);
    }
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let separates =
        |(at, byte): (usize, &u8)| *byte != b'_' || (is_digit(at - 1) && is_digit(at + 1));
    bytes
        .iter()
        .enumerate()
        .skip(1)
        .all(separates)
        .then(|| float(&text.replace('_', "")))
        .flatten()
}
