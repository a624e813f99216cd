//! Which items of two lists are the same one, without a schema: those of equal name, where all have one.

use crate::fields::{Element, Scalar};
use gitopsc_core::{EcoString, Json};
use std::collections::{BTreeMap, BTreeSet};

/// Fields that name the items of lists of Kubernetes' own kinds, the better name first.
const NAMES: [&[&str]; 9] = [
    &["name"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["mountPath"],
    &["devicePath"],
    &["key"],
    &["type"],
    &["ip"],
    &["uid"],
];

/// Items by their names.
pub(super) type Named<'j> = BTreeMap<Element, &'j Json>;

/// The fields by which all items of all `lists` have names of their own.
pub(super) fn names_in(lists: &[&[Json]]) -> Option<&'static [&'static str]> {
    let mut names = NAMES.iter().copied();
    names.find(|names| lists.iter().all(|items| by_name(items, names).is_some()))
}

/// The items by the values of the fields `names`; nothing if one has no name, or two have the same.
pub(super) fn by_name<'j>(items: &'j [Json], names: &[&str]) -> Option<Named<'j>> {
    let named = items.iter().map(|item| Some((name_of(item, names)?, item)));
    let named: Named<'_> = named.collect::<Option<_>>()?;
    (named.len() == items.len()).then_some(named)
}

/// The keys of both, ascending.
pub(super) fn all<'k, K: Ord>(
    one: impl Iterator<Item = &'k K>,
    other: impl Iterator<Item = &'k K>,
) -> BTreeSet<&'k K> {
    one.chain(other).collect()
}

fn name_of(item: &Json, names: &[&str]) -> Option<Element> {
    let fields = names.iter().map(|name| match Scalar::of(item.get(name)?)? {
        Scalar::Null | Scalar::Compound(_) => None,
        value => Some((EcoString::from(*name), value)),
    });
    fields.collect::<Option<_>>().map(Element::Key)
}
