//! A graph as one JSON document; its schema is docs/reference/schemas/graph.schema.json.

use super::view::View;
use gitopsc_engine::graph::{Edge, NodeId};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Graph<'g> {
    api_version: &'static str,
    kind: &'static str,
    nodes: Vec<Node<'g>>,
    edges: Vec<Need<'g>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node<'g> {
    id: u32,
    unit: &'g str,
    #[serde(skip_serializing_if = "str::is_empty")]
    layer: &'g str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Object<'g>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wave: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'g> {
    api_version: String,
    kind: &'g str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'g str,
    name: &'g str,
}

#[derive(Serialize)]
struct Need<'g> {
    from: u32,
    to: u32,
    reason: &'static str,
    wait: &'static str,
    force: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<&'g str>,
}

/// One document of kind Graph.
pub fn render(view: &View<'_>) -> String {
    let mut waves: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (number, _, nodes) in view.waves() {
        waves.extend(nodes.into_iter().map(|node| (node, number)));
    }
    let graph = Graph {
        api_version: "gitopsc.dev/v1alpha1",
        kind: "Graph",
        nodes: view.nodes().map(|id| node(view, id, &waves)).collect(),
        edges: view.edges().map(need).collect(),
    };
    let mut text = serde_json::to_string_pretty(&graph).expect("texts and numbers are JSON");
    text.push('\n');
    text
}

fn node<'g>(view: &View<'g>, id: NodeId, waves: &BTreeMap<NodeId, usize>) -> Node<'g> {
    let found = view.graph.node(id);
    let object = found.object().zip(found.gvk());
    Node {
        id: id.0,
        unit: view.unit(id),
        layer: view.layer(found.layer),
        object: object.map(|(object, gvk)| Object {
            api_version: gvk.api_version().to_string(),
            kind: &object.kind,
            namespace: &object.namespace,
            name: &object.name,
        }),
        wave: waves.get(&id).copied(),
    }
}

fn need(edge: &Edge) -> Need<'_> {
    let keys = edge.exists.iter().flat_map(|exists| &exists.keys);
    Need {
        from: edge.from.0,
        to: edge.to.0,
        reason: edge.reason.word(),
        wait: edge.wait.word(),
        force: edge.force.word(),
        keys: keys.map(|key| key.as_str()).collect(),
    }
}
