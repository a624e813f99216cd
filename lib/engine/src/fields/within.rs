//! A body without some of its fields.

use super::element::Element;
use super::items::pair;
use super::set::{Branch, FieldSet};
use gitopsc_core::Json;
use gitopsc_yaml::Object;

/// `body` without what is at and below the paths of `fields`. A map or list that is left empty goes too,
/// unless it was empty before; the body itself stays.
#[must_use]
pub fn without(body: &Json, fields: &FieldSet) -> Json {
    kept(body, fields).unwrap_or_else(|| Json::Object(Object::default()))
}

/// What is left of `value`; nothing if all of it went.
fn kept(value: &Json, fields: &FieldSet) -> Option<Json> {
    if fields.is_empty() {
        return Some(value.clone());
    }
    match value {
        Json::Object(entries) => {
            let left = entries.iter().filter_map(|(name, value)| {
                let branch = fields.branch(&Element::Field(name.clone()));
                Some((name.clone(), below(value, branch)?))
            });
            let left: Vec<_> = left.collect();
            let gone = left.is_empty() && !entries.is_empty();
            (!gone).then(|| Json::Object(Object::new(left)))
        }
        Json::Array(items) => {
            let pairs = items.iter().zip(pair(fields, items));
            let left = pairs
                .filter_map(|(item, found)| below(item, found.map(|found| &fields.0[found].1)));
            let left: Box<[Json]> = left.collect();
            let gone = left.is_empty() && !items.is_empty();
            (!gone).then_some(Json::Array(left))
        }
        value => Some(value.clone()),
    }
}

fn below(value: &Json, branch: Option<&Branch>) -> Option<Json> {
    match branch {
        None => Some(value.clone()),
        Some(branch) if branch.owned => None,
        Some(branch) => kept(value, &branch.below),
    }
}
