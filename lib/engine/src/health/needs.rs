//! What other objects need of one: that a kind is served, that a Secret has the keys that are read.

use super::live::at;
use super::{Rules, of};
use crate::timestamp::Timestamp;
use gitopsc_core::{EcoString, Json};

/// Whether the kind that a CustomResourceDefinition declares is served, and stays.
///
/// ```
/// use gitopsc_engine::health::established;
/// use gitopsc_yaml::json::read_json;
/// let text = r#"{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
///     "status":{"conditions":[{"type":"Established","status":"True"}]}}"#;
/// assert!(established(&read_json(text).unwrap()));
/// ```
#[must_use]
pub fn established(definition: &Json) -> bool {
    of(definition, &Rules::builtin(), Timestamp(0)).is_current()
}

/// Whether a Secret or ConfigMap has all of `keys`, whatever stands under them.
///
/// ```
/// use gitopsc_engine::health::secret_has_keys;
/// use gitopsc_yaml::json::read_json;
/// let live = read_json(r#"{"data":{"password":"aHVudGVyMg=="}}"#).unwrap();
/// assert!(secret_has_keys(&live, [&"password".into()]));
/// assert!(!secret_has_keys(&live, [&"user".into()]));
/// ```
#[must_use]
pub fn secret_has_keys<'k>(live: &Json, keys: impl IntoIterator<Item = &'k EcoString>) -> bool {
    let holds = |field: &str, key: &str| at(live, field).and_then(|data| data.get(key)).is_some();
    keys.into_iter()
        .all(|key| holds("data", key) || holds("binaryData", key))
}
