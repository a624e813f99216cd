//! Where one object comes from: a compilation in which its unit keeps the origin of each value.
//!
//! Who needs what is not told here: [`crate::edges`] derives it from the same compilation.

mod kinds;
mod question;

pub use question::{Question, QuestionError};

use crate::compilation::{Compilation, Unit};
use crate::compile;
use crate::memo::Memo;
use crate::options::Options;
use gitopsc_core::{Manifest, SourceTree, Span, UnitPath};
use gitopsc_engine::graph::NodeId;
use kinds::Kinds;
use question::Fit;
use rayon::ThreadPool;
use std::collections::{BTreeMap, BTreeSet};

/// A compilation, and which of its objects are meant.
#[derive(Debug)]
pub struct Explained {
    /// The compilation. The texts of all files that the found objects came from are kept.
    pub compilation: Compilation,
    /// The objects that the question means.
    pub found: Vec<Found>,
    /// If there are none: those that come nearest by kind and name.
    pub similar: Vec<Found>,
}

/// An object by its place in a compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Index of its unit.
    pub unit: usize,
    /// Index of its manifest in the unit.
    pub manifest: usize,
}

impl Found {
    /// The unit.
    #[must_use]
    pub fn unit<'c>(&self, compilation: &'c Compilation) -> &'c Unit {
        &compilation.units[self.unit]
    }

    /// The object.
    #[must_use]
    pub fn manifest<'c>(&self, compilation: &'c Compilation) -> &'c Manifest {
        &self.unit(compilation).manifests[self.manifest]
    }

    /// Its number in the graph, which numbers objects in the order of the output.
    #[must_use]
    pub fn node(&self, compilation: &Compilation) -> NodeId {
        let before = compilation.units[..self.unit].iter();
        let before: usize = before.map(|unit| unit.manifests.len()).sum();
        NodeId(u32::try_from(before + self.manifest).unwrap_or(u32::MAX))
    }
}

/// What `question` means among the objects of `compilation`.
#[must_use]
pub fn named(compilation: &Compilation, question: &Question) -> Vec<Found> {
    find(&compilation.units, question).0
}

/// Compiles what `options` name in `tree`, and finds what `question` means, in parallel on `pool`.
#[must_use]
pub fn explain(
    tree: &dyn SourceTree,
    options: &Options<'_>,
    question: &Question,
    pool: &ThreadPool,
) -> Explained {
    pool.install(|| explain_here(tree, options, question))
}

fn explain_here(tree: &dyn SourceTree, options: &Options<'_>, question: &Question) -> Explained {
    let memo = Memo::new(
        tree,
        options.kustomize.root_path.clone(),
        options.limits,
        &options.decryption,
    );
    let mut draft = compile::draft(&memo, options, &|_| false);
    let (found, similar) = find(&draft.parts.units, question);
    if !found.is_empty() {
        // To remember where values come from costs time, so only the units that are asked about do.
        let units = &draft.parts.units;
        let wanted: BTreeSet<UnitPath> = found
            .iter()
            .map(|found| units[found.unit].path.clone())
            .collect();
        draft = compile::draft(&memo, options, &|unit| wanted.contains(unit));
    }
    let (mut compilation, mut renumbering) = compile::finish(&memo, draft);
    for found in &found {
        for span in spans(found, &compilation) {
            renumbering.keep_text(span.file);
        }
    }
    compilation.files = renumbering.into_table();
    Explained {
        compilation,
        found,
        similar,
    }
}

/// What `question` means among the objects of `units`; if that is nothing, what comes near.
///
/// A generated name may be given without its hash. What is called exactly so comes first.
fn find(units: &[Unit], question: &Question) -> (Vec<Found>, Vec<Found>) {
    let kinds = Kinds::of(units);
    let mut by_fit: BTreeMap<Fit, Vec<Found>> = BTreeMap::new();
    for (unit_at, unit) in units.iter().enumerate() {
        for (at, manifest) in unit.manifests.iter().enumerate() {
            let is_kind = kinds.is_called(&manifest.gvk, &question.kind);
            if let Some(fit) = question.fit(&manifest.object, &unit.path, is_kind) {
                by_fit.entry(fit).or_default().push(Found {
                    unit: unit_at,
                    manifest: at,
                });
            }
        }
    }
    match by_fit.pop_first() {
        None => (Vec::new(), Vec::new()),
        Some((Fit::Exact | Fit::Generated, found)) => (found, Vec::new()),
        Some((_, similar)) => (Vec::new(), similar),
    }
}

/// All places that an explanation of `found` may show.
fn spans<'c>(found: &Found, compilation: &'c Compilation) -> impl Iterator<Item = Span> + 'c {
    let (unit, manifest) = (found.unit(compilation), found.manifest(compilation));
    let origins = manifest
        .provenance
        .iter()
        .flat_map(|provenance| &provenance.0);
    let transforms = unit.transforms.iter().map(|transform| transform.span);
    let values = origins.map(|origin| origin.span);
    [manifest.span].into_iter().chain(values).chain(transforms)
}
