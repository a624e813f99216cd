//! Building single units.

use crate::compilation::{Unit, UnitKind};
use crate::compile::Wanted;
use crate::digest;
use crate::discover::{Found, Reach};
use crate::memo::{Memo, Recorded};
use crate::options::Options;
use crate::plain;
use crate::secrets::embedded;
use gitopsc_core::{Diagnostic, EcoString, Manifest, TreePath, UnitPath};
use gitopsc_kustomize::{Files, Report, Resource, TransformInfo};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Which unit is built.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Its name.
    pub(crate) path: UnitPath,
    /// Index of its layer.
    pub(crate) layer: Option<usize>,
    /// Its directory.
    pub(crate) directory: TreePath,
    /// Its settings.
    pub(crate) settings: BTreeMap<EcoString, EcoString>,
}

/// Tells `memo` how often the build of `directories` will ask for each file, so that it keeps documents as
/// long as they are needed and no longer.
pub(crate) fn foretell(memo: &Memo<'_>, reach: &Reach, directories: &[&TreePath]) {
    for (directory, times) in reach.visits(directories) {
        let reached = reach.kustomizations.get(directory);
        for file in reached.into_iter().flat_map(|reached| &reached.files) {
            memo.expect(file, times);
        }
    }
}

/// Builds the kustomization of `plan`, its files parsed in parallel. Its manifests keep their provenance if it is
/// `wanted`.
pub(crate) fn kustomization(
    memo: &Memo<'_>,
    options: &Options<'_>,
    reach: &Reach,
    plan: Plan,
    wanted: &Wanted<'_>,
) -> Unit {
    let directories = reach.from(&plan.directory);
    let reached = directories
        .iter()
        .filter_map(|directory| reach.kustomizations.get(*directory));
    let files: Vec<&TreePath> = reached.flat_map(|reached| &reached.files).collect();
    let asked = Recorded::new(memo);
    let mut report = Report::default();
    let wanted = wanted(&plan.path);
    let kustomize = gitopsc_kustomize::Options {
        provenance: wanted,
        limits: options.limits,
        ..options.kustomize.clone()
    };
    // The build parses what it comes by itself; other threads meet it from the last file on.
    let (built, ()) = rayon::join(
        || gitopsc_kustomize::build(&asked, &plan.directory, &kustomize, &mut report),
        || files.par_iter().rev().for_each(|file| memo.prepare(file)),
    );
    let result = built.and_then(|built| {
        let manifests = lowered(memo, built.resources, wanted, &mut report)?;
        Some((manifests, built.transforms))
    });
    let diagnostics = report.into_diagnostics();
    let kind = UnitKind::Kustomization;
    unit(plan, kind, memo, &asked, result, diagnostics)
}

/// The manifests of finished resources, with their provenance if that is `wanted`; nothing if one of them
/// cannot be printed, or holds what cannot be opened.
fn lowered(
    memo: &Memo<'_>,
    resources: Vec<Resource>,
    wanted: bool,
    report: &mut Report,
) -> Option<Vec<Manifest>> {
    let before = report.errors();
    let lowered: Vec<_> = resources
        .into_par_iter()
        .map(|mut resource| {
            embedded::open(memo, &mut resource.node)?;
            gitopsc_kustomize::manifest(resource, wanted)
        })
        .collect();
    let mut manifests = Vec::with_capacity(lowered.len());
    for result in lowered {
        match result {
            Ok(manifest) => manifests.push(manifest),
            Err(problems) => report.extend(problems),
        }
    }
    (report.errors() == before).then_some(manifests)
}

/// Makes a unit of a plain directory that was read.
pub(crate) fn plain(
    memo: &Memo<'_>,
    plan: Plan,
    found: &Found,
    directory: plain::Directory,
) -> Unit {
    let asked = Recorded::new(memo);
    for file in &found.files {
        // Answered by the memo; what was wrong is in the diagnostics already.
        let _ = asked.read(file);
    }
    let failed = directory.diagnostics.iter().any(Diagnostic::is_error);
    let result = (!failed).then_some((directory.manifests, Vec::new()));
    let kind = UnitKind::Plain;
    unit(plan, kind, memo, &asked, result, directory.diagnostics)
}

fn unit(
    plan: Plan,
    kind: UnitKind,
    memo: &Memo<'_>,
    asked: &Recorded<'_>,
    result: Option<(Vec<Manifest>, Vec<TransformInfo>)>,
    diagnostics: Vec<Diagnostic>,
) -> Unit {
    let failed = result.is_none();
    let (manifests, transforms) = result.unwrap_or_default();
    let opened = memo.opened_files();
    let digested = manifests.par_iter();
    let digests: Vec<_> = digested
        .map(|manifest| digest::of_manifest(manifest, &opened))
        .collect();
    Unit {
        described_by: BTreeSet::new(),
        path: plan.path,
        layer: plan.layer,
        directory: plan.directory,
        kind,
        settings: plan.settings,
        output: (!failed).then(|| digest::of_unit(&digests)),
        manifests,
        digests,
        transforms,
        diagnostics,
        failed,
        input: asked.digest(),
    }
}
