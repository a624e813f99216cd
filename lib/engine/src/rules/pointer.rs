//! Pointers of field rules: RFC 6901, and besides `*` for any key or item and `[name=web]` for items by a field.

use crate::fields::{Element, FieldPath, FieldSet, Scalar};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::pointer::unescaped;
use std::fmt;
use thiserror::Error;

/// Which fields of an object a rule is about.
///
/// ```
/// use gitopsc_engine::rules::Pointer;
/// use gitopsc_yaml::json::read_json;
/// let body = read_json(r#"{"spec":{"containers":[{"name":"web","image":"web:1"}]}}"#).unwrap();
/// let pointer = Pointer::parse("/spec/containers/[name=web]/image").unwrap();
/// assert_eq!(pointer.paths_in(&body)[0].to_string(), "spec.containers[name=web].image");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Segment {
    Name(EcoString),
    Any,
    Item(EcoString, EcoString),
}

/// Why a text is no pointer of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PointerError {
    /// It begins with something else than a slash.
    #[error("`{0}` does not begin with a slash")]
    Slash(String),
    /// It says what the object is.
    #[error("`{0}` is part of what the object is, and cannot be left to others")]
    Identity(String),
}

impl Pointer {
    /// Reads a pointer.
    ///
    /// # Errors
    /// It is none, or means what every apply must send.
    pub fn parse(text: &str) -> Result<Pointer, PointerError> {
        let Some(rest) = text.strip_prefix('/').filter(|rest| !rest.is_empty()) else {
            return Err(PointerError::Slash(text.to_owned()));
        };
        let names_it = matches!(
            rest,
            "apiVersion"
                | "kind"
                | "metadata"
                | "metadata/name"
                | "metadata/namespace"
                | "metadata/*"
                | "*"
        );
        if names_it {
            return Err(PointerError::Identity(text.to_owned()));
        }
        Ok(Pointer(rest.split('/').map(segment).collect()))
    }

    /// The pointer through these names.
    pub(super) fn of(names: &[&str]) -> Pointer {
        Pointer(names.iter().map(|name| segment(name)).collect())
    }

    /// The paths that it means in `body`, with items named as the pointer names them.
    #[must_use]
    pub fn paths_in(&self, body: &Json) -> Vec<FieldPath> {
        let named = |place: FieldPath| {
            let elements = self.0.iter().zip(place.0);
            let elements = elements.map(|(segment, element)| match segment {
                Segment::Item(name, text) => {
                    Element::Key(Box::new([(name.clone(), Scalar::String(text.clone()))]))
                }
                _ => element,
            });
            FieldPath(elements.collect())
        };
        self.places_in(body).into_iter().map(named).collect()
    }

    /// The same paths, with items by their index.
    pub(super) fn places_in(&self, body: &Json) -> Vec<FieldPath> {
        let mut found = Vec::new();
        in_body(&self.0, body, &mut Vec::new(), &mut found);
        found
    }

    /// The paths that it means in `entry`: the last ones that are in its way, be they owned or above what is.
    #[must_use]
    pub fn paths_owned(&self, entry: &FieldSet) -> Vec<FieldPath> {
        let paths = entry.paths().into_iter().filter_map(|path| {
            let (above, _) = path.0.split_at_checked(self.0.len())?;
            let mut pairs = self.0.iter().zip(above);
            let fits = pairs.all(|(segment, element)| segment.fits(element));
            fits.then(|| FieldPath(above.to_vec()))
        });
        let mut paths: Vec<FieldPath> = paths.collect();
        paths.dedup();
        paths
    }
}

impl Segment {
    fn fits(&self, element: &Element) -> bool {
        match (self, element) {
            (Segment::Any, _) => true,
            (Segment::Name(name), Element::Field(field)) => name == field,
            (Segment::Item(name, text), Element::Key(fields)) => fields
                .iter()
                .any(|(field, value)| field == name && is_text(value, text)),
            _ => false,
        }
    }
}

fn segment(text: &str) -> Segment {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match (text, inner.and_then(|inner| inner.split_once('='))) {
        ("*", _) => Segment::Any,
        (_, Some((name, value))) => Segment::Item(
            unescaped(name).into_owned().into(),
            unescaped(value).into_owned().into(),
        ),
        _ => Segment::Name(unescaped(text).into_owned().into()),
    }
}

fn in_body(
    segments: &[Segment],
    value: &Json,
    above: &mut Vec<Element>,
    found: &mut Vec<FieldPath>,
) {
    let Some((first, rest)) = segments.split_first() else {
        found.push(FieldPath(above.clone()));
        return;
    };
    let mut enter = |element: Element, value: &Json| {
        above.push(element);
        in_body(rest, value, above, found);
        above.pop();
    };
    match (first, value) {
        (Segment::Name(name), Json::Object(fields)) => {
            if let Some(value) = fields.get(name) {
                enter(Element::Field(name.clone()), value);
            }
        }
        (Segment::Any, Json::Object(fields)) => {
            for (name, value) in fields.iter() {
                enter(Element::Field(name.clone()), value);
            }
        }
        (Segment::Name(name), Json::Array(items)) => {
            let at = name.parse::<usize>().ok();
            if let Some((at, item)) = at.and_then(|at| Some((at, items.get(at)?))) {
                enter(Element::Index(at), item);
            }
        }
        (Segment::Any, Json::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                enter(Element::Index(at), item);
            }
        }
        (Segment::Item(name, text), Json::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                let value = item.get(name).and_then(Scalar::of);
                if value.is_some_and(|value| is_text(&value, text)) {
                    enter(Element::Index(at), item);
                }
            }
        }
        _ => {}
    }
}

fn is_text(value: &Scalar, text: &str) -> bool {
    match value {
        Scalar::String(value) | Scalar::Number(value) => value == text,
        Scalar::Bool(value) => value.to_string() == text,
        Scalar::Null | Scalar::Compound(_) => false,
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |text: &str| text.replace('~', "~0").replace('/', "~1");
        self.0.iter().try_for_each(|segment| match segment {
            Segment::Name(name) => write!(f, "/{}", escaped(name)),
            Segment::Any => f.write_str("/*"),
            Segment::Item(name, value) => write!(f, "/[{}={}]", escaped(name), escaped(value)),
        })
    }
}
