//! What of a graph is shown: all of it, or units and objects with their neighbours.

use gitopsc_compiler::Compilation;
use gitopsc_compiler::explain::{Question, named};
use gitopsc_engine::graph::{Edge, ManifestGraph, NodeId};
use std::collections::BTreeSet;

/// The part of a graph that is shown.
pub struct View<'g> {
    pub compilation: &'g Compilation,
    pub graph: &'g ManifestGraph,
    shown: BTreeSet<NodeId>,
}

impl<'g> View<'g> {
    /// The part around `units` and `objects`, or everything if there are neither; and the names that mean nothing.
    pub fn new(
        compilation: &'g Compilation,
        graph: &'g ManifestGraph,
        units: &[String],
        objects: &[String],
    ) -> (View<'g>, Vec<String>) {
        let mut chosen = BTreeSet::new();
        let mut missing = Vec::new();
        for name in units {
            let is_meant = |id: &NodeId| {
                let unit = &compilation.units[graph.node(*id).unit];
                unit.path.0.as_str() == name.trim_end_matches('/')
            };
            take(
                graph.ids().filter(is_meant),
                name,
                &mut chosen,
                &mut missing,
            );
        }
        for name in objects {
            // What names no object is as much missing as an object that is not there.
            let question: Option<Question> = name.parse().ok();
            let found = question.map(|question| named(compilation, &question));
            let found = found.iter().flatten().map(|found| found.node(compilation));
            take(found, name, &mut chosen, &mut missing);
        }
        let mut shown = if units.is_empty() && objects.is_empty() {
            graph.ids().collect()
        } else {
            chosen.clone()
        };
        for edge in graph.edges() {
            if chosen.contains(&edge.from) {
                shown.insert(edge.to);
            }
            if chosen.contains(&edge.to) {
                shown.insert(edge.from);
            }
        }
        let view = View {
            compilation,
            graph,
            shown,
        };
        (view, missing)
    }

    /// The waves, without what is not shown.
    pub fn waves(&self) -> Vec<(usize, Option<usize>, Vec<NodeId>)> {
        let waves = self.graph.waves().into_iter().zip(1..);
        let shown = waves.map(|(mut wave, number)| {
            wave.nodes.retain(|node| self.shown.contains(node));
            (number, wave.layer, wave.nodes)
        });
        shown.filter(|(_, _, nodes)| !nodes.is_empty()).collect()
    }

    /// The nodes that are shown, objects and units.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.shown.iter().copied()
    }

    /// The edges between what is shown.
    pub fn edges(&self) -> impl Iterator<Item = &'g Edge> + '_ {
        let both = |edge: &&Edge| self.shown.contains(&edge.from) && self.shown.contains(&edge.to);
        self.graph.edges().iter().filter(both)
    }

    /// How a node is called.
    pub fn name(&self, id: NodeId) -> String {
        match self.graph.node(id).object() {
            Some(object) => object.to_string(),
            None => format!("unit {}", self.unit(id)),
        }
    }

    /// The path of a node's unit.
    pub fn unit(&self, id: NodeId) -> &'g str {
        let unit = &self.compilation.units[self.graph.node(id).unit];
        unit.path.0.as_str()
    }

    /// The name of a layer by its index.
    pub fn layer(&self, layer: Option<usize>) -> &'g str {
        layer.map_or("", |layer| &self.compilation.layers[layer].name)
    }
}

fn take(
    found: impl Iterator<Item = NodeId>,
    name: &str,
    chosen: &mut BTreeSet<NodeId>,
    missing: &mut Vec<String>,
) {
    let before = chosen.len();
    chosen.extend(found);
    if chosen.len() == before {
        missing.push(name.to_owned());
    }
}
