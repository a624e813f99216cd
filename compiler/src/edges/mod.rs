//! The edges of the graph: derived from what objects say, not declared.
//!
//! Each file is one family of needs: `kinds` what an object needs to exist, `references` the fields
//! that a table names, `webhooks` and `backends` who is called, `around` what binds or watches
//! workloads, `declared` what annotations say. How they add up is the engine's matter.

mod around;
mod backends;
mod declared;
mod index;
mod kinds;
mod path;
mod pods;
mod references;
mod report;
mod rules;
mod selector;
mod webhooks;

pub use rules::Written;

use crate::compilation::Compilation;
use crate::scope::Scopes;
use around::Around;
use declared::Declarations;
use gitopsc_core::Diagnostic;
use gitopsc_engine::graph::{Draft, ManifestGraph, Node, What};
use index::Index;
use kinds::Providers;
use rayon::prelude::*;
use references::{Found, Tables};
use rules::Rules;

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
    let index = Index::new(compilation, &scopes);
    let rules = Rules::new(&compilation.references);
    let mut draft = Draft::new(nodes(compilation));
    let mut providers = Providers::new(&index);
    let mut makers = references::makers(&index, &rules);
    let mut declarations = Declarations::new(compilation, &index);
    declarations.provide(&mut draft, &mut providers, &mut makers);

    let around = Around::new(&index);
    let members = index.members();
    let tables = Tables {
        index: &index,
        rules: &rules,
        makers: &makers,
        scopes: &scopes,
    };
    let found: Vec<Found> = members
        .par_iter()
        .map(|member| {
            let mut found = Found::default();
            kinds::derive(*member, &index, &providers, &mut found);
            references::derive(*member, &tables, &mut found);
            around.before(*member, &mut found);
            around::after(*member, &index, &mut found);
            found
        })
        .collect();
    for found in found {
        found.edges.into_iter().for_each(|edge| draft.add(edge));
        let outside = found.outside.into_iter();
        outside.for_each(|outside| draft.add_outside(outside));
    }
    for service in index.of_kind(("apiregistration.k8s.io", "APIService")) {
        backends::of_api_service(service, &index)
            .into_iter()
            .for_each(|edge| draft.add(edge));
    }
    let called = webhooks::called(&index);
    called.into_iter().for_each(|edge| draft.add(edge));
    let mut diagnostics = declarations.depend(&mut draft, &index);
    let matched = webhooks::matched(&index, draft.edges());
    matched.into_iter().for_each(|edge| draft.add(edge));

    let (graph, cycles) = draft.settle();
    diagnostics.extend(report::diagnostics(compilation, &graph, &cycles));
    Derived { graph, diagnostics }
}

fn nodes(compilation: &Compilation) -> Vec<Node> {
    let units = compilation.units.iter().enumerate();
    let nodes = units.flat_map(|(at, unit)| {
        unit.manifests.iter().map(move |manifest| Node {
            what: What::Object {
                gvk: manifest.gvk.clone(),
                object: manifest.object.clone(),
            },
            unit: at,
            layer: unit.layer,
            span: manifest.span,
        })
    });
    nodes.collect()
}
