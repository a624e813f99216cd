//! JSON patch (RFC 6902) as Kustomize's library does it, quirks included.

use crate::files::Content;
use gitopsc_core::Diagnostic;
use gitopsc_yaml::{Limits, Node};

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {}

impl JsonPatch {
    /// Reads operations: JSON if the text begins with `[`, else YAML in kubectl's dialect.
    ///
    /// # Errors
    /// Everything wrong with the text.
    pub fn parse(_content: &Content, _limits: &Limits) -> Result<JsonPatch, Vec<Diagnostic>> {
        Ok(JsonPatch {})
    }

    /// Whether there are no operations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        true
    }

    /// Applies all operations to a whole resource, which may be left changed by the first ones if a later one fails.
    ///
    /// # Errors
    /// The first operation that fails, by its index and path.
    pub fn apply(&self, _node: &mut Node) -> Result<(), Box<Diagnostic>> {
        Ok(())
    }
}
