//! The order in which members go: backwards along the edges between what is there, each after all that needs it.

use super::Looking;
use super::bodies::Bodies;
use gitopsc_compiler::edges::{LiveUnit, derive_live};
use gitopsc_core::manifest::Trail;
use gitopsc_core::{EcoString, Manifest, Span, TreePath, UnitPath};
use gitopsc_engine::graph::{Edge, KindClass, ManifestGraph, NodeId};
use gitopsc_engine::plan::{Absent, NeededBy};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// `absent` in that order, each with what needs it.
pub(super) fn order(looking: Looking<'_>, absent: Vec<Absent>, bodies: &Bodies) -> Vec<Absent> {
    let mut by_unit: BTreeMap<EcoString, Vec<Absent>> = BTreeMap::new();
    for absent in absent {
        let unit = by_unit.entry(absent.from.unit().clone()).or_default();
        unit.push(absent);
    }
    let units: Vec<LiveUnit> = by_unit
        .iter()
        .map(|(unit, absent)| live_unit(looking, unit, absent, bodies))
        .collect();
    let references = looking.compilation.map(|of| of.references.as_slice());
    let graph = derive_live(&units, references.unwrap_or_default(), looking.pool);
    // In the order of their nodes.
    let mut absent: Vec<Absent> = by_unit.into_values().flatten().collect();
    let needs = needs(&graph, absent.len());
    for (needed, edges) in needs.iter().enumerate() {
        let by = edges.iter().map(|edge| NeededBy {
            object: absent[edge.from.index()].object.clone(),
            reason: edge.reason,
            wait: edge.wait,
        });
        absent[needed].needed_by = by.collect();
    }
    sorted(absent, &needs)
}

/// `absent` so that each comes after all that needs it, by class and name among those that could come.
fn sorted(absent: Vec<Absent>, needs: &[Vec<Edge>]) -> Vec<Absent> {
    let mut waits_for: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut frees: Vec<Vec<usize>> = vec![Vec::new(); absent.len()];
    for (needed, edges) in needs.iter().enumerate() {
        edges
            .iter()
            .for_each(|edge| frees[edge.from.index()].push(needed));
    }
    let rank = |at: usize| {
        let class = KindClass::of(&absent[at].gvk);
        // Whoever takes off the finalizers of custom resources may be nobody that is known.
        let is_custom = class == KindClass::Other;
        (!is_custom, Reverse(class), absent[at].object.clone(), at)
    };
    let free = (0..absent.len()).filter(|at| waits_for[*at] == 0);
    let mut ready: BTreeSet<_> = free.map(rank).collect();
    let mut order = Vec::with_capacity(absent.len());
    while let Some((_, _, _, at)) = ready.pop_first() {
        order.push(at);
        for next in std::mem::take(&mut frees[at]) {
            waits_for[next] -= 1;
            if waits_for[next] == 0 {
                ready.insert(rank(next));
            }
        }
    }
    let mut absent: Vec<Option<Absent>> = absent.into_iter().map(Some).collect();
    let ordered = order.into_iter().filter_map(|at| absent[at].take());
    ordered.collect()
}

fn live_unit(
    looking: Looking<'_>,
    unit: &EcoString,
    absent: &[Absent],
    bodies: &Bodies,
) -> LiveUnit {
    let path = UnitPath(TreePath::new(unit));
    let mut units = looking.compilation.iter().flat_map(|of| &of.units);
    let settings = units.find(|unit| unit.path == path);
    let manifest = |absent: &Absent| Manifest {
        gvk: absent.gvk.clone(),
        object: absent.object.clone(),
        body: match bodies.get(&absent.object) {
            Some(body) => Arc::clone(body),
            None => Arc::new(absent.live.object().clone()),
        },
        span: Span::NONE,
        trail: Trail::default(),
        provenance: None,
    };
    LiveUnit {
        settings: settings.map_or_else(BTreeMap::new, |unit| unit.settings.clone()),
        manifests: absent.iter().map(manifest).collect(),
        path,
    }
}

/// By object: the edges from those that need it, which have to be gone before. Of edges in a circle, those that the order
/// does not keep are left out.
fn needs(graph: &ManifestGraph, objects: usize) -> Vec<Vec<Edge>> {
    let order = graph.order();
    let place: BTreeMap<NodeId, usize> = order.iter().copied().zip(0..).collect();
    let mut needs: Vec<Vec<Edge>> = vec![Vec::new(); objects];
    let mut add = |edge: &Edge, to: NodeId| {
        let is_of_objects = edge.from.index() < objects && to.index() < objects;
        if is_of_objects && place.get(&edge.from) > place.get(&to) {
            needs[to.index()].push(edge.clone());
        }
    };
    for edge in graph.edges() {
        match graph.node(edge.to).object() {
            Some(_) => add(edge, edge.to),
            // Who needs a unit needs all that is in it.
            None => graph.needs(edge.to).iter().for_each(|of| add(edge, of.to)),
        }
    }
    needs
}
