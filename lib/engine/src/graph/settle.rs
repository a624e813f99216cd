//! What gives way where edges contradict each other.
//!
//! Only edges inside a strongly connected component can. There the edges are taken in one by one, the
//! least yielding first; a soft one that closes a cycle is dropped. A hard one that does is an error.

use super::components::components;
use super::{Edge, Force, NodeId};
use std::cmp::Reverse;
use std::collections::HashMap;

/// A cycle of hard edges: nobody in it can ever come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HardCycle {
    /// Its edges, each from where the one before leads to; the last leads to where the first begins.
    pub edges: Vec<Edge>,
}

pub(super) struct Settled {
    pub(super) kept: Vec<Edge>,
    pub(super) dropped: Vec<Edge>,
    pub(super) cycles: Vec<HardCycle>,
}

/// Settles sorted `edges` between `nodes` nodes.
pub(super) fn settle(nodes: usize, edges: Vec<Edge>) -> Settled {
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    for edge in &edges {
        targets[edge.from.index()].push(edge.to.index());
    }
    let component = components(nodes, &targets);
    let is_inner = |edge: &Edge| component[edge.from.index()] == component[edge.to.index()];
    let (inner, mut kept): (Vec<Edge>, Vec<Edge>) = edges.into_iter().partition(is_inner);
    let mut by_component: HashMap<usize, Vec<Edge>> = HashMap::new();
    let mut found = Vec::new();
    for edge in inner {
        let number = component[edge.from.index()];
        let members = by_component.entry(number).or_insert_with(|| {
            found.push(number);
            Vec::new()
        });
        members.push(edge);
    }
    let (mut dropped, mut cycles) = (Vec::new(), Vec::new());
    for number in found {
        let Some(mut edges) = by_component.remove(&number) else {
            continue;
        };
        edges.sort_by_key(|edge| Reverse(edge.rank()));
        let mut online = Online::default();
        for edge in edges {
            match online.insert(edge) {
                Inserted::Kept => {}
                Inserted::Closes(edge) if edge.force == Force::Soft => dropped.push(edge),
                Inserted::Closes(edge) => {
                    cycles.push(online.cycle(&edge));
                    online.closed.push(edge);
                }
            }
        }
        kept.extend(online.edges);
        kept.extend(online.closed);
    }
    kept.sort();
    dropped.sort();
    Settled {
        kept,
        dropped,
        cycles,
    }
}

/// A graph without cycles that keeps an order of its nodes up to date (Pearce and Kelly, 2006).
#[derive(Default)]
struct Online {
    edges: Vec<Edge>,
    /// Hard edges that close a cycle; in the graph, but not in its order.
    closed: Vec<Edge>,
    /// Nodes get local numbers in the order in which they are met.
    local: HashMap<NodeId, usize>,
    /// By local number: place in the order; who is needed comes first.
    place: Vec<usize>,
    /// By local number: edges out of it and into it, as indices.
    needs: Vec<Vec<usize>>,
    needed_by: Vec<Vec<usize>>,
}

enum Inserted {
    Kept,
    Closes(Edge),
}

impl Online {
    fn insert(&mut self, edge: Edge) -> Inserted {
        let (from, to) = (self.number(edge.from), self.number(edge.to));
        if self.place[to] > self.place[from] && !self.reorder(from, to) {
            return Inserted::Closes(edge);
        }
        self.needs[from].push(self.edges.len());
        self.needed_by[to].push(self.edges.len());
        self.edges.push(edge);
        Inserted::Kept
    }

    fn number(&mut self, node: NodeId) -> usize {
        let next = self.place.len();
        let number = *self.local.entry(node).or_insert(next);
        if number == next {
            self.place.push(next);
            self.needs.push(Vec::new());
            self.needed_by.push(Vec::new());
        }
        number
    }

    /// Moves `to` and what it needs before `from` and what needs that; false if `to` needs `from`.
    fn reorder(&mut self, from: usize, to: usize) -> bool {
        let (low, high) = (self.place[from], self.place[to]);
        let Some(below) = self.reach(to, from, |place| place >= low, Direction::Needs) else {
            return false;
        };
        let above = self
            .reach(from, to, |place| place <= high, Direction::NeededBy)
            .unwrap_or_default();
        let mut places: Vec<usize> = Vec::with_capacity(below.len() + above.len());
        let sorted = |mut nodes: Vec<usize>, place: &[usize]| {
            nodes.sort_by_key(|node| place[*node]);
            nodes
        };
        let moved: Vec<usize> = sorted(below, &self.place)
            .into_iter()
            .chain(sorted(above, &self.place))
            .collect();
        places.extend(moved.iter().map(|node| self.place[*node]));
        places.sort_unstable();
        for (node, place) in moved.into_iter().zip(places) {
            self.place[node] = place;
        }
        true
    }

    /// The nodes reached from `start` at places that `within` admits; nothing if `wall` is among them.
    fn reach(
        &self,
        start: usize,
        wall: usize,
        within: impl Fn(usize) -> bool,
        direction: Direction,
    ) -> Option<Vec<usize>> {
        let mut seen = std::collections::HashSet::from([start]);
        let mut order = vec![start];
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            at += 1;
            for next in self.neighbours(node, direction) {
                if next == wall {
                    return None;
                }
                if within(self.place[next]) && seen.insert(next) {
                    order.push(next);
                }
            }
        }
        Some(order)
    }

    fn neighbours(&self, node: usize, direction: Direction) -> impl Iterator<Item = usize> {
        let edges = match direction {
            Direction::Needs => &self.needs[node],
            Direction::NeededBy => &self.needed_by[node],
        };
        edges.iter().map(move |edge| {
            let edge = &self.edges[*edge];
            self.local[match direction {
                Direction::Needs => &edge.to,
                Direction::NeededBy => &edge.from,
            }]
        })
    }

    /// The shortest cycle that `edge` closes.
    fn cycle(&self, edge: &Edge) -> HardCycle {
        let mut came_by: HashMap<NodeId, &Edge> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([edge.to]);
        while let Some(node) = queue.pop_front() {
            if node == edge.from {
                break;
            }
            for at in &self.needs[self.local[&node]] {
                let next = &self.edges[*at];
                if next.to != edge.to && !came_by.contains_key(&next.to) {
                    came_by.insert(next.to, next);
                    queue.push_back(next.to);
                }
            }
        }
        let mut edges = Vec::new();
        let mut node = edge.from;
        while let Some(by) = came_by.get(&node) {
            edges.push(Edge::clone(by));
            node = by.from;
        }
        edges.push(edge.clone());
        edges.reverse();
        HardCycle { edges }
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Needs,
    NeededBy,
}
