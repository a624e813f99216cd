//! From the node that transformers worked on to the final JSON value, by Kustomize's rules.

use crate::json::Json;
use crate::node::Node;
use crate::span::Span;

/// Why a node has no JSON form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerError {
    /// The offending value or key.
    pub span: Span,
    /// Its path from the root, such as `spec.template`.
    pub path: String,
    /// What is wrong, in words for a person.
    pub message: String,
}

/// Lowers `node`.
///
/// # Errors
/// Everything in the tree that Kustomize cannot print: duplicate keys, keys that are no strings, `.inf`, `.nan`.
pub fn lower(_node: &Node) -> Result<Json, Vec<LowerError>> {
    Ok(Json::Null)
}
