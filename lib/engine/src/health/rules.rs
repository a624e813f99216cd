//! The rules in force: those built in, and what a cluster adds to them.

use super::kinds::{self, Rule};
use gitopsc_core::Gvk;

/// The rules by which health is told.
#[derive(Clone, Debug, Default)]
pub struct Rules {}

impl Rules {
    /// The rules that are built in.
    #[must_use]
    pub fn builtin() -> Rules {
        Rules::default()
    }
}

/// Whether more than the metadata of a kind tells its health. Kinds that are not known may have conditions.
#[must_use]
pub fn has_rule(gvk: &Gvk, _rules: &Rules) -> bool {
    !matches!(kinds::rule(&gvk.group, &gvk.kind), Some(Rule::Exists))
}
