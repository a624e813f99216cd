//! The final value of a manifest: immutable JSON with exact integers and marked secrets.

mod literal;
pub mod number;
mod read;
mod text;

pub use literal::SecretLiteral;
pub use read::read_json;
pub use text::{Form, write_characters, write_json};

use crate::text::{Origins, Secret, Text};
use ecow::EcoString;
use std::sync::Arc;

/// A JSON value, 24 bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number; finite.
    Float(f64),
    /// A plain string.
    String(EcoString),
    /// A string that came out of decryption.
    Secret(Arc<Secret>),
    /// A number or boolean that came out of decryption.
    SecretLiteral(Arc<SecretLiteral>),
    /// A list.
    Array(Box<[Json]>),
    /// A map.
    Object(Object),
}

/// A JSON map: keys ascend by their bytes and are unique.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Box<[(EcoString, Json)]>);

impl Object {
    /// A map of these entries; of entries with the same key the last one stays.
    #[must_use]
    pub fn new(mut entries: Vec<(EcoString, Json)>) -> Object {
        if !entries.is_sorted_by(|a, b| a.0 < b.0) {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.reverse();
            entries.dedup_by(|a, b| a.0 == b.0);
            entries.reverse();
        }
        Object(entries.into_boxed_slice())
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.0
            .binary_search_by(|(name, _)| name.as_str().cmp(key))
            .ok()
            .map(|at| &self.0[at].1)
    }

    /// The entries, ascending by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&EcoString, &Json)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The entries, ascending by key.
    #[must_use]
    pub fn as_slice(&self) -> &[(EcoString, Json)] {
        &self.0
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Json {
    /// The map of these entries; of entries with the same key the last one stays.
    #[must_use]
    pub fn object<K: Into<EcoString>>(entries: impl IntoIterator<Item = (K, Json)>) -> Json {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
        Json::Object(Object::new(entries.collect()))
    }

    /// The plain string `text`.
    #[must_use]
    pub fn string(text: impl Into<EcoString>) -> Json {
        Json::String(text.into())
    }

    /// The value under these keys, one in the other.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Json> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The plain string under these keys.
    #[must_use]
    pub fn str_at(&self, keys: &[&str]) -> Option<&str> {
        self.at(keys).and_then(Json::as_plain_str)
    }

    /// The value under `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(object) => object.get(key),
            _ => None,
        }
    }

    /// This with `value` under these keys, one in the other; maps that are not there are made, and what is no map
    /// gives way to one.
    ///
    /// ```
    /// use gitopsc_yaml::Json;
    /// let object = Json::Null.with(&["metadata", "name"], Json::string("web"));
    /// assert_eq!(object.str_at(&["metadata", "name"]), Some("web"));
    /// ```
    #[must_use]
    pub fn with(&self, keys: &[&str], value: Json) -> Json {
        let Some((first, rest)) = keys.split_first() else {
            return value;
        };
        let inner = self.get(first).unwrap_or(&Json::Null).with(rest, value);
        let mut entries = self.without_entry(first);
        entries.push(((*first).into(), inner));
        Json::Object(Object::new(entries))
    }

    /// This without what is under these keys, one in the other; maps that become empty stay.
    #[must_use]
    pub fn without(&self, keys: &[&str]) -> Json {
        let Some((first, rest)) = keys.split_first() else {
            return Json::Null;
        };
        let Some(inner) = self.get(first) else {
            return self.clone();
        };
        let mut entries = self.without_entry(first);
        if !rest.is_empty() {
            entries.push(((*first).into(), inner.without(rest)));
        }
        Json::Object(Object::new(entries))
    }

    fn without_entry(&self, key: &str) -> Vec<(EcoString, Json)> {
        let Json::Object(object) = self else {
            return Vec::new();
        };
        let others = object.as_slice().iter().filter(|(name, _)| name != key);
        others.cloned().collect()
    }

    /// The string, plain or secret.
    #[must_use]
    pub fn as_text(&self) -> Option<Text> {
        match self {
            Json::String(text) => Some(Text::Plain(text.clone())),
            Json::Secret(secret) => Some(Text::Secret(Arc::clone(secret))),
            _ => None,
        }
    }

    /// The files that this came from, if it came out of decryption.
    #[must_use]
    pub fn origins(&self) -> Option<&Origins> {
        match self {
            Json::Secret(secret) => Some(secret.origins()),
            Json::SecretLiteral(literal) => Some(literal.origins()),
            _ => None,
        }
    }

    /// The plain string; nothing for a secret.
    #[must_use]
    pub fn as_plain_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }
}

impl From<Text> for Json {
    fn from(text: Text) -> Json {
        match text {
            Text::Plain(text) => Json::String(text),
            Text::Secret(secret) => Json::Secret(secret),
        }
    }
}
