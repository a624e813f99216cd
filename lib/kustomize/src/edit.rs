//! Changing nodes the way kyaml's filters do (kyaml/yaml/fns.go), styles and all.
//!
//! The styles matter: a value that replaces another takes over its style, and a plain text that YAML 1.1
//! reads as something else is quoted when it is set as a new field. Both decide whether `5` comes out as
//! a number or as a string.

use gitopsc_core::{EcoString, Span};
use gitopsc_yaml::resolve::plain_tag;
use gitopsc_yaml::{Dialect, Entry, Mapping, Node, NodeValue, Style, Tag};
use std::collections::BTreeMap;

/// Puts `value` under `name` of the map `node`: in place with the old value's style, or at the end.
///
/// kyaml's `FieldSetter` with a name. Null removes the field. A `node` that is no map stays as it is.
pub fn set_field(node: &mut Node, name: &str, value: Node) {
    if value.is_null() {
        remove_field(node, name);
        return;
    }
    let mut value = quoted_if_ambiguous(value);
    let Some(mapping) = mapping_mut(node) else {
        return;
    };
    match mapping.get_mut(name) {
        Some(field) => {
            value.style = field.style;
            *field = value;
        }
        None => mapping.entries.push(Entry {
            key: Node::scalar(name).at(value.span),
            value,
        }),
    }
}

/// Replaces the scalar `node` by `value`, which takes over its style. Null changes nothing.
///
/// kyaml's `FieldSetter` without a name. Returns false, changing nothing, if `node` is a collection.
#[must_use]
pub fn set_scalar(node: &mut Node, value: Node) -> bool {
    if node.is_null() || matches!(node.value, NodeValue::Scalar(_)) {
        if !value.is_null() {
            let style = node.style;
            *node = quoted_if_ambiguous(value);
            node.style = style;
        }
        return true;
    }
    false
}

/// Takes out the field `name`.
pub fn remove_field(node: &mut Node, name: &str) -> Option<Entry> {
    node.as_mapping_mut()?.remove(name)
}

/// kyaml quotes a string value that its YAML 1.1 reader would take for something else.
#[must_use]
pub fn quoted_if_ambiguous(mut value: Node) -> Node {
    quote_if_ambiguous(&mut value);
    value
}

/// The same, in place.
pub fn quote_if_ambiguous(value: &mut Node) {
    let is_string = matches!(value.tag, Tag::Str | Tag::None);
    if let (true, Style::Plain, NodeValue::Scalar(text)) = (is_string, value.style, &value.value) {
        let text = text.as_str();
        let ambiguous = !text.is_empty()
            && !text.contains('\n')
            && plain_tag(text, Dialect::Kubectl) != Tag::Str;
        if ambiguous {
            value.style = Style::DoubleQuoted;
        }
    }
}

/// The map in `node`; a null node becomes an empty map.
pub fn mapping_mut(node: &mut Node) -> Option<&mut Mapping> {
    if node.is_null() {
        *node = Node::mapping().at(node.span);
    }
    node.as_mapping_mut()
}

/// `metadata` of a resource, created if it is not there; nothing if it is no map.
pub fn metadata_mut(node: &mut Node) -> Option<&mut Node> {
    let mapping = node.as_mapping_mut()?;
    let at = match mapping.position("metadata") {
        Some(at) => at,
        None => {
            mapping.set("metadata", Node::mapping());
            mapping.len() - 1
        }
    };
    let metadata = &mut mapping.entries[at].value;
    mapping_mut(metadata)?;
    Some(metadata)
}

/// Sets a field of `metadata`, creating `metadata` if need be.
pub fn set_in_metadata(node: &mut Node, name: &str, value: Node) {
    if let Some(metadata) = metadata_mut(node) {
        set_field(metadata, name, value);
    }
}

/// Where the values of a map stood, by key.
#[must_use]
pub fn value_spans(node: Option<&Node>) -> BTreeMap<EcoString, Span> {
    let entries = node
        .and_then(Node::as_mapping)
        .map_or(&[][..], |mapping| &mapping.entries);
    let span = |entry: &Entry| Some((EcoString::from(entry.key.as_str()?), entry.value.span));
    entries.iter().filter_map(span).collect()
}

/// Splits a path at `delimiter`; `\` before it keeps it in the segment. A leading delimiter is dropped.
///
/// kyaml's `utils.PathSplitter`.
#[must_use]
pub fn split_path(path: &str, delimiter: char) -> Vec<String> {
    let mut parts: Vec<&str> = path.split(delimiter).collect();
    if parts.len() > 1 && parts[0].is_empty() {
        parts.remove(0);
    }
    let mut segments: Vec<String> = Vec::with_capacity(parts.len());
    for part in parts {
        match segments.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => segments.push(part.to_owned()),
        }
    }
    segments
}

/// Splits a path at `delimiter`, keeping `[a.b]` and `[key=a.b]` whole; brackets without `=` are dropped.
///
/// kyaml's `utils.SmarterPathSplitter`.
#[must_use]
pub fn split_path_with_brackets(path: &str, delimiter: char) -> Vec<String> {
    let mut segments = Vec::new();
    let mut parts = split_path(path, delimiter).into_iter();
    while let Some(part) = parts.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            segments.push(part);
            continue;
        }
        let mut bracketed = part;
        for next in parts.by_ref() {
            bracketed.push(delimiter);
            bracketed.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        if bracketed.contains('=') {
            segments.push(bracketed);
        } else {
            segments.push(bracketed.trim_matches(['[', ']']).to_owned());
        }
    }
    segments
}
