//! The order in which a graph can come: among what is ready by layer, kind class, name.

use super::{KindClass, ManifestGraph, NodeId, What};
use gitopsc_core::ObjectRef;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Objects of one layer that can be applied side by side once all waves before are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// Index of the layer.
    pub layer: Option<usize>,
    /// The objects, by kind class and name.
    pub nodes: Vec<NodeId>,
}

/// What decides among nodes that are ready. A unit is there as soon as its objects are.
type Priority<'g> = (Stage<'g>, NodeId);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Stage<'g> {
    Unit,
    Object(Option<usize>, KindClass, &'g ObjectRef),
}

pub(super) fn order(graph: &ManifestGraph) -> Vec<NodeId> {
    let mut pending = Pending::new(graph);
    let mut order = Vec::with_capacity(graph.nodes().len());
    while let Some(node) = pending.pop() {
        if graph.node(node).object().is_some() {
            order.push(node);
        }
        pending.done(node);
    }
    order
}

pub(super) fn waves(graph: &ManifestGraph) -> Vec<Wave> {
    let mut pending = Pending::new(graph);
    let mut waves = Vec::new();
    while let Some(first) = pending.pop() {
        if graph.node(first).object().is_none() {
            pending.done(first);
            continue;
        }
        let layer = graph.node(first).layer;
        let mut nodes = vec![first];
        while let Some(node) = pending.pop_of_layer(layer) {
            nodes.push(node);
        }
        nodes.iter().for_each(|node| pending.done(*node));
        waves.push(Wave { layer, nodes });
    }
    waves
}

/// What is not there yet, and what of it is ready.
struct Pending<'g> {
    graph: &'g ManifestGraph,
    waits_for: Vec<usize>,
    needed_by: Vec<Vec<NodeId>>,
    ready: BinaryHeap<Reverse<Priority<'g>>>,
    /// Where a cycle of hard edges is left, the best of it is taken as ready: all nodes, the best last.
    rest: Option<Vec<NodeId>>,
    taken: Vec<bool>,
}

impl<'g> Pending<'g> {
    fn new(graph: &'g ManifestGraph) -> Pending<'g> {
        let count = graph.nodes().len();
        let mut pending = Pending {
            graph,
            waits_for: vec![0; count],
            needed_by: vec![Vec::new(); count],
            ready: BinaryHeap::new(),
            rest: None,
            taken: vec![false; count],
        };
        for edge in graph.edges() {
            pending.waits_for[edge.from.index()] += 1;
            pending.needed_by[edge.to.index()].push(edge.from);
        }
        for node in graph.ids() {
            if pending.waits_for[node.index()] == 0 {
                pending.release(node);
            }
        }
        pending
    }

    fn priority(&self, id: NodeId) -> Priority<'g> {
        let node = self.graph.node(id);
        let stage = match &node.what {
            What::Object { gvk, object } => Stage::Object(node.layer, KindClass::of(gvk), object),
            What::Unit => Stage::Unit,
        };
        (stage, id)
    }

    fn release(&mut self, node: NodeId) {
        self.ready.push(Reverse(self.priority(node)));
    }

    fn pop(&mut self) -> Option<NodeId> {
        let next = match self.ready.pop() {
            Some(Reverse((_, node))) => node,
            None => self.best_of_cycle()?,
        };
        self.taken[next.index()] = true;
        Some(next)
    }

    fn pop_of_layer(&mut self, layer: Option<usize>) -> Option<NodeId> {
        match self.ready.peek()? {
            Reverse((Stage::Object(next, ..), _)) if *next == layer => self.pop(),
            _ => None,
        }
    }

    fn best_of_cycle(&mut self) -> Option<NodeId> {
        let mut rest = match self.rest.take() {
            Some(rest) => rest,
            None => {
                let mut all: Vec<NodeId> = self.graph.ids().collect();
                all.sort_by_key(|node| Reverse(self.priority(*node)));
                all
            }
        };
        while rest.last().is_some_and(|node| self.taken[node.index()]) {
            rest.pop();
        }
        let best = rest.pop();
        self.rest = Some(rest);
        best
    }

    fn done(&mut self, node: NodeId) {
        for by in std::mem::take(&mut self.needed_by[node.index()]) {
            let left = &mut self.waits_for[by.index()];
            *left -= 1;
            if *left == 0 && !self.taken[by.index()] {
                self.release(by);
            }
        }
    }
}
