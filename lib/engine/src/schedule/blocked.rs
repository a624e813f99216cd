//! Why something is held back.

use super::gate::layer_of;
use super::{NeedOf, Schedule};
use crate::graph::{Edge, NodeId, Outside};

/// One thing that holds a node back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// A need that is not met.
    Need(Edge),
    /// A need for what is in no unit, and was not seen in the cluster.
    Outside(Outside),
    /// Something of an earlier layer is on its way.
    Layer {
        /// Index of the earlier layer.
        layer: usize,
    },
}

impl Schedule<'_> {
    /// What holds `node` back now; nothing if it is not held.
    #[must_use]
    pub fn blockers(&self, node: NodeId) -> Vec<Blocker> {
        if !self.is_held(node) {
            return Vec::new();
        }
        let unmet = self.needs(node).filter(|need| !need.met);
        let needs: Vec<Blocker> = unmet
            .map(|need| match need.of {
                NeedOf::Edge(edge) => Blocker::Need(edge.clone()),
                NeedOf::Outside(outside) => Blocker::Outside(outside.clone()),
            })
            .collect();
        if !needs.is_empty() {
            return needs;
        }
        let layer = layer_of(self.graph, node);
        let earlier = (0..layer).find(|of| self.gate.is_closed(of + 1));
        earlier
            .map(|layer| Blocker::Layer { layer })
            .into_iter()
            .collect()
    }
}
