//! What is written into a layer is read as manifests by the next run, so nothing is.

use super::Compiled;
use gitopsc_compiler::compilation::lies_in_a_layer;
use gitopsc_core::TreePath;
use std::path::Path;

/// Whether `output` lies in one of the cluster's layers, by whatever links it is named.
pub fn is_in_a_layer(output: &Path, compiled: &Compiled<'_>) -> bool {
    let compilation = compiled.compilation;
    let cluster = compiled.paths.root.join(compilation.root.as_str());
    let below = below(output, &cluster);
    below.is_some_and(|path| lies_in_a_layer(&path, &compilation.layers))
}

/// `path` as seen from `folder`, if it lies in it.
fn below(path: &Path, folder: &Path) -> Option<TreePath> {
    let absolute = std::path::absolute(path).ok()?;
    let folder = std::fs::canonicalize(folder).ok()?;
    // What is not there yet has no real path: that of what is there above it counts.
    let there = absolute.ancestors().find(|above| above.exists())?;
    let rest = absolute.strip_prefix(there).ok()?;
    let real = std::fs::canonicalize(there).ok()?.join(rest);
    let within = real.strip_prefix(folder).ok()?;
    Some(TreePath::new(&within.to_string_lossy()))
}
