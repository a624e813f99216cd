//! A body apart: what is public of it, and its decrypted values.

use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::{Object, Origins};
use std::fmt::Write as _;

/// A decrypted value of a body.
#[derive(Clone, Debug)]
pub struct SecretValue<'v> {
    /// Where it is, as an RFC 6901 pointer.
    pub pointer: EcoString,
    /// The value.
    pub value: &'v Json,
    /// The files that it came from.
    pub origins: &'v Origins,
}

/// `body` with null in the place of each decrypted value, and these values in the order in which they stand.
#[must_use]
pub fn split(body: &Json) -> (Json, Vec<SecretValue<'_>>) {
    let mut secrets = Vec::new();
    let public = without(body, &EcoString::new(), &mut secrets);
    (public, secrets)
}

fn without<'v>(value: &'v Json, pointer: &EcoString, secrets: &mut Vec<SecretValue<'v>>) -> Json {
    match value {
        Json::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, item)| {
                let mut pointer = pointer.clone();
                // Writing to a text does not fail.
                let _ = write!(pointer, "/{at}");
                without(item, &pointer, secrets)
            });
            Json::Array(items.collect())
        }
        Json::Object(object) => {
            let entries = object.iter().map(|(key, value)| {
                let value = without(value, &below(pointer, key), secrets);
                (key.clone(), value)
            });
            Json::Object(Object::new(entries.collect()))
        }
        value => match value.origins() {
            None => value.clone(),
            Some(origins) => {
                secrets.push(SecretValue {
                    pointer: pointer.clone(),
                    value,
                    origins,
                });
                Json::Null
            }
        },
    }
}

/// The pointer to what is under `key` of what `pointer` points to.
pub(crate) fn below(pointer: &EcoString, key: &str) -> EcoString {
    let mut pointer = pointer.clone();
    pointer.push('/');
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
    pointer
}
