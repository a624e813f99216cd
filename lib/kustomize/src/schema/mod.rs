//! What is known of kinds: which are cluster-scoped, which lists merge by which keys.
//!
//! The built-in facts are generated statics; `openapi:` of a kustomization may replace them. Kustomize keeps its
//! schema in globals that the order of a build's steps fills (kyaml/openapi/openapi.go). A [`Schema`] has the same
//! rules and belongs to one build. It knows no resource and no file.

mod builtin;
mod custom;
mod shape;
mod table;
#[cfg(test)]
mod tests;

pub use shape::{MergedList, Shape};

use crate::codes;
use crate::decode::Spanned;
use crate::files::Content;
use custom::Description;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Severity, Span};
use gitopsc_yaml::Limits;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The one version of Kubernetes whose description Kustomize 5.8.1 has built in.
const BUILTIN_VERSION: &str = "v1.21.2";

/// The facts of one build. A clone belongs to the same build.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// What `openapi.path` named.
    custom: Option<Arc<Custom>>,
    /// Whether a kustomization has chosen a schema, so that those below it can no longer.
    is_chosen: bool,
    asked: Arc<Asked>,
}

/// What has been asked so far: it decides whether the built-in schema stays beside one that is set later.
#[derive(Debug, Default)]
struct Asked {
    /// For a shape, which makes Kustomize read the built-in schema.
    shape: AtomicBool,
    /// For the scope of a kind that is not in the table, which makes it read the built-in schema later.
    scope: AtomicBool,
}

impl Asked {
    fn note(flag: &AtomicBool) {
        // Most questions are asked again and again, and a write would take the line from other threads.
        if !flag.load(Ordering::Relaxed) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

#[derive(Debug)]
struct Custom {
    description: Result<Description, Vec<Diagnostic>>,
    builtin: Builtin,
}

/// Where the built-in schema stands beside one of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Builtin {
    /// It is replaced.
    Absent,
    /// It was read before; the user's has the last word.
    Below,
    /// It is read afterwards and has the last word.
    Above,
}

impl Schema {
    /// The facts that Kustomize 5.8.1 has built in.
    #[must_use]
    pub fn builtin() -> Schema {
        Schema::default()
    }

    /// What the `openapi` field of a kustomization asks for: a built-in `version`, or the `content` of a file. That of
    /// the top kustomization rules; among bases the first one does. The file replaces the built-in schema, unless
    /// something was patched before, or an object met whose kind the table of scopes does not have.
    ///
    /// A file that is no OpenAPI description only matters once it is asked: see [`Schema::problems`].
    ///
    /// # Errors
    /// There is no such version, or both are given.
    pub fn set(
        &mut self,
        version: Option<&Spanned<EcoString>>,
        content: Option<&Content>,
        is_top: bool,
        limits: &Limits,
    ) -> Result<(), Vec<Diagnostic>> {
        if self.is_chosen && !is_top {
            return Ok(());
        }
        match (version, content) {
            (None, None) => {}
            (Some(version), Some(_)) => return Err(vec![both(version.span.0)]),
            (Some(version), None) => {
                if !version.value.is_empty() && version.value != BUILTIN_VERSION {
                    return Err(vec![unknown_version(version)]);
                }
                self.is_chosen |= !version.value.is_empty();
            }
            (None, Some(content)) => {
                let builtin = match &*self.asked {
                    asked if asked.shape.load(Ordering::Relaxed) => Builtin::Below,
                    asked if asked.scope.load(Ordering::Relaxed) => Builtin::Above,
                    _ => Builtin::Absent,
                };
                let description = Description::parse(content, limits);
                self.custom = Some(Arc::new(Custom {
                    description,
                    builtin,
                }));
                self.is_chosen = true;
                self.asked = Arc::default();
            }
        }
        Ok(())
    }

    /// kyaml's `IsCertainlyClusterScoped`: known, and known not to be namespaced.
    #[must_use]
    pub fn is_certainly_cluster_scoped(&self, gvk: &Gvk) -> bool {
        if let Some(is_namespaced) = table::is_namespaced(gvk) {
            return !is_namespaced;
        }
        Asked::note(&self.asked.scope);
        let is_namespaced = self
            .description()
            .and_then(|description| description.is_namespaced(gvk));
        is_namespaced == Some(false)
    }

    /// Notes that an object of `gvk` was met: see [`Schema::set`].
    pub fn meet(&self, gvk: &Gvk) {
        if !self.is_chosen && table::is_namespaced(gvk).is_none() {
            Asked::note(&self.asked.scope);
        }
    }

    /// The shape of a whole object; nothing if the kind is not described.
    #[must_use]
    pub fn shape_of(&self, api_version: &str, kind: &str) -> Option<Shape<'_>> {
        Asked::note(&self.asked.shape);
        shape::of_kind(self, api_version, kind)
    }

    /// What is wrong with the file of `openapi.path`: errors if the build asked for what it should say, else
    /// warnings.
    #[must_use]
    pub fn problems(&self) -> Vec<Diagnostic> {
        let Some(Err(problems)) = self.custom.as_deref().map(|custom| &custom.description) else {
            return Vec::new();
        };
        let asked =
            self.asked.shape.load(Ordering::Relaxed) || self.asked.scope.load(Ordering::Relaxed);
        let mut problems = problems.clone();
        if !asked {
            problems
                .iter_mut()
                .for_each(|problem| problem.severity = Severity::Warning);
        }
        problems
    }

    fn description(&self) -> Option<&Description> {
        self.custom.as_ref()?.description.as_ref().ok()
    }

    fn builtin_stands(&self) -> Builtin {
        self.custom
            .as_ref()
            .map_or(Builtin::Below, |custom| custom.builtin)
    }
}

fn both(version: Span) -> Diagnostic {
    Diagnostic::error(
        codes::OPENAPI_INVALID,
        "`openapi` has both `version` and `path`",
    )
    .at(version, "a built-in version")
    .hint("keep `path` for a schema of your own, `version` for a built-in one")
}

fn unknown_version(version: &Spanned<EcoString>) -> Diagnostic {
    let message = format!(
        "Kustomize has no OpenAPI description of version {}",
        version.value
    );
    Diagnostic::error(codes::OPENAPI_INVALID, message)
        .at(version.span.0, "not built in")
        .hint(format!(
            "the one that is built in is {BUILTIN_VERSION}; name a file of your own with `path`"
        ))
}
