//! From the target to a finished compilation.

use crate::compilation::{Compilation, Meaning, Unit, UnitKind};
use crate::digest;
use crate::files::Renumbering;
use crate::memo::{Memo, Recorded};
use crate::options::Options;
use gitopsc_core::{Diagnostic, SourceTree, TreePath, UnitPath};
use gitopsc_kustomize::Report;
use std::collections::BTreeMap;

/// Compiles on the current thread pool.
pub(crate) fn compile(tree: &dyn SourceTree, options: &Options<'_>) -> Compilation {
    let memo = Memo::new(tree, options.limits);
    let (meaning, root, units, diagnostics) = match crate::target::meaning(&memo, options) {
        Err(diagnostics) => (
            Meaning::Nothing,
            options.target.clone(),
            Vec::new(),
            diagnostics,
        ),
        Ok((meaning, root)) => {
            let unit = kustomization(&memo, options, &root, UnitPath(TreePath::root()), None);
            (meaning, root, vec![unit], Vec::new())
        }
    };
    finish(&memo, meaning, root, units, diagnostics)
}

/// Builds the kustomization in `directory` as the unit `path`.
fn kustomization(
    memo: &Memo<'_>,
    options: &Options<'_>,
    directory: &TreePath,
    path: UnitPath,
    layer: Option<usize>,
) -> Unit {
    let files = Recorded::new(memo);
    let mut report = Report::default();
    let built = gitopsc_kustomize::build(&files, directory, &options.kustomize, &mut report);
    let failed = built.is_none() || report.errors() > 0;
    let (manifests, transforms) = built
        .filter(|_| !failed)
        .map(|built| (built.manifests, built.transforms))
        .unwrap_or_default();
    let digests: Vec<_> = manifests.iter().map(digest::of_manifest).collect();
    Unit {
        output: (!failed).then(|| digest::of_unit(&manifests, &digests)),
        path,
        layer,
        directory: directory.clone(),
        kind: UnitKind::Kustomization,
        settings: BTreeMap::new(),
        manifests,
        digests,
        transforms,
        diagnostics: report.into_diagnostics(),
        failed,
        input: files.digest(),
    }
}

fn finish(
    memo: &Memo<'_>,
    meaning: Meaning,
    root: TreePath,
    mut units: Vec<Unit>,
    mut diagnostics: Vec<Diagnostic>,
) -> Compilation {
    let mut renumbering = Renumbering::new(memo);
    for unit in &mut units {
        renumbering.diagnostics(&mut unit.diagnostics);
        for manifest in &mut unit.manifests {
            manifest.span = renumbering.span(manifest.span);
        }
        for transform in &mut unit.transforms {
            transform.span = renumbering.span(transform.span);
        }
    }
    renumbering.diagnostics(&mut diagnostics);
    let whole: Option<Vec<_>> = units
        .iter()
        .map(|unit| Some((&unit.path, unit.output?)))
        .collect();
    Compilation {
        digest: whole.map(digest::of_graph),
        meaning,
        root,
        layers: Vec::new(),
        units,
        left_out: Vec::new(),
        diagnostics,
        files: renumbering.into_table(),
    }
}
