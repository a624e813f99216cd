//! Text of a node, byte for byte as Kustomize writes YAML inside a scalar that it edits.
//!
//! That is go-yaml v3's encoder, without folding; order, quotes and comments stay as they were. Kustomize and
//! SOPS differ in the [`Layout`] that they ask for. What a resource looks like on standard output is another
//! thing: see [`super::emit`].

mod comment;
mod encode;
mod presentation;

pub use comment::{Beside, Comments, Nothing};
pub use encode::{encode_binary, encode_string, is_read_back, written_style};
pub(crate) use presentation::string_style;

use super::scalar::{self, Place, ScalarStyle, write_scalar};
use super::sink::Sink;
use crate::node::{Node, NodeValue};
use comment::Pending;
use presentation::{Presentation, is_flow, is_simple_key, presentation};

/// How far things are indented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How many columns a level has; from 2 to 9.
    pub indent: usize,
    /// Whether the `-` of a list in a map counts as indentation.
    pub compact: bool,
}

impl Layout {
    /// What kyaml asks for.
    pub const KUSTOMIZE: Layout = Layout {
        indent: 2,
        compact: true,
    };

    /// What SOPS asks for, if its configuration does not say otherwise.
    pub const SOPS: Layout = Layout {
        indent: 4,
        compact: false,
    };
}

/// Appends `root` to `out` as one YAML document, with a final newline. Secret text is written as it is: the
/// caller makes a secret of the result with [`crate::Text::derive`].
///
/// ```
/// use gitopsc_yaml::emit::node::{Nothing, emit_node};
/// use gitopsc_yaml::Node;
/// let mut text = String::new();
/// let list = Node::sequence(vec![Node::string("5"), Node::scalar("5")]);
/// emit_node(&list, &Nothing, &mut text);
/// assert_eq!(text, "- \"5\"\n- 5\n");
/// ```
pub fn emit_node(root: &Node, beside: &dyn Beside, out: &mut String) {
    emit_documents(std::slice::from_ref(root), beside, Layout::KUSTOMIZE, out);
}

/// Appends `roots` to `out`, each as one YAML document with a final newline, `---` between them; else as
/// [`emit_node`] does.
pub fn emit_documents(roots: &[Node], beside: &dyn Beside, layout: Layout, out: &mut String) {
    let mut writer = Writer {
        sink: Sink::new(out, usize::MAX),
        pending: Pending::default(),
        beside,
        layout,
        open: Vec::new(),
        indent: None,
        flow_level: 0,
    };
    for (at, root) in roots.iter().enumerate() {
        if at > 0 {
            writer.sink.indicator("---", false);
            writer.go_to_indent();
        }
        writer.begin_document(root);
        while writer.step() {}
        writer.end_document();
    }
}

/// A collection that is being written.
struct Open<'n> {
    node: &'n Node,
    flow: bool,
    spot: Spot,
    /// Whether it stands behind the `-` of a list.
    in_item: bool,
    /// How many children were begun; key and value count as two.
    begun: usize,
    /// The indentation around it.
    outer: Option<usize>,
    /// Whether the comma after the last child is written already.
    comma_written: bool,
    /// Whether the last key was written without `?`.
    simple: bool,
    /// The comment below the last entry, which is written before the next key.
    tail: &'n str,
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// In a list, or as the root.
    Item,
    /// As a key, with or without `?`.
    Key {
        simple: bool,
    },
    Value,
}

/// A child of a collection.
enum Child<'n> {
    Item(&'n Node),
    Key(&'n Node),
    Value(&'n Node),
}

impl<'n> Open<'n> {
    fn next(&mut self) -> Option<Child<'n>> {
        let at = self.begun;
        self.begun += 1;
        match &self.node.value {
            NodeValue::Sequence(items) => items.get(at).map(Child::Item),
            NodeValue::Mapping(mapping) => {
                let entry = mapping.entries.get(at / 2)?;
                Some(if at.is_multiple_of(2) {
                    Child::Key(&entry.key)
                } else {
                    Child::Value(&entry.value)
                })
            }
            NodeValue::Scalar(_) => None,
        }
    }
}

struct Writer<'n> {
    sink: Sink<'n>,
    pending: Pending<'n>,
    beside: &'n dyn Beside,
    layout: Layout,
    open: Vec<Open<'n>>,
    /// The column of the innermost collection; none at the root.
    indent: Option<usize>,
    flow_level: usize,
}

impl<'n> Writer<'n> {
    fn begin_document(&mut self, root: &'n Node) {
        self.pending.take_document_head(self.beside);
        if self.pending.has_head() {
            self.write_head();
            self.sink.put_break("\n");
        }
        self.pending.take(root, self.beside, "");
        self.write_head();
        self.begin(root, Spot::Item);
        self.write_line_and_foot();
    }

    fn end_document(&mut self) {
        self.pending.take_document_foot(self.beside);
        self.pending.foot_column = Some(0);
        self.write_foot();
        self.pending.foot_column = None;
        self.go_to_indent();
    }

    /// Writes the next child of the innermost collection, or its end. False when all is written.
    fn step(&mut self) -> bool {
        let Some(open) = self.open.last_mut() else {
            return false;
        };
        let first = open.begun == 0;
        let (flow, comma) = (open.flow, !first && !open.comma_written);
        let child = open.next();
        if first {
            self.enter();
        }
        match (child, flow) {
            (None, _) => self.leave(flow, comma),
            (Some(Child::Item(item)), false) => self.block_item(item),
            (Some(Child::Key(key)), false) => self.block_key(key),
            (Some(Child::Value(value)), false) => self.block_value(value),
            (Some(Child::Item(item)), true) => self.flow_item(item, comma),
            (Some(Child::Key(key)), true) => self.flow_key(key, comma),
            (Some(Child::Value(value)), true) => self.flow_value(value),
        }
        true
    }

    /// Indents for the innermost collection, at its first child.
    fn enter(&mut self) {
        let Some(open) = self.open.last() else { return };
        let is_map = matches!(open.node.value, NodeValue::Mapping(_));
        let deeper = self.deeper(open.in_item);
        if open.flow {
            self.sink.open_bracket(if is_map { "{" } else { "[" });
            self.indent = Some(deeper);
            self.flow_level += 1;
            return;
        }
        let compact = self.layout.compact
            && !is_map
            && open.spot != Spot::Item
            && (self.sink.column == 0 || !self.sink.indention);
        self.indent = match self.indent {
            None => Some(0),
            Some(_) if compact => Some(deeper - 2),
            Some(_) => Some(deeper),
        };
    }

    /// Ends the innermost collection.
    fn leave(&mut self, flow: bool, comma: bool) {
        let Some(open) = self.open.pop() else { return };
        let is_map = matches!(open.node.value, NodeValue::Mapping(_));
        let is_key = matches!(open.spot, Spot::Key { .. });
        self.pending
            .take_end(open.node, self.beside, open.tail, is_key);
        if !flow {
            if is_map {
                self.write_head();
            }
            self.indent = open.outer;
            return;
        }
        if is_map {
            if comma && self.pending.before_end() {
                self.sink.attach(",");
            }
            self.write_head();
        }
        self.flow_level -= 1;
        self.indent = open.outer;
        if !is_map && self.sink.column == 0 {
            self.go_to_indent();
        }
        self.sink.attach(if is_map { "}" } else { "]" });
        self.write_line_and_foot();
    }

    fn block_item(&mut self, item: &'n Node) {
        self.pending.take(item, self.beside, "");
        self.write_head();
        self.go_to_indent();
        self.sink.indicator("-", true);
        self.begin(item, Spot::Item);
        self.write_line_and_foot();
    }

    fn block_key(&mut self, key: &'n Node) {
        self.take_key(key);
        self.write_head();
        self.go_to_indent();
        self.pending.keep_line_of_key();
        self.key(key, true);
    }

    /// Writes a key, behind a `?` if it must be; `keeps_indention` in block style.
    fn key(&mut self, key: &'n Node, keeps_indention: bool) {
        let simple = is_simple_key(key, self.beside);
        if !simple {
            self.sink.indicator("?", keeps_indention);
        }
        if let Some(open) = self.open.last_mut() {
            open.simple = simple;
        }
        self.begin(key, Spot::Key { simple });
    }

    fn block_value(&mut self, value: &'n Node) {
        self.pending.take(value, self.beside, "");
        if self.open.last().is_some_and(|open| open.simple) {
            self.sink.attach(":");
        } else {
            self.go_to_indent();
            self.sink.indicator(":", true);
        }
        if self.beside.is_alias(value) {
            // go-yaml keeps the comment of the key for the next one.
        } else if value.as_text().is_some() {
            self.pending.hand_line_of_key_on();
        } else if !is_flow(value) {
            self.pending.swap_line_of_key();
            self.write_line();
            self.pending.swap_line_of_key();
        }
        self.begin(value, Spot::Value);
        self.write_line_and_foot();
    }

    fn flow_item(&mut self, item: &'n Node, comma: bool) {
        self.pending.take(item, self.beside, "");
        self.before_flow_child(comma);
        self.note_comma();
        self.begin(item, Spot::Item);
        self.after_flow_child();
    }

    fn flow_key(&mut self, key: &'n Node, comma: bool) {
        self.take_key(key);
        self.before_flow_child(comma);
        self.key(key, false);
    }

    fn flow_value(&mut self, value: &'n Node) {
        self.pending.take(value, self.beside, "");
        if self.open.last().is_some_and(|open| open.simple) {
            self.sink.attach(":");
        } else {
            self.sink.indicator(":", false);
        }
        self.note_comma();
        self.begin(value, Spot::Value);
        self.after_flow_child();
    }

    fn before_flow_child(&mut self, comma: bool) {
        if comma {
            self.sink.attach(",");
        }
        self.write_head();
        if self.sink.column == 0 {
            self.go_to_indent();
        }
    }

    /// Notes whether the comma after the child at hand will stand before a comment.
    fn note_comma(&mut self) {
        let comma_written = self.pending.after_child();
        if let Some(open) = self.open.last_mut() {
            open.comma_written = comma_written;
        }
    }

    fn after_flow_child(&mut self) {
        if self.pending.after_child() {
            self.sink.attach(",");
        }
        self.write_line_and_foot();
    }

    fn take_key(&mut self, key: &'n Node) {
        let foot = self
            .beside
            .comments(key)
            .map_or("", |comments| comments.foot.as_str());
        let tail = self
            .open
            .last_mut()
            .map_or("", |open| std::mem::replace(&mut open.tail, foot));
        self.pending.take_key(key, self.beside, tail);
    }

    /// Writes a scalar, or opens a collection.
    fn begin(&mut self, node: &'n Node, spot: Spot) {
        let simple_key = matches!(spot, Spot::Key { simple: true });
        if self.beside.is_alias(node) {
            return self.named("*", node.as_str().unwrap_or_default());
        }
        if let Some(anchor) = self.beside.anchor(node) {
            self.named("&", anchor);
        }
        let shown = presentation(node, self.beside, self.flow_level > 0, simple_key);
        if let Some(tag) = &shown.tag {
            self.sink.separate();
            self.sink.attach(tag);
        }
        let in_item = self.is_in_item();
        let NodeValue::Scalar(text) = &node.value else {
            self.open.push(Open {
                node,
                flow: self.flow_level > 0 || is_flow(node),
                spot,
                in_item,
                begun: 0,
                outer: self.indent,
                comma_written: false,
                simple: false,
                tail: "",
            });
            return;
        };
        self.scalar(text.as_str(), &shown, !simple_key);
    }

    /// Writes an anchor or alias.
    fn named(&mut self, mark: &str, name: &str) {
        self.sink.indicator(mark, false);
        self.sink.attach(name);
    }

    fn scalar(&mut self, text: &str, shown: &Presentation, may_fold: bool) {
        let indent = self.deeper(self.is_in_item());
        let (mark, body): (_, fn(&mut Sink, &str, usize)) = match shown.style {
            ScalarStyle::Literal => ("|", scalar::literal_body),
            ScalarStyle::Folded => (">", scalar::folded_body),
            style => return write_scalar(&mut self.sink, text, style, Place { indent, may_fold }),
        };
        scalar::block_header(&mut self.sink, mark, text, self.layout.indent);
        let outer = self.indent.replace(indent);
        if !self.write_line() {
            self.sink.put_break("\n");
        }
        self.indent = outer;
        body(&mut self.sink, text, indent);
    }

    /// Whether what is written next is an item of a list in block style.
    fn is_in_item(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| !open.flow && open.node.as_sequence().is_some())
    }

    /// The column of what is written inside the innermost collection: behind the `-` of an item, or at the
    /// next level.
    fn deeper(&self, in_item: bool) -> usize {
        let level = self.layout.indent;
        match self.indent {
            None => level,
            Some(indent) if in_item => indent + 2,
            Some(indent) => (indent + level) / level * level,
        }
    }
}
