//! The tree that lives from parse to the last transformer.
//!
//! Aliases and merge keys are expanded by the reader, so a node is a plain tree. A node that a
//! transformer makes may have [`Tag::None`]: what its text means is then decided when it is lowered, by
//! the rules for a plain scalar, as go-yaml v3 does with a node whose tag is empty.

use crate::span::Span;
use crate::text::Text;

/// What a value is. Resolved by the reader for plain scalars; [`Tag::Str`] for quoted ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Not said: resolved from the text when lowered.
    None,
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`: the key `<<`
    Merge,
    /// `!!map`
    Map,
    /// `!!seq`
    Seq,
    /// A tag of the document's own, such as `!vault`; its name stays with the [`crate::Document`].
    Custom,
}

/// How a value was, or is to be, written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// Plain scalar, or block collection.
    #[default]
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// `[a, b]`, `{a: b}`
    Flow,
}

/// One value with its tag, style and place.
///
/// Two nodes are equal if tag, style and value are: where they stood does not count.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value began.
    pub span: Span,
    /// What it is.
    pub tag: Tag,
    /// How it was written.
    pub style: Style,
    /// The value.
    pub value: NodeValue,
}

/// The three kinds of node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeValue {
    /// A text; quotes and escapes are already undone.
    Scalar(Text),
    /// A list.
    Sequence(Vec<Node>),
    /// A map, in the order of the source; keys may repeat.
    Mapping(Mapping),
}

/// One `key: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Usually a scalar; anything else is refused when lowered.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// The entries of a map in order. The first entry of a repeated key is the one that look-ups find, as in kyaml.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The entries.
    pub entries: Vec<Entry>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.tag == other.tag && self.style == other.style && self.value == other.value
    }
}

impl Eq for Node {}

impl Node {
    /// A scalar without a tag: `5` lowers to a number. The counterpart of kyaml's `NewScalarRNode`.
    #[must_use]
    pub fn scalar(text: impl Into<Text>) -> Node {
        Node {
            span: Span::NONE,
            tag: Tag::None,
            style: Style::Plain,
            value: NodeValue::Scalar(text.into()),
        }
    }

    /// A string whatever its text. The counterpart of kyaml's `NewStringRNode`.
    #[must_use]
    pub fn string(text: impl Into<Text>) -> Node {
        Node {
            tag: Tag::Str,
            ..Node::scalar(text)
        }
    }

    /// An empty map.
    #[must_use]
    pub fn mapping() -> Node {
        Node::from(Mapping::default())
    }

    /// A list of these.
    #[must_use]
    pub fn sequence(items: Vec<Node>) -> Node {
        Node {
            span: Span::NONE,
            tag: Tag::Seq,
            style: Style::Plain,
            value: NodeValue::Sequence(items),
        }
    }

    /// The same node at `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Node {
        self.span = span;
        self
    }

    /// The text of a scalar.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match &self.value {
            NodeValue::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar as a string slice; see [`Text::as_str`] for what may be done with it.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    /// The items of a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&Vec<Node>> {
        match &self.value {
            NodeValue::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list, to change.
    #[must_use]
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            NodeValue::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            NodeValue::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The entries of a map, to change.
    #[must_use]
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            NodeValue::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The value under `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key)
    }

    /// The value under `key`, to change.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// The value under `keys`, one map inside the other.
    #[must_use]
    pub fn get_path(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether this is tagged `!!null`, be it written `null`, `~` or nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.tag == Tag::Null
    }

    /// kyaml's `IsYNodeNilOrEmpty`: null, `{}` or `[]`.
    #[must_use]
    pub fn is_null_or_empty(&self) -> bool {
        self.is_null()
            || match &self.value {
                NodeValue::Scalar(_) => false,
                NodeValue::Sequence(items) => items.is_empty(),
                NodeValue::Mapping(mapping) => mapping.entries.is_empty(),
            }
    }
}

impl From<Mapping> for Node {
    fn from(mapping: Mapping) -> Node {
        Node {
            span: Span::NONE,
            tag: Tag::Map,
            style: Style::Plain,
            value: NodeValue::Mapping(mapping),
        }
    }
}

impl Mapping {
    /// Index of the first entry of this key.
    #[must_use]
    pub fn position(&self, key: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.key.as_str() == Some(key))
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.position(key).map(|at| &self.entries[at].value)
    }

    /// The value under `key`, to change.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.position(key).map(|at| &mut self.entries[at].value)
    }

    /// The first entry of `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).map(|at| &self.entries[at])
    }

    /// Puts `value` under `key`: in place where the key is, at the end where it is not.
    pub fn set(&mut self, key: &str, value: Node) {
        match self.position(key) {
            Some(at) => self.entries[at].value = value,
            None => self.entries.push(Entry {
                key: Node::scalar(key).at(value.span),
                value,
            }),
        }
    }

    /// Takes out the first entry of `key`.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.position(key).map(|at| self.entries.remove(at))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
