//! Field sets from `fieldsV1` values, and back.

use super::element::Element;
use super::set::{Branch, FieldSet};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::Object;
use thiserror::Error;

/// How deep a set may nest. No object of a real cluster comes near.
const DEPTH: usize = 500;

/// Why a value is no `fieldsV1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    /// It holds something else than maps, or a key of no known form.
    #[error("it is no fieldsV1 value")]
    Form,
    /// It nests too deep.
    #[error("it nests deeper than {DEPTH}")]
    Depth,
}

impl FieldSet {
    /// Reads a `fieldsV1` value. Elements of forms that are not known are left out, as the API server does.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(fields: &Json) -> Result<FieldSet, Malformed> {
        Ok(branch(fields, 0)?.below)
    }

    /// The set as a `fieldsV1` value.
    #[must_use]
    pub fn to_fields_v1(&self) -> Json {
        Json::Object(Object::new(entries(self)))
    }
}

fn branch(fields: &Json, depth: usize) -> Result<Branch, Malformed> {
    let Json::Object(fields) = fields else {
        return Err(Malformed::Form);
    };
    if depth > DEPTH {
        return Err(Malformed::Depth);
    }
    let mut branches = Vec::new();
    let mut owned = false;
    for (key, value) in fields.iter() {
        if key == "." {
            owned = true;
            continue;
        }
        if let Some(element) = Element::parse(key).ok_or(Malformed::Form)? {
            branches.push((element, branch(value, depth + 1)?));
        }
    }
    // Keys ascend by their text, elements by their form; two texts may be one element.
    branches.sort_by(|one, other| one.0.cmp(&other.0));
    branches.dedup_by(|one, other| one.0 == other.0);
    owned |= branches.is_empty();
    let below = FieldSet(branches.into_boxed_slice());
    Ok(Branch { owned, below })
}

fn entries(set: &FieldSet) -> Vec<(EcoString, Json)> {
    let branches = set.0.iter();
    let branches = branches.map(|(element, branch)| {
        let mut below = entries(&branch.below);
        if branch.owned && !below.is_empty() {
            below.push((".".into(), Json::Object(Object::default())));
        }
        (element.text(), Json::Object(Object::new(below)))
    });
    branches.collect()
}
