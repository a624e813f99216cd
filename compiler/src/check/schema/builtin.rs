//! Objects of built-in kinds against the fields that a Kubernetes version has.
//!
//! The rules are those of the API server's decoder with strict validation, and of what it requires. Null counts as
//! absent. In `status` nothing is required: who writes manifests leaves it empty.

use super::MOST_DEEP;
use super::problem::{Problem, What, kind_of, shown};
use super::scalar::{is_base64, is_quantity, stands_for_another};
use crate::check::kubernetes::{Api, Keys, Shape};
use crate::objects::path::Pointer;
use gitopsc_core::Json;
use std::collections::HashMap;

/// What does not fit in `body`, an object of `definition`.
pub(crate) fn walk(api: &Api, definition: &'static str, body: &Json) -> Vec<Problem> {
    let root = At {
        pointer: Pointer::default(),
        depth: 0,
        lenient: false,
    };
    walk_from(api, definition, body, &root)
}

/// What does not fit in `value`, which is of `definition` and at `pointer` of an object.
pub(crate) fn walk_at(
    api: &Api,
    definition: &'static str,
    value: &Json,
    pointer: Pointer,
) -> Vec<Problem> {
    let at = At {
        pointer,
        depth: 1,
        lenient: false,
    };
    walk_from(api, definition, value, &at)
}

fn walk_from(api: &Api, definition: &'static str, value: &Json, at: &At) -> Vec<Problem> {
    let mut walk = Walk {
        api,
        problems: Vec::new(),
    };
    walk.definition(definition, value, at);
    walk.problems
}

struct Walk<'a> {
    api: &'a Api,
    problems: Vec<Problem>,
}

/// Where the walk is.
struct At {
    pointer: Pointer,
    depth: usize,
    /// Whether nothing is required.
    lenient: bool,
}

impl At {
    fn key(&self, key: &str) -> At {
        At {
            pointer: self.pointer.key(key),
            depth: self.depth + 1,
            lenient: self.lenient || (self.depth == 0 && key == "status"),
        }
    }

    fn item(&self, at: usize) -> At {
        At {
            pointer: self.pointer.item(at),
            depth: self.depth + 1,
            lenient: self.lenient,
        }
    }
}

impl Walk<'_> {
    fn report(&mut self, at: &At, what: What) {
        let at = at.pointer.clone();
        self.problems.push(Problem { at, what });
    }

    fn misfit(&mut self, at: &At, wanted: &'static str, value: &Json) {
        let scalar = !matches!(value, Json::Array(_) | Json::Object(_) | Json::Null);
        self.report(
            at,
            What::Type {
                wanted,
                found: kind_of(value),
                quotes: scalar && wanted == "a string",
            },
        );
    }

    fn definition(&mut self, name: &str, value: &Json, at: &At) {
        let Some(definition) = self.api.definition(name) else {
            return;
        };
        let Json::Object(object) = value else {
            return self.misfit(at, "a map", value);
        };
        for (key, value) in object.iter() {
            match definition.field(key) {
                Some(field) => self.shape(&field.shape, value, &at.key(key)),
                None => {
                    let known = definition.fields.iter();
                    let known = known.map(|(name, _)| (*name).to_owned()).collect();
                    let field = key.to_string();
                    self.report(&at.key(key), What::Unknown { field, known });
                }
            }
        }
        if at.lenient {
            return;
        }
        let is_there = |name: &str| object.get(name).is_some_and(|value| *value != Json::Null);
        for (name, field) in &definition.fields {
            if field.required && !is_there(name) {
                let field = (*name).to_owned();
                self.report(at, What::Missing { field });
            }
        }
    }

    fn shape(&mut self, shape: &Shape, value: &Json, at: &At) {
        if *value == Json::Null || at.depth > MOST_DEEP {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::Definition(name) => self.definition(name, value, at),
            Shape::Map(values) => match value {
                Json::Object(object) => {
                    for (key, value) in object.iter() {
                        self.shape(values, value, &at.key(key));
                    }
                }
                _ => self.misfit(at, "a map", value),
            },
            Shape::List(items, keys) => match value {
                Json::Array(list) => self.list(items, keys, list, at),
                _ => self.misfit(at, "a list", value),
            },
            scalar => self.scalar(scalar, value, at),
        }
    }

    fn list(&mut self, items: &Shape, keys: &Keys, list: &[Json], at: &At) {
        for (index, item) in list.iter().enumerate() {
            self.shape(items, item, &at.item(index));
        }
        let by = match keys {
            Keys::None => return,
            Keys::Itself => vec!["value".to_owned()],
            Keys::Fields(fields) => fields.iter().map(|(name, _)| format!("`{name}`")).collect(),
        };
        let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
        for (index, item) in list.iter().enumerate() {
            let Some(key) = key_of(keys, item) else {
                continue;
            };
            if let Some(first) = seen.insert(key, index) {
                let first = at.item(first).pointer;
                let by = by.clone();
                self.report(&at.item(index), What::Twice { first, by });
            }
        }
    }

    fn scalar(&mut self, shape: &Shape, value: &Json, at: &At) {
        if stands_for_another(value) {
            return;
        }
        match (shape, value) {
            (Shape::Enum(allowed), Json::String(text)) => {
                if !text.is_empty() && !allowed.contains(&text.as_str()) {
                    let value = shown(value);
                    let allowed = allowed.iter().map(|&word| word.to_owned()).collect();
                    self.report(at, What::NotOneOf { value, allowed });
                }
            }
            (Shape::Base64, Json::String(text)) if !is_base64(text) => {
                let why =
                    "is not base64; plain text belongs into `stringData` of a Secret".to_owned();
                self.report(at, What::Invalid { why });
            }
            (Shape::Quantity, Json::String(text)) if !is_quantity(text) => {
                let why = "is no quantity, such as 500m, 1.5 or 128Mi".to_owned();
                self.report(at, What::Invalid { why });
            }
            (Shape::Int32, Json::Int(number)) if i32::try_from(*number).is_err() => {
                let why = "does not fit into 32 bits".to_owned();
                self.report(at, What::Invalid { why });
            }
            _ => {
                if let Some(wanted) = wanted(shape, value) {
                    self.misfit(at, wanted, value);
                }
            }
        }
    }
}

/// What is wanted instead of `value`; nothing if it is of the right type.
fn wanted(shape: &Shape, value: &Json) -> Option<&'static str> {
    let is_integer = matches!(value, Json::Int(_) | Json::UInt(_));
    let is_number = is_integer || matches!(value, Json::Float(_));
    let is_string = matches!(value, Json::String(_));
    let (fits, wanted) = match shape {
        Shape::String | Shape::Base64 | Shape::Time | Shape::Enum(_) => (is_string, "a string"),
        Shape::Quantity => (is_string || is_number, "a quantity"),
        Shape::IntOrString => (is_string || is_integer, "an integer or a string"),
        Shape::Int32 | Shape::Int64 => (is_integer, "an integer"),
        Shape::Number => (is_number, "a number"),
        Shape::Bool => (matches!(value, Json::Bool(_)), "true or false"),
        Shape::Any | Shape::Map(_) | Shape::List(..) | Shape::Definition(_) => (true, ""),
    };
    (!fits).then_some(wanted)
}

/// What tells `item` apart from others; nothing if a part of it is missing or secret.
fn key_of(keys: &Keys, item: &Json) -> Option<Vec<String>> {
    match keys {
        Keys::None => None,
        Keys::Itself => Some(vec![part(item)?]),
        Keys::Fields(fields) => fields
            .iter()
            .map(|(name, default)| match item.get(name) {
                None | Some(Json::Null) => default.map(str::to_owned),
                Some(value) => part(value),
            })
            .collect(),
    }
}

fn part(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.to_string()),
        Json::Int(number) => Some(number.to_string()),
        Json::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}
