//! What a document's anchors stand for, by the number that the parser gives each definition.

use crate::node::Node;
use std::collections::BTreeMap;

/// The anchors and aliases of one document.
#[derive(Default)]
pub(super) struct Anchors {
    /// The serial number, in the document, of each anchored node.
    begun: BTreeMap<usize, usize>,
    /// Anchored nodes that have ended.
    ended: BTreeMap<usize, Target>,
    /// Serial numbers of aliases and of what they stand for, ascending by the first.
    pub(super) aliases: Vec<(usize, usize)>,
    /// Whether `<<` stands anywhere.
    pub(super) merges: bool,
}

/// An anchored node.
pub(super) struct Target {
    pub(super) node: Node,
    /// How many nodes it has, itself among them.
    pub(super) nodes: usize,
    /// How many collections are nested in it, itself among them.
    pub(super) height: usize,
}

impl Anchors {
    /// Whether the document is not the plain tree that it looks like.
    pub(super) fn matter(&self) -> bool {
        self.merges || !self.aliases.is_empty()
    }

    /// The node of this serial number has this anchor.
    pub(super) fn begin(&mut self, anchor: usize, serial: usize) {
        self.begun.insert(anchor, serial);
    }

    /// The anchored node has ended.
    pub(super) fn end(&mut self, anchor: usize, node: &Node, nodes: usize, height: usize) {
        let target = Target {
            node: node.clone(),
            nodes,
            height,
        };
        self.ended.insert(anchor, target);
    }

    /// The anchored node, if it has ended.
    pub(super) fn ended(&self, anchor: usize) -> Option<&Target> {
        self.ended.get(&anchor)
    }

    /// The node of this serial number is an alias of this anchor.
    pub(super) fn alias(&mut self, serial: usize, anchor: usize) {
        if let Some(target) = self.begun.get(&anchor) {
            self.aliases.push((serial, *target));
        }
    }
}
