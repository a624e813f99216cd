//! One build, from a directory to its manifests.

use crate::files::Files;
use crate::options::{Built, Options};
use crate::report::Report;
use gitopsc_core::TreePath;

/// Builds the kustomization in `directory`.
///
/// Nothing is returned if the build failed; everything found, errors and warnings, is in `report`.
pub fn build(
    _files: &dyn Files,
    _directory: &TreePath,
    _options: &Options,
    _report: &mut Report,
) -> Option<Built> {
    None
}
