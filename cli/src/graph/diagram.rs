//! A graph as a diagram: for Graphviz, and for Mermaid.

use super::view::View;
use gitopsc_engine::graph::{Edge, Force, Wait};
use std::fmt::Write as _;

/// For Graphviz. Edges point at what is needed; what gives way is dashed.
pub fn dot(view: &View<'_>) -> String {
    let mut text = String::from("digraph gitopsc {\n  rankdir=RL;\n  node [shape=box];\n");
    for node in view.nodes() {
        let label = escaped(&view.name(node));
        let unit = escaped(view.unit(node));
        let _ = writeln!(text, "  n{} [label=\"{label}\\n{unit}\"];", node.0);
    }
    for edge in view.edges() {
        let style = if is_firm(edge) { "solid" } else { "dashed" };
        let _ = writeln!(
            text,
            "  n{} -> n{} [label=\"{}\", style={style}];",
            edge.from.0, edge.to.0, edge.reason
        );
    }
    text.push_str("}\n");
    text
}

/// For Mermaid. Edges point at what is needed; what gives way is dotted.
pub fn mermaid(view: &View<'_>) -> String {
    let mut text = String::from("flowchart RL\n");
    for node in view.nodes() {
        let label = view.name(node).replace('"', "#quot;");
        let _ = writeln!(text, "  n{}[\"{label}<br/>{}\"]", node.0, view.unit(node));
    }
    for edge in view.edges() {
        let arrow = if is_firm(edge) { "-->" } else { "-.->" };
        let _ = writeln!(
            text,
            "  n{} {arrow}|{}| n{}",
            edge.from.0, edge.reason, edge.to.0
        );
    }
    text
}

fn is_firm(edge: &Edge) -> bool {
    edge.force == Force::Hard && edge.wait != Wait::Order
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
