//! Why something is held back.

use super::gate::layer_of;
use super::needs::{NeedOf, made_by_another};
use super::{Progress, Schedule};
use crate::graph::{Edge, Force, NodeId, Outside};
use std::collections::BTreeSet;

/// One thing that holds a node back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// A need that is not met.
    Need(Edge),
    /// A need for what is in no unit, and was not seen in the cluster.
    Outside(Outside),
    /// What the unit requires has not been told to be current.
    Required,
    /// Something of an earlier layer is on its way.
    Layer {
        /// Index of the earlier layer.
        layer: usize,
    },
}

impl Schedule<'_> {
    /// What will not come to its turn, however long it waits, and units that will not get ready: something that it cannot
    /// do without has failed.
    #[must_use]
    pub fn lost(&self) -> BTreeSet<NodeId> {
        let has_failed = |id: &NodeId| self.states[id.index()].progress == Progress::Failed;
        let mut failed: Vec<NodeId> = self.graph.ids().filter(has_failed).collect();
        let mut lost = BTreeSet::new();
        while let Some(node) = failed.pop() {
            for by in &self.needed_by[node.index()] {
                if !lost.contains(by) && self.waits_in_vain(*by, node) {
                    lost.insert(*by);
                    failed.push(*by);
                }
            }
        }
        lost
    }

    /// Whether `node` waits for `failed`, and for nothing less.
    fn waits_in_vain(&self, node: NodeId, failed: NodeId) -> bool {
        let waits = match self.is_object(node) {
            true => self.is_held(node),
            false => !self.states[node.index()].ready,
        };
        waits
            && self.needs(node).any(|need| match need.of {
                NeedOf::Edge(edge) => {
                    let is_it = edge.to == failed && edge.force == Force::Hard;
                    is_it && !need.met && made_by_another(self.graph, edge).is_none()
                }
                NeedOf::Outside(_) => false,
            })
    }

    /// What holds `node` back now; nothing if it is not held. For a unit: what keeps it from being ready.
    #[must_use]
    pub fn blockers(&self, node: NodeId) -> Vec<Blocker> {
        let is_unit = !self.is_object(node);
        if !self.is_held(node) && (!is_unit || self.states[node.index()].ready) {
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
        if is_unit {
            return vec![Blocker::Required];
        }
        let layer = layer_of(self.graph, node);
        let made = self.states[node.index()].creates;
        let earlier = (0..layer).find(|of| self.gate.is_closed(of + 1, made));
        earlier
            .map(|layer| Blocker::Layer { layer })
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Happened, Schedule, Start};
    use crate::graph::{Draft, Edge, Force, Node, NodeId, Reason, Wait, What};
    use gitopsc_core::{Gvk, ObjectRef, Span};

    fn map(name: &str) -> Node {
        let object = ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        };
        let gvk = Gvk::parse("v1", "ConfigMap");
        Node {
            what: What::Object { gvk, object },
            unit: 0,
            layer: None,
            span: Span::NONE,
        }
    }

    #[test]
    fn what_needs_something_that_failed_is_lost_and_what_would_only_like_it_is_not() {
        let names = ["fails", "needs-it", "needs-that", "would-like-it"];
        let mut draft = Draft::new(names.map(map).to_vec());
        let edge = |from, to, force| {
            Edge::new(
                NodeId(from),
                NodeId(to),
                Reason::DependsOn,
                Wait::Ready,
                force,
            )
        };
        draft.add(edge(1, 0, Force::Hard));
        draft.add(edge(2, 1, Force::Hard));
        draft.add(edge(3, 0, Force::Soft));
        let (graph, _) = draft.settle();
        let (mut schedule, _) = Schedule::begin(&graph, &[Start::Create; 4]);
        assert!(schedule.lost().is_empty());
        schedule.on(NodeId(0), Happened::Failed);
        let lost: Vec<NodeId> = schedule.lost().into_iter().collect();
        assert_eq!(lost, [NodeId(1), NodeId(2)]);
    }
}
