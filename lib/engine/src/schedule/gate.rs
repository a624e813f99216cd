//! The order of layers: what is on its way in an earlier layer keeps later layers waiting.

use crate::graph::{ManifestGraph, NodeId};
use std::collections::BTreeSet;

/// How many nodes of each layer are on their way, and who waits only for them.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    on_its_way: Vec<usize>,
    waiting: BTreeSet<(usize, usize)>,
    /// Which nodes are counted: what has been ready once does not come back.
    counted: Vec<bool>,
    /// Where each node stands in the order of the graph.
    rank: Vec<usize>,
    by_rank: Vec<NodeId>,
}

impl Gate {
    pub(super) fn new(graph: &ManifestGraph) -> Gate {
        let layers = graph.nodes().iter().filter_map(|node| node.layer).max();
        let by_rank = graph.order();
        let mut rank = vec![usize::MAX; graph.nodes().len()];
        for (at, node) in by_rank.iter().enumerate() {
            rank[node.index()] = at;
        }
        Gate {
            on_its_way: vec![0; layers.map_or(1, |last| last + 1)],
            waiting: BTreeSet::new(),
            counted: vec![false; graph.nodes().len()],
            rank,
            by_rank,
        }
    }

    /// Lets `node` through, which is then on its way, unless something of an earlier layer is.
    pub(super) fn enter(&mut self, graph: &ManifestGraph, node: NodeId) -> bool {
        let layer = layer_of(graph, node);
        let entry = (layer, self.rank[node.index()]);
        if self.is_closed(layer) {
            self.waiting.insert(entry);
            return false;
        }
        self.waiting.remove(&entry);
        self.on_its_way[layer] += 1;
        self.counted[node.index()] = true;
        true
    }

    /// Takes note that `node` is not on its way any more, and gives who may try now, in order.
    pub(super) fn leave(&mut self, graph: &ManifestGraph, node: NodeId) -> Vec<NodeId> {
        let layer = layer_of(graph, node);
        if !std::mem::take(&mut self.counted[node.index()]) {
            return Vec::new();
        }
        self.on_its_way[layer] -= 1;
        if self.on_its_way[layer] > 0 {
            return Vec::new();
        }
        let waiting = self.waiting.iter().filter(|(of, _)| *of > layer);
        waiting.map(|(_, rank)| self.by_rank[*rank]).collect()
    }

    /// Whether something of a layer before `layer` is on its way.
    pub(super) fn is_closed(&self, layer: usize) -> bool {
        self.on_its_way[..layer].iter().any(|count| *count > 0)
    }
}

/// The layer of `node`; a graph without layers has one.
pub(super) fn layer_of(graph: &ManifestGraph, node: NodeId) -> usize {
    graph.node(node).layer.unwrap_or(0)
}
