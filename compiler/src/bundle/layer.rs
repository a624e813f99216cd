//! What of a graph is bundled: the objects of one layer, in the order in which Talos should get them.

use crate::compilation::Compilation;
use crate::edges;
use gitopsc_core::{Gvk, Manifest};
use gitopsc_engine::graph::ManifestGraph;

/// The objects of the layer with this index, or all of them for a lone kustomization: namespaces, then
/// definitions, as Talos itself sorts them, then the rest; each in the order of the graph.
#[must_use]
pub fn objects<'c>(
    compilation: &'c Compilation,
    graph: &ManifestGraph,
    layer: Option<usize>,
) -> Vec<&'c Manifest> {
    let ordered = edges::ordered(compilation, graph).into_iter();
    let of_layer = ordered.filter(|(id, _)| graph.node(*id).layer == layer);
    let mut objects: Vec<&Manifest> = of_layer.map(|(_, manifest)| manifest).collect();
    objects.sort_by_key(|manifest| rank(&manifest.gvk));
    objects
}

/// internal/app/machined/pkg/controllers/k8s/manifest_apply.go in siderolabs/talos.
fn rank(gvk: &Gvk) -> u8 {
    match (gvk.group.as_str(), gvk.kind.as_str()) {
        ("", "Namespace") => 0,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => 1,
        _ => 2,
    }
}
