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
    let text = Decimal::of(value).positional();
    match (text.parse::<i64>(), text.parse::<u64>()) {
        (Ok(int), _) => Json::Int(int),
        (_, Ok(int)) => Json::UInt(int),
        _ => Json::Float(value),
    }
}

/// Which of Go's ways to write a float is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatForm {
    /// `strconv`'s format `f`: never an exponent.
    Positional,
    /// Its format `g`, as go-yaml writes it.
    Yaml,
    /// That of encoding/json.
    Json,
}

/// The shortest text of a finite float that reads back as the same, in one of Go's forms.
///
/// ```
/// use gitopsc_yaml::json::number::{FloatForm, float_text};
/// assert_eq!(float_text(1e6, FloatForm::Positional), "1000000");
/// assert_eq!(float_text(1e6, FloatForm::Yaml), "1e+06");
/// ```
#[must_use]
pub fn float_text(value: f64, form: FloatForm) -> EcoString {
    match form {
        FloatForm::Positional => Decimal::of(value).positional(),
        FloatForm::Yaml => yaml_float(value),
        FloatForm::Json => go_json_float(value),
    }
}

/// The number as go-yaml writes it; an empty text for what is no number.
pub(crate) fn yaml(value: &Json) -> EcoString {
    integer_or(value, yaml_float)
}

/// The number as Go's encoding/json writes it; an empty text for what is no number.
pub(crate) fn go_json(value: &Json) -> EcoString {
    if matches!(value, Json::Float(zero) if *zero == 0.0 && zero.is_sign_negative()) {
        return "-0".into();
    }
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
pub(crate) fn yaml_float(value: f64) -> EcoString {
    let decimal = Decimal::of(value);
    if (-4..6).contains(&decimal.exponent) {
        return decimal.positional();
    }
    decimal.scientific(2)
}

/// Go's `FormatFloat(value, 'g', -1, 32)`, by which sigs.k8s.io/yaml makes strings of floats.
#[must_use]
pub fn go_float32(value: f64) -> EcoString {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the original rounds to 32 bits"
    )]
    let value = value as f32;
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let scientific = eco_format!("{value:e}");
    let (digits, exponent) = split(&scientific);
    if (-4..6).contains(&exponent) {
        return eco_format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    eco_format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// Go's encoding/json: an exponent below 1e-6 and from 1e21 on, without leading zeros.
fn go_json_float(value: f64) -> EcoString {
    let decimal = Decimal::of(value);
    if value == 0.0 || (-6..21).contains(&decimal.exponent) {
        return decimal.positional();
    }
    decimal.scientific(1)
}

/// The shortest decimal that reads back as a float, the nearest of them, the even one of two as near.
struct Decimal {
    sign: &'static str,
    /// Without a point.
    digits: EcoString,
    /// Where the point is: behind the first digit if 0.
    exponent: i32,
}

impl Decimal {
    fn of(value: f64) -> Decimal {
        let size = value.abs();
        let shortest = eco_format!("{size:e}");
        let places = split(&shortest).0.len().saturating_sub(2);
        let rounded = eco_format!("{size:.places$e}");
        let text = if rounded.parse() == Ok(size) {
            rounded
        } else {
            shortest
        };
        let (mantissa, exponent) = split(&text);
        Decimal {
            sign: if value.is_sign_negative() { "-" } else { "" },
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent,
        }
    }

    fn positional(&self) -> EcoString {
        let (sign, digits) = (self.sign, &self.digits);
        let Ok(whole) = usize::try_from(self.exponent + 1) else {
            let zeros = usize::try_from(-self.exponent - 1).unwrap_or(0);
            return eco_format!("{sign}0.{:0>width$}", digits, width = zeros + digits.len());
        };
        match whole {
            0 => eco_format!("{sign}0.{digits}"),
            _ if whole >= digits.len() => eco_format!("{sign}{digits:0<whole$}"),
            _ => eco_format!("{sign}{}.{}", &digits[..whole], &digits[whole..]),
        }
    }

    fn scientific(&self, exponent_digits: usize) -> EcoString {
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        let size = self.exponent.unsigned_abs();
        eco_format!(
            "{}{first}{point}{rest}e{sign}{size:0>exponent_digits$}",
            self.sign
        )
    }
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
            (
                1_003_110_483_202_285.3,
                "1.0031104832022852e+15",
                "1003110483202285.2",
            ),
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
