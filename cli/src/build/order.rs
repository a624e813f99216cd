//! The order in which manifests are printed: those of a cluster after what they need.

use crate::compile::Compiled;
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::{Compilation, Meaning};
use gitopsc_core::{Diagnostic, Manifest};

/// The manifests in the order in which they can be applied, and what forbids one: cycles of hard needs.
///
/// A lone kustomization keeps Kustomize's order. What is merely odd in a graph is told by `gitopsc graph`.
pub fn ordered<'c>(compiled: &Compiled<'c>) -> (Vec<&'c Manifest>, Vec<Diagnostic>) {
    let as_built = manifests(compiled.compilation);
    if compiled.compilation.meaning != Meaning::Cluster {
        return (as_built, Vec::new());
    }
    let mut derived = derive(compiled.compilation, compiled.pool);
    derived.diagnostics.retain(Diagnostic::is_error);
    let order = derived.graph.order().into_iter();
    let ordered = order.map(|node| as_built[node.index()]).collect();
    (ordered, derived.diagnostics)
}

fn manifests(compilation: &Compilation) -> Vec<&Manifest> {
    let units = compilation.units.iter();
    units.flat_map(|unit| &unit.manifests).collect()
}
