//! Text of numbers, in one place: as Go's encoding/json and as go-yaml write them.

use super::Json;
use ecow::{EcoString, eco_format};

/// What a float becomes on its way through Go's JSON and go-yaml: an integer if its text is one that fits.
///
/// The text is the shortest that reads back as the same float, so integers above 2^53 may change.
#[must_use]
pub fn from_float(value: f64) -> Json {
    if value.fract() != 0.0 || value.abs() >= 1e20 {
        return Json::Float(value);
    }
    let text = eco_format!("{value}");
    match (text.parse::<i64>(), text.parse::<u64>()) {
        (Ok(int), _) => Json::Int(int),
        (_, Ok(int)) => Json::UInt(int),
        _ => Json::Float(value),
    }
}

/// The number as go-yaml writes it; an empty text for what is no number.
pub(crate) fn yaml(value: &Json) -> EcoString {
    integer_or(value, yaml_float)
}

/// The number as Go's encoding/json writes it; an empty text for what is no number.
pub(crate) fn go_json(value: &Json) -> EcoString {
    integer_or(value, go_json_float)
}

fn integer_or(value: &Json, float: fn(f64) -> EcoString) -> EcoString {
    match value {
        Json::Int(int) => eco_format!("{int}"),
        Json::UInt(int) => eco_format!("{int}"),
        Json::Float(value) => match from_float(*value) {
            Json::Float(value) => float(value),
            integer => integer_or(&integer, float),
        },
        _ => EcoString::new(),
    }
}

/// Go's `FormatFloat(value, 'g', -1, 64)`: an exponent below 1e-4 and from 1e6 on, of at least two digits.
fn yaml_float(value: f64) -> EcoString {
    let text = eco_format!("{value:e}");
    let (mantissa, exponent) = split(&text);
    if (-4..6).contains(&exponent) {
        return eco_format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    eco_format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// Go's encoding/json: an exponent below 1e-6 and from 1e21 on, without leading zeros.
fn go_json_float(value: f64) -> EcoString {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return eco_format!("{value}");
    }
    let text = eco_format!("{value:e}");
    let (mantissa, exponent) = split(&text);
    let sign = if exponent < 0 { '-' } else { '+' };
    eco_format!("{mantissa}e{sign}{}", exponent.unsigned_abs())
}

/// The two parts of what `{:e}` printed.
fn split(text: &str) -> (&str, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{from_float, go_json, yaml};
    use crate::json::Json;

    #[test]
    fn floats_are_written_as_go_writes_them() {
        let cases = [
            (1.1, "1.1", "1.1"),
            (1e20, "1e+20", "100000000000000000000"),
            (1e21, "1e+21", "1e+21"),
            (1_234_567.5, "1.2345675e+06", "1234567.5"),
            (123_456.5, "123456.5", "123456.5"),
            (0.000_1, "0.0001", "0.0001"),
            (0.000_01, "1e-05", "0.00001"),
            (1e-7, "1e-07", "1e-7"),
            (-2.5e-10, "-2.5e-10", "-2.5e-10"),
        ];
        for (value, as_yaml, as_json) in cases {
            assert_eq!(yaml(&Json::Float(value)), as_yaml);
            assert_eq!(go_json(&Json::Float(value)), as_json);
        }
    }

    #[test]
    fn a_float_without_fraction_becomes_an_integer_where_one_fits() {
        assert_eq!(from_float(1.0), Json::Int(1));
        assert_eq!(from_float(-0.0), Json::Int(0));
        assert_eq!(from_float(1e19), Json::UInt(10_000_000_000_000_000_000));
        assert_eq!(from_float(1e20), Json::Float(1e20));
        assert_eq!(
            from_float(1_152_921_504_606_846_976.0),
            Json::Int(1_152_921_504_606_847_000)
        );
    }
}
