//! The order of layers: what is on its way in an earlier layer keeps later layers waiting.

use crate::graph::{ManifestGraph, NodeId};
use std::collections::BTreeSet;

/// How many nodes of each layer are on their way, and who waits only for them.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    on_its_way: Vec<OnItsWay>,
    waiting: BTreeSet<(usize, usize)>,
    /// As what nodes are counted: what has been ready once does not come back.
    counted: Vec<Option<Sent>>,
    /// Where each node stands in the order of the graph.
    rank: Vec<usize>,
    by_rank: Vec<NodeId>,
}

/// How many nodes of a layer are on their way.
#[derive(Clone, Copy, Debug, Default)]
struct OnItsWay {
    now: usize,
    before: usize,
}

/// When a node was sent that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// In this run.
    Now,
    /// In an earlier run.
    Before,
}

impl OnItsWay {
    fn count(&mut self, sent: Sent) -> &mut usize {
        match sent {
            Sent::Now => &mut self.now,
            Sent::Before => &mut self.before,
        }
    }
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
            on_its_way: vec![OnItsWay::default(); layers.map_or(1, |last| last + 1)],
            waiting: BTreeSet::new(),
            counted: vec![None; graph.nodes().len()],
            rank,
            by_rank,
        }
    }

    /// Takes note that `node` is on its way since an earlier run.
    pub(super) fn begin(&mut self, graph: &ManifestGraph, node: NodeId) {
        self.count(graph, node, Sent::Before);
    }

    /// Lets `node` through, which is then on its way, unless something of an earlier layer is. It may be one that is to be
    /// `made`.
    pub(super) fn enter(&mut self, graph: &ManifestGraph, node: NodeId, made: bool) -> bool {
        let layer = layer_of(graph, node);
        let entry = (layer, self.rank[node.index()]);
        if self.is_closed(layer, made) {
            self.waiting.insert(entry);
            return false;
        }
        self.waiting.remove(&entry);
        self.count(graph, node, Sent::Now);
        true
    }

    fn count(&mut self, graph: &ManifestGraph, node: NodeId, sent: Sent) {
        *self.on_its_way[layer_of(graph, node)].count(sent) += 1;
        self.counted[node.index()] = Some(sent);
    }

    /// Takes note that `node` is not on its way any more, and gives who may try now, in order.
    pub(super) fn leave(&mut self, graph: &ManifestGraph, node: NodeId) -> Vec<NodeId> {
        let layer = layer_of(graph, node);
        let Some(sent) = self.counted[node.index()].take() else {
            return Vec::new();
        };
        let count = self.on_its_way[layer].count(sent);
        *count -= 1;
        if *count > 0 {
            return Vec::new();
        }
        let waiting = self.waiting.iter().filter(|(of, _)| *of > layer);
        waiting.map(|(_, rank)| self.by_rank[*rank]).collect()
    }

    /// Whether something of a layer before `layer` is on its way. What an earlier run has sent holds back only what is to be
    /// `made`: what exists already came after it then, or did not need it.
    pub(super) fn is_closed(&self, layer: usize, made: bool) -> bool {
        let mut earlier = self.on_its_way[..layer].iter();
        earlier.any(|of| of.now > 0 || (made && of.before > 0))
    }
}

/// The layer of `node`; a graph without layers has one.
pub(super) fn layer_of(graph: &ManifestGraph, node: NodeId) -> usize {
    graph.node(node).layer.unwrap_or(0)
}
