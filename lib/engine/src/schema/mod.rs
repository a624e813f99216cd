//! Whether an object fits the schema that the API server publishes for its kind.
//!
//! The server answers an unknown field, a value of a wrong type and an item that is there twice with 500 and no
//! reason, as it answers an outage. Its schema tells them apart. What the schema does not say is not wrong.

mod items;

use crate::fields::{Element, FieldPath};
use gitopsc_core::{EcoString, Gvk, Json};
use std::fmt;

/// Something of an object that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where.
    pub at: FieldPath,
    /// How.
    pub how: How,
}

/// How a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// There is no such field.
    Unknown,
    /// It is of another type.
    Type {
        /// What it has to be.
        wanted: EcoString,
        /// What it is.
        is: &'static str,
    },
    /// An item with the same keys, or the same value, stands before it.
    Twice,
}

/// What of `body` does not fit the schema of `gvk` in `document`, an OpenAPI v3 document of its group and version.
/// Nothing, if the document has no such schema.
#[must_use]
pub fn misfits(document: &Json, gvk: &Gvk, body: &Json) -> Vec<Misfit> {
    let schemas = document.at(&["components", "schemas"]);
    let Some(Json::Object(schemas)) = schemas else {
        return Vec::new();
    };
    let found = schemas
        .iter()
        .find(|(_, schema)| describes(schema, gvk))
        .map(|(_, schema)| schema);
    let mut walk = Walk {
        document,
        path: FieldPath::default(),
        misfits: Vec::new(),
    };
    if let Some(schema) = found {
        walk.value(schema, body);
    }
    walk.misfits
}

fn describes(schema: &Json, gvk: &Gvk) -> bool {
    let kinds = schema.get("x-kubernetes-group-version-kind");
    let Some(Json::Array(kinds)) = kinds else {
        return false;
    };
    kinds.iter().any(|kind| {
        let is = |key: &str, value: &str| kind.str_at(&[key]).unwrap_or_default() == value;
        is("group", &gvk.group) && is("version", &gvk.version) && is("kind", &gvk.kind)
    })
}

/// How deep values are looked at: no schema of a kind is deeper, but some contain themselves.
const MOST_DEEP: usize = 128;

struct Walk<'d> {
    document: &'d Json,
    path: FieldPath,
    misfits: Vec<Misfit>,
}

impl<'d> Walk<'d> {
    fn value(&mut self, schema: &'d Json, value: &Json) {
        if matches!(value, Json::Null) || self.path.0.len() > MOST_DEEP {
            return;
        }
        let schema = self.resolved(schema);
        if let Some(wanted) = wanted_instead(schema, value) {
            let is = kind_of(value);
            return self.found(How::Type { wanted, is });
        }
        match value {
            Json::Object(_) => self.map(schema, value),
            Json::Array(items) => {
                for at in items::repeated(schema, items, &|item| self.resolved(item)) {
                    self.within(Element::Index(at), |walk| walk.found(How::Twice));
                }
                let Some(of) = schema.get("items") else {
                    return;
                };
                for (at, item) in items.iter().enumerate() {
                    self.within(Element::Index(at), |walk| walk.value(of, item));
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, schema: &'d Json, value: &Json) {
        let Json::Object(entries) = value else {
            return;
        };
        let properties = schema.get("properties");
        let others = schema.get("additionalProperties");
        let is_open = properties.is_none()
            || others.is_some()
            || says(schema, "x-kubernetes-preserve-unknown-fields");
        for (name, value) in entries.iter() {
            let known = properties.and_then(|properties| properties.get(name));
            let known = known.or(others.filter(|others| matches!(others, Json::Object(_))));
            let is_typed = says(schema, "x-kubernetes-embedded-resource")
                && matches!(name.as_str(), "apiVersion" | "kind" | "metadata");
            self.within(Element::Field(name.clone()), |walk| match known {
                Some(schema) => walk.value(schema, value),
                None if is_open || is_typed => {}
                None => walk.found(How::Unknown),
            });
        }
    }

    /// The schema that `schema` stands for.
    fn resolved(&self, schema: &'d Json) -> &'d Json {
        let mut schema = schema;
        // A schema that is nothing but itself would never end.
        for _ in 0..MOST_DEEP {
            let inner = match schema.get("allOf") {
                Some(Json::Array(all)) if all.len() == 1 => &all[0],
                _ => schema,
            };
            let name = inner.str_at(&["$ref"]);
            let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
            let named = name.and_then(|name| self.document.at(&["components", "schemas", name]));
            match named {
                Some(named) => schema = named,
                None => return schema,
            }
        }
        schema
    }

    fn within(&mut self, element: Element, look: impl FnOnce(&mut Self)) {
        self.path.0.push(element);
        look(self);
        self.path.0.pop();
    }

    fn found(&mut self, how: How) {
        self.misfits.push(Misfit {
            at: self.path.clone(),
            how,
        });
    }
}

/// What `schema` wants, if `value` is something else.
fn wanted_instead(schema: &Json, value: &Json) -> Option<EcoString> {
    let is_choice = schema.get("oneOf").is_some() || schema.get("anyOf").is_some();
    if is_choice || says(schema, "x-kubernetes-int-or-string") {
        let is_scalar = !matches!(value, Json::Array(_) | Json::Object(_));
        let wants_scalar = schema.get("properties").is_none() && schema.get("items").is_none();
        return (wants_scalar && !is_scalar).then(|| "a string or a number".into());
    }
    let fits = match schema.str_at(&["type"])? {
        "object" => matches!(value, Json::Object(_)),
        "array" => matches!(value, Json::Array(_)),
        "string" => matches!(value, Json::String(_) | Json::Secret(_)),
        "boolean" => matches!(value, Json::Bool(_) | Json::SecretLiteral(_)),
        "integer" => match value {
            Json::Float(number) => number.fract() == 0.0,
            value => matches!(value, Json::Int(_) | Json::UInt(_) | Json::SecretLiteral(_)),
        },
        "number" => matches!(
            value,
            Json::Int(_) | Json::UInt(_) | Json::Float(_) | Json::SecretLiteral(_)
        ),
        _ => true,
    };
    let name = schema.str_at(&["type"]).unwrap_or_default();
    (!fits).then(|| with_article(name))
}

fn with_article(name: &str) -> EcoString {
    let article = if name.starts_with(['a', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    ecow::eco_format!("{article} {name}")
}

fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Int(_) | Json::UInt(_) | Json::Float(_) => "a number",
        Json::String(_) | Json::Secret(_) => "a string",
        Json::SecretLiteral(_) => "a number or boolean",
        Json::Array(_) => "a list",
        Json::Object(_) => "a map",
    }
}

fn says(schema: &Json, key: &str) -> bool {
    schema.get(key) == Some(&Json::Bool(true))
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.how {
            How::Unknown => write!(f, "{}: there is no such field", self.at),
            How::Type { wanted, is } => write!(f, "{}: it is {is}, not {wanted}", self.at),
            How::Twice => write!(f, "{}: the same item stands before it", self.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::misfits;
    use gitopsc_core::Gvk;
    use gitopsc_yaml::json::read_json;

    const DOCUMENT: &str = r##"{"components": {"schemas": {
        "Web": {
            "type": "object",
            "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Web"}],
            "properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"},
                "metadata": {"type": "object"},
                "spec": {"allOf": [{"$ref": "#/components/schemas/Spec"}], "default": {}}
            }
        },
        "Spec": {
            "type": "object",
            "properties": {
                "replicas": {"type": "integer"},
                "port": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
                "paused": {"type": "boolean"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "free": {"type": "object", "properties": {"a": {"type": "string"}}, "x-kubernetes-preserve-unknown-fields": true},
                "names": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
                "ports": {
                    "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"],
                    "items": {"type": "object", "properties": {
                        "port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}}}
                },
                "inner": {"$ref": "#/components/schemas/Spec"}
            }
        }
    }}}"##;

    fn found(spec: &str) -> Vec<String> {
        let document = read_json(DOCUMENT).expect("it is JSON");
        let text = format!(r#"{{"apiVersion": "example.com/v1", "kind": "Web", "spec": {spec}}}"#);
        let body = read_json(&text).expect("it is JSON");
        let gvk = Gvk::parse("example.com/v1", "Web");
        let found = misfits(&document, &gvk, &body);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_path() {
        for (spec, wanted) in [
            (
                r#"{"replicas": 3, "port": "http", "paused": null}"#,
                &[][..],
            ),
            (
                r#"{"replcas": 3}"#,
                &["spec.replcas: there is no such field"],
            ),
            (
                r#"{"replicas": "3"}"#,
                &["spec.replicas: it is a string, not an integer"],
            ),
            (
                r#"{"replicas": 3.5}"#,
                &["spec.replicas: it is a number, not an integer"],
            ),
            (
                r#"{"port": [1]}"#,
                &["spec.port: it is a list, not a string or a number"],
            ),
            (
                r#"{"labels": {"a": "b", "c": 1}}"#,
                &["spec.labels.c: it is a number, not a string"],
            ),
            (
                r#"{"free": {"b": 1, "a": 1}}"#,
                &["spec.free.a: it is a number, not a string"],
            ),
            (
                r#"{"inner": {"inner": {"x": 1}}}"#,
                &["spec.inner.inner.x: there is no such field"],
            ),
            (
                r#"{"names": ["a", "b", "a"]}"#,
                &["spec.names[2]: the same item stands before it"],
            ),
            (
                r#"{"ports": [{"port": 1}, {"port": 1, "protocol": "UDP"}, {"port": 1, "protocol": "TCP"}]}"#,
                &["spec.ports[2]: the same item stands before it"],
            ),
            (
                r#"{"a": 1, "paused": "yes"}"#,
                &[
                    "spec.a: there is no such field",
                    "spec.paused: it is a string, not a boolean",
                ],
            ),
        ] {
            assert_eq!(found(spec), wanted, "{spec}");
        }
    }

    #[test]
    fn of_a_kind_without_a_schema_nothing_is_told() {
        let document = read_json(DOCUMENT).expect("it is JSON");
        let gvk = Gvk::parse("example.com/v2", "Web");
        let body = read_json(r#"{"spec": {"a": 1}}"#).expect("it is JSON");
        assert!(misfits(&document, &gvk, &body).is_empty());
    }
}
