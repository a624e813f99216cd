//! A graph for people: waves of objects, each with what it needs and why.

use super::view::View;
use gitopsc_engine::graph::{Edge, Force, NodeId, Wait};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The waves as an indented text.
pub fn render(view: &View<'_>) -> String {
    let mut text = String::new();
    for (number, layer, nodes) in view.waves() {
        let layer = view.layer(layer);
        let place = if layer.is_empty() { "" } else { ", " };
        let _ = writeln!(text, "wave {number}{place}{layer}");
        for (unit, nodes) in by_unit(view, &nodes) {
            let _ = writeln!(text, "  {unit}");
            for node in nodes {
                object(view, node, &mut text);
            }
        }
    }
    text
}

/// The nodes of each unit, in their order; units by path.
fn by_unit<'v>(view: &View<'v>, nodes: &[NodeId]) -> BTreeMap<&'v str, Vec<NodeId>> {
    let mut units: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
    for node in nodes {
        units.entry(view.unit(*node)).or_default().push(*node);
    }
    units
}

fn object(view: &View<'_>, node: NodeId, text: &mut String) {
    let _ = writeln!(text, "    {}", view.name(node));
    for edge in view.graph.needs(node) {
        let _ = writeln!(
            text,
            "      {} {} ({})",
            verb(edge),
            what(view, edge),
            edge.reason
        );
    }
}

/// What an edge means for the order.
pub fn verb(edge: &Edge) -> &'static str {
    match (edge.wait, edge.force) {
        (Wait::Order, _) => "comes after",
        (Wait::Applied, Force::Hard) => "needs",
        (Wait::Ready, Force::Hard) => "needs ready",
        (Wait::Applied, Force::Soft) => "waits for",
        (Wait::Ready, Force::Soft) => "waits for ready",
    }
}

/// What is needed: the object, or the Secret or ConfigMap that it makes, with the keys that are read.
pub fn what(view: &View<'_>, edge: &Edge) -> String {
    let name = view.name(edge.to);
    let Some(exists) = &edge.exists else {
        return name;
    };
    let keys: Vec<&str> = exists.keys.iter().map(|key| key.as_str()).collect();
    let keys = match keys.as_slice() {
        [] => String::new(),
        keys => format!(" with {}", keys.join(", ")),
    };
    if view.graph.node(edge.to).object() == Some(&exists.object) {
        format!("{name}{keys}")
    } else {
        format!("{}{keys}, made by {name}", exists.object)
    }
}
