//! The root digest: what is applied, in which units, with which settings, and what waits for what.
//!
//! | of | label | parts |
//! | --- | --- | --- |
//! | a node | `gitopsc.dev/graph/node/v1` | its unit's path, `object` or `unit`; of an object: group, version, kind, namespace, name |
//! | a unit | `gitopsc.dev/graph/unit/v1` | path, layer's folder (empty for none), kind, digest of its manifests, number of settings, of each name and value, sorted; then the digests of its objects as nodes, sorted |
//! | an edge | `gitopsc.dev/graph/edge/v1` | digests of both nodes, reason, wait, force; where its need is met by an object: group, kind, namespace, name, and the keys, sorted |
//! | a need for what is in no unit | `gitopsc.dev/graph/outside/v1` | digest of the node, reason, force, group, kind, namespace, name |
//! | the graph | `gitopsc.dev/graph/v1` | number of layers and their folders, in order; number of units and their digests, sorted; number of edges and their digests, sorted; the digests of needs, sorted |
//!
//! Numbers are eight bytes, little end first. What units asked for does not enter: a comment more in a file
//! changes their input digest, and nothing here.

use super::{GraphDigest, UnitDigest};
use crate::compilation::{Unit, UnitKind};
use gitopsc_core::{Digest, DigestOf, EcoString, Layer, ObjectRef, UnitPath};
use gitopsc_engine::graph::{Edge, ManifestGraph, Node, Outside, What};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the root digest covers of a unit besides its objects.
#[derive(Clone, Copy, Debug)]
pub struct UnitFacts<'u> {
    /// Its name.
    pub path: &'u UnitPath,
    /// Its layer; nothing for a lone kustomization.
    pub layer: Option<&'u Layer>,
    /// How it was built.
    pub kind: UnitKind,
    /// Its settings.
    pub settings: &'u BTreeMap<EcoString, EcoString>,
    /// The digest of its manifests; nothing if it failed.
    pub output: Option<UnitDigest>,
}

/// Declares a marker with its label.
macro_rules! marker {
    ($name:ident = $label:literal) => {
        struct $name;

        impl DigestOf for $name {
            const LABEL: &'static str = $label;
        }
    };
}

marker!(OfNode = "gitopsc.dev/graph/node/v1");
marker!(OfUnit = "gitopsc.dev/graph/unit/v1");
marker!(OfEdge = "gitopsc.dev/graph/edge/v1");
marker!(OfOutside = "gitopsc.dev/graph/outside/v1");

/// The digest of `graph` over `units` in `layers`. Runs on the current thread pool.
#[must_use]
pub fn of_graph(layers: &[Layer], units: &[Unit], graph: &ManifestGraph) -> GraphDigest {
    let facts = units.iter().map(|unit| UnitFacts {
        path: &unit.path,
        layer: unit.layer.and_then(|layer| layers.get(layer)),
        kind: unit.kind,
        settings: &unit.settings,
        output: unit.output,
    });
    of_facts(layers, &facts.collect::<Vec<_>>(), graph)
}

/// As [`of_graph`], of units that may come from anywhere; the nodes of `graph` name them by their places.
#[must_use]
pub fn of_facts(layers: &[Layer], units: &[UnitFacts<'_>], graph: &ManifestGraph) -> GraphDigest {
    let nodes: Vec<Digest<OfNode>> = graph
        .nodes()
        .par_iter()
        .map(|node| of_node(units, node))
        .collect();
    let mut members: Vec<Vec<Digest<OfNode>>> = vec![Vec::new(); units.len()];
    for (node, digest) in graph.nodes().iter().zip(&nodes) {
        if let (What::Object { .. }, Some(members)) = (&node.what, members.get_mut(node.unit)) {
            members.push(*digest);
        }
    }
    let of_units = units.iter().zip(members);
    let of_units = sorted(
        of_units
            .map(|(unit, members)| of_unit(unit, members))
            .collect(),
    );
    let edges = graph.edges().par_iter();
    let of_edges = sorted(edges.map(|edge| of_edge(edge, &nodes)).collect());
    let outside = graph.outside().par_iter();
    let of_outside = sorted(outside.map(|need| of_outside(need, &nodes)).collect());

    let mut parts: Vec<&[u8]> = Vec::new();
    let counts = [layers.len(), of_units.len(), of_edges.len()].map(number);
    parts.push(&counts[0]);
    parts.extend(layers.iter().map(|layer| layer.name.as_bytes()));
    parts.push(&counts[1]);
    parts.extend(of_units.iter().map(|digest| digest.as_bytes().as_slice()));
    parts.push(&counts[2]);
    parts.extend(of_edges.iter().map(|digest| digest.as_bytes().as_slice()));
    parts.extend(of_outside.iter().map(|digest| digest.as_bytes().as_slice()));
    Digest::of_parts(parts)
}

fn sorted<T>(mut digests: Vec<Digest<T>>) -> Vec<Digest<T>> {
    digests.sort_unstable();
    digests
}

fn number(count: usize) -> [u8; 8] {
    (count as u64).to_le_bytes()
}

fn of_node(units: &[UnitFacts<'_>], node: &Node) -> Digest<OfNode> {
    let unit = units.get(node.unit).map_or("", |unit| unit.path.0.as_str());
    match &node.what {
        What::Unit => Digest::of_parts([unit, "unit"]),
        What::Object { gvk, object } => Digest::of_parts([
            unit,
            "object",
            object.group.as_str(),
            gvk.version.as_str(),
            object.kind.as_str(),
            object.namespace.as_str(),
            object.name.as_str(),
        ]),
    }
}

fn of_unit(unit: &UnitFacts<'_>, members: Vec<Digest<OfNode>>) -> Digest<OfUnit> {
    let output = unit.output.map(|digest| *digest.as_bytes());
    let settings = number(unit.settings.len());
    let members = sorted(members);
    let mut parts = vec![
        unit.path.0.as_str().as_bytes(),
        unit.layer.map_or(&[], |layer| layer.name.as_bytes()),
        unit.kind.word().as_bytes(),
        output.as_ref().map_or(&[], |digest| digest.as_slice()),
        &settings,
    ];
    for (name, value) in unit.settings {
        parts.extend([name.as_bytes(), value.as_bytes()]);
    }
    parts.extend(members.iter().map(|digest| digest.as_bytes().as_slice()));
    Digest::of_parts(parts)
}

fn of_edge(edge: &Edge, nodes: &[Digest<OfNode>]) -> Digest<OfEdge> {
    let ends = [edge.from, edge.to].map(|node| *nodes[node.index()].as_bytes());
    let words = [edge.reason.word(), edge.wait.word(), edge.force.word()];
    let mut parts: Vec<&[u8]> = ends.iter().map(<[u8; 32]>::as_slice).collect();
    parts.extend(words.map(str::as_bytes));
    if let Some(exists) = &edge.exists {
        parts.extend(names(&exists.object));
        parts.extend(exists.keys.iter().map(|key| key.as_bytes()));
    }
    Digest::of_parts(parts)
}

fn of_outside(need: &Outside, nodes: &[Digest<OfNode>]) -> Digest<OfOutside> {
    let node = nodes[need.from.index()];
    let words = [need.reason.word(), need.force.word()].map(str::as_bytes);
    let head = std::iter::once(node.as_bytes().as_slice());
    Digest::of_parts(head.chain(words).chain(names(&need.object)))
}

fn names(object: &ObjectRef) -> [&[u8]; 4] {
    [
        object.group.as_bytes(),
        object.kind.as_bytes(),
        object.namespace.as_bytes(),
        object.name.as_bytes(),
    ]
}
