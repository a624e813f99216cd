//! From the node that transformers worked on to the final JSON value, by Kustomize's rules.
//!
//! Kustomize writes the node as text (go-yaml v3), reads that into a Go map, writes it as JSON and reads it
//! with go-yaml v2. Most values come through unchanged; what does not is found here, without
//! writing any text. Nothing here knows how the result is printed.

mod folding;
mod scalar;
mod second_reading;
mod tree;

use crate::json::Json;
use crate::node::Node;
use crate::span::Span;

/// Why a node has no JSON form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerError {
    /// The offending value or key.
    pub span: Span,
    /// For a key that is there twice: where it stood first.
    pub first: Option<Span>,
    /// Its path from the root, such as `spec.template` or `spec.containers[0].name`.
    pub path: String,
    /// What is wrong, in words for a person.
    pub message: String,
}

/// Lowers `node`.
///
/// ```
/// use gitopsc_yaml::lower::lower;
/// use gitopsc_yaml::{Json, Node};
/// let mut node = Node::mapping();
/// if let Some(mapping) = node.as_mapping_mut() {
///     mapping.set("replicas", Node::scalar("0x10"));
/// }
/// assert_eq!(lower(&node).unwrap().get("replicas"), Some(&Json::Int(16)));
/// ```
///
/// # Errors
/// Everything in the tree that Kustomize cannot print: duplicate keys, keys that are no strings, `.inf`,
/// `.nan`, values that are not what their tag says, control characters.
pub fn lower(node: &Node) -> Result<Json, Vec<LowerError>> {
    tree::lower(node)
}
