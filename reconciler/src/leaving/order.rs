//! The order in which members go: backwards along the edges between what is there, each after all that needs it.

use super::Looking;
use super::bodies::Bodies;
use gitopsc_compiler::edges::{LiveUnit, derive_live};
use gitopsc_core::manifest::Trail;
use gitopsc_core::{EcoString, Manifest, Span, TreePath, UnitPath};
use gitopsc_engine::graph::{Edge, ManifestGraph, NodeId};
use gitopsc_engine::plan::{Absent, NeededBy};
use std::collections::BTreeMap;
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
    let mut absent: Vec<Option<Absent>> = by_unit.into_values().flatten().map(Some).collect();
    let mut needs = needs(&graph, &absent);
    let backwards = graph.order().into_iter().rev();
    let ordered = backwards.filter_map(|node| {
        let mut absent = absent.get_mut(node.index())?.take()?;
        absent.needed_by = needs.remove(&node).unwrap_or_default();
        Some(absent)
    });
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

/// By node: who needs it and has to be gone before. Of edges in a circle, those that the order does not keep are left out.
fn needs(graph: &ManifestGraph, absent: &[Option<Absent>]) -> BTreeMap<NodeId, Vec<NeededBy>> {
    let order = graph.order();
    let place: BTreeMap<NodeId, usize> = order.iter().copied().zip(0..).collect();
    let mut needs: BTreeMap<NodeId, Vec<NeededBy>> = BTreeMap::new();
    let mut add = |edge: &Edge, to: NodeId| {
        let by = absent.get(edge.from.index()).and_then(Option::as_ref);
        if let (Some(by), true) = (by, place.get(&edge.from) > place.get(&to)) {
            needs.entry(to).or_default().push(NeededBy {
                object: by.object.clone(),
                reason: edge.reason,
                wait: edge.wait,
            });
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
