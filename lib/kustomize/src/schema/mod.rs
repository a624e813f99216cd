//! What is known of kinds: which are cluster-scoped, which lists merge by which keys.
//!
//! The built-in facts are generated statics; `openapi:` of a kustomization may replace them.

use crate::decode::Spanned;
use crate::files::Content;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::Limits;

/// The facts of one build.
#[derive(Clone, Debug, Default)]
pub struct Schema {}

impl Schema {
    /// The facts that Kustomize 5.8.1 has built in.
    #[must_use]
    pub fn builtin() -> Schema {
        Schema {}
    }

    /// What the `openapi` field of a kustomization asks for: a built-in `version`, or the `content` of a file. That of
    /// the top kustomization rules; among bases the first one does.
    ///
    /// # Errors
    /// There is no such version, or the file is no OpenAPI description.
    pub fn set(
        &mut self,
        _version: Option<&Spanned<EcoString>>,
        _content: Option<&Content>,
        _is_top: bool,
        _limits: &Limits,
    ) -> Result<(), Vec<Diagnostic>> {
        Ok(())
    }

    /// kyaml's `IsCertainlyClusterScoped`: known, and known not to be namespaced.
    #[must_use]
    pub fn is_certainly_cluster_scoped(&self, _gvk: &Gvk) -> bool {
        false
    }
}
