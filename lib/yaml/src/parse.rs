//! From text to nodes.

use crate::limits::Limits;
use crate::node::Node;
use crate::resolve::Dialect;
use crate::span::{FileId, Span};

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The root. An empty document has none and is not returned.
    pub root: Node,
}

/// Why a text is not YAML, or not YAML that this dialect or these limits admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where.
    pub span: Span,
    /// What, without the place, in words for a person.
    pub message: String,
}

/// Reads all documents of `text`.
///
/// # Errors
/// Everything wrong with the text; reading goes on at the next document where it can.
pub fn parse(
    _text: &str,
    _file: FileId,
    _dialect: Dialect,
    _limits: &Limits,
) -> Result<Vec<Document>, Vec<ParseError>> {
    Ok(Vec::new())
}

/// Reads all documents of a file's bytes.
///
/// # Errors
/// That it is no text, or what [`parse`] finds.
pub fn parse_bytes(
    bytes: &[u8],
    file: FileId,
    dialect: Dialect,
    limits: &Limits,
) -> Result<Vec<Document>, Vec<ParseError>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text, file, dialect, limits),
        Err(_) => Err(vec![ParseError {
            span: Span::new(file, 0),
            message: "this is no UTF-8 text".to_owned(),
        }]),
    }
}
