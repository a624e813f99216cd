//! Reading a text with its comments, each at the value that go-yaml v3 attaches it to.
//!
//! Which value that is falls out of the order in which go-yaml's scanner looks ahead, so this reader has a
//! scanner with the same order; [`mod@crate::parse`] drops comments and needs none. Aliases and merge keys stay
//! as they are written. What the documents mean is no matter of this module.

mod collection;
mod comment;
mod compose;
mod cursor;
mod document;
mod indent;
mod property;
mod quoted;
mod scalar;
mod scan;
mod table;
mod token;

pub use table::MarginTable;

use crate::emit::node::Comments;
use crate::limits::Limits;
use crate::node::{Style, Tag};
use crate::parse::{ParseError, decode, refusal};
use crate::span::{FileId, Span};
use std::borrow::Cow;
use std::sync::Arc;

/// A document with its comments.
#[derive(Clone, Debug)]
pub struct CommentedDocument {
    /// What belongs to no value: above everything, and below everything.
    pub comments: Comments,
    /// The root; a null if the document is empty.
    pub root: CommentedNode,
}

/// A value as it is written, with its comments.
#[derive(Clone, Debug)]
pub struct CommentedNode {
    /// Where it begins.
    pub span: Span,
    /// What it is: said, or resolved from a plain text.
    pub tag: Tag,
    /// How it is written.
    pub style: Style,
    /// The comments at it.
    pub comments: Comments,
    /// The names at it.
    pub names: Names,
    /// The value.
    pub content: Content,
}

/// The names that stand at a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Its anchor; of an alias, the anchor that it stands for.
    pub anchor: Option<String>,
    /// Its tag if that is written, short if it is one of YAML's own: `!!str`, `!vault`.
    pub tag: Option<String>,
}

/// What a [`CommentedNode`] holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// A text; quotes and escapes are undone.
    Scalar(String),
    /// A list.
    Sequence(Vec<CommentedNode>),
    /// Keys and values in the order of the source; keys may repeat.
    Mapping(Vec<(CommentedNode, CommentedNode)>),
    /// The value that an anchor names.
    Alias(Arc<CommentedNode>),
}

/// Reads all documents of `bytes`, which is UTF-8, or UTF-16 if it says so by a byte-order mark.
///
/// ```
/// use gitopsc_yaml::commented::{Content, read};
/// use gitopsc_yaml::{FileId, Limits};
/// let documents = read(b"# why\na: 1\n", FileId(0), &Limits::default()).unwrap();
/// let Content::Mapping(entries) = &documents[0].root.content else { panic!() };
/// assert_eq!(entries[0].0.comments.head, "# why");
/// ```
///
/// # Errors
/// The first thing that go-yaml refuses.
pub fn read(
    bytes: &[u8],
    file: FileId,
    limits: &Limits,
) -> Result<Vec<CommentedDocument>, ParseError> {
    let text = text(bytes, file)?;
    compose::Composer::new(&text, file, limits).documents()
}

/// Reads the first document of `bytes`, as [`read`] does; nothing if there is none. What is behind it may be
/// anything.
///
/// # Errors
/// The first thing that go-yaml refuses.
pub fn read_first(
    bytes: &[u8],
    file: FileId,
    limits: &Limits,
) -> Result<Option<CommentedDocument>, ParseError> {
    let text = text(bytes, file)?;
    compose::Composer::new(&text, file, limits).first_document()
}

/// The text of the plain or quoted scalar that is `written`; nothing if go-yaml would end it earlier.
pub(crate) fn flow_scalar(written: &str, style: Style) -> Option<String> {
    scan::Scanner::new(written, 1).lone_scalar(style)
}

/// The text of `bytes`, if it can be read at all.
fn text(bytes: &[u8], file: FileId) -> Result<Cow<'_, str>, ParseError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(refusal::too_long(file));
    }
    let text = decode::text(bytes, file)?;
    match refusal::characters(&text, file).into_iter().next() {
        Some(error) => Err(error),
        None => Ok(text),
    }
}
