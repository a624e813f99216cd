//! The structural schema of a CRD: fields, types, what is required, alternatives, keys of lists.
//!
//! The rules are those of apiextensions-apiserver with strict validation, for an object with its defaults filled in. Null
//! counts as absent unless the schema says `nullable`.

use super::limits::{self, Patterns, is_on};
use crate::check::schema::MOST_DEEP;
use crate::check::schema::problem::{Problem, What};
use crate::objects::path::{Pointer, items};
use gitopsc_core::Json;
use gitopsc_yaml::Object;
use std::collections::HashMap;

/// The fields that every object has.
const OF_OBJECTS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// What does not fit in `body`; `status` is passed over if it is written apart.
pub(super) fn walk(
    schema: &Json,
    body: &Json,
    own_status: bool,
    patterns: &Patterns,
) -> Vec<Problem> {
    let mut walk = Walk {
        patterns,
        own_status,
        problems: Vec::new(),
    };
    walk.value(schema, body, &At::root());
    walk.problems
}

struct Walk<'w> {
    patterns: &'w Patterns,
    own_status: bool,
    problems: Vec<Problem>,
}

/// Where the walk is.
#[derive(Clone)]
struct At {
    pointer: Pointer,
    depth: usize,
    /// Whether only rules about values count: in alternatives, fields are described elsewhere.
    values_only: bool,
}

impl At {
    fn root() -> At {
        At {
            pointer: Pointer::default(),
            depth: 0,
            values_only: false,
        }
    }

    fn key(&self, key: &str) -> At {
        let pointer = self.pointer.key(key);
        let depth = self.depth + 1;
        At {
            pointer,
            depth,
            ..*self
        }
    }

    fn item(&self, at: usize) -> At {
        let pointer = self.pointer.item(at);
        let depth = self.depth + 1;
        At {
            pointer,
            depth,
            ..*self
        }
    }

    fn alternative(&self) -> At {
        At {
            values_only: true,
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

impl Walk<'_> {
    fn report(&mut self, at: &At, what: What) {
        let at = at.pointer.clone();
        self.problems.push(Problem { at, what });
    }

    fn value(&mut self, schema: &Json, value: &Json, at: &At) {
        let passed_over = self.own_status && at.depth == 1 && at.pointer.as_str() == "/status";
        if *value == Json::Null || at.depth > MOST_DEEP || passed_over {
            return;
        }
        if let Some(misfit) = limits::of_type(schema, value) {
            return self.report(at, misfit);
        }
        for problem in limits::of_value(schema, value, self.patterns) {
            self.report(at, problem);
        }
        match value {
            Json::Object(object) => self.object(schema, object, at),
            Json::Array(list) => self.list(schema, list, at),
            _ => {}
        }
        self.alternatives(schema, value, at);
    }

    fn object(&mut self, schema: &Json, object: &Object, at: &At) {
        let additional = schema.get("additionalProperties");
        let is_open = is_on(schema, "x-kubernetes-preserve-unknown-fields")
            || additional == Some(&Json::Bool(true))
            || at.values_only;
        let is_object = at.depth == 0 || is_on(schema, "x-kubernetes-embedded-resource");
        let properties = match schema.get("properties") {
            Some(Json::Object(properties)) => Some(properties),
            _ => None,
        };
        for (key, value) in object.iter() {
            let known = properties.and_then(|properties| properties.get(key));
            match (known, additional) {
                // The metadata of an object are those of every object.
                _ if at.depth == 0 && OF_OBJECTS.contains(&key.as_str()) => {}
                (Some(of_field), _) => self.value(of_field, value, &at.key(key)),
                _ if is_object && OF_OBJECTS.contains(&key.as_str()) => {}
                (None, Some(of_all @ Json::Object(_))) => self.value(of_all, value, &at.key(key)),
                (None, _) if is_open => {}
                (None, _) => self.unknown(key, properties, at),
            }
        }
        self.missing(schema, object, at);
    }

    fn unknown(&mut self, key: &str, properties: Option<&Object>, at: &At) {
        let known = properties.into_iter().flat_map(Object::iter);
        let known = known.map(|(name, _)| name.to_string()).collect();
        let field = key.to_owned();
        self.report(&at.key(key), What::Unknown { field, known });
    }

    fn missing(&mut self, schema: &Json, object: &Object, at: &At) {
        for name in items(schema, &["required"])
            .iter()
            .filter_map(Json::as_plain_str)
        {
            let is_there = object
                .get(name)
                .is_some_and(|value| *value != Json::Null || is_nullable(schema, name));
            if !is_there {
                let field = name.to_owned();
                self.report(at, What::Missing { field });
            }
        }
    }

    fn list(&mut self, schema: &Json, list: &[Json], at: &At) {
        if let Some(of_items) = schema.get("items") {
            for (index, item) in list.iter().enumerate() {
                self.value(of_items, item, &at.item(index));
            }
        }
        let keys: Vec<&str> = match schema
            .get("x-kubernetes-list-type")
            .and_then(Json::as_plain_str)
        {
            Some("set") => Vec::new(),
            Some("map") => items(schema, &["x-kubernetes-list-map-keys"])
                .iter()
                .filter_map(Json::as_plain_str)
                .collect(),
            _ => return,
        };
        let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
        for (index, item) in list.iter().enumerate() {
            let Some(key) = key_of(item, &keys) else {
                continue;
            };
            if let Some(first) = seen.insert(key, index) {
                let first = at.item(first).pointer;
                let by = match keys.as_slice() {
                    [] => vec!["value".to_owned()],
                    keys => keys.iter().map(|key| format!("`{key}`")).collect(),
                };
                self.report(&at.item(index), What::Twice { first, by });
            }
        }
    }

    /// `allOf`, `anyOf`, `oneOf`, `not`.
    fn alternatives(&mut self, schema: &Json, value: &Json, at: &At) {
        let within = at.alternative();
        for of_all in items(schema, &["allOf"]) {
            self.value(of_all, value, &within);
        }
        let fitting = |walk: &Self, field: &str| {
            let alternatives = items(schema, &[field]);
            let fits = alternatives
                .iter()
                .filter(|of_one| walk.fits(of_one, value, &within));
            (alternatives.len(), fits.count())
        };
        let why = match (fitting(self, "anyOf"), fitting(self, "oneOf")) {
            ((1.., 0), _) | (_, (1.., 0)) => Some("fits none of the alternatives of its schema"),
            (_, (_, 2..)) => Some("fits several alternatives of its schema, and only one may fit"),
            _ => None,
        };
        let refused = schema
            .get("not")
            .is_some_and(|not| self.fits(not, value, &within));
        let why = why.or(refused.then_some("is what its schema rules out"));
        if let Some(why) = why {
            let why = why.to_owned();
            self.report(at, What::Invalid { why });
        }
    }

    fn fits(&self, schema: &Json, value: &Json, at: &At) -> bool {
        let mut walk = Walk {
            patterns: self.patterns,
            own_status: self.own_status,
            problems: Vec::new(),
        };
        walk.value(schema, value, at);
        walk.problems.is_empty()
    }
}

fn is_nullable(schema: &Json, name: &str) -> bool {
    let field = schema.get("properties").and_then(|fields| fields.get(name));
    field.is_some_and(|field| is_on(field, "nullable"))
}

/// What tells an item from others: itself, or its `keys`; nothing if that is not known.
fn key_of(item: &Json, keys: &[&str]) -> Option<Vec<String>> {
    if keys.is_empty() {
        return Some(vec![scalar(item)?]);
    }
    keys.iter().map(|key| scalar(item.get(key)?)).collect()
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.to_string()),
        Json::Int(number) => Some(number.to_string()),
        Json::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}
