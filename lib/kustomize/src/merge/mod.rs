//! Strategic merge as kyaml does it.

use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::Diagnostic;

/// Applies `patch` to the resources at `selected` (api/resmap/reswrangler.go, `ApplySmPatch`).
pub fn apply_to_selected(
    _resources: &mut ResMap,
    _selected: &[usize],
    _patch: &Resource,
    _schema: &Schema,
    _report: &mut Report,
) {
}

impl Resource {
    /// Applies `patch` to this resource, whose name, namespace and kind stay unless the patch may change them
    /// (api/resource/resource.go, `ApplySmPatch`). What the patch deletes altogether becomes an empty node.
    ///
    /// # Errors
    /// The patch does not fit; the resource is then as it was.
    pub fn apply_sm_patch(
        &mut self,
        _patch: &Resource,
        _schema: &Schema,
        _report: &mut Report,
    ) -> Result<(), Box<Diagnostic>> {
        Ok(())
    }
}
