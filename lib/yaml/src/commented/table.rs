//! What stands beside the nodes of a file that Kustomize read as resources, by their places in it.
//!
//! Comments and written tags are asked for rarely, so the nodes of [`crate::parse`] do not carry them.

use super::{CommentedNode, Content, compose, text};
use crate::emit::node::{Beside, Comments};
use crate::limits::Limits;
use crate::node::{Node, NodeValue};
use crate::parse::pieces;
use crate::parse::place::Places;
use crate::resolve::Dialect;
use crate::span::FileId;
use std::collections::HashMap;

/// The comments and written tags of one file.
#[derive(Debug, Default)]
pub struct MarginTable(HashMap<Place, Note>);

#[derive(Debug)]
struct Note {
    comments: Comments,
    tag: Option<String>,
}

/// Where a node begins. A map begins where its first key does, so scalars are told apart.
type Place = (u32, bool);

impl MarginTable {
    /// What stands in `bytes`, which is cut into pieces as Kustomize does it; nothing where it cannot be read.
    #[must_use]
    pub fn of(bytes: &[u8], limits: &Limits) -> MarginTable {
        let mut table = MarginTable::default();
        if !bytes.iter().any(|byte| matches!(byte, b'#' | b'!')) {
            return table;
        }
        let Ok(text) = text(bytes, FileId::NONE) else {
            return table;
        };
        let (text, places) = Places::of(&text, Dialect::Kustomize);
        for piece in pieces::split(&text).unwrap_or_default() {
            let composer = compose::Composer::new(&text[piece.clone()], FileId::NONE, limits);
            if let Ok(Some(document)) = composer.first_document() {
                table.take(document.root, piece.start, &places);
            }
        }
        table
    }

    fn get(&self, node: &Node) -> Option<&Note> {
        let is_scalar = matches!(node.value, NodeValue::Scalar(_));
        self.0.get(&(node.span.offset, is_scalar))
    }

    /// Takes what stands beside `node` and all below it; its text begins at `base` in the file.
    fn take(&mut self, node: CommentedNode, base: usize, places: &Places) {
        if node.comments != Comments::default() || node.names.tag.is_some() {
            let offset = places.original(base + node.span.offset as usize);
            let is_scalar = matches!(node.content, Content::Scalar(_));
            let note = Note {
                comments: node.comments,
                tag: node.names.tag,
            };
            self.0.insert((offset, is_scalar), note);
        }
        match node.content {
            Content::Scalar(_) | Content::Alias(_) => {}
            Content::Sequence(items) => items
                .into_iter()
                .for_each(|item| self.take(item, base, places)),
            Content::Mapping(entries) => entries.into_iter().for_each(|(key, value)| {
                self.take(key, base, places);
                self.take(value, base, places);
            }),
        }
    }
}

impl Beside for MarginTable {
    fn comments(&self, node: &Node) -> Option<&Comments> {
        self.get(node).map(|note| &note.comments)
    }

    fn tag(&self, node: &Node) -> Option<&str> {
        self.get(node)?.tag.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::MarginTable;
    use crate::emit::node::Beside;
    use crate::{Dialect, FileId, Limits, parse};

    #[test]
    fn comments_are_found_by_the_nodes_of_the_reader() {
        let text =
            "a: 1 # one\r\n---\r\n# head\r\nb:\r\n- x: y # two\r\n  z: !!str 0\r\n- w # three\r\n";
        let limits = Limits::default();
        let documents = parse(text, FileId(0), Dialect::Kustomize, &limits).expect("good YAML");
        let table = MarginTable::of(text.as_bytes(), &limits);
        let line = |node| table.comments(node).map(|comments| comments.line.as_str());
        assert_eq!(line(documents[0].root.get("a").unwrap()), Some("# one"));
        let items = documents[1].root.get("b").unwrap().as_sequence().unwrap();
        assert_eq!(line(items[0].get("x").unwrap()), Some("# two"));
        assert_eq!(table.tag(items[0].get("z").unwrap()), Some("!!str"));
        assert_eq!(line(&items[0]), None);
        assert_eq!(line(&items[1]), Some("# three"));
        let key = &documents[1].root.as_mapping().unwrap().entries[0].key;
        assert_eq!(table.comments(key).unwrap().head, "# head");
    }
}
