//! Rules of a schema about a value as a whole: its type, length, range, pattern, words.

use crate::check::schema::problem::{What, kind_of, shown};
use crate::check::schema::scalar::{is_base64, stands_for_another};
use gitopsc_core::Json;
use gitopsc_kustomize::pattern::Pattern;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Compiled patterns by their text: one CRD has many resources.
#[derive(Default)]
pub(super) struct Patterns(Mutex<HashMap<String, Option<Arc<Pattern>>>>);

impl Patterns {
    /// The pattern; nothing for what is no regular expression, which the API server refuses with the CRD.
    fn get(&self, text: &str) -> Option<Arc<Pattern>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = known.get(text) {
            return pattern.clone();
        }
        let pattern = Pattern::new(text).ok().map(Arc::new);
        known.insert(text.to_owned(), pattern.clone());
        pattern
    }
}

/// What is wrong with the type of `value`; text that only stands for a value has every type.
pub(super) fn of_type(schema: &Json, value: &Json) -> Option<What> {
    let is_whole = |number: &f64| number.fract() == 0.0;
    let is_string = matches!(value, Json::String(_) | Json::Secret(_));
    let is_integer = match value {
        Json::Int(_) | Json::UInt(_) => true,
        Json::Float(number) => is_whole(number),
        _ => false,
    };
    let (fits, wanted) = if is_on(schema, "x-kubernetes-int-or-string") {
        (is_string || is_integer, "an integer or a string")
    } else {
        match schema.get("type").and_then(Json::as_plain_str)? {
            "object" => (matches!(value, Json::Object(_)), "a map"),
            "array" => (matches!(value, Json::Array(_)), "a list"),
            "string" => (is_string, "a string"),
            "integer" => (is_integer, "an integer"),
            "number" => (is_integer || matches!(value, Json::Float(_)), "a number"),
            "boolean" => (matches!(value, Json::Bool(_)), "true or false"),
            _ => return None,
        }
    };
    let scalar = !matches!(value, Json::Array(_) | Json::Object(_));
    let filled_later = stands_for_another(value) && !matches!(wanted, "a map" | "a list");
    (!fits && !filled_later).then(|| What::Type {
        wanted,
        found: kind_of(value),
        quotes: scalar && wanted == "a string",
    })
}

/// What is wrong with `value` beyond its type.
pub(super) fn of_value(schema: &Json, value: &Json, patterns: &Patterns) -> Vec<What> {
    if stands_for_another(value) {
        return Vec::new();
    }
    let mut found: Vec<What> = word(schema, value).into_iter().collect();
    let why = match value {
        Json::String(text) => text_rule(schema, text, patterns),
        Json::Int(_) | Json::UInt(_) | Json::Float(_) => number_rule(schema, value),
        Json::Array(items) => count_rule(schema, items.len(), "minItems", "maxItems", "items"),
        Json::Object(map) => count_rule(
            schema,
            map.len(),
            "minProperties",
            "maxProperties",
            "fields",
        ),
        Json::Null | Json::Bool(_) | Json::Secret(_) | Json::SecretLiteral(_) => None,
    };
    found.extend(why.map(|why| What::Invalid { why }));
    found
}

/// Whether `schema` sets `field` to true.
pub(super) fn is_on(schema: &Json, field: &str) -> bool {
    schema.get(field) == Some(&Json::Bool(true))
}

/// That the value is none of an enumeration.
fn word(schema: &Json, value: &Json) -> Option<What> {
    let Json::Array(allowed) = schema.get("enum")? else {
        return None;
    };
    if allowed.iter().any(|word| is_same(word, value)) {
        return None;
    }
    Some(What::NotOneOf {
        value: shown(value),
        allowed: allowed.iter().filter_map(shown).collect(),
    })
}

/// Whether two values are one in JSON, where 1 and 1.0 are.
fn is_same(one: &Json, other: &Json) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn text_rule(schema: &Json, text: &str, patterns: &Patterns) -> Option<String> {
    let length = text.chars().count();
    if let Some(least) = count(schema, "minLength").filter(|least| length < *least) {
        return Some(format!(
            "has {length} characters, and at least {least} are wanted"
        ));
    }
    if let Some(most) = count(schema, "maxLength").filter(|most| length > *most) {
        return Some(format!(
            "has {length} characters, and at most {most} are possible"
        ));
    }
    let pattern = schema.get("pattern").and_then(Json::as_plain_str);
    let compiled = pattern.and_then(|pattern| patterns.get(pattern));
    if let (Some(pattern), Some(compiled)) = (pattern, compiled)
        && !compiled.matches(text)
    {
        return Some(format!("does not match {pattern}"));
    }
    let format = schema.get("format").and_then(Json::as_plain_str)?;
    let fits = has_format(format, text);
    (!fits).then(|| format!("is not of the format {format}"))
}

/// Whether `text` is of a format that the API server checks; formats that are not told here are passed over.
fn has_format(format: &str, text: &str) -> bool {
    match format {
        "byte" => is_base64(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => {
            let parts = text.split_once('/');
            parts.is_some_and(|(address, length)| {
                let most = match address.parse::<IpAddr>() {
                    Ok(IpAddr::V4(_)) => 32,
                    Ok(IpAddr::V6(_)) => 128,
                    Err(_) => return false,
                };
                length.parse::<u8>().is_ok_and(|length| length <= most)
            })
        }
        _ => true,
    }
}

fn number_rule(schema: &Json, value: &Json) -> Option<String> {
    let value = number(value)?;
    let bound = |field: &str| schema.get(field).and_then(number);
    if let Some(least) = bound("minimum") {
        if value < least {
            return Some(format!("is less than {least}"));
        }
        if value == least && is_on(schema, "exclusiveMinimum") {
            return Some(format!("is not more than {least}"));
        }
    }
    if let Some(most) = bound("maximum") {
        if value > most {
            return Some(format!("is more than {most}"));
        }
        if value == most && is_on(schema, "exclusiveMaximum") {
            return Some(format!("is not less than {most}"));
        }
    }
    if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0)
        && (value / step).fract() != 0.0
    {
        return Some(format!("is no multiple of {step}"));
    }
    let format = schema.get("format").and_then(Json::as_plain_str);
    let is_small = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
    (format == Some("int32") && !is_small).then(|| "does not fit into 32 bits".to_owned())
}

fn count_rule(
    schema: &Json,
    count_of: usize,
    least: &str,
    most: &str,
    what: &str,
) -> Option<String> {
    if let Some(least) = count(schema, least).filter(|least| count_of < *least) {
        return Some(format!(
            "has {count_of} {what}, and at least {least} are wanted"
        ));
    }
    let most = count(schema, most).filter(|most| count_of > *most)?;
    Some(format!(
        "has {count_of} {what}, and at most {most} are possible"
    ))
}

fn count(schema: &Json, field: &str) -> Option<usize> {
    match schema.get(field)? {
        Json::Int(number) => usize::try_from(*number).ok(),
        _ => None,
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "bounds are compared as JSON numbers, which are floats"
)]
fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Int(number) => Some(*number as f64),
        Json::UInt(number) => Some(*number as f64),
        Json::Float(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::json;
    use super::{Patterns, has_format, of_type, of_value};
    use crate::check::schema::problem::What;

    #[test]
    fn types_are_those_of_json() {
        for (schema, value, fits) in [
            ("type: integer", "1", true),
            ("type: integer", "1.0", true),
            ("type: integer", "1.5", false),
            ("type: integer", "'1'", false),
            ("type: number", "1", true),
            ("type: string", "1", false),
            ("type: boolean", "'true'", false),
            ("type: object", "[]", false),
            ("type: array", "[]", true),
            ("x-kubernetes-int-or-string: true", "80%", true),
            ("x-kubernetes-int-or-string: true", "true", false),
            ("type: integer", "${REPLICAS}", true),
            ("type: integer", "'ENC[AES256_GCM,data:x]'", true),
            ("{}", "1", true),
        ] {
            let found = of_type(&json(schema), &json(value));
            assert_eq!(found.is_none(), fits, "{schema}: {value}");
        }
    }

    #[test]
    fn rules_about_values_are_heeded() {
        let patterns = Patterns::default();
        for (schema, value, fits) in [
            ("enum: [a, 1]", "a", true),
            ("enum: [a, 1]", "1", true),
            ("enum: [a, 1]", "b", false),
            ("minLength: 2", "ä", false),
            ("maxLength: 1", "ä", true),
            ("pattern: ^[a-z]+$", "abc", true),
            ("pattern: ^[a-z]+$", "aBc", false),
            ("pattern: '['", "anything", true),
            ("minimum: 1", "1", true),
            ("{minimum: 1, exclusiveMinimum: true}", "1", false),
            ("maximum: 1.5", "2", false),
            ("multipleOf: 5", "12", false),
            ("minItems: 1", "[]", false),
            ("maxItems: 1", "[a]", true),
            ("minProperties: 1", "{}", false),
            ("format: int32", "3000000000", false),
        ] {
            let found = of_value(&json(schema), &json(value), &patterns);
            assert_eq!(found.is_empty(), fits, "{schema}: {value}");
        }
    }

    #[test]
    fn formats_are_checked_where_they_are_known() {
        for (format, text, fits) in [
            ("ipv4", "10.0.0.1", true),
            ("ipv4", "10.0.0.256", false),
            ("ipv6", "fd00::1", true),
            ("cidr", "10.0.0.0/8", true),
            ("cidr", "10.0.0.0/33", false),
            ("cidr", "10.0.0.0", false),
            ("byte", "YQ==", true),
            ("byte", "a", false),
            ("something-else", "a", true),
        ] {
            assert_eq!(has_format(format, text), fits, "{format}: {text}");
        }
    }

    #[test]
    fn values_that_do_not_fit_are_named_with_those_that_do() {
        let found = of_value(
            &json("enum: [Always, Never]"),
            &json("Allways"),
            &Patterns::default(),
        );
        let wanted = What::NotOneOf {
            value: Some("Allways".to_owned()),
            allowed: vec!["Always".to_owned(), "Never".to_owned()],
        };
        assert_eq!(found, [wanted]);
    }
}
