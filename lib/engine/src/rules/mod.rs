//! Field rules: which fields of which objects are left to others, by one mechanism for diff, drift and apply.
//!
//! A field that is given up is sent when its object is created, as the value to begin with, and never again. It
//! enters neither digest nor plan; before an apply that leaves it out, its ownership is handed over, so that its
//! live value stays.

mod annotation;
mod builtin;
mod left;
mod pointer;
mod selector;
#[cfg(test)]
mod tests;

pub use annotation::{IGNORE_FIELDS, annotation_of, listed};
pub use builtin::{Scaled, scaled_by};
pub use left::{GivenUp, Left};
pub use pointer::{Pointer, PointerError};
pub use selector::{KindSelector, Selector};

use crate::fields::FieldSet;
use crate::normalise::Normalised;
use gitopsc_core::{EcoString, Json};
use std::fmt;

/// One rule of `gitopsc.yaml`: these fields of these objects are left to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which fields.
    pub at: Vec<Pointer>,
    /// Of which objects.
    pub of: Selector,
}

/// All that may say of an object what is given up of it, besides itself.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'r> {
    /// The rules of `gitopsc.yaml`.
    pub configured: &'r [Rule],
    /// What its unit says for objects without an annotation of their own.
    pub of_unit: &'r [Pointer],
    /// What the autoscalers of the graph scale.
    pub scaled: &'r Scaled,
}

/// Why a field is given up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A rule of `gitopsc.yaml` says so.
    Rule,
    /// The annotation of the object or its unit says so.
    Annotation,
    /// The object of this kind and name scales it.
    ScaledBy(EcoString),
    /// This manager last wrote it through the scale subresource.
    Autoscaler(EcoString),
    /// Something injects it.
    Injected,
}

/// A desired object after the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruled {
    /// What is digested, compared, and applied to an object that exists.
    pub desired: Normalised,
    /// What is given up.
    pub left: Left,
}

/// `desired` without the fields that are given up; nothing if no rule is about it. `live` is its metadata, if it is
/// there. Where it is not, the whole of `desired` is what creates it.
#[must_use]
pub fn apply_rules(desired: &Normalised, live: Option<&Json>, rules: Rules<'_>) -> Option<Ruled> {
    let found = pointers_for(desired.body(), live, rules);
    if found.is_empty() {
        return None;
    }
    let (mut left, mut places) = (Left::default(), Vec::new());
    for (pointer, why) in found {
        places.extend(pointer.places_in(desired.body()));
        let paths = pointer.paths_in(desired.body()).into_iter();
        left.fields.extend(paths.map(|path| GivenUp {
            path,
            why: why.clone(),
        }));
        left.pointers.push(pointer);
    }
    left.fields.sort();
    left.fields.dedup_by(|one, other| one.path == other.path);
    Some(Ruled {
        desired: desired.without(&FieldSet::of(places)),
        left,
    })
}

fn pointers_for(desired: &Json, live: Option<&Json>, rules: Rules<'_>) -> Vec<(Pointer, Why)> {
    let configured = rules.configured.iter();
    let configured = configured.filter(|rule| rule.of.matches(desired));
    let mut found: Vec<(Pointer, Why)> = configured
        .flat_map(|rule| rule.at.iter().map(|at| (at.clone(), Why::Rule)))
        .collect();
    let annotated = match annotation_of(desired) {
        Some(text) => listed(text).0,
        None => rules.of_unit.to_vec(),
    };
    found.extend(annotated.into_iter().map(|at| (at, Why::Annotation)));
    found.extend(builtin::replicas(desired, live, rules.scaled));
    found.extend(builtin::injected(desired));
    found
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Rule => f.write_str("a rule in gitopsc.yaml"),
            Why::Annotation => write!(f, "the annotation {IGNORE_FIELDS}"),
            Why::ScaledBy(name) => write!(f, "scaled by {name}"),
            Why::Autoscaler(manager) => write!(f, "last scaled by {manager}"),
            Why::Injected => f.write_str("injected in the cluster"),
        }
    }
}
