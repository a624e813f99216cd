//! What digests see and what they do not: no order, but every value.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_compiler::UnitKind;
use gitopsc_compiler::digest::{GraphDigest, UnitFacts, of_facts, of_public, of_unit, of_units};
use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Digest, EcoString, Gvk, Json, Layer, ObjectRef, Span, TreePath, UnitPath};
use gitopsc_engine::graph::{
    Draft, Edge, Exists, Force, Node, NodeId, Outside, Reason, Wait, What,
};
use gitopsc_yaml::Object;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;

fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Int),
        (i64::MAX as u64 + 1..=u64::MAX).prop_map(Json::UInt),
        (-1e6..1e6_f64).prop_map(|float| Json::Float(float + 0.123_456)),
        "[a-c~/\\PC]{0,6}".prop_map(|text| Json::String(text.into())),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| Json::Array(items.into())),
            vec(("[a-d]{1,2}", inner), 0..4).prop_map(|entries| object(&entries)),
        ]
    })
}

fn object(entries: &[(String, Json)]) -> Json {
    let entries = entries.iter();
    let entries = entries.map(|(key, value)| (EcoString::from(key.as_str()), value.clone()));
    Json::Object(Object::new(entries.collect()))
}

/// A graph in plain values, which are easily changed.
#[derive(Clone, Debug, PartialEq)]
struct Plain {
    layers: Vec<String>,
    units: Vec<PlainUnit>,
    edges: Vec<PlainEdge>,
    outside: Vec<(usize, String)>,
}

#[derive(Clone, Debug, PartialEq)]
struct PlainUnit {
    path: String,
    layer: usize,
    plain: bool,
    settings: BTreeMap<String, String>,
    body: u8,
    objects: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct PlainEdge {
    from: usize,
    to: usize,
    reason: Reason,
    wait: Wait,
    force: Force,
    keys: Option<Vec<String>>,
}

impl Plain {
    fn objects(&self) -> usize {
        self.units.iter().map(|unit| unit.objects.len()).sum()
    }

    fn digest(&self) -> GraphDigest {
        let layers = self.layers.iter().enumerate();
        let layers: Vec<Layer> = layers
            .map(|(index, name)| Layer {
                index,
                name: name.into(),
            })
            .collect();
        let settings: Vec<BTreeMap<EcoString, EcoString>> = self
            .units
            .iter()
            .map(|unit| {
                let pairs = unit.settings.iter();
                pairs
                    .map(|(key, value)| (key.into(), value.into()))
                    .collect()
            })
            .collect();
        let paths: Vec<UnitPath> = self
            .units
            .iter()
            .map(|unit| UnitPath(TreePath::new(&unit.path)))
            .collect();
        let units = self.units.iter().enumerate();
        let facts: Vec<UnitFacts<'_>> = units
            .map(|(at, unit)| UnitFacts {
                path: &paths[at],
                layer: layers.get(unit.layer),
                kind: [UnitKind::Kustomization, UnitKind::Plain][usize::from(unit.plain)],
                settings: &settings[at],
                output: Some(of_unit(&[Digest::of_parts([[unit.body]])])),
            })
            .collect();
        let graph = self.draft().settle().0;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
        let pool = pool.use_current_thread().build();
        match pool {
            Ok(pool) => pool.install(|| of_facts(&layers, &facts, &graph)),
            // This thread has one already.
            Err(_) => of_facts(&layers, &facts, &graph),
        }
    }

    fn draft(&self) -> Draft {
        let units = self.units.iter().enumerate();
        let nodes = units.flat_map(|(at, unit)| {
            unit.objects.iter().map(move |name| Node {
                what: What::Object {
                    gvk: Gvk::parse("v1", "ConfigMap"),
                    object: named(name),
                },
                unit: at,
                layer: Some(unit.layer),
                span: Span::NONE,
            })
        });
        let mut draft = Draft::new(nodes.collect());
        for edge in &self.edges {
            let made = Edge::new(
                node(edge.from),
                node(edge.to),
                edge.reason,
                edge.wait,
                edge.force,
            );
            draft.add(match &edge.keys {
                None => made,
                Some(keys) => made.met_by(Exists {
                    object: named("met"),
                    keys: keys.iter().map(EcoString::from).collect(),
                }),
            });
        }
        for (from, name) in &self.outside {
            draft.add_outside(Outside {
                from: node(*from),
                object: named(name),
                reason: Reason::Secret,
                force: Force::Soft,
                span: Span::NONE,
            });
        }
        draft
    }
}

fn node(at: usize) -> NodeId {
    NodeId(u32::try_from(at).unwrap())
}

fn named(name: &str) -> ObjectRef {
    ObjectRef {
        kind: "ConfigMap".into(),
        name: name.into(),
        ..ObjectRef::default()
    }
}

/// Graphs without cycles: an object needs earlier ones only, and says so once of each.
fn plain() -> impl Strategy<Value = Plain> {
    let unit = (
        0..2_usize,
        any::<bool>(),
        any::<u8>(),
        1..4_usize,
        "[a-z]{0,3}",
    );
    let edge = (
        any::<Index>(),
        any::<Index>(),
        select(Reason::ALL),
        select(Wait::ALL),
        select(Force::ALL),
        proptest::option::of(vec("[a-z]{1,3}", 0..3)),
    );
    (
        vec(unit, 1..4),
        vec(edge, 0..8),
        vec((any::<Index>(), "[a-z]{2}"), 0..2),
    )
        .prop_map(|(units, edges, outside)| {
            let units: Vec<PlainUnit> = units
                .into_iter()
                .enumerate()
                .map(|(at, (layer, plain, body, objects, setting))| PlainUnit {
                    path: format!("layer/unit-{at}"),
                    layer,
                    plain,
                    settings: BTreeMap::from([("wait".to_owned(), setting)]),
                    body,
                    objects: (0..objects).map(|of| format!("object-{at}-{of}")).collect(),
                })
                .collect();
            let mut graph = Plain {
                layers: vec!["one".to_owned(), "two".to_owned()],
                units,
                edges: Vec::new(),
                outside: Vec::new(),
            };
            let count = graph.objects();
            for (from, to, reason, wait, force, keys) in edges {
                let (from, to) = (from.index(count), to.index(count));
                let twice = |edge: &PlainEdge| (edge.from, edge.to) == (from, to);
                if to < from && !graph.edges.iter().any(twice) {
                    graph.edges.push(PlainEdge {
                        from,
                        to,
                        reason,
                        wait,
                        force,
                        keys,
                    });
                }
            }
            graph.outside = outside
                .into_iter()
                .map(|(from, name)| (from.index(count), name))
                .collect();
            graph
        })
}

/// One change of a graph, by number; the same graph if there is nothing to change in that way.
fn changed(graph: &Plain, how: usize, at: Index) -> Plain {
    let mut graph = graph.clone();
    let count = graph.objects();
    let unit = at.index(graph.units.len());
    let unit = &mut graph.units[unit];
    let edges = graph.edges.len();
    match how {
        0 => unit.path += "x",
        1 => unit.layer = 1 - unit.layer,
        2 => unit.plain = !unit.plain,
        3 => unit.body ^= 1,
        4 => {
            unit.settings.insert("prune".to_owned(), String::new());
        }
        5 => unit.settings.values_mut().for_each(|value| value.push('x')),
        6 => unit.objects[0] += "x",
        7 => graph.layers.reverse(),
        8 => graph.layers[0] += "x",
        9 => graph.outside.push((at.index(count), "more".to_owned())),
        10 if edges > 0 => {
            graph.edges.remove(at.index(edges));
        }
        11 if edges > 0 => {
            let edge = &mut graph.edges[at.index(edges)];
            edge.reason = if edge.reason == Reason::Crd {
                Reason::Class
            } else {
                Reason::Crd
            };
        }
        12 if edges > 0 => {
            let edge = &mut graph.edges[at.index(edges)];
            edge.wait = if edge.wait == Wait::Ready {
                Wait::Order
            } else {
                Wait::Ready
            };
        }
        13 if edges > 0 => {
            let edge = &mut graph.edges[at.index(edges)];
            edge.force = if edge.force == Force::Hard {
                Force::Soft
            } else {
                Force::Hard
            };
        }
        14 if edges > 0 => {
            let edge = &mut graph.edges[at.index(edges)];
            edge.keys.get_or_insert_default().push("MORE".to_owned());
        }
        _ => {}
    }
    graph
}

/// The same graph with objects, edges and units in another order.
fn reordered(graph: &Plain) -> Plain {
    let mut places = Vec::new();
    let mut units = Vec::new();
    let mut starts = Vec::new();
    let mut start = 0;
    for unit in &graph.units {
        starts.push(start);
        start += unit.objects.len();
    }
    for (unit, start) in graph.units.iter().zip(starts).rev() {
        let mut unit = unit.clone();
        places.extend((start..start + unit.objects.len()).rev());
        unit.objects.reverse();
        units.push(unit);
    }
    let moved = |old: usize| places.iter().position(|place| *place == old).unwrap();
    let mut edges = graph.edges.clone();
    edges.reverse();
    for edge in &mut edges {
        (edge.from, edge.to) = (moved(edge.from), moved(edge.to));
        edge.keys.iter_mut().for_each(|keys| keys.reverse());
    }
    let outside = graph.outside.iter().rev();
    Plain {
        layers: graph.layers.clone(),
        units,
        edges,
        outside: outside
            .map(|(from, name)| (moved(*from), name.clone()))
            .collect(),
    }
}

fn manifest(body: &Json) -> ManifestDigest {
    of_public(body, [])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_keys_is_not_seen(mut entries in vec(("[a-z]{1,3}", json()), 0..6)) {
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.dedup_by(|a, b| a.0 == b.0);
        let forwards = manifest(&object(&entries));
        entries.reverse();
        prop_assert_eq!(forwards, manifest(&object(&entries)));
    }

    #[test]
    fn equal_values_and_only_they_have_equal_digests(one in json(), two in json()) {
        prop_assert_eq!(manifest(&one) == manifest(&two), one == two);
    }

    #[test]
    fn the_place_and_the_value_of_a_secret_are_seen(
        body in json(),
        secrets in vec(("/[a-c]", any::<[u8; 32]>()), 1..4),
        at in any::<Index>(),
    ) {
        let digest = |secrets: &[(String, [u8; 32])]| {
            of_public(&body, secrets.iter().map(|(pointer, hmac)| (pointer.as_str(), hmac)))
        };
        let ours = digest(&secrets);
        prop_assert_ne!(ours, manifest(&body));
        let mut moved = secrets.clone();
        moved[at.index(secrets.len())].0.push('x');
        prop_assert_ne!(ours, digest(&moved));
        let mut other = secrets.clone();
        other[at.index(secrets.len())].1[0] ^= 1;
        prop_assert_ne!(ours, digest(&other));
    }

    #[test]
    fn a_unit_is_its_manifests_in_any_order(bodies in vec(json(), 1..6), at in any::<Index>()) {
        let mut digests: Vec<ManifestDigest> = bodies.iter().map(manifest).collect();
        let unit = of_unit(&digests);
        let first = at.index(digests.len());
        digests.rotate_left(first);
        prop_assert_eq!(unit, of_unit(&digests));
        let dropped = digests.pop().unwrap();
        prop_assert_ne!(unit, of_unit(&digests));
        digests.extend([dropped, dropped]);
        prop_assert_ne!(unit, of_unit(&digests));
    }

    #[test]
    fn a_unit_by_another_name_is_another(path in "[a-z]{1,4}", body in json()) {
        let unit = of_unit(&[manifest(&body)]);
        let of = |path: &str| of_units([(&UnitPath(TreePath::new(path)), unit)]);
        prop_assert_ne!(of(&path), of(&format!("{path}x")));
    }

    #[test]
    fn no_order_is_seen_in_a_graph(graph in plain()) {
        prop_assert_eq!(graph.digest(), reordered(&graph).digest());
    }

    #[test]
    fn every_change_of_a_graph_is_seen(graph in plain(), how in 0..15_usize, at in any::<Index>()) {
        let other = changed(&graph, how, at);
        prop_assert_eq!(graph.digest() == other.digest(), graph == other);
    }
}
