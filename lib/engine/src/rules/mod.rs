//! Field rules: which fields of which objects are left to others, by one mechanism for diff, drift and apply.
//!
//! A field that is given up is sent when its object is created, as the value to begin with, and never again. It
//! enters neither digest nor plan; before an apply that leaves it out, its ownership is handed over, so that its
//! live value stays.

mod builtin;
mod pointer;
mod selector;

pub use builtin::{Scaled, scaled_by};
pub use pointer::{Pointer, PointerError};
pub use selector::Selector;

use crate::fields::{FieldPath, FieldSet, not_in};
use crate::normalise::Normalised;
use gitopsc_core::{EcoString, Json};
use std::fmt;

/// The annotation that lists fields to ignore, as pointers with commas or lines between them.
pub const IGNORE_FIELDS: &str = "gitopsc.dev/ignore-fields";

/// One rule of `gitopsc.yaml`: these fields of these objects are left to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which fields.
    pub at: Vec<Pointer>,
    /// Of which objects.
    pub of: Selector,
}

/// Why a field is given up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A rule of `gitopsc.yaml` says so.
    Rule,
    /// The object's annotation says so.
    Annotation,
    /// What the object of this kind and name scales.
    ScaledBy(EcoString),
    /// This manager last wrote it through the scale subresource.
    Autoscaler(EcoString),
    /// Something injects it.
    Injected,
}

/// A field that is given up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenUp {
    /// Which.
    pub path: FieldPath,
    /// Why.
    pub why: Why,
}

/// A desired object after the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruled {
    /// What is digested, compared, and applied to an object that exists.
    pub desired: Normalised,
    /// What is given up of what Git sets, or of what we own.
    pub given_up: Vec<GivenUp>,
    /// What of our entry has to be released before the next apply.
    pub hand_over: FieldSet,
}

/// `desired` without the fields that are given up. `live` and `entry`, the fields that we own of it, are
/// nothing if the object is not there; then the whole of `desired` is what creates it.
#[must_use]
pub fn apply_rules(
    desired: &Normalised,
    live: Option<&Json>,
    entry: Option<&FieldSet>,
    rules: &[Rule],
    scaled: &Scaled,
) -> Ruled {
    let none = FieldSet::default();
    let entry = entry.unwrap_or(&none);
    let (mut given_up, mut places) = (Vec::new(), Vec::new());
    for (pointer, why) in pointers_for(desired.body(), live, rules, scaled) {
        places.extend(pointer.places_in(desired.body()));
        let paths = pointer.paths_in(desired.body());
        let paths = paths.into_iter().chain(pointer.paths_owned(entry));
        given_up.extend(paths.map(|path| GivenUp {
            path,
            why: why.clone(),
        }));
    }
    given_up.sort();
    given_up.dedup_by(|one, other| one.path == other.path);
    if given_up.is_empty() {
        return Ruled {
            desired: desired.clone(),
            given_up,
            hand_over: none,
        };
    }
    let fields = FieldSet::of(given_up.iter().map(|field| field.path.clone()));
    let kept = desired.without(&FieldSet::of(places));
    // What the body alone can name: items that are given up by their place in a list.
    let by_body = not_in(entry, kept.body()).difference(&not_in(entry, desired.body()));
    Ruled {
        desired: kept,
        given_up,
        hand_over: entry.under(&fields).union(&by_body),
    }
}

/// What the annotation of an object says, and what of it is no pointer.
#[must_use]
pub fn annotated(desired: &Json) -> (Vec<Pointer>, Vec<PointerError>) {
    let annotations = desired
        .get("metadata")
        .and_then(|metadata| metadata.get("annotations"));
    let text = annotations.and_then(|annotations| annotations.get(IGNORE_FIELDS)?.as_plain_str());
    let parts = text.unwrap_or_default().split([',', '\n']).map(str::trim);
    let (mut pointers, mut errors) = (Vec::new(), Vec::new());
    for part in parts.filter(|part| !part.is_empty()) {
        match Pointer::parse(part) {
            Ok(pointer) => pointers.push(pointer),
            Err(error) => errors.push(error),
        }
    }
    (pointers, errors)
}

fn pointers_for(
    desired: &Json,
    live: Option<&Json>,
    rules: &[Rule],
    scaled: &Scaled,
) -> Vec<(Pointer, Why)> {
    let rules = rules.iter().filter(|rule| rule.of.matches(desired));
    let mut found: Vec<(Pointer, Why)> = rules
        .flat_map(|rule| rule.at.iter().map(|at| (at.clone(), Why::Rule)))
        .collect();
    let annotated = annotated(desired).0.into_iter();
    found.extend(annotated.map(|at| (at, Why::Annotation)));
    found.extend(builtin::replicas(desired, live, scaled));
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
