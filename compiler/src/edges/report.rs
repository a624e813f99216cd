//! What is odd in a graph, in words.

use crate::codes;
use crate::compilation::Compilation;
use gitopsc_core::Diagnostic;
use gitopsc_core::words::some_of;
use gitopsc_engine::graph::{Edge, HardCycle, ManifestGraph, NodeId, Outside, Reason};
use std::collections::BTreeMap;

/// How many needs one note lists.
const SHOWN: usize = 8;

/// Cycles as errors, what gave way as notes.
pub(crate) fn conflicts(
    compilation: &Compilation,
    graph: &ManifestGraph,
    cycles: &[HardCycle],
) -> Vec<Diagnostic> {
    let words = Words { compilation, graph };
    let mut diagnostics: Vec<Diagnostic> = cycles.iter().map(|cycle| words.cycle(cycle)).collect();
    diagnostics.extend(graph.dropped().iter().map(|edge| words.dropped(edge)));
    diagnostics.extend(
        graph
            .against_layers()
            .map(|edge| words.against_layers(edge)),
    );
    diagnostics
}

/// One note a unit on what its objects need and no unit has, of those needs that are `wanted`.
pub(crate) fn outside(
    compilation: &Compilation,
    graph: &ManifestGraph,
    wanted: &dyn Fn(&Outside) -> bool,
) -> Vec<Diagnostic> {
    let words = Words { compilation, graph };
    let mut by_unit: BTreeMap<usize, Vec<&Outside>> = BTreeMap::new();
    for outside in graph.outside().iter().filter(|outside| wanted(outside)) {
        let unit = graph.node(outside.from).unit;
        by_unit.entry(unit).or_default().push(outside);
    }
    let notes = by_unit.iter();
    notes
        .map(|(unit, outside)| words.note(*unit, outside))
        .collect()
}

struct Words<'g> {
    compilation: &'g Compilation,
    graph: &'g ManifestGraph,
}

impl Words<'_> {
    fn name(&self, id: NodeId) -> String {
        let node = self.graph.node(id);
        match node.object() {
            Some(object) => object.to_string(),
            None => format!("unit {}", self.compilation.units[node.unit].path),
        }
    }

    fn cycle(&self, cycle: &HardCycle) -> Diagnostic {
        let steps: Vec<String> = cycle
            .edges
            .iter()
            .map(|edge| {
                let (from, to) = (self.name(edge.from), self.name(edge.to));
                format!("{from} needs {to} ({})", edge.reason)
            })
            .collect();
        let message = format!("nothing of this can come first: {}", steps.join(", "));
        let start = Diagnostic::error(codes::DEPENDENCY_CYCLE, message);
        let places = cycle.edges.iter().fold(start, |diagnostic, edge| {
            let node = self.graph.node(edge.from);
            diagnostic.at(node.span, format!("needs {}", self.name(edge.to)))
        });
        places.hint("remove a gitopsc.dev/depends-on, or exempt one of them from the webhook by its selectors")
    }

    fn dropped(&self, edge: &Edge) -> Diagnostic {
        let (from, to) = (self.name(edge.from), self.name(edge.to));
        let message = format!(
            "{from} does not wait for {to} ({}), because that needs it in turn",
            edge.reason
        );
        Diagnostic::note(codes::DEPENDENCY_DROPPED, message)
            .at(self.graph.node(edge.from).span, "would wait")
            .at(self.graph.node(edge.to).span, "for this")
    }

    fn against_layers(&self, edge: &Edge) -> Diagnostic {
        let (from, to) = (self.name(edge.from), self.name(edge.to));
        let unit = |id: NodeId| &self.compilation.units[self.graph.node(id).unit].path;
        let message = format!(
            "{from} of {} needs {to} of {} ({}), so the order of layers gives way between them",
            unit(edge.from),
            unit(edge.to),
            edge.reason
        );
        Diagnostic::note(codes::LAYER_ORDER_DROPPED, message)
            .at(self.graph.node(edge.from).span, "this comes later")
            .at(self.graph.node(edge.to).span, "than this")
            .hint("move one of them to the other's layer if this is not meant")
    }

    fn note(&self, unit: usize, outside: &[&Outside]) -> Diagnostic {
        let mut by_object: BTreeMap<String, NodeId> = BTreeMap::new();
        for need in outside {
            let name = match need.reason {
                Reason::Crd => format!("the kind {}", need.object.name),
                _ => need.object.to_string(),
            };
            by_object.entry(name).or_insert(need.from);
        }
        let list = some_of(by_object.keys(), SHOWN);
        let path = &self.compilation.units[unit].path;
        let message = format!("{path} needs what is in no unit: {list}");
        let start = Diagnostic::note(codes::REFERENCE_OUTSIDE, message);
        let first = by_object.values().next();
        let start = match first {
            Some(from) => start.at(self.graph.node(*from).span, "needs the first of them"),
            None => start,
        };
        start.hint("nothing has to be done if it lives in the cluster or is made at run time; gitopsc.dev/provides says who makes it")
    }
}
