//! What becomes of members of a unit that the tree does not want any more: what the unit itself has become decides.

use crate::desired::manages;
use crate::set::Options;
use crate::units::NO_UNIT;
use gitopsc_compiler::codes::FILE_UNPARSABLE;
use gitopsc_compiler::compilation::{Compilation, Reason};
use gitopsc_core::{EcoString, UnitPath};
use gitopsc_engine::plan::Orphan;

/// What a compilation says of units.
#[derive(Clone, Copy)]
pub struct Fates<'f> {
    /// The compilation.
    pub compilation: &'f Compilation,
    /// What is managed, and what may go.
    pub options: &'f Options,
}

impl Fates<'_> {
    /// What became of `unit`; nothing if this run does not manage it.
    #[must_use]
    pub fn of(&self, unit: EcoString) -> Option<Orphan> {
        if unit == NO_UNIT {
            return Some(Orphan::Gone(unit));
        }
        if !manages(self.compilation, &unit, self.options) {
            return None;
        }
        let is_it = |path: &UnitPath| path.to_string() == unit.as_str();
        if self.compilation.failed() {
            let mut failed = self.compilation.units.iter().filter(|unit| unit.failed);
            let why = match failed.any(|of| is_it(&of.path)) {
                true => "its unit does not compile",
                false => "another unit does not compile",
            };
            let why = why.into();
            return Some(Orphan::Held { unit, why });
        }
        if self.compilation.units.iter().any(|of| is_it(&of.path)) {
            return Some(Orphan::Unit(unit));
        }
        if self.has_an_unreadable_file(&unit) {
            let why =
                "a file of its directory cannot be read; --prune-unit would let its objects go";
            let why = why.into();
            return Some(Orphan::Held { unit, why });
        }
        if let Some(why) = self.left_out(&unit) {
            return Some(Orphan::Held { unit, why });
        }
        if let Some(why) = self.layer_is_empty(&unit) {
            return Some(Orphan::Asking { unit, why });
        }
        Some(Orphan::Gone(unit))
    }

    /// Whether a unit may be gone only because nobody can read its files.
    #[must_use]
    pub fn has_an_unreadable_file(&self, unit: &EcoString) -> bool {
        if self.options.prune_units.contains(unit) {
            return false;
        }
        let root = self.compilation.root.to_string();
        let directory = match root.as_str() {
            "." | "" => unit.to_string(),
            root => format!("{root}/{unit}"),
        };
        let unreadable = self.compilation.diagnostics.iter();
        let unreadable = unreadable.filter(|found| found.code == FILE_UNPARSABLE);
        let mut files = unreadable
            .flat_map(|found| &found.labels)
            .filter_map(|label| self.compilation.files.path(label.span.file));
        files.any(|path| {
            let path = path.to_string();
            let rest = path.strip_prefix(directory.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Why a directory that is still there is no unit, unless somebody said that its members may go.
    fn left_out(&self, unit: &EcoString) -> Option<EcoString> {
        if self.options.prune_units.contains(unit) {
            return None;
        }
        let left_out = self.compilation.left_out.iter();
        let mut left_out = left_out.filter(|left| left.path.to_string() == unit.as_str());
        let reason = &left_out.next()?.reason;
        let hint = match reason {
            Reason::Excluded | Reason::Annotated => "--prune-unit would let its objects go",
            _ => {
                "--prune-unit would let its objects go, gitopsc.dev/unit: \"true\" keeps it a unit"
            }
        };
        Some(format!("its directory is no unit any more ({reason}); {hint}").into())
    }

    /// Why everything of a layer that has become empty needs consent.
    fn layer_is_empty(&self, unit: &EcoString) -> Option<EcoString> {
        if self.compilation.manifests().next().is_none() {
            return Some("nothing at all is desired any more".into());
        }
        let layer = unit.split('/').next().unwrap_or_default();
        let is_empty = !self.compilation.units.iter().any(|of| {
            let name = of.layer.map(|at| self.compilation.layers[at].name.as_str());
            name == Some(layer)
        });
        is_empty.then(|| format!("the layer {layer} has become empty").into())
    }
}
