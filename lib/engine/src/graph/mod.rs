//! The graph of manifests: nodes, edges with reasons, units, one digest.
//!
//! ```
//! use gitopsc_core::{Gvk, ObjectRef, Span};
//! use gitopsc_engine::graph::{Draft, Edge, Force, Node, NodeId, Reason, Wait, What};
//! let node = |kind: &str, name: &str| {
//!     let object = ObjectRef { kind: kind.into(), name: name.into(), ..ObjectRef::default() };
//!     let what = What::Object { gvk: Gvk::parse("v1", kind), object };
//!     Node { what, unit: 0, layer: None, span: Span::NONE }
//! };
//! let mut draft = Draft::new(vec![node("ConfigMap", "web"), node("Namespace", "web")]);
//! draft.add(Edge::new(NodeId(0), NodeId(1), Reason::Namespace, Wait::Applied, Force::Hard));
//! let (graph, cycles) = draft.settle();
//! assert!(cycles.is_empty());
//! assert_eq!(graph.order(), [NodeId(1), NodeId(0)]);
//! ```

mod class;
mod components;
mod edge;
mod order;
mod settle;

pub use class::KindClass;
pub use edge::{Edge, Exists, Force, Reason, Wait};
pub use order::Wave;
pub use settle::HardCycle;

use gitopsc_core::{Gvk, ObjectRef, Span};

/// Names a node of one graph: an index into its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One node of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it stands for.
    pub what: What,
    /// Index of its unit.
    pub unit: usize,
    /// Index of its layer; nothing for a lone kustomization.
    pub layer: Option<usize>,
    /// Where its document began.
    pub span: Span,
}

/// What a node stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An object.
    Object {
        /// Group, version, kind.
        gvk: Gvk,
        /// Its name; a cluster-scoped object has no namespace.
        object: ObjectRef,
    },
    /// That all objects of the unit are there: it needs each of them, and whatever needs the unit needs it.
    Unit,
}

impl Node {
    /// The object, unless this stands for a unit.
    #[must_use]
    pub fn object(&self) -> Option<&ObjectRef> {
        match &self.what {
            What::Object { object, .. } => Some(object),
            What::Unit => None,
        }
    }

    /// Group, version and kind of the object.
    #[must_use]
    pub fn gvk(&self) -> Option<&Gvk> {
        match &self.what {
            What::Object { gvk, .. } => Some(gvk),
            What::Unit => None,
        }
    }
}

/// A need for something that is in no unit. It may live in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outside {
    /// Who needs it.
    pub from: NodeId,
    /// What is needed.
    pub object: ObjectRef,
    /// Why.
    pub reason: Reason,
    /// Whether the API server refuses without.
    pub force: Force,
    /// Where the reference stands.
    pub span: Span,
}

/// Nodes and edges as they were derived; edges may still contradict each other.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    outside: Vec<Outside>,
}

impl Draft {
    /// A draft of these nodes without edges.
    #[must_use]
    pub fn new(nodes: Vec<Node>) -> Draft {
        Draft {
            nodes,
            ..Draft::default()
        }
    }

    /// The nodes so far.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Adds a node.
    pub fn add_node(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    /// Adds an edge. One from a node to itself says nothing and is left out.
    pub fn add(&mut self, edge: Edge) {
        if edge.from != edge.to {
            self.edges.push(edge);
        }
    }

    /// Adds a need that no node answers.
    pub fn add_outside(&mut self, outside: Outside) {
        self.outside.push(outside);
    }

    /// The edges so far, in the order of adding.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Makes the graph: equal edges become one, and edges that give way to others are dropped.
    ///
    /// Cycles of hard edges are returned; their edges stay, and the order passes over one of each.
    #[must_use]
    pub fn settle(mut self) -> (ManifestGraph, Vec<HardCycle>) {
        edge::unify(&mut self.edges);
        self.outside.sort();
        self.outside.dedup();
        let settled = settle::settle(self.nodes.len(), self.edges);
        let graph = ManifestGraph {
            nodes: self.nodes,
            needs: Adjacency::new(&settled.kept),
            edges: settled.kept,
            dropped: settled.dropped,
            outside: self.outside,
        };
        (graph, settled.cycles)
    }
}

/// The graph of everything that was compiled.
#[derive(Clone, Debug)]
pub struct ManifestGraph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    needs: Adjacency,
    dropped: Vec<Edge>,
    outside: Vec<Outside>,
}

impl ManifestGraph {
    /// The nodes; a [`NodeId`] is an index into them.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node `id`.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// All ids, ascending.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        let count = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        (0..count).map(NodeId)
    }

    /// The edges, by who needs, then by what is needed.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What `id` needs.
    #[must_use]
    pub fn needs(&self, id: NodeId) -> &[Edge] {
        &self.edges[self.needs.range(id)]
    }

    /// Who needs `id`.
    pub fn needed_by(&self, id: NodeId) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.to == id)
    }

    /// The soft edges that would have closed a cycle.
    #[must_use]
    pub fn dropped(&self) -> &[Edge] {
        &self.dropped
    }

    /// The needs that no unit answers.
    #[must_use]
    pub fn outside(&self) -> &[Outside] {
        &self.outside
    }

    /// The edges for which the order of layers gives way: an object needs one of a later layer.
    pub fn against_layers(&self) -> impl Iterator<Item = &Edge> {
        let layer = |id: NodeId| self.node(id).layer;
        self.edges
            .iter()
            .filter(move |edge| layer(edge.from) < layer(edge.to))
    }

    /// All objects in an order that keeps every edge: among what is ready by layer, kind class, name.
    #[must_use]
    pub fn order(&self) -> Vec<NodeId> {
        order::order(self)
    }

    /// The same in waves: what can be applied side by side once the waves before are there.
    #[must_use]
    pub fn waves(&self) -> Vec<Wave> {
        order::waves(self)
    }
}

/// Where the edges of each node begin among edges sorted by `from`.
#[derive(Clone, Debug)]
struct Adjacency(Vec<usize>);

impl Adjacency {
    fn new(edges: &[Edge]) -> Adjacency {
        let nodes = edges.last().map_or(0, |edge| edge.from.index() + 1);
        let mut first = vec![0; nodes + 1];
        for edge in edges {
            first[edge.from.index() + 1] += 1;
        }
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        Adjacency(first)
    }

    fn range(&self, id: NodeId) -> std::ops::Range<usize> {
        match self.0.get(id.index()..id.index() + 2) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }
}
