//! Comments on their way to the output.
//!
//! go-yaml's writer holds the comments of the node at hand until it comes to the place for them, and keeps
//! what found no place. We keep its rules, strange results included.

use super::Writer;
use crate::node::Node;

/// The comments at a node, with their `#`, lines separated by `\n`; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// On the lines above.
    pub head: String,
    /// Behind it on its line.
    pub line: String,
    /// On the lines below.
    pub foot: String,
}

/// What the source of a node holds beside it; the node itself does not know.
pub trait Beside {
    /// The comments of the document itself.
    fn document(&self) -> Option<&Comments> {
        None
    }

    /// The comments at `node`.
    fn comments(&self, node: &Node) -> Option<&Comments> {
        let _ = node;
        None
    }

    /// The tag of `node` if it was written, such as `!vault` or `!!str`: it is then written again.
    fn tag(&self, node: &Node) -> Option<&str> {
        let _ = node;
        None
    }

    /// The anchor of `node`.
    fn anchor(&self, node: &Node) -> Option<&str> {
        let _ = node;
        None
    }

    /// Whether `node` is an alias, its text being the anchor's name.
    fn is_alias(&self, node: &Node) -> bool {
        let _ = node;
        false
    }
}

/// Nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Beside for Nothing {}

/// Comments that wait for their place.
#[derive(Default)]
pub(super) struct Pending<'c> {
    head: &'c str,
    line: &'c str,
    foot: &'c str,
    tail: &'c str,
    /// The line comment of a key, which goes behind its value.
    key_line: &'c str,
    /// The column of the comment right above, if that was one below a node.
    pub(super) foot_column: Option<usize>,
}

impl<'c> Pending<'c> {
    pub(super) fn take_document_head(&mut self, beside: &'c dyn Beside) {
        if let Some(comments) = beside.document() {
            replace(&mut self.head, &comments.head);
        }
    }

    pub(super) fn take_document_foot(&mut self, beside: &'c dyn Beside) {
        if let Some(comments) = beside.document() {
            replace(&mut self.foot, &comments.foot);
        }
    }

    /// Takes up the comments of a node that begins: of a collection, only those above it.
    pub(super) fn take(&mut self, node: &Node, beside: &'c dyn Beside, tail: &'c str) {
        self.take_key(node, beside, tail);
        if let (Some(comments), true) = (beside.comments(node), node.as_text().is_some()) {
            replace(&mut self.foot, &comments.foot);
        }
    }

    /// Takes up the comments of a key, whose foot is handed on as the next key's `tail`.
    pub(super) fn take_key(&mut self, key: &Node, beside: &'c dyn Beside, tail: &'c str) {
        if key.as_sequence().is_none() && !beside.is_alias(key) {
            replace(&mut self.tail, tail);
        }
        let Some(comments) = beside.comments(key) else {
            return;
        };
        replace(&mut self.head, &comments.head);
        if key.as_text().is_some() {
            replace(&mut self.line, &comments.line);
        }
    }

    /// Takes up the comments at the end of a collection; those below a key belong to the map around it.
    pub(super) fn take_end(
        &mut self,
        node: &Node,
        beside: &'c dyn Beside,
        tail: &'c str,
        is_key: bool,
    ) {
        replace(&mut self.tail, tail);
        let Some(comments) = beside.comments(node) else {
            return;
        };
        replace(&mut self.line, &comments.line);
        if !is_key {
            replace(&mut self.foot, &comments.foot);
        }
    }

    pub(super) fn has_head(&self) -> bool {
        !self.head.is_empty()
    }

    /// Whether a comma must stand before the end of a flow map, because a comment does.
    pub(super) fn before_end(&self) -> bool {
        !(self.head.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }

    /// Whether a comma must stand behind a child in flow style, because a comment will.
    pub(super) fn after_child(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }

    pub(super) fn keep_line_of_key(&mut self) {
        if !self.line.is_empty() {
            self.key_line = std::mem::take(&mut self.line);
        }
    }

    pub(super) fn hand_line_of_key_on(&mut self) {
        if self.line.is_empty() {
            self.line = std::mem::take(&mut self.key_line);
        }
    }

    pub(super) fn swap_line_of_key(&mut self) {
        if !self.key_line.is_empty() || !self.line.is_empty() {
            std::mem::swap(&mut self.line, &mut self.key_line);
        }
    }
}

fn replace<'c>(old: &mut &'c str, new: &'c str) {
    if !new.is_empty() {
        *old = new;
    }
}

impl Writer<'_> {
    /// Goes to the indentation, leaving an empty line below a comment that belongs to what is above.
    pub(super) fn go_to_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if self.sink.needs_break(indent) {
            self.sink.put_break("\n");
        }
        if self.pending.foot_column.take() == Some(indent) {
            self.sink.put_break("\n");
        }
        self.sink.pad_to(indent);
    }

    pub(super) fn write_head(&mut self) {
        let tail = std::mem::take(&mut self.pending.tail);
        if !tail.is_empty() {
            self.go_to_indent();
            self.comment(tail);
            self.pending.foot_column = Some(self.indent.unwrap_or(0));
        }
        let head = std::mem::take(&mut self.pending.head);
        if !head.is_empty() {
            self.go_to_indent();
            self.comment(head);
        }
    }

    /// Writes the comment that stands behind a value; whether there was one.
    pub(super) fn write_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.pending.line);
        if line.is_empty() {
            return false;
        }
        self.sink.separate();
        self.comment(line);
        true
    }

    pub(super) fn write_foot(&mut self) {
        let foot = std::mem::take(&mut self.pending.foot);
        if !foot.is_empty() {
            self.go_to_indent();
            self.comment(foot);
            self.pending.foot_column = Some(self.indent.unwrap_or(0));
        }
    }

    pub(super) fn write_line_and_foot(&mut self) {
        self.write_line();
        self.write_foot();
    }

    /// Writes the lines of a comment, and a `#` where a line has none.
    fn comment(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.sink.put_break("\n");
            }
            if line.is_empty() {
                continue;
            }
            if at > 0 {
                self.go_to_indent();
            }
            if !line.starts_with('#') {
                self.sink.put("# ");
            }
            self.sink.put(line);
            self.sink.indention = false;
        }
        if !text.ends_with('\n') {
            self.sink.put_break("\n");
        }
        self.sink.whitespace = true;
    }
}
