//! The edges of the graph: derived from what objects say, not declared.
//!
//! Each file is one family of needs: `kinds` what an object needs to exist, `references` the fields
//! that a table names, `webhooks` and `backends` who is called, `around` what binds or watches
//! workloads, `declared` what annotations say, `finalizers` who is needed to be gone. How they add up is the engine's
//! matter. `live` derives the same from what is in a cluster.

mod around;
pub(crate) mod backends;
mod declared;
mod finalizers;
pub(crate) mod kinds;
mod live;
pub(crate) mod references;
pub(crate) mod report;
pub(crate) mod rules;
mod webhooks;

pub(crate) use declared::Named;
pub use live::{LiveUnit, Readable, derive_live};
pub use rules::Written;

use crate::compilation::{Compilation, Unit};
use crate::objects::index::{Index, Member};
use crate::scope::Scopes;
use around::Around;
use declared::Declarations;
use gitopsc_core::{Diagnostic, EcoString, Manifest, TreePath};
use gitopsc_engine::graph::{Draft, HardCycle, ManifestGraph, Node, NodeId, What};
use kinds::Providers;
use rayon::prelude::*;
use references::{Found, Makers, Tables};
use rules::Rules;
use std::collections::BTreeMap;

/// A graph, and what is odd in it.
#[derive(Debug)]
pub struct Derived {
    /// The graph; objects are numbered in the order of the compilation's output.
    pub graph: ManifestGraph,
    /// Cycles, edges that gave way, needs that no unit answers.
    pub diagnostics: Vec<Diagnostic>,
}

/// Derives the graph of `compilation` on `pool`.
#[must_use]
pub fn derive(compilation: &Compilation, pool: &rayon::ThreadPool) -> Derived {
    pool.install(|| derive_here(compilation))
}

fn derive_here(compilation: &Compilation) -> Derived {
    let scopes = Scopes::of(&compilation.units);
    let (known, started) = know(compilation, &scopes);
    let settled = settle(&known, started);
    let mut diagnostics = settled.undeclared;
    let (graph, cycles) = (settled.graph, settled.cycles);
    diagnostics.extend(report::conflicts(compilation, &graph, &cycles));
    diagnostics.extend(report::outside(compilation, &graph, &|_| true));
    Derived { graph, diagnostics }
}

/// A unit as far as edges are derived from it.
#[derive(Clone, Copy)]
pub(crate) struct Part<'c> {
    path: &'c TreePath,
    layer: Option<usize>,
    settings: &'c BTreeMap<EcoString, EcoString>,
    manifests: &'c [Manifest],
    /// The unit as it was compiled, if it was.
    unit: Option<&'c Unit>,
}

impl<'c> Part<'c> {
    fn of(unit: &'c Unit) -> Part<'c> {
        Part {
            path: &unit.path.0,
            layer: unit.layer,
            settings: &unit.settings,
            manifests: &unit.manifests,
            unit: Some(unit),
        }
    }
}

/// What is known before edges are derived.
pub(crate) struct Known<'c> {
    pub(crate) index: Index<'c>,
    pub(crate) rules: Rules,
    pub(crate) makers: Makers,
    pub(crate) scopes: &'c Scopes,
    providers: Providers,
}

/// A graph that has what is declared, and nothing that is derived.
pub(crate) struct Started<'c> {
    declarations: Declarations<'c>,
    draft: Draft,
}

/// What the objects of `compilation` are, make and declare.
pub(crate) fn know<'c>(
    compilation: &'c Compilation,
    scopes: &'c Scopes,
) -> (Known<'c>, Started<'c>) {
    let parts = compilation.units.iter().map(Part::of).collect();
    know_parts(parts, Rules::new(&compilation.references), scopes)
}

fn know_parts<'c>(
    parts: Vec<Part<'c>>,
    rules: Rules,
    scopes: &'c Scopes,
) -> (Known<'c>, Started<'c>) {
    let index = Index::new(parts.iter().map(|part| part.manifests), scopes);
    let mut draft = Draft::new(nodes(&parts));
    let mut providers = Providers::new(&index);
    let mut makers = references::makers(&index, &rules);
    let mut declarations = Declarations::new(parts, &index);
    declarations.provide(&mut draft, &mut providers, &mut makers);
    let known = Known {
        index,
        rules,
        makers,
        scopes,
        providers,
    };
    let started = Started {
        declarations,
        draft,
    };
    (known, started)
}

impl<'c> Known<'c> {
    /// What references are looked up in.
    pub(crate) fn tables(&self) -> Tables<'_, 'c> {
        Tables {
            index: &self.index,
            rules: &self.rules,
            makers: &self.makers,
            scopes: self.scopes,
        }
    }
}

/// A graph, and what its making left over.
pub(crate) struct Settled {
    pub(crate) graph: ManifestGraph,
    pub(crate) cycles: Vec<HardCycle>,
    /// What declarations name and nobody has.
    pub(crate) undeclared: Vec<Diagnostic>,
}

/// Derives all edges of what is `known`.
pub(crate) fn settle<'c>(known: &Known<'c>, started: Started<'c>) -> Settled {
    let (draft, undeclared) = drafted(known, started);
    let (graph, cycles) = draft.settle();
    Settled {
        graph,
        cycles,
        undeclared,
    }
}

/// All edges of what is `known`, and what declarations name and nobody has.
fn drafted<'c>(known: &Known<'c>, started: Started<'c>) -> (Draft, Vec<Diagnostic>) {
    let index = &known.index;
    let Started {
        mut draft,
        mut declarations,
    } = started;
    for found in of_members(known) {
        found.edges.into_iter().for_each(|edge| draft.add(edge));
        let outside = found.outside.into_iter();
        outside.for_each(|outside| draft.add_outside(outside));
    }
    for service in index.of_kind(("apiregistration.k8s.io", "APIService")) {
        backends::of_api_service(service, index)
            .into_iter()
            .for_each(|edge| draft.add(edge));
    }
    let called = webhooks::called(index);
    called.into_iter().for_each(|edge| draft.add(edge));
    let undeclared = declarations.depend(&mut draft, index);
    declarations.require(&mut draft, index);
    let matched = webhooks::matched(index, draft.edges());
    matched.into_iter().for_each(|edge| draft.add(edge));
    (draft, undeclared)
}

/// What each object needs by what it says.
fn of_members(known: &Known<'_>) -> Vec<Found> {
    let around = Around::new(&known.index);
    let tables = known.tables();
    let of_member = |member: &Member<'_>| {
        let mut found = Found::default();
        kinds::derive(*member, &known.index, &known.providers, &mut found);
        references::derive(*member, &tables, &mut found);
        around.before(*member, &mut found);
        around::after(*member, &known.index, &mut found);
        found
    };
    known.index.members().par_iter().map(of_member).collect()
}

/// The manifests of `compilation` in an order that keeps every edge of `graph`, which was derived from it, with their
/// nodes.
#[must_use]
pub fn ordered<'c>(
    compilation: &'c Compilation,
    graph: &ManifestGraph,
) -> Vec<(NodeId, &'c Manifest)> {
    let manifests: Vec<&Manifest> = compilation.manifests().collect();
    let order = graph.order().into_iter();
    order.map(|id| (id, manifests[id.index()])).collect()
}

fn nodes(parts: &[Part<'_>]) -> Vec<Node> {
    let parts = parts.iter().enumerate();
    let nodes = parts.flat_map(|(at, part)| {
        part.manifests.iter().map(move |manifest| Node {
            what: What::Object {
                gvk: manifest.gvk.clone(),
                object: manifest.object.clone(),
            },
            unit: at,
            layer: part.layer,
            span: manifest.span,
        })
    });
    nodes.collect()
}
