//! Where in the files it stands what a server finds wrong in an object.
//!
//! A compilation does not keep where each value came from. If somebody asks, the units in question are compiled once
//! more, with it.

use crate::compile::Compiled;
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, Span, UnitPath};
use gitopsc_engine::graph::{ManifestGraph, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// Places in objects, as JSON pointers.
pub type Pointers = BTreeMap<NodeId, Vec<EcoString>>;

/// Where `wrong` stands, as spans into the files of `compiled`.
pub fn of(
    compiled: &Compiled<'_>,
    graph: &ManifestGraph,
    wrong: &Pointers,
) -> BTreeMap<NodeId, Vec<Span>> {
    let asked = wrong.iter().filter(|(_, pointers)| !pointers.is_empty());
    let asked: Vec<_> = asked.collect();
    if asked.is_empty() {
        return BTreeMap::new();
    }
    let units = &compiled.compilation.units;
    let unit_of = |node: NodeId| units[graph.node(node).unit].path.clone();
    let wanted: BTreeSet<UnitPath> = asked.iter().map(|(node, _)| unit_of(**node)).collect();
    let again = (compiled.again)(wanted.into_iter().collect());
    let (first, second) = (compiled.compilation, &again);
    let places = asked.into_iter().filter_map(|(node, pointers)| {
        let before = first.manifests().nth(node.index())?;
        let after = second.manifests().nth(node.index())?;
        // Somebody may have changed the tree meanwhile: then nobody knows.
        if before.object != after.object || before.body != after.body {
            return None;
        }
        let spans = pointers.iter().map(|pointer| after.place(pointer));
        let spans: BTreeSet<Span> = spans.filter(|span| is_same(*span, first, second)).collect();
        Some((*node, spans.into_iter().collect()))
    });
    places.collect()
}

/// Whether `span` means the same in both.
fn is_same(span: Span, first: &Compilation, second: &Compilation) -> bool {
    let file = span.file;
    first.files.path(file) == second.files.path(file)
        && first.files.text(file) == second.files.text(file)
}
