//! What an apply gives up and does not remove, because others own it too.

use crate::conflict::Conflict;
use crate::fields::{FieldPath, ManagedEntry, entries};
use crate::record::FIELD_MANAGER;
use gitopsc_core::Json;

/// The fields that are ours in `before`, and in `after` only somebody else's, with whose they are.
///
/// ```
/// use gitopsc_engine::ownership::kept;
/// use gitopsc_yaml::json::read_json;
/// let object = |ours: &str| {
///     let text = r#"{"metadata":{"managedFields":[
///         {"manager":"gitopsc","operation":"Apply","apiVersion":"v1","fieldsV1":{"f:data":OURS}},
///         {"manager":"kubectl-edit","operation":"Update","apiVersion":"v1","fieldsV1":{"f:data":{"f:b":{}}}}]}}"#;
///     read_json(&text.replace("OURS", ours)).unwrap()
/// };
/// let found = kept(&object(r#"{"f:a":{},"f:b":{}}"#), &object(r#"{"f:a":{}}"#));
/// assert_eq!(found[0].to_string(), "data.b of kubectl-edit");
/// ```
#[must_use]
pub fn kept(before: &Json, after: &Json) -> Vec<Conflict> {
    let (before, after) = (entries(before), entries(after));
    let is_ours = |entry: &&ManagedEntry| entry.is_apply_of(FIELD_MANAGER);
    let Some(ours) = before.iter().find(is_ours) else {
        return Vec::new();
    };
    let left = after.iter().find(is_ours);
    let left = left.map(|entry| entry.fields.clone()).unwrap_or_default();
    let given_up = ours.fields.difference(&left);
    let others = after.iter().filter(|entry| !is_ours(entry));
    let kept = others.flat_map(|entry| {
        let paths = given_up.intersection(&entry.fields).paths();
        let is_whole = |path: &FieldPath| {
            // A map or a list is named by what is in it.
            let mut others = paths.iter();
            !others.any(|other| other != path && other.is_under(path))
        };
        let whole = paths.iter().filter(|path| is_whole(path));
        let named = whole.map(|path| Conflict {
            manager: entry.manager.clone(),
            operation: entry.operation,
            subresource: entry.subresource.clone(),
            field: path.to_string().into(),
        });
        named.collect::<Vec<_>>()
    });
    kept.collect()
}
