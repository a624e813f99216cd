//! Which items of a list the elements of a set name.
//!
//! A desired item may lack a key field that has a default (the protocol of a port): it is the one that agrees
//! in the others, unless another item agrees in all.

use super::element::{Element, Scalar};
use super::set::FieldSet;
use gitopsc_core::{EcoString, Json};
use std::collections::{BTreeMap, BTreeSet};

/// Places of elements, by the name and value of each of their key fields.
type ByField<'s> = BTreeMap<(&'s str, Scalar), Vec<usize>>;

/// For each item the place in `set` of the element that names it.
pub(crate) fn pair(set: &FieldSet, items: &[Json]) -> Vec<Option<usize>> {
    let keys = key_names(set);
    let mut taken = vec![false; set.0.len()];
    let mut take = |at: usize| (!std::mem::replace(&mut taken[at], true)).then_some(at);
    let exact = items.iter().enumerate().map(|(at, item)| {
        let found = named(set, &keys, at, item)?;
        take(found)
    });
    let mut pairs: Vec<Option<usize>> = exact.collect();
    if keys.is_empty() || pairs.iter().all(Option::is_some) {
        return pairs;
    }
    let by_field = by_field(set, &taken);
    for (item, found) in items.iter().zip(&mut pairs) {
        if found.is_none() {
            let partial = partly_named(set, &by_field, item, &taken);
            *found = partial.inspect(|at| taken[*at] = true);
        }
    }
    pairs
}

/// The lists of key fields that occur in `set`; one, as a rule.
fn key_names(set: &FieldSet) -> BTreeSet<Vec<&EcoString>> {
    let elements = set.0.iter().filter_map(|(element, _)| match element {
        Element::Key(fields) => Some(fields.iter().map(|(name, _)| name).collect()),
        _ => None,
    });
    elements.collect()
}

fn named(
    set: &FieldSet,
    keys: &BTreeSet<Vec<&EcoString>>,
    at: usize,
    item: &Json,
) -> Option<usize> {
    let by_key = keys.iter().find_map(|names| {
        let fields = names.iter().map(|name| {
            let value = Scalar::of(item.get(name)?)?;
            Some(((*name).clone(), value))
        });
        set.at(&Element::Key(fields.collect::<Option<_>>()?))
    });
    let by_value = || Scalar::of(item).and_then(|value| set.at(&Element::Value(value)));
    by_key
        .or_else(by_value)
        .or_else(|| set.at(&Element::Index(at)))
}

/// The free elements by each of their key fields.
fn by_field<'s>(set: &'s FieldSet, taken: &[bool]) -> ByField<'s> {
    let mut by_field = ByField::new();
    for (at, (element, _)) in set.0.iter().enumerate() {
        if let Element::Key(fields) = element
            && !taken[at]
        {
            for (name, value) in fields {
                let places = by_field.entry((name, value.clone())).or_default();
                places.push(at);
            }
        }
    }
    by_field
}

fn partly_named(
    set: &FieldSet,
    by_field: &ByField<'_>,
    item: &Json,
    taken: &[bool],
) -> Option<usize> {
    let Json::Object(item) = item else {
        return None;
    };
    let candidates = item.iter().filter_map(|(name, value)| {
        let value = Scalar::of(value)?;
        by_field.get(&(name.as_str(), value))
    });
    let fewest = candidates.min_by_key(|places| places.len())?;
    let fits = |at: &&usize| match &set.0[**at].0 {
        Element::Key(fields) => fields
            .iter()
            .all(|(name, value)| item.get(name).is_none_or(|found| value.is(found))),
        _ => false,
    };
    fewest.iter().filter(|at| !taken[**at]).find(fits).copied()
}
