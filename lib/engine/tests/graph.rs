//! What settles, and in which order it comes.

use gitopsc_core::{Gvk, ObjectRef, Span};
use gitopsc_engine::graph::{
    Draft, Edge, Exists, Force, ManifestGraph, Node, NodeId, Reason, Wait, What,
};
use std::collections::BTreeSet;

fn node(kind: &str, name: &str, layer: usize) -> Node {
    Node {
        what: What::Object {
            gvk: Gvk::parse("v1", kind),
            object: ObjectRef {
                kind: kind.into(),
                name: name.into(),
                ..ObjectRef::default()
            },
        },
        unit: 0,
        layer: Some(layer),
        span: Span::NONE,
    }
}

fn soft(from: u32, to: u32) -> Edge {
    Edge::new(
        NodeId(from),
        NodeId(to),
        Reason::ConfigMap,
        Wait::Applied,
        Force::Soft,
    )
}

fn hard(from: u32, to: u32) -> Edge {
    Edge::new(
        NodeId(from),
        NodeId(to),
        Reason::Crd,
        Wait::Ready,
        Force::Hard,
    )
}

fn draft(nodes: Vec<Node>, edges: impl IntoIterator<Item = Edge>) -> Draft {
    let mut draft = Draft::new(nodes);
    edges.into_iter().for_each(|edge| draft.add(edge));
    draft
}

fn names(graph: &ManifestGraph, ids: &[NodeId]) -> Vec<String> {
    let name = |id: &NodeId| {
        graph
            .node(*id)
            .object()
            .map(|object| object.name.to_string())
    };
    ids.iter().filter_map(name).collect()
}

#[test]
fn among_what_is_ready_layer_then_kind_class_then_name_decide() {
    let nodes = vec![
        node("Deployment", "app", 2),
        node("Service", "b", 1),
        node("ConfigMap", "c", 1),
        node("ConfigMap", "a", 1),
        node("Namespace", "n", 2),
    ];
    let (graph, _) = draft(nodes, []).settle();
    assert_eq!(names(&graph, &graph.order()), ["a", "c", "b", "n", "app"]);
}

#[test]
fn an_object_of_an_earlier_layer_waits_for_one_of_a_later_layer_that_it_needs() {
    let nodes = vec![
        node("ConfigMap", "needs-claim", 0),
        node("ConfigMap", "other", 0),
        node("ConfigMap", "claim", 1),
        node("ConfigMap", "app", 1),
    ];
    let (graph, cycles) = draft(nodes, [hard(0, 2)]).settle();
    assert!(cycles.is_empty());
    let waves: Vec<Vec<String>> = graph
        .waves()
        .iter()
        .map(|wave| names(&graph, &wave.nodes))
        .collect();
    assert_eq!(
        waves,
        [
            vec!["other".to_owned()],
            vec!["app".to_owned(), "claim".to_owned()],
            vec!["needs-claim".to_owned()]
        ]
    );
    assert_eq!(graph.against_layers().count(), 1);
}

#[test]
fn a_soft_edge_that_closes_a_cycle_gives_way_to_hard_ones() {
    let nodes = vec![
        node("ConfigMap", "a", 0),
        node("ConfigMap", "b", 0),
        node("ConfigMap", "c", 0),
    ];
    let (graph, cycles) = draft(nodes, [soft(0, 1), hard(1, 2), hard(2, 0)]).settle();
    assert!(cycles.is_empty());
    assert_eq!(graph.dropped(), [soft(0, 1)]);
    assert_eq!(names(&graph, &graph.order()), ["a", "c", "b"]);
}

#[test]
fn a_cycle_of_hard_edges_is_returned_whole_and_everything_still_has_a_place() {
    let nodes = (0..4)
        .map(|at| node("ConfigMap", &at.to_string(), 0))
        .collect();
    let (graph, cycles) = draft(nodes, [hard(0, 1), hard(1, 2), hard(2, 0), hard(3, 0)]).settle();
    let [cycle] = cycles.as_slice() else {
        panic!("one cycle, not {cycles:?}");
    };
    assert_eq!(cycle.edges.len(), 3);
    let ends = cycle.edges.iter().zip(cycle.edges.iter().cycle().skip(1));
    assert!(
        ends.clone().all(|(edge, next)| edge.to == next.from),
        "{cycle:?}"
    );
    assert_eq!(graph.order().len(), 4);
}

#[test]
fn what_needs_a_unit_comes_after_all_of_its_objects() {
    let mut draft = Draft::new(vec![
        node("ConfigMap", "dependent", 0),
        node("Deployment", "operator", 0),
        node("ConfigMap", "settings", 0),
    ]);
    let unit = draft.add_node(Node {
        what: What::Unit,
        unit: 1,
        layer: Some(0),
        span: Span::NONE,
    });
    for member in [1, 2] {
        draft.add(hard(unit.0, member));
    }
    draft.add(hard(0, unit.0));
    let (graph, _) = draft.settle();
    assert_eq!(
        names(&graph, &graph.order()),
        ["settings", "operator", "dependent"]
    );
    assert_eq!(graph.waves().len(), 2);
}

#[test]
fn edges_that_say_the_same_become_one_with_the_keys_of_all() {
    let exists = |key: &str| Exists {
        object: ObjectRef {
            kind: "Secret".into(),
            name: "s".into(),
            ..ObjectRef::default()
        },
        keys: BTreeSet::from([key.into()]),
    };
    let nodes = vec![node("Pod", "p", 0), node("Secret", "s", 0)];
    let edges = [
        soft(0, 1).met_by(exists("user")),
        soft(0, 1).met_by(exists("password")),
    ];
    let (graph, _) = draft(nodes, edges).settle();
    let [edge] = graph.needs(NodeId(0)) else {
        panic!("one edge, not {:?}", graph.edges());
    };
    let keys = &edge.exists.as_ref().unwrap().keys;
    assert_eq!(
        keys.iter().map(|key| key.as_str()).collect::<Vec<_>>(),
        ["password", "user"]
    );
}

/// Numbers from a seed (xorshift), so that a failure can be repeated.
fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    }
}

fn closes_cycle(kept: &[Edge], dropped: &Edge) -> bool {
    let mut reached = BTreeSet::from([dropped.to]);
    loop {
        let more: Vec<NodeId> = kept
            .iter()
            .filter(|edge| reached.contains(&edge.from) && !reached.contains(&edge.to))
            .map(|edge| edge.to)
            .collect();
        if more.is_empty() {
            return reached.contains(&dropped.from);
        }
        reached.extend(more);
    }
}

#[test]
fn on_random_graphs_only_edges_that_close_a_cycle_are_dropped_and_the_order_keeps_all_others() {
    for seed in 1..400 {
        let mut number = numbers(seed);
        let count = 2 + number(12);
        let nodes = (0..count)
            .map(|at| {
                node(
                    "ConfigMap",
                    &at.to_string(),
                    usize::try_from(number(3)).unwrap(),
                )
            })
            .collect();
        let edges: Vec<Edge> = (0..number(40))
            .map(|_| {
                let mut end = || u32::try_from(number(count)).unwrap();
                let (from, to) = (end(), end());
                // Hard edges only point downwards, so that they form no cycle.
                if from > to {
                    hard(from, to)
                } else {
                    soft(from, to)
                }
            })
            .collect();
        let (graph, cycles) = draft(nodes, edges).settle();
        assert!(cycles.is_empty(), "seed {seed}");
        let order = graph.order();
        let place = |id: NodeId| order.iter().position(|other| *other == id).unwrap();
        for edge in graph.edges() {
            assert!(place(edge.to) < place(edge.from), "seed {seed}: {edge:?}");
        }
        for edge in graph.dropped() {
            assert!(closes_cycle(graph.edges(), edge), "seed {seed}: {edge:?}");
        }
        let in_waves: usize = graph.waves().iter().map(|wave| wave.nodes.len()).sum();
        assert_eq!(in_waves, order.len(), "seed {seed}");
    }
}
