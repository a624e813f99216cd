//! Values that are one value at several places.
//!
//! Kustomize's label and annotation transformers put one node in all the places that they create in a
//! resource (api/filters/filtersutil, `SetEntry`), and whatever later changes it in one of them changes it in all: a
//! label that an overlay sets anew on `metadata` alone changes in the selectors too. Our trees share nothing, so the
//! places are known by their keys, which stand where the value came from, and are brought in line after each step.

use crate::resource::Resource;
use gitopsc_core::{EcoString, Span};
use gitopsc_yaml::{Entry, Node, NodeValue};
use std::collections::{BTreeMap, BTreeSet};

/// The places of the values that a resource has at several places.
pub type Shared = BTreeSet<Span>;

/// The entries that share a value: their key, and where it stands.
type Group = (Span, EcoString);

/// What shared values were before a step.
pub struct Before(Vec<BTreeMap<Group, Node>>);

impl Before {
    /// Notes the shared values of `resources`; nothing if there are none.
    #[must_use]
    pub fn of(resources: &[Resource]) -> Option<Before> {
        let has_some = |resource: &Resource| !resource.shared.is_empty();
        resources.iter().any(has_some).then(|| {
            let values = resources.iter().map(|resource| {
                let mut values = BTreeMap::new();
                if has_some(resource) {
                    each(&resource.node, &resource.shared, &mut |group, value| {
                        values.entry(group).or_insert_with(|| value.clone());
                    });
                }
                values
            });
            Before(values.collect())
        })
    }

    /// Brings the shared values of the same resources in line with those that changed.
    pub fn settle(&self, resources: &mut [Resource]) {
        for (before, resource) in self.0.iter().zip(resources) {
            if before.is_empty() || resource.shared.is_empty() {
                continue;
            }
            let mut changed: BTreeMap<Group, Node> = BTreeMap::new();
            each(&resource.node, &resource.shared, &mut |group, value| {
                if before.get(&group).is_some_and(|old| old != value) {
                    changed.insert(group, value.clone());
                }
            });
            if !changed.is_empty() {
                replace(&mut resource.node, &changed);
            }
        }
    }
}

fn group(entry: &Entry) -> Group {
    (
        entry.key.span,
        entry.key.as_str().unwrap_or_default().into(),
    )
}

fn each<'n>(root: &'n Node, shared: &Shared, found: &mut dyn FnMut(Group, &'n Node)) {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        match &node.value {
            NodeValue::Scalar(_) => {}
            NodeValue::Sequence(items) => pending.extend(items),
            NodeValue::Mapping(mapping) => {
                for entry in &mapping.entries {
                    if shared.contains(&entry.key.span) {
                        found(group(entry), &entry.value);
                    }
                    pending.push(&entry.value);
                }
            }
        }
    }
}

fn replace(root: &mut Node, changed: &BTreeMap<Group, Node>) {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        match &mut node.value {
            NodeValue::Scalar(_) => {}
            NodeValue::Sequence(items) => pending.extend(items),
            NodeValue::Mapping(mapping) => {
                for entry in &mut mapping.entries {
                    match changed.get(&group(entry)) {
                        Some(value) => entry.value = value.clone(),
                        None => pending.push(&mut entry.value),
                    }
                }
            }
        }
    }
}
