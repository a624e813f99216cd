//! Whether two values are the same amount, which the server writes in a form of its own: `0.5` as `500m`, `1024Mi` as
//! `1Gi` (k8s.io/apimachinery/pkg/api/resource/quantity.go).

use gitopsc_core::{EcoString, Json};

/// Whether `one` and `other` are quantities of the same amount.
pub(super) fn is_same_amount(one: &Json, other: &Json) -> bool {
    let amount = |value: &Json| amount(&text(value)?);
    match (amount(one), amount(other)) {
        (Some((one, below)), Some((other, other_below))) => {
            let one = one.checked_mul(other_below);
            one.is_some() && one == other.checked_mul(below)
        }
        _ => false,
    }
}

fn text(value: &Json) -> Option<EcoString> {
    match value {
        Json::Int(number) => Some(number.to_string().into()),
        Json::UInt(number) => Some(number.to_string().into()),
        Json::Float(number) => Some(number.to_string().into()),
        _ => value.as_plain_str().map(EcoString::from),
    }
}

/// The amount as a fraction; nothing if it is none, or one too large to tell.
fn amount(text: &str) -> Option<(i128, i128)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && !"+-.".contains(letter));
    let (number, suffix) = text.split_at(end.unwrap_or(text.len()));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let below = ten_to(fraction.len())?;
    let (times, over) = scale(suffix)?;
    Some((digits.checked_mul(times)?, below.checked_mul(over)?))
}

/// By what a suffix multiplies and divides.
fn scale(suffix: &str) -> Option<(i128, i128)> {
    const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    const LARGE: [&str; 6] = ["k", "M", "G", "T", "P", "E"];
    const SMALL: [&str; 3] = ["m", "u", "n"];
    let place = |of: &[&str]| of.iter().position(|one| *one == suffix);
    if suffix.is_empty() {
        return Some((1, 1));
    }
    if let Some(at) = place(&BINARY) {
        return Some((1 << (10 * (at + 1)), 1));
    }
    if let Some(at) = place(&LARGE) {
        return Some((ten_to(3 * (at + 1))?, 1));
    }
    if let Some(at) = place(&SMALL) {
        return Some((1, ten_to(3 * (at + 1))?));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    let power = ten_to(exponent.unsigned_abs().try_into().ok()?)?;
    Some(if exponent < 0 { (1, power) } else { (power, 1) })
}

fn ten_to(exponent: usize) -> Option<i128> {
    10i128.checked_pow(exponent.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::is_same_amount;
    use gitopsc_core::Json;

    #[test]
    fn amounts_are_the_same_in_whatever_form() {
        for (one, other) in [
            ("0.5", "500m"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("1E-3", "1m"),
            ("1000u", "1m"),
            ("+1", "1"),
        ] {
            assert!(
                is_same_amount(&Json::string(one), &Json::string(other)),
                "{one}: {other}"
            );
        }
        assert!(is_same_amount(&Json::Int(1), &Json::string("1")));
        for (one, other) in [
            ("1", "2"),
            ("1G", "1Gi"),
            ("web:1", "web:1.0"),
            ("1.2.3", "1.2.3"),
            ("1e99", "1e99"),
            ("", ""),
        ] {
            assert!(
                !is_same_amount(&Json::string(one), &Json::string(other)),
                "{one}: {other}"
            );
        }
    }
}
