//! One step of a field path, and its text in a `fieldsV1` value.
//!
//! The forms are those of structured-merge-diff, fieldpath/serialize-pe.go: `f:` a field's name, `k:` an item of a
//! list by the values of its key fields, `v:` an item by its value, `i:` an item by its index.

use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::Object;
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, read_json, write_json};

/// One step of a field path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A field of a map.
    Field(EcoString),
    /// The item of a list whose key fields have these values; ascending by name.
    Key(Box<[(EcoString, Scalar)]>),
    /// The item of a list of values that is this value.
    Value(Scalar),
    /// The item of a list at this index.
    Index(usize),
}

/// A value that names an item of a list: comparable, unlike JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as canonical JSON has it.
    Number(EcoString),
    /// A string.
    String(EcoString),
    /// A list or map as canonical JSON has it.
    Compound(EcoString),
}

impl Scalar {
    /// The scalar that `value` is; nothing for what came out of decryption, which must not become a name.
    #[must_use]
    pub fn of(value: &Json) -> Option<Scalar> {
        Some(match value {
            Json::Null => Scalar::Null,
            Json::Bool(value) => Scalar::Bool(*value),
            Json::String(text) => Scalar::String(text.clone()),
            Json::Int(_) | Json::UInt(_) | Json::Float(_) => Scalar::Number(canonical(value)),
            Json::Array(_) | Json::Object(_) => Scalar::Compound(canonical(value)),
            Json::Secret(_) | Json::SecretLiteral(_) => return None,
        })
    }

    /// Whether `value` is this, be it secret or not.
    #[must_use]
    pub fn is(&self, value: &Json) -> bool {
        match (self, value) {
            (Scalar::String(text), Json::String(value)) => text == value,
            (Scalar::String(text), Json::Secret(secret)) => text == secret.reveal(),
            (_, Json::SecretLiteral(literal)) => self.is(literal.reveal()),
            _ => Scalar::of(value).as_ref() == Some(self),
        }
    }

    /// The value that this is.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Scalar::Null => Json::Null,
            Scalar::Bool(value) => Json::Bool(*value),
            Scalar::String(text) => Json::String(text.clone()),
            Scalar::Number(text) | Scalar::Compound(text) => {
                // Canonical JSON that was written here reads back.
                read_json(text).unwrap_or(Json::Null)
            }
        }
    }
}

impl Element {
    /// Reads one key of a `fieldsV1` map. Outside nothing: it is malformed; inside: it is of a form not known yet.
    pub(super) fn parse(text: &str) -> Option<Option<Element>> {
        let (form, rest) = (text.get(..2)?, text.get(2..)?);
        Some(Some(match form {
            "f:" => Element::Field(rest.into()),
            "k:" => match read_json(rest).ok()? {
                Json::Object(fields) => Element::Key(key_fields(&fields)?),
                _ => return None,
            },
            "v:" => Element::Value(Scalar::of(&read_json(rest).ok()?)?),
            "i:" => Element::Index(rest.parse().ok()?),
            _ if form.ends_with(':') => return Some(None),
            _ => return None,
        }))
    }

    /// The key of a `fieldsV1` map that [`Element::parse`] reads.
    pub(super) fn text(&self) -> EcoString {
        let with = |form: &str, value: &Json| {
            let mut text = form.to_owned();
            write_json(value, Form::Go, Secrets::Mask, &mut text);
            text.into()
        };
        match self {
            Element::Field(name) => {
                let mut text = EcoString::from("f:");
                text.push_str(name);
                text
            }
            Element::Key(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| (name.clone(), value.to_json()));
                with("k:", &Json::Object(Object::new(fields.collect())))
            }
            Element::Value(value) => with("v:", &value.to_json()),
            Element::Index(at) => format!("i:{at}").into(),
        }
    }
}

fn key_fields(fields: &Object) -> Option<Box<[(EcoString, Scalar)]>> {
    let fields = fields.iter();
    fields
        .map(|(name, value)| Some((name.clone(), Scalar::of(value)?)))
        .collect()
}

fn canonical(value: &Json) -> EcoString {
    let mut text = String::new();
    write_json(value, Form::Canonical, Secrets::Mask, &mut text);
    text.into()
}
