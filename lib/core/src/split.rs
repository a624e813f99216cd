//! A body apart: what is public of it, and its decrypted values. Digests and stores treat the two differently.

use gitopsc_yaml::pointer::{below, item};
use gitopsc_yaml::{EcoString, Json, Object, Origins};

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

/// Whether anything in `body` came out of decryption.
#[must_use]
pub fn holds_secrets(body: &Json) -> bool {
    match body {
        Json::Array(items) => items.iter().any(holds_secrets),
        Json::Object(object) => object.iter().any(|(_, value)| holds_secrets(value)),
        value => value.origins().is_some(),
    }
}

fn without<'v>(value: &'v Json, pointer: &EcoString, secrets: &mut Vec<SecretValue<'v>>) -> Json {
    match value {
        Json::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, value)| without(value, &item(pointer, at), secrets));
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
