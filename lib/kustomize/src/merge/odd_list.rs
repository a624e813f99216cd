//! Merging lists in which some elements lack keys, as kyaml does: element by element, mishaps and all.
//!
//! kyaml/yaml/walk/associative_sequence.go, kyaml/yaml/fns.go (`ElementSetter`, `ElementMatcher`, `FieldMatcher`).
//! kyaml's lists share their elements, and each of its steps looks through a whole list for elements that match some
//! keys. Here the elements lie in one place and the lists hold their numbers. This takes quadratic time, as it does
//! there; lists in order never come here.

use super::directive::is_empty;
use super::list::{Sources, key_text};
use super::value_of;
use super::walk::{self, Context, Fate, Outcome, Side};
use crate::edit::quote_if_ambiguous;
use crate::schema::MergedList;
use gitopsc_yaml::{Entry, Node, NodeValue, Tag, Text};
use std::collections::HashSet;

/// The key of a scalar: itself.
const SCALAR: &str = "";

/// Merges the elements of `sources` into `elements`. Where kyaml would fail, that is reported, and `elements` keeps
/// what it had.
pub(super) fn walk(
    elements: &mut Vec<Node>,
    sources: &Sources<'_>,
    rule: &MergedList<'_>,
    context: &mut Context<'_>,
) {
    let keys: &[&str] = if rule.keys.is_empty() {
        &[SCALAR]
    } else {
        &rule.keys
    };
    let (own, patched) = (elements.len(), sources.patch().len());
    let mut lists = Lists {
        elements: std::mem::take(elements)
            .into_iter()
            .chain(sources.patch().iter().cloned())
            .collect(),
        resource: (0..own).collect(),
        patch: (own..own + patched).collect(),
        settled: HashSet::new(),
    };
    let kept = match lists.join(keys, sources.side(), rule, context) {
        Ok(kept) => {
            lists.note_lost(&kept, keys, context);
            let new = kept.iter().filter(|id| **id >= own);
            new.for_each(|id| context.findings.note_copied(&lists.elements[*id]));
            kept
        }
        Err(Keyless(id)) => {
            context.findings.keyless(&lists.elements[id], keys);
            (0..own).collect()
        }
    };
    *elements = kept.iter().map(|id| lists.elements[*id].clone()).collect();
}

/// The number of an element that is of the wrong kind to look for a key in.
struct Keyless(usize);

/// Elements by number, and lists of such numbers.
struct Lists {
    elements: Vec<Node>,
    /// The resource's list, or the only one.
    resource: Vec<usize>,
    /// The patch's list.
    patch: Vec<usize>,
    /// Elements that did what they were there for, even if they are not in the result: those that a directive took
    /// away, and those of the patch that went into one of the resource.
    settled: HashSet<usize>,
}

impl Lists {
    /// `walkAssociativeSequence`: the numbers of the elements of the merged list.
    fn join(
        &mut self,
        keys: &[&str],
        side: Option<Side>,
        rule: &MergedList<'_>,
        context: &mut Context<'_>,
    ) -> Result<Vec<usize>, Keyless> {
        let mut wanted = self.distinct_values(keys);
        if keys.len() > 1 {
            unify(&mut wanted);
        }
        let usable = usable(&wanted, keys.len());
        let keys: Vec<&str> = usable.iter().map(|at| keys[*at]).collect();
        let mut joined = Vec::new();
        for values in &wanted {
            let values: Vec<&Text> = usable.iter().map(|at| &values[*at]).collect();
            match self.walk_matching(&keys, &values, side, rule, context) {
                Some(id) => {
                    complete(&mut self.elements[id], &keys, &values);
                    joined = self.set(&joined, Some(id), &keys, &values)?;
                }
                None => self.resource = self.set(&self.resource, None, &keys, &values)?,
            }
        }
        for id in self.resource.clone() {
            joined = self.append(joined, id, &keys)?;
        }
        Ok(joined)
    }

    /// `elementValues`: the values of the keys of all elements, each once, those of the patch first.
    fn distinct_values(&self, keys: &[&str]) -> Vec<Vec<Text>> {
        let mut seen = HashSet::new();
        let mut distinct = Vec::new();
        for id in self.patch.iter().chain(&self.resource) {
            let element = &self.elements[*id];
            let value = |key: &&str| {
                if *key == SCALAR {
                    value_of(element)
                } else {
                    key_text(element, key)
                }
                .clone()
            };
            let values: Vec<Text> = keys.iter().map(value).collect();
            if seen.insert(values.clone()) {
                distinct.push(values);
            }
        }
        distinct
    }

    /// Walks the first element of each side with these values; the number of the one that counts, if any does.
    fn walk_matching(
        &mut self,
        keys: &[&str],
        values: &[&Text],
        side: Option<Side>,
        rule: &MergedList<'_>,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        let resource = self.find(&self.resource, keys, values);
        let patch = self.find(&self.patch, keys, values);
        let shape = rule.elements;
        let counts = match (resource, patch) {
            (None, None) => return None,
            (Some(id), None) => {
                let fate = walk::alone(
                    &mut self.elements[id],
                    side.unwrap_or(Side::Resource),
                    shape,
                    context,
                );
                (fate == Fate::Kept).then_some(id)
            }
            (None, Some(id)) => {
                let fate = walk::adopt(&mut self.elements[id], shape, context);
                (fate == Fate::Kept).then_some(id)
            }
            (Some(id), Some(from)) => {
                let pair = self.elements.get_disjoint_mut([id, from]);
                let [element, patch] =
                    pair.expect("the elements of the two lists are different ones");
                match walk::merge(element, patch, shape, context) {
                    Outcome::Cleared => None,
                    Outcome::Patch => Some(from),
                    Outcome::Resource => {
                        self.settled.insert(from);
                        Some(id)
                    }
                }
            }
        };
        if counts.is_none() {
            self.settled.extend(resource.into_iter().chain(patch));
        }
        counts.filter(|id| !is_empty(&self.elements[*id]))
    }

    /// `ElementMatcher`: the first element with these values, of which empty ones count only if all are.
    fn find(&self, list: &[usize], keys: &[&str], values: &[&Text]) -> Option<usize> {
        let all_empty = values.iter().all(|value| value.as_str().is_empty());
        let matches = |element: &Node| {
            let mut pairs = keys
                .iter()
                .zip(values)
                .filter(|(_, value)| all_empty || !value.as_str().is_empty());
            pairs.all(|(key, value)| match *key {
                SCALAR => value_of(element) == *value,
                key => element
                    .get(key)
                    .is_some_and(|found| value_of(found) == *value),
            })
        };
        list.iter().copied().find(|id| matches(&self.elements[*id]))
    }

    /// `ElementSetter`: the list with `element` in the place of all that match, or at the end, or without them.
    /// Elements that are empty are left out.
    fn set(
        &self,
        list: &[usize],
        element: Option<usize>,
        keys: &[&str],
        values: &[&Text],
    ) -> Result<Vec<usize>, Keyless> {
        let only_maps = keys[0] != SCALAR
            && values
                .first()
                .is_some_and(|value| !value.as_str().is_empty());
        let mut set = Vec::with_capacity(list.len() + 1);
        let mut found = false;
        for &id in list {
            let other = &self.elements[id];
            if is_empty(other) {
                continue;
            }
            if only_maps && other.as_mapping().is_none() {
                set.push(id);
            } else if !self.matches(id, keys, values)? {
                set.extend((!values.is_empty()).then_some(id));
            } else {
                found = true;
                set.extend(element);
            }
        }
        if !found {
            set.extend(element.filter(|id| !self.elements[*id].is_null()));
        }
        Ok(set)
    }

    /// `appendListNode`, for one element of the resource.
    fn append(
        &self,
        mut list: Vec<usize>,
        id: usize,
        keys: &[&str],
    ) -> Result<Vec<usize>, Keyless> {
        let element = &self.elements[id];
        if keys[0] == SCALAR {
            return self.set(&list, Some(id), keys, &[value_of(element)]);
        }
        if !element.is_null() && element.as_mapping().is_none() {
            return Err(Keyless(id));
        }
        let mut values = Vec::with_capacity(keys.len());
        for key in keys {
            match element.get(key) {
                Some(value) => values.push(value_of(value)),
                None => list.push(id),
            }
        }
        if keys.len() > 1 {
            list = self.set(&list, None, keys, &values)?;
        }
        self.set(&list, Some(id), keys, &values)
    }

    /// Whether an element has these values. An empty value stands for any; where values are fewer than keys, the
    /// last one has the last word.
    fn matches(&self, id: usize, keys: &[&str], values: &[&Text]) -> Result<bool, Keyless> {
        let element = &self.elements[id];
        let mut matches = false;
        for (at, key) in keys.iter().enumerate() {
            if let Some(value) = values.get(at) {
                matches = match (*key, &element.value) {
                    (SCALAR, NodeValue::Scalar(text)) => text == *value,
                    (key, NodeValue::Mapping(fields)) if key != SCALAR => {
                        let found = fields.get(key);
                        found.is_some_and(|found| {
                            value.as_str().is_empty() || value_of(found) == *value
                        })
                    }
                    _ => return Err(Keyless(id)),
                };
            }
            if !matches {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Warns of elements that are in neither list's result nor taken away.
    fn note_lost(&self, kept: &[usize], keys: &[&str], context: &mut Context<'_>) {
        let kept: HashSet<usize> = kept.iter().copied().collect();
        for (id, element) in self.elements.iter().enumerate() {
            if !kept.contains(&id) && !self.settled.contains(&id) && !is_empty(element) {
                context.findings.lost_without_keys(element, keys);
            }
        }
    }
}

/// `mergeValues`: values of several keys that agree in one and differ only where one of them is empty become the same.
fn unify(wanted: &mut [Vec<Text>]) {
    for at in 0..wanted.len() {
        let values = wanted[at].clone();
        for other in 0..wanted.len() {
            if let Some(joined) = join_values(&values, &wanted[other]) {
                wanted[at].clone_from(&joined);
                wanted[other] = joined;
            }
        }
    }
}

fn join_values(some: &[Text], others: &[Text]) -> Option<Vec<Text>> {
    let pairs = || some.iter().zip(others);
    let differs =
        |(a, b): (&Text, &Text)| a != b && !a.as_str().is_empty() && !b.as_str().is_empty();
    if pairs().any(differs) || !pairs().any(|(a, b)| a == b) {
        return None;
    }
    Some(
        pairs()
            .map(|(a, b)| {
                if a.as_str().is_empty() {
                    b.clone()
                } else {
                    a.clone()
                }
            })
            .collect(),
    )
}

/// `validateKeys`: the places of the keys that any element has; all of them if none has one.
fn usable(wanted: &[Vec<Text>], keys: usize) -> Vec<usize> {
    let is_used = |at: &usize| wanted.iter().any(|values| !values[*at].as_str().is_empty());
    let used: Vec<usize> = (0..keys).filter(is_used).collect();
    if used.is_empty() {
        (0..keys).collect()
    } else {
        used
    }
}

/// Gives an element the keys that it lacks. A scalar is set anew, without a tag.
fn complete(element: &mut Node, keys: &[&str], values: &[&Text]) {
    let given = keys
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.as_str().is_empty());
    for (key, value) in given {
        if *key == SCALAR {
            element.tag = Tag::None;
            continue;
        }
        if let Some(fields) = element
            .as_mapping_mut()
            .filter(|fields| fields.get(key).is_none())
        {
            let mut value = Node::scalar((*value).clone());
            quote_if_ambiguous(&mut value);
            fields.entries.push(Entry {
                key: Node::scalar(*key),
                value,
            });
        }
    }
}
