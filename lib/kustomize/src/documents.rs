//! From the documents of a file to resources: what counts as one, and lists taken apart.
//!
//! api/resource/factory.go (`RNodesFromBytes`) and kyaml/kio/byteio_reader.go.

use crate::codes;
use crate::files::Parsed;
use crate::resource::Resource;
use gitopsc_core::{Diagnostic, Span};
use gitopsc_yaml::{Document, Node, NodeValue, ParseError, Tag};
use std::sync::Arc;

/// The resources of a parsed file.
///
/// # Errors
/// Why the file holds something that is no resource, all of it.
pub fn resources(parsed: &Parsed) -> Result<Vec<Resource>, Vec<Diagnostic>> {
    match &parsed.documents {
        Err(errors) => Err(errors.iter().map(syntax_error).collect()),
        Ok(documents) => from_documents(documents.clone()),
    }
}

/// The same of a file that nobody else may ask for any more: then nothing is copied.
///
/// # Errors
/// As [`resources`].
pub fn into_resources(parsed: Arc<Parsed>) -> Result<Vec<Resource>, Vec<Diagnostic>> {
    match Arc::try_unwrap(parsed) {
        Ok(Parsed {
            documents: Ok(documents),
            ..
        }) => from_documents(documents),
        Ok(parsed) => resources(&parsed),
        Err(shared) => resources(&shared),
    }
}

/// The diagnostic for text that is not YAML.
#[must_use]
pub fn syntax_error(error: &ParseError) -> Diagnostic {
    Diagnostic::error(codes::YAML_SYNTAX, error.message.clone())
        .at(error.span, "")
        .hint(match error.over_limit {
            false => "correct the YAML here",
            true => "raise the limit if the file is meant to be like this",
        })
}

fn from_documents(documents: Vec<Document>) -> Result<Vec<Resource>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut queue = unwrapped(documents, &mut problems);
    let mut resources = Vec::with_capacity(queue.len());
    let mut at = 0;
    // Items of a list land after all other documents, and may be lists themselves.
    while at < queue.len() {
        let node = std::mem::replace(&mut queue[at], Node::mapping());
        at += 1;
        match list_items(&node) {
            ListItems::None => resources.push(Resource::new(node)),
            ListItems::Nothing => {}
            ListItems::Wrong(span) => problems.push(wrong_items(span)),
            ListItems::Some(items) => queue.extend(
                items
                    .into_iter()
                    .filter(|item| is_resource(item, &mut problems)),
            ),
        }
    }
    if problems.is_empty() {
        Ok(resources)
    } else {
        Err(problems)
    }
}

/// The documents, or the items of the one `List` or `ResourceList` that a file holds alone.
fn unwrapped(mut documents: Vec<Document>, problems: &mut Vec<Diagnostic>) -> Vec<Node> {
    let mut nodes: Vec<Node> = match documents.as_mut_slice() {
        [only] if is_wrapper(&only.root) => {
            let items = only.root.get_mut("items").and_then(Node::as_sequence_mut);
            items.map(std::mem::take).unwrap_or_default()
        }
        _ => documents
            .into_iter()
            .map(|document| document.root)
            .collect(),
    };
    nodes.retain(|node| is_resource(node, problems));
    nodes
}

fn is_wrapper(root: &Node) -> bool {
    let kind = root.get("kind").and_then(Node::as_str);
    matches!(kind, Some("List" | "ResourceList"))
        && (root.get("items").is_some() || root.get("functionConfig").is_some())
}

/// Whether `node` is kept. Null and empty documents are dropped in silence; what lacks a kind or a name is reported.
fn is_resource(node: &Node, problems: &mut Vec<Diagnostic>) -> bool {
    if node.is_null_or_empty() {
        return false;
    }
    let problem = missing_part(node);
    let kept = problem.is_none();
    problems.extend(problem);
    kept
}

/// What `node` lacks to be a resource: it must be a map with a kind and, unless it is a list, a name.
#[must_use]
pub fn missing_part(node: &Node) -> Option<Diagnostic> {
    let filled = |field: &str| node.get(field).filter(|value| !value.is_null_or_empty());
    let incomplete = |message: &str, span: Span, hint: &str| {
        Some(
            Diagnostic::error(codes::INCOMPLETE_MANIFEST, message)
                .at(span, "this document")
                .hint(hint),
        )
    };
    let no_resource =
        "every document here must be a Kubernetes object with apiVersion, kind and metadata.name";
    let Some(mapping) = node.as_mapping() else {
        return incomplete("this is no Kubernetes object", node.span, no_resource);
    };
    if !["apiVersion", "kind", "metadata"]
        .iter()
        .any(|field| filled(field).is_some())
    {
        let first = mapping
            .entries
            .first()
            .map_or(node.span, |entry| entry.key.span);
        return incomplete("this is no Kubernetes object", first, no_resource);
    }
    let kind = match filled("kind").and_then(Node::as_str) {
        Some(kind) if !kind.is_empty() => kind,
        _ => return incomplete("`kind` is missing", node.span, "add `kind`"),
    };
    let name = filled("metadata")
        .and_then(|metadata| metadata.get("name"))
        .filter(|name| !name.is_null_or_empty());
    let named = name
        .and_then(Node::as_str)
        .is_some_and(|name| !name.is_empty());
    if named || kind.ends_with("List") {
        return None;
    }
    let hint = "add `metadata.name`; `generateName` alone names nothing in a repository";
    incomplete(
        &format!("this {kind} has no `metadata.name`"),
        node.span,
        hint,
    )
}

enum ListItems {
    /// Not a list: a resource.
    None,
    /// A list of nothing.
    Nothing,
    /// A list of these.
    Some(Vec<Node>),
    /// Its items are no list.
    Wrong(Span),
}

fn list_items(node: &Node) -> ListItems {
    let is_list = node
        .get("kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.ends_with("List"));
    match node.get("items").filter(|_| is_list) {
        None => ListItems::None,
        Some(items) => match &items.value {
            NodeValue::Sequence(items) => ListItems::Some(items.clone()),
            NodeValue::Scalar(_) if items.tag == Tag::Null => ListItems::Nothing,
            _ => ListItems::Wrong(items.span),
        },
    }
}

fn wrong_items(span: Span) -> Diagnostic {
    Diagnostic::error(codes::WRONG_TYPE, "`items` of a list must be a list")
        .at(span, "this value")
        .hint("write the objects as list items")
}
