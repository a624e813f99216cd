//! From text to nodes.
//!
//! Two programs read the same files: Kustomize cuts a file at its separators first and reads the first
//! document of each piece; kubectl's reader takes the text as one stream. Both rules are here, on top of one
//! composer. What the documents mean is no matter of this module.

mod alias;
mod compose;
pub(crate) mod decode;
mod expand;
mod kubectl;
pub(crate) mod pieces;
pub(crate) mod place;
pub(crate) mod refusal;
mod tags;

pub use refusal::is_forbidden;

use crate::limits::Limits;
use crate::node::{Node, NodeValue};
use crate::resolve::Dialect;
use crate::span::{FileId, Span};
use compose::Reader;
use place::Places;
use std::borrow::Cow;

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The root. An empty document has none and is not returned.
    pub root: Node,
    /// Which piece of the file this is, from 0; empty ones count.
    pub piece: usize,
    /// How many pieces the file has. Kustomize takes a `List` apart only in a file of one piece.
    pub pieces: usize,
    /// Keys that were there already, in [`Dialect::Kubectl`], where the last one counts. In
    /// [`Dialect::Kustomize`] the tree keeps them all and lowering refuses them.
    pub duplicates: Vec<Duplicate>,
}

/// A key that is twice in a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Where the key stood first.
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
}

/// Why a text is not YAML, or not YAML that this dialect or these limits admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where.
    pub span: Span,
    /// What, without the place, in words for a person.
    pub message: String,
    /// Whether it is one of the [`Limits`] that refuses the text, which may be right YAML.
    pub over_limit: bool,
}

impl ParseError {
    /// A text that is wrong at `span`.
    pub fn syntax(span: Span, message: impl Into<String>) -> ParseError {
        ParseError {
            span,
            message: message.into(),
            over_limit: false,
        }
    }

    /// A text that goes past a limit at `span`.
    pub(crate) fn limit(span: Span, message: String) -> ParseError {
        ParseError {
            span,
            message,
            over_limit: true,
        }
    }
}

/// Reads all documents of `text`.
///
/// ```
/// use gitopsc_yaml::{Dialect, FileId, Limits, parse};
/// let text = "kind: ConfigMap\n---\nkind: Secret\n";
/// let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default()).unwrap();
/// assert_eq!(documents[1].root.get("kind").unwrap().as_str(), Some("Secret"));
/// assert_eq!(documents[1].root.span.offset, 20);
/// ```
///
/// # Errors
/// Everything wrong with the text; reading goes on at the next document where it can.
pub fn parse(
    text: &str,
    file: FileId,
    dialect: Dialect,
    limits: &Limits,
) -> Result<Vec<Document>, Vec<ParseError>> {
    if u32::try_from(text.len()).is_err() {
        return Err(vec![refusal::too_long(file)]);
    }
    let mut errors = refusal::characters(text, file);
    if !errors.is_empty() {
        return Err(errors);
    }
    let (text, places) = Places::of(text, dialect);
    let mut reader = Reader::new(file, dialect, limits, places);
    let documents = match dialect {
        Dialect::Kustomize => read_pieces(&text, &mut reader, &mut errors),
        Dialect::Kubectl => read_stream(&text, &mut reader, &mut errors),
    };
    if errors.is_empty() {
        Ok(documents)
    } else {
        Err(errors)
    }
}

/// Reads all documents of a file's bytes: UTF-8, or UTF-16 if it says so by a byte-order mark.
///
/// Spans are offsets into the UTF-8 text, in the case of UTF-16 into its translation.
///
/// # Errors
/// The first byte that is no text, or what [`parse`] finds.
pub fn parse_bytes(
    bytes: &[u8],
    file: FileId,
    dialect: Dialect,
    limits: &Limits,
) -> Result<Vec<Document>, Vec<ParseError>> {
    let text: Cow<'_, str> = decode::text(bytes, file).map_err(|error| vec![error])?;
    parse(&text, file, dialect, limits)
}

/// Applies the merge keys of a tree that did not come from [`parse`], as Kustomize would: `root` as it is if
/// there is no `<<` in it.
///
/// # Errors
/// A merge key merges something that is no map.
pub fn expand_merges(root: Node, limits: &Limits) -> Result<Node, ParseError> {
    if !mentions_merge(&root) {
        return Ok(root);
    }
    let spent = &mut compose::Spent::default();
    expand::expand(root, &alias::Anchors::default(), limits, spent).map_err(expand::Refused::error)
}

/// Whether `<<` stands anywhere.
fn mentions_merge(root: &Node) -> bool {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        match &node.value {
            NodeValue::Scalar(text) if text == "<<" => return true,
            NodeValue::Scalar(_) => {}
            NodeValue::Sequence(items) => pending.extend(items),
            NodeValue::Mapping(mapping) => {
                for entry in &mapping.entries {
                    pending.push(&entry.key);
                    pending.push(&entry.value);
                }
            }
        }
    }
    false
}

/// Reads the first document of each piece, as Kustomize does.
fn read_pieces(text: &str, reader: &mut Reader<'_>, errors: &mut Vec<ParseError>) -> Vec<Document> {
    let pieces = match pieces::split(text) {
        Ok(pieces) => pieces,
        Err(separator) => {
            errors.push(reader.error(
                separator,
                "only a comment may follow `---` on its line".to_owned(),
            ));
            return Vec::new();
        }
    };
    let mut documents = Vec::with_capacity(pieces.len());
    for (number, piece) in pieces.iter().enumerate() {
        match reader.first_document(&text[piece.clone()], piece.start) {
            Ok(Some(root)) if !root.is_null() => documents.push(Document {
                root,
                piece: number,
                pieces: pieces.len(),
                duplicates: Vec::new(),
            }),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
        if reader.is_exhausted() {
            break;
        }
    }
    documents
}

/// Reads the documents of one stream, as kubectl's reader does.
fn read_stream(text: &str, reader: &mut Reader<'_>, errors: &mut Vec<ParseError>) -> Vec<Document> {
    let (mut documents, pieces) = reader.all_documents(text, errors);
    for document in &mut documents {
        document.pieces = pieces;
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{Dialect, FileId, Limits, Node};

    #[test]
    fn a_null_that_is_not_written_has_no_text() {
        let text = "a:\nb: ~\nc: # why\nd: [null, ]\n~:\n";
        let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default()).unwrap();
        let root = &documents[0].root;
        assert!(
            ["a", "b", "c", "~"]
                .iter()
                .all(|key| root.get(key).is_some_and(Node::is_null))
        );
        let texts = ["a", "b", "c", "~"].map(|key| root.get(key).and_then(Node::as_str));
        assert_eq!(texts, [Some(""), Some("~"), Some(""), Some("")]);
    }
}
