//! Our values as CEL's.

use gitopsc_core::Json;
use kube_cel::cel::Value;
use kube_cel::cel::objects::{Key, Map};
use std::sync::Arc;

/// The same value for the library; null for a secret, which it must not see.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null | Json::Secret(_) | Json::SecretLiteral(_) => Value::Null,
        Json::Bool(on) => Value::Bool(*on),
        Json::Int(number) => Value::Int(*number),
        Json::UInt(number) => Value::UInt(*number),
        Json::Float(number) => Value::Float(*number),
        Json::String(text) => Value::String(Arc::new(text.to_string())),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value).collect())),
        Json::Object(object) => {
            let entries = object
                .iter()
                .map(|(key, item)| (Key::from(key.as_str()), value(item)));
            Value::Map(Map {
                map: Arc::new(entries.collect()),
            })
        }
    }
}

/// A map without entries.
pub(super) fn nothing() -> Value {
    Value::Map(Map {
        map: Arc::default(),
    })
}
