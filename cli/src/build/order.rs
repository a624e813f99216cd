//! The order in which manifests are printed: those of a cluster after what they need.

use crate::compile::Compiled;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::edges::{self, derive};
use gitopsc_core::{Diagnostic, Manifest};

/// The manifests in the order in which they can be applied, and what forbids one: cycles of hard needs.
///
/// A lone kustomization keeps Kustomize's order. What is merely odd in a graph is told by `gitopsc graph`.
pub fn ordered<'c>(compiled: &Compiled<'c>) -> (Vec<&'c Manifest>, Vec<Diagnostic>) {
    let compilation = compiled.compilation;
    if compilation.meaning != Meaning::Cluster {
        return (compilation.manifests().collect(), Vec::new());
    }
    let mut derived = derive(compilation, compiled.pool);
    derived.diagnostics.retain(Diagnostic::is_error);
    let ordered = edges::ordered(compilation, &derived.graph).into_iter();
    let manifests = ordered.map(|(_, manifest)| manifest).collect();
    (manifests, derived.diagnostics)
}
