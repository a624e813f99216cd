//! The nodes of one document as cells in one vector, known by number.
//!
//! The first cells are the nodes as they were written, in their order, so that a serial number of the composer
//! is a cell's number.

use super::Refused;
use crate::limits::Limits;
use crate::node::{Entry, Mapping, Node, NodeValue, Style, Tag};
use crate::parse::compose::Spent;
use crate::span::Span;
use crate::text::Text;

/// A place that holds a cell: the root, or a child of a cell.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    parent: usize,
    at: usize,
}

impl Slot {
    /// The root's place.
    pub(super) const ROOT: Slot = Slot {
        parent: usize::MAX,
        at: 0,
    };

    /// The place of a child; a map has key and value in turn.
    pub(super) fn child(parent: usize, at: usize) -> Slot {
        Slot { parent, at }
    }
}

/// What kind of cell this is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

#[derive(Clone)]
enum Body {
    Scalar(Text),
    Sequence(Vec<usize>),
    /// Key and value in turn.
    Mapping(Vec<usize>),
    Alias(usize),
}

#[derive(Clone)]
struct Cell {
    span: Span,
    tag: Tag,
    style: Style,
    body: Body,
    /// Whether its expansion has begun and not ended.
    open: bool,
}

/// The cells of one document.
pub(super) struct Cells<'a> {
    cells: Vec<Cell>,
    root: usize,
    /// How many cells are nodes as they were written.
    written: usize,
    limits: &'a Limits,
    spent: &'a mut Spent,
}

impl<'a> Cells<'a> {
    /// The cells of `root`, in which the nodes of these serial numbers are aliases.
    pub(super) fn of(
        root: Node,
        aliases: &[(usize, usize)],
        limits: &'a Limits,
        spent: &'a mut Spent,
    ) -> Cells<'a> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut waiting: Vec<(Option<usize>, Node)> = vec![(None, root)];
        while let Some((parent, node)) = waiting.pop() {
            let number = cells.len();
            if let Some(parent) = parent
                && let Body::Sequence(children) | Body::Mapping(children) = &mut cells[parent].body
            {
                children.push(number);
            }
            let body = match node.value {
                NodeValue::Scalar(text) => Body::Scalar(text),
                NodeValue::Sequence(items) => {
                    let body = Body::Sequence(Vec::with_capacity(items.len()));
                    waiting.extend(items.into_iter().rev().map(|item| (Some(number), item)));
                    body
                }
                NodeValue::Mapping(map) => {
                    let body = Body::Mapping(Vec::with_capacity(2 * map.len()));
                    let pairs = map.entries.into_iter().rev();
                    waiting.extend(
                        pairs
                            .flat_map(|entry| [entry.value, entry.key])
                            .map(|node| (Some(number), node)),
                    );
                    body
                }
            };
            cells.push(Cell {
                span: node.span,
                tag: node.tag,
                style: node.style,
                body,
                open: false,
            });
        }
        for (alias, target) in aliases {
            cells[*alias].body = Body::Alias(*target);
        }
        Cells {
            written: cells.len(),
            cells,
            root: 0,
            limits,
            spent,
        }
    }

    /// The cell in the slot.
    pub(super) fn at(&self, slot: Slot) -> usize {
        match self.cells.get(slot.parent) {
            None => self.root,
            Some(_) => self.children(slot.parent)[slot.at],
        }
    }

    /// Puts the cell into the slot.
    pub(super) fn put(&mut self, slot: Slot, cell: usize) {
        match self.cells.get_mut(slot.parent) {
            Some(Cell {
                body: Body::Sequence(children) | Body::Mapping(children),
                ..
            }) => children[slot.at] = cell,
            _ => self.root = cell,
        }
    }

    /// What the alias in the slot stands for, if there is one.
    pub(super) fn target(&self, slot: Slot) -> Option<usize> {
        self.target_of(self.at(slot))
    }

    /// What the cell stands for, if it is an alias.
    pub(super) fn target_of(&self, cell: usize) -> Option<usize> {
        match self.cells[cell].body {
            Body::Alias(target) => Some(target),
            _ => None,
        }
    }

    pub(super) fn content(&self, cell: usize) -> Content {
        match self.cells[cell].body {
            Body::Scalar(_) => Content::Scalar,
            Body::Sequence(_) => Content::Sequence,
            Body::Mapping(_) => Content::Mapping,
            Body::Alias(_) => Content::Alias,
        }
    }

    pub(super) fn tag(&self, cell: usize) -> Tag {
        self.cells[cell].tag
    }

    /// The text of a scalar; empty for anything else, and for an alias as in kyaml its name, which is no key.
    pub(super) fn text(&self, cell: usize) -> &str {
        match &self.cells[cell].body {
            Body::Scalar(text) => text.as_str(),
            _ => "",
        }
    }

    /// The children of a collection; a map's are key and value in turn.
    pub(super) fn children(&self, cell: usize) -> &[usize] {
        match &self.cells[cell].body {
            Body::Sequence(children) | Body::Mapping(children) => children,
            _ => &[],
        }
    }

    pub(super) fn child_count(&self, cell: usize) -> usize {
        self.children(cell).len()
    }

    /// Gives a collection these children.
    pub(super) fn set_children(&mut self, cell: usize, new: Vec<usize>) {
        if let Body::Sequence(children) | Body::Mapping(children) = &mut self.cells[cell].body {
            *children = new;
        }
    }

    pub(super) fn is_open(&self, cell: usize) -> bool {
        self.cells[cell].open
    }

    pub(super) fn open(&mut self, cell: usize) {
        self.cells[cell].open = true;
    }

    pub(super) fn close(&mut self, cell: usize) {
        self.cells[cell].open = false;
    }

    /// Whether the cell is a node as it was written, which an alias may stand for, and no copy.
    pub(super) fn is_written(&self, cell: usize) -> bool {
        cell < self.written
    }

    /// A deep copy as it is now; aliases in it stay aliases of the same cells.
    pub(super) fn copy(&mut self, cell: usize) -> Result<usize, Refused> {
        let copy = self.push_copy(cell)?;
        let mut waiting = vec![copy];
        while let Some(parent) = waiting.pop() {
            let mut children = self.children(parent).to_vec();
            for child in &mut children {
                *child = self.push_copy(*child)?;
                waiting.push(*child);
            }
            self.set_children(parent, children);
        }
        Ok(copy)
    }

    fn push_copy(&mut self, cell: usize) -> Result<usize, Refused> {
        self.spent.nodes += 1;
        if self.spent.nodes > self.limits.nodes {
            return Err(Refused {
                span: self.cells[cell].span,
                message: self.limits.too_many_nodes(),
                exhausted: true,
            });
        }
        let copy = Cell {
            open: false,
            ..self.cells[cell].clone()
        };
        self.cells.push(copy);
        Ok(self.cells.len() - 1)
    }

    /// A refusal at what is in the slot.
    pub(super) fn refuse(&self, slot: Slot, message: &str) -> Refused {
        self.refuse_cell(self.at(slot), message)
    }

    /// A refusal at the cell.
    pub(super) fn refuse_cell(&self, cell: usize, message: &str) -> Refused {
        Refused {
            span: self.cells[cell].span,
            message: message.to_owned(),
            exhausted: false,
        }
    }

    /// The tree of the root, in which no alias is left.
    pub(super) fn into_tree(self) -> Result<Node, Refused> {
        let mut done: Vec<Node> = Vec::new();
        let mut open: Vec<(usize, usize, usize)> = Vec::new();
        let mut next = Some(self.root);
        loop {
            if let Some(cell) = next.take() {
                match &self.cells[cell].body {
                    Body::Scalar(text) => {
                        done.push(self.node(cell, NodeValue::Scalar(text.clone())))
                    }
                    _ if open.len() >= self.limits.depth => {
                        return Err(self.refuse_cell(cell, &self.limits.too_deep()));
                    }
                    _ => open.push((cell, 0, done.len())),
                }
            }
            let Some((cell, at, first)) = open.last_mut() else {
                break;
            };
            if let Some(child) = self.children(*cell).get(*at) {
                *at += 1;
                next = Some(*child);
                continue;
            }
            let value = collected(&self.cells[*cell].body, &mut done, *first);
            let node = self.node(*cell, value);
            open.pop();
            done.push(node);
        }
        Ok(done.pop().unwrap_or_else(Node::mapping))
    }

    fn node(&self, cell: usize, value: NodeValue) -> Node {
        let Cell {
            span, tag, style, ..
        } = self.cells[cell];
        Node {
            span,
            tag,
            style,
            value,
        }
    }
}

/// The collection of the nodes from `first` on.
fn collected(body: &Body, done: &mut Vec<Node>, first: usize) -> NodeValue {
    let mut children = done.drain(first..);
    if !matches!(body, Body::Mapping(_)) {
        return NodeValue::Sequence(children.collect());
    }
    let mut entries = Vec::with_capacity(children.len() / 2);
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    NodeValue::Mapping(Mapping { entries })
}
