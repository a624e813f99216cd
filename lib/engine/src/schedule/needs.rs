//! What a node needs, and whether that is met.

use super::{Progress, Schedule};
use crate::graph::{Edge, Exists, Force, ManifestGraph, NodeId, Outside, Wait};
use std::collections::{BTreeMap, BTreeSet};

/// How far what is needed has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// It is there: enough for what exists already.
    There,
    /// It is ready, where that is what the edge waits for.
    Ready,
}

/// A need of a node, and whether it is met.
pub(super) struct Need<'g> {
    pub(super) of: NeedOf<'g>,
    pub(super) met: bool,
}

/// What is needed.
pub(super) enum NeedOf<'g> {
    Edge(&'g Edge),
    Outside(&'g Outside),
}

/// Something that no unit has: a controller makes it of an object of the graph, or it is in the cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    pub(super) seen: bool,
    pub(super) needed_by: Vec<NodeId>,
}

impl<'g> Schedule<'g> {
    /// The needs that hold `node` back as long as they are not met.
    pub(super) fn needs(&self, node: NodeId) -> impl Iterator<Item = Need<'g>> {
        let creates = self.states[node.index()].creates;
        let level = if creates { Level::Ready } else { Level::There };
        self.needs_up_to(node, level)
    }

    /// The same, as far as what is needed has to be up to `level`.
    pub(super) fn needs_up_to(&self, node: NodeId, level: Level) -> impl Iterator<Item = Need<'g>> {
        let state = self.states[node.index()];
        let soft = (state.creates && !state.wait_over) || !self.is_object(node);
        let counts = move |force: Force| force == Force::Hard || soft;
        let edges = self.graph.needs(node).iter();
        let edges = edges.filter(move |edge| edge.wait == Wait::Order || counts(edge.force));
        let edges = edges.map(move |edge| Need {
            of: NeedOf::Edge(edge),
            met: self.is_met(edge, level),
        });
        let outside = self.outside.get(&node).into_iter().flatten();
        // What exists already is where it is without them.
        let outside = outside.filter(move |outside| state.creates && counts(outside.force));
        edges.chain(outside.map(|outside| Need {
            of: NeedOf::Outside(outside),
            met: self.is_seen(&anything_of(outside)),
        }))
    }

    fn is_seen(&self, made: &Exists) -> bool {
        self.made.get(made).is_some_and(|made| made.seen)
    }

    fn is_met(&self, edge: &Edge, level: Level) -> bool {
        let to = self.states[edge.to.index()];
        if let Some(exists) = made_by_another(self.graph, edge) {
            return self.is_seen(exists);
        }
        match edge.wait {
            Wait::Order => to.progress != Progress::Released,
            Wait::Ready if level == Level::Ready && edge.exists.is_none() => {
                to.ready && to.is_done()
            }
            Wait::Applied | Wait::Ready => to.exists && to.is_done(),
        }
    }
}

/// What `edge` waits for, if that is not the object itself but what a controller makes of it.
pub(super) fn made_by_another<'e>(graph: &ManifestGraph, edge: &'e Edge) -> Option<&'e Exists> {
    let exists = edge.exists.as_deref()?;
    (graph.node(edge.to).object() != Some(&exists.object)).then_some(exists)
}

pub(super) fn made_by_others(graph: &ManifestGraph) -> BTreeMap<Exists, Made> {
    let mut made: BTreeMap<Exists, Made> = BTreeMap::new();
    let mut add = |exists: Exists, by: NodeId| made.entry(exists).or_default().needed_by.push(by);
    for edge in graph.edges() {
        if let Some(exists) = made_by_another(graph, edge) {
            add(exists.clone(), edge.from);
        }
    }
    for outside in graph.outside() {
        add(anything_of(outside), outside.from);
    }
    made
}

/// Whatever is in the object that `outside` names.
fn anything_of(outside: &Outside) -> Exists {
    Exists {
        object: outside.object.clone(),
        keys: BTreeSet::new(),
    }
}
