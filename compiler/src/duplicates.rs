//! The same object in two units: whoever applied last would win, so it is an error.

use crate::codes;
use crate::compilation::Unit;
use gitopsc_core::{Diagnostic, Manifest, ObjectRef};
use gitopsc_kustomize::id::DEFAULT_NAMESPACE;
use std::collections::BTreeMap;

/// One error for each object that is in more than one unit, by object.
#[must_use]
pub fn across(units: &[Unit]) -> Vec<Diagnostic> {
    let mut holders: BTreeMap<ObjectRef, Vec<(&Unit, &Manifest)>> = BTreeMap::new();
    for unit in units {
        for manifest in &unit.manifests {
            let holders = holders.entry(identity(&manifest.object)).or_default();
            holders.push((unit, manifest));
        }
    }
    let several = holders.values().filter(|holders| holders.len() > 1);
    several.map(|holders| diagnostic(holders)).collect()
}

/// The name by which objects are compared: no namespace and `default` are one.
fn identity(object: &ObjectRef) -> ObjectRef {
    let mut object = object.clone();
    if object.namespace == DEFAULT_NAMESPACE {
        object.namespace = gitopsc_core::EcoString::new();
    }
    object
}

fn diagnostic(holders: &[(&Unit, &Manifest)]) -> Diagnostic {
    let units: Vec<String> = holders
        .iter()
        .map(|(unit, _)| unit.path.to_string())
        .collect();
    let object = &holders[0].1.object;
    let message = format!("{object} is in the units {}", units.join(" and "));
    let start = Diagnostic::error(codes::DUPLICATE_ACROSS_UNITS, message);
    let places = holders.iter().zip(&units);
    places
        .fold(start, |diagnostic, ((_, manifest), unit)| {
            diagnostic.at(manifest.span, format!("in {unit}"))
        })
        .hint("keep it in one of them, give one another name or namespace, or exclude a unit in gitopsc.yaml")
}
