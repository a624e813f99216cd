//! In what two states of an object differ: the live one and what a dry run made of it, or the live one and what
//! is desired.
//!
//! It is about values, and knows nothing of who owns them. What only the server counts (resourceVersion,
//! generation, managedFields) and gitopsc's own record are no differences. Values that came out of decryption,
//! and the data of Secrets, are never shown.

mod amount;
mod lists;
mod rewritten;
mod walk;

pub use rewritten::rewritten;

use crate::fields::FieldPath;
use crate::record;
use gitopsc_core::Json;

/// What happened to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It is there afterwards, with all below it.
    Added,
    /// It was there before.
    Removed,
    /// Its value is another.
    Changed,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which.
    pub path: FieldPath,
    /// How.
    pub change: Change,
    /// Its value before, if it is a scalar that may be shown.
    pub before: Option<Json>,
    /// Its value afterwards, if it is a scalar that may be shown.
    pub after: Option<Json>,
}

/// What of two states is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Whole,
    /// What the second one sets: fields and items that only the first one has are no differences.
    Desired,
}

/// What two states of an object have to do with each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// They are equal.
    Same,
    /// They differ in gitopsc's own record alone.
    Record,
    /// They differ in these fields.
    Differs(Vec<Difference>),
}

/// In what `before` and `after` differ. `desired` is the object as Git has it: it tells which values are secret.
///
/// ```
/// use gitopsc_engine::difference::{Extent, differences};
/// use gitopsc_yaml::json::read_json;
/// let read = |text: &str| read_json(text).unwrap();
/// let before = read(r#"{"spec":{"containers":[{"name":"web","image":"web:1"}]}}"#);
/// let after = read(r#"{"spec":{"containers":[{"name":"web","image":"web:2"}]}}"#);
/// let found = differences(&before, &after, &after, Extent::Whole);
/// assert_eq!(found[0].path.to_string(), "spec.containers[name=web].image");
/// ```
#[must_use]
pub fn differences(before: &Json, after: &Json, desired: &Json, extent: Extent) -> Vec<Difference> {
    walk::differences(before, after, desired, extent)
}

/// What a dry run that made `after` of `before` says of them.
#[must_use]
pub fn compare(before: &Json, after: &Json, desired: &Json) -> Verdict {
    let found = differences(before, after, desired, Extent::Whole);
    if !found.is_empty() {
        return Verdict::Differs(found);
    }
    if same_record(before, after) {
        return Verdict::Same;
    }
    Verdict::Record
}

fn same_record(before: &Json, after: &Json) -> bool {
    let value = |object: &'_ Json, map: &str, key: &str| {
        let value = object
            .get("metadata")
            .and_then(|metadata| metadata.get(map)?.get(key));
        value.cloned()
    };
    let record = [
        ("annotations", record::APPLIED),
        ("labels", record::PART_OF),
        ("labels", record::SYNC),
    ];
    record
        .iter()
        .all(|(map, key)| value(before, map, key) == value(after, map, key))
}
