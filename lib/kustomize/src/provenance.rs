//! Where each value of a resource came from: kept only for builds that are to explain themselves.
//!
//! A value carries the place of its text through every change. Which transformer put it where it is follows from
//! comparing the resources before and after each step: a place and text that were not there before are that step's.

use crate::resource::Resource;
use gitopsc_core::{EcoString, Provenance, Span, Text, TransformId, ValueOrigin};
use gitopsc_yaml::pointer::{below, item};
use gitopsc_yaml::{Node, NodeValue};
use std::collections::{BTreeMap, BTreeSet};

/// The values of a resource that transformers put there, each with the last one that did.
pub type Touched = BTreeMap<Value, TransformId>;

/// A value by the place of its text, and the text.
pub type Value = (Span, Text);

/// What the resources held before a step.
pub struct Before(Vec<BTreeSet<Value>>);

impl Before {
    /// Notes what `resources` hold.
    #[must_use]
    pub fn of(resources: &[Resource]) -> Before {
        let values = |resource: &Resource| {
            let mut values = BTreeSet::new();
            each(&resource.node, &mut |_, leaf| {
                values.insert(value_of(leaf));
            });
            values
        };
        Before(resources.iter().map(values).collect())
    }

    /// Marks what is new in the same resources as put there by `transform`.
    pub fn mark(&self, resources: &mut [Resource], transform: TransformId) {
        for (before, resource) in self.0.iter().zip(resources) {
            let touched = &mut resource.touched;
            each(&resource.node, &mut |_, leaf| {
                let value = value_of(leaf);
                if !before.contains(&value) {
                    touched.insert(value, transform);
                }
            });
        }
    }
}

/// The table for a finished `node`, of which transformers put `touched` in place.
#[must_use]
pub fn provenance(node: &Node, touched: &Touched) -> Provenance {
    let mut origins = Vec::new();
    each(node, &mut |pointer, leaf| {
        origins.push(ValueOrigin {
            pointer: pointer.into(),
            span: leaf.span,
            transform: touched.get(&value_of(leaf)).copied(),
        });
    });
    origins.sort();
    Provenance(origins)
}

fn value_of(leaf: &Node) -> Value {
    (leaf.span, leaf.as_text().cloned().unwrap_or_default())
}

/// Calls `found` with every scalar and empty collection below `root`, and its pointer.
fn each<'n>(root: &'n Node, found: &mut dyn FnMut(&str, &'n Node)) {
    let mut pending: Vec<(EcoString, &Node)> = vec![(EcoString::new(), root)];
    while let Some((pointer, node)) = pending.pop() {
        match &node.value {
            NodeValue::Sequence(items) if !items.is_empty() => {
                let items = items.iter().enumerate();
                pending.extend(items.map(|(at, value)| (item(&pointer, at), value)));
            }
            NodeValue::Mapping(mapping) if !mapping.is_empty() => {
                for entry in &mapping.entries {
                    let key = entry.key.as_str().unwrap_or_default();
                    pending.push((below(&pointer, key), &entry.value));
                }
            }
            _ => found(&pointer, node),
        }
    }
}
