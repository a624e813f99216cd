//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// The target is neither a kustomization nor a cluster.
pub const NOTHING_TO_BUILD: Code = Code("nothing-to-build");

/// All of them.
pub const ALL: &[Code] = &[NOTHING_TO_BUILD];
