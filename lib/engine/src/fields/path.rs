//! A path to one field: shown to people, compared with what a server says, looked up in an object.

use super::element::{Element, Scalar};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::json::{Form, write_characters};
use gitopsc_yaml::pointer;
use std::fmt::{self, Write as _};

/// A path to one field of an object.
///
/// It displays as `spec.template.spec.containers[name=web].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(pub Vec<Element>);

impl FieldPath {
    /// The path of nested fields.
    #[must_use]
    pub fn fields<'n>(names: impl IntoIterator<Item = &'n str>) -> FieldPath {
        let names = names.into_iter();
        FieldPath(names.map(|name| Element::Field(name.into())).collect())
    }

    /// Whether this is `above`, or below it.
    #[must_use]
    pub fn is_under(&self, above: &FieldPath) -> bool {
        self.0.starts_with(&above.0)
    }

    /// The value at this path in `object`, and the JSON pointer to it.
    #[must_use]
    pub fn find<'j>(&self, object: &'j Json) -> Option<(EcoString, &'j Json)> {
        let mut place = EcoString::new();
        let mut value = object;
        for element in &self.0 {
            (place, value) = match element {
                Element::Field(name) => (pointer::below(&place, name), value.get(name)?),
                element => {
                    let items = items_of(value)?;
                    let at = index_of(items, element)?;
                    (pointer::item(&place, at), items.get(at)?)
                }
            };
        }
        Some((place, value))
    }

    /// The value at this path in `object`.
    #[must_use]
    pub fn value<'j>(&self, object: &'j Json) -> Option<&'j Json> {
        self.find(object).map(|(_, value)| value)
    }

    /// The path as the API server writes it in a conflict: `.spec.containers[name="web"].image`.
    #[must_use]
    pub fn server_text(&self) -> String {
        let mut text = String::new();
        for element in &self.0 {
            // Writing to a text does not fail.
            let _ = match element {
                Element::Field(name) => write!(text, ".{name}"),
                Element::Index(at) => write!(text, "[{at}]"),
                Element::Value(value) => write!(text, "[={}]", quoted(value)),
                Element::Key(fields) => {
                    let fields = fields.iter();
                    let fields = fields.map(|(name, value)| format!("{name}={}", quoted(value)));
                    write!(text, "[{}]", fields.collect::<Vec<_>>().join(","))
                }
            };
        }
        text
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, element) in self.0.iter().enumerate() {
            match element {
                Element::Field(name) if is_word(name) => {
                    f.write_str(if at == 0 { "" } else { "." })?;
                    f.write_str(name)?;
                }
                Element::Field(name) => write!(f, "[{}]", escaped(name))?,
                Element::Index(at) => write!(f, "[{at}]")?,
                Element::Value(value) => write!(f, "[={}]", shown(value))?,
                Element::Key(fields) => {
                    let fields = fields.iter();
                    let fields = fields.map(|(name, value)| {
                        let (name, value) = (escaped(name), shown(value));
                        format!("{name}={value}")
                    });
                    write!(f, "[{}]", fields.collect::<Vec<_>>().join(","))?;
                }
            }
        }
        Ok(())
    }
}

fn is_word(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    !name.is_empty() && name.chars().all(is_letter)
}

/// `text` on one line.
fn escaped(text: &str) -> String {
    let mut shown = String::new();
    write_characters(text, Form::Canonical, &mut shown);
    shown
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => escaped(text),
        other => quoted(other),
    }
}

fn quoted(value: &Scalar) -> String {
    match value {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::String(text) => format!("\"{}\"", escaped(text)),
        Scalar::Number(text) | Scalar::Compound(text) => text.to_string(),
    }
}

pub(super) fn items_of(value: &Json) -> Option<&[Json]> {
    match value {
        Json::Array(items) => Some(items),
        _ => None,
    }
}

/// The item that `element` names.
fn index_of(items: &[Json], element: &Element) -> Option<usize> {
    match element {
        Element::Field(_) => None,
        Element::Index(at) => (*at < items.len()).then_some(*at),
        Element::Value(value) => items.iter().position(|item| value.is(item)),
        Element::Key(fields) => items.iter().position(|item| {
            let fits = |(name, value): &(EcoString, Scalar)| {
                item.get(name).is_some_and(|found| value.is(found))
            };
            fields.iter().all(fits)
        }),
    }
}
