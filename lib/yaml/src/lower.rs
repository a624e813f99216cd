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
use crate::node::{Node, NodeValue};
use crate::span::Span;
use ecow::EcoString;
use std::borrow::Cow;

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
    tree::lower(node, Way::Printed)
}

/// The value that Go has once a node went through kyaml's `MarshalJSON` and encoding/json's `Unmarshal`.
///
/// The second reading, which only printing does, is left out, and every number went through a float.
///
/// # Errors
/// As [`lower`], but for what only the second reading refuses.
pub fn go_value(node: &Node) -> Result<Json, Vec<LowerError>> {
    tree::lower(node, Way::GoValue)
}

/// The value that go-yaml v3 reads into an `interface{}` from what it wrote of a node, as encoding/json sees it:
/// a negative zero keeps its sign.
///
/// # Errors
/// As [`lower`], but for what only the second reading refuses. Keys of the root are no exception here.
pub fn read_once(node: &Node) -> Result<Json, Vec<LowerError>> {
    tree::lower(node, Way::Interface)
}

/// What kyaml's `MarshalJSON` makes of the scalar `node`; `flow` below `[` or `{`. Integers are exact.
///
/// # Errors
/// The text is not what its tag says, or has no form in JSON. A collection is no scalar.
pub fn scalar_json(node: &Node, flow: bool) -> Result<Json, String> {
    match &node.value {
        NodeValue::Scalar(text) => scalar::value(node, text, flow, Way::Json),
        _ => Err("a collection is no scalar".to_owned()),
    }
}

/// The key that kyaml's `MarshalJSON` makes of `key`: nothing for a null key of the root, which is left out.
///
/// # Errors
/// The key is no string; in the root map it may also be a number or a boolean.
pub fn json_key(key: &Node, flow: bool, in_root: bool) -> Result<Option<EcoString>, String> {
    match tree::key_of(key, flow, in_root, Way::Json)? {
        scalar::Key::Text(text) => Ok(Some(text)),
        scalar::Key::Dropped => Ok(None),
    }
}

/// The string `text` once go-yaml v2 has read it inside JSON text, as sigs.k8s.io/yaml lets it.
///
/// # Errors
/// It holds a character that YAML's reader refuses.
pub fn read_in_json(text: &str) -> Result<Cow<'_, str>, String> {
    second_reading::read_again(text, false)
}

/// How far a value goes on the way from node to output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Written and read once: kyaml's `MarshalJSON`.
    Json,
    /// Written and read once, into a value of any type.
    Interface,
    /// The same, then through a Go value, where every number is a float.
    GoValue,
    /// Written and read twice: what Kustomize prints.
    Printed,
}
