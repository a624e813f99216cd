//! What is known of kinds: which are cluster-scoped, which lists merge by which keys.
//!
//! The built-in facts are generated statics; `openapi:` of a kustomization may replace them.

use gitopsc_core::Gvk;

/// The facts of one build.
#[derive(Clone, Debug, Default)]
pub struct Schema {}

impl Schema {
    /// The facts that Kustomize 5.8.1 has built in.
    #[must_use]
    pub fn builtin() -> Schema {
        Schema {}
    }

    /// kyaml's `IsCertainlyClusterScoped`: known, and known not to be namespaced.
    #[must_use]
    pub fn is_certainly_cluster_scoped(&self, _gvk: &Gvk) -> bool {
        false
    }
}
