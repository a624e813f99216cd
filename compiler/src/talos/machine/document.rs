//! One document of a machine configuration, and how it is told from others.

use crate::codes;
use gitopsc_core::Diagnostic;
use gitopsc_kustomize::Content;
use gitopsc_yaml::{Dialect, Duplicate, Limits, Node, ParseError, Span, parse_bytes};
use std::fmt;

/// What tells documents apart: at most one of each is in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    /// The document without a kind, with `machine` and `cluster`.
    Legacy,
    /// One with a kind, and a name if its kind has names.
    Kind(String, String),
}

/// One document.
#[derive(Clone, Debug)]
pub struct Document {
    /// What tells it from others.
    pub id: Id,
    /// Its content.
    pub root: Node,
}

impl Id {
    /// The id of the document `root`; nothing if Talos would not take it for one
    /// (siderolabs/talos, `pkg/machinery/config/configloader/internal/decoder/decoder.go`).
    #[must_use]
    pub fn of(root: &Node) -> Option<Id> {
        let text = |key: &str| {
            root.get(key)
                .and_then(Node::as_str)
                .filter(|text| !text.is_empty())
        };
        let legacy = ["version", "machine", "cluster", "debug", "persist"];
        match (text("kind"), text("apiVersion")) {
            (Some(kind), Some(_)) => Some(Id::Kind(
                kind.to_owned(),
                text("name").unwrap_or_default().to_owned(),
            )),
            (None, None) if legacy.iter().any(|key| root.get(key).is_some()) => Some(Id::Legacy),
            _ => None,
        }
    }

    /// Its kind; empty for the one without.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Id::Legacy => "",
            Id::Kind(kind, _) => kind,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Legacy => f.write_str("the document with `machine` and `cluster`"),
            Id::Kind(kind, name) if name.is_empty() => f.write_str(kind),
            Id::Kind(kind, name) => write!(f, "{kind} {name}"),
        }
    }
}

/// The roots of all documents in `content` that are not empty.
///
/// # Errors
/// What is no YAML, and keys that are there twice, which Talos refuses.
pub fn roots(content: &Content, limits: &Limits) -> Result<Vec<Node>, Vec<Diagnostic>> {
    let parsed = parse_bytes(&content.bytes, content.file, Dialect::Kubectl, limits);
    let documents = parsed.map_err(|errors| errors.iter().map(syntax).collect::<Vec<_>>())?;
    let duplicates = documents.iter().flat_map(|document| &document.duplicates);
    let twice: Vec<Diagnostic> = duplicates.map(key_twice).collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    let roots = documents.into_iter().map(|document| document.root);
    Ok(roots.filter(|root| !root.is_null()).collect())
}

/// The documents of a machine configuration.
///
/// # Errors
/// What is none.
pub fn documents(roots: Vec<Node>) -> Result<Vec<Document>, Vec<Diagnostic>> {
    let mut documents: Vec<Document> = Vec::new();
    let mut wrong = Vec::new();
    for root in roots {
        let Some(id) = Id::of(&root) else {
            wrong.push(no_document(root.span));
            continue;
        };
        match documents.iter().find(|other| other.id == id) {
            Some(first) => wrong.push(repeated(&id, root.span, first.root.span)),
            None => documents.push(Document { id, root }),
        }
    }
    if wrong.is_empty() {
        Ok(documents)
    } else {
        Err(wrong)
    }
}

fn syntax(error: &ParseError) -> Diagnostic {
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, error.message.clone())
        .at(error.span, "")
        .hint("correct the YAML")
}

fn key_twice(duplicate: &Duplicate) -> Diagnostic {
    let message = "this key is there twice, which Talos refuses";
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, message)
        .at(duplicate.again, "again here")
        .at(duplicate.first, "first here")
        .hint("keep one of them")
}

fn no_document(span: Span) -> Diagnostic {
    let message = "this is no document of a machine configuration";
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, message).at(span, "").hint(
        "a document has `machine` or `cluster`, or both apiVersion and kind; a list is a JSON patch (--config-patch)",
    )
}

fn repeated(id: &Id, again: Span, first: Span) -> Diagnostic {
    let message = format!("{id} is there twice, which Talos refuses");
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, message)
        .at(again, "again here")
        .at(first, "first here")
        .hint("keep one of them")
}
