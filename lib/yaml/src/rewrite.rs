//! Text that is read to change a value in it and write it again: JSON or YAML inside a scalar.
//!
//! What the readers of resources drop is kept here as go-yaml v3 keeps it: comments, anchors, aliases, tags as
//! they were written. A [`Draft`] holds the nodes and, in its [`Margin`], the notes of what a [`Node`] has no room
//! for, found by the node's span, which is a serial number here.

use crate::commented::{CommentedNode, Content, Names, read_first};
use crate::emit::node::{Beside, Comments, emit_node};
use crate::limits::Limits;
use crate::node::{Entry, Mapping, Node, NodeValue};
use crate::span::{FileId, Span};
use std::collections::HashMap;

/// The file of the nodes of a draft, which no table of files reaches: their offsets are serial numbers.
const NOWHERE: FileId = FileId(FileId::NONE.0 - 1);

/// A document on its way through a change.
pub struct Draft {
    /// The root. Nodes that come from elsewhere may be put into it.
    pub root: Node,
    /// What stands beside the nodes that were read.
    pub margin: Margin,
    comments: Comments,
}

/// What stands beside the nodes of a draft.
#[derive(Default)]
pub struct Margin {
    begun: u32,
    notes: HashMap<u32, Note>,
}

/// What stands beside a node.
struct Note {
    comments: Comments,
    names: Names,
    is_alias: bool,
}

/// Reads the first document of `text`; nothing if it holds none.
///
/// ```
/// use gitopsc_yaml::emit::node::Nothing;
/// use gitopsc_yaml::rewrite::read;
/// use gitopsc_yaml::{Limits, Node};
/// let mut draft = read("# ours\nport: 80 # http\n", &Limits::default()).unwrap().unwrap();
/// let port = draft.root.get_mut("port").unwrap();
/// port.value = Node::scalar("8080").value;
/// assert_eq!(draft.write(&Nothing), "# ours\nport: 8080 # http\n");
/// ```
///
/// # Errors
/// Why it is no YAML, in words for a person.
pub fn read(text: &str, limits: &Limits) -> Result<Option<Draft>, String> {
    let document =
        read_first(text.as_bytes(), FileId::NONE, limits).map_err(|error| error.message)?;
    Ok(document.map(|document| {
        let mut margin = Margin::default();
        Draft {
            root: margin.note(document.root),
            margin,
            comments: document.comments,
        }
    }))
}

impl Draft {
    /// The document as go-yaml's encoder writes it; `elsewhere` knows what stands beside nodes that were put in.
    #[must_use]
    pub fn write(&self, elsewhere: &dyn Beside) -> String {
        let document = Document {
            draft: self,
            elsewhere,
        };
        let mut text = String::new();
        emit_node(&self.root, &document, &mut text);
        text
    }
}

/// What stands beside the nodes, and beside the whole document.
struct Document<'d> {
    draft: &'d Draft,
    elsewhere: &'d dyn Beside,
}

impl Document<'_> {
    fn beside(&self, node: &Node) -> &dyn Beside {
        match node.span.file {
            NOWHERE => &self.draft.margin,
            _ => self.elsewhere,
        }
    }
}

impl Beside for Document<'_> {
    fn document(&self) -> Option<&Comments> {
        Some(&self.draft.comments)
    }

    fn comments(&self, node: &Node) -> Option<&Comments> {
        self.beside(node).comments(node)
    }

    fn tag(&self, node: &Node) -> Option<&str> {
        self.beside(node).tag(node)
    }

    fn anchor(&self, node: &Node) -> Option<&str> {
        self.beside(node).anchor(node)
    }

    fn is_alias(&self, node: &Node) -> bool {
        self.beside(node).is_alias(node)
    }
}

impl Beside for Margin {
    fn comments(&self, node: &Node) -> Option<&Comments> {
        self.get(node).map(|note| &note.comments)
    }

    fn tag(&self, node: &Node) -> Option<&str> {
        self.get(node)?.names.tag.as_deref()
    }

    fn anchor(&self, node: &Node) -> Option<&str> {
        self.get(node)?.names.anchor.as_deref()
    }

    fn is_alias(&self, node: &Node) -> bool {
        self.get(node).is_some_and(|note| note.is_alias)
    }
}

impl Margin {
    fn get(&self, node: &Node) -> Option<&Note> {
        if node.span.file != NOWHERE {
            return None;
        }
        self.notes.get(&node.span.offset)
    }

    /// The node that `commented` is, with what stands beside it noted.
    fn note(&mut self, commented: CommentedNode) -> Node {
        self.begun += 1;
        let span = Span::new(NOWHERE, self.begun);
        let is_alias = matches!(commented.content, Content::Alias(_));
        let (comments, names) = (commented.comments, commented.names);
        let alias = names.anchor.clone().unwrap_or_default();
        if is_alias || comments != Comments::default() || names != Names::default() {
            let note = Note {
                comments,
                names,
                is_alias,
            };
            self.notes.insert(span.offset, note);
        }
        let value = match commented.content {
            Content::Scalar(text) => NodeValue::Scalar(text.into()),
            Content::Alias(_) => return Node::scalar(alias).at(span),
            Content::Sequence(items) => {
                NodeValue::Sequence(items.into_iter().map(|item| self.note(item)).collect())
            }
            Content::Mapping(entries) => {
                let entries = entries.into_iter().map(|(key, value)| Entry {
                    key: self.note(key),
                    value: self.note(value),
                });
                NodeValue::Mapping(Mapping {
                    entries: entries.collect(),
                })
            }
        };
        Node {
            span,
            tag: commented.tag,
            style: commented.style,
            value,
        }
    }
}
