//! What SOPS sees in every format: branches of keys and values in order, with comments between them.

use crate::bytes::Plaintext;
use gitopsc_yaml::Span;
use gitopsc_yaml::resolve::Timestamp;
use zeroize::Zeroizing;

/// How deep values may nest, so that recursion over them is bounded.
pub(crate) const DEPTH: usize = 200;

/// One document: its entries and comments in order.
pub(crate) type Branch = Vec<Item>;

/// A line of a branch.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Comment(Comment),
    Entry(Entry),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Value,
}

/// A key; without a text if it is no string.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) span: Span,
    pub(crate) text: Option<Vec<u8>>,
}

/// A comment without its mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comment {
    pub(crate) text: Plaintext,
    /// Whether it stands behind a value.
    pub(crate) inline: bool,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) span: Span,
    /// Whether it came out of decryption.
    pub(crate) secret: bool,
    pub(crate) content: Content,
}

/// What a value holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Null,
    Text(Plaintext),
    Int(i64),
    /// An integer that fits no `i64`: SOPS cannot handle it outside of its own metadata.
    Big(u64),
    Float(f64),
    Bool(bool),
    Time(Timestamp),
    Map(Branch),
    /// Its items, and the comments between them.
    List(Vec<Value>),
    /// A comment in a list, or a value that was decrypted to one.
    Comment(Comment),
}

impl Key {
    /// The key `text`.
    pub(crate) fn new(text: &[u8], span: Span) -> Key {
        Key {
            span,
            text: Some(text.to_vec()),
        }
    }
}

impl Value {
    /// A value that stands in the file as it is.
    pub(crate) fn new(content: Content, span: Span) -> Value {
        Value {
            span,
            secret: false,
            content,
        }
    }
}

impl Content {
    /// A text.
    pub(crate) fn text(text: &[u8]) -> Content {
        Content::Text(Zeroizing::new(text.to_vec()))
    }
}

impl Comment {
    /// A comment on a line of its own.
    pub(crate) fn new(text: &[u8]) -> Comment {
        Comment {
            text: Zeroizing::new(text.to_vec()),
            inline: false,
        }
    }
}

impl Item {
    /// The entry, if this is one.
    pub(crate) fn entry(&self) -> Option<&Entry> {
        match self {
            Item::Entry(entry) => Some(entry),
            Item::Comment(_) => None,
        }
    }

    /// An entry of the key `text`.
    pub(crate) fn new(text: &[u8], value: Value) -> Item {
        Item::Entry(Entry {
            key: Key::new(text, value.span),
            value,
        })
    }
}
