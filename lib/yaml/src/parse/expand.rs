//! Aliases and merge keys made plain values, exactly as kyaml's `DeAnchor` does it (kyaml/yaml/rnode.go).
//!
//! kyaml works in place on shared nodes, and what an alias or a merge copies depends on whether its target was
//! expanded before: of a merge in a merge the inner `<<` stays a key. So this follows the same steps on cells
//! that know each other by number. A document without aliases and `<<` never comes here.

mod cells;
mod merge;

use super::ParseError;
use super::alias::Anchors;
use super::compose::Spent;
use crate::limits::Limits;
use crate::node::Node;
use crate::span::Span;
use cells::{Cells, Content, Slot};

/// Why a document cannot be expanded.
pub(super) struct Refused {
    pub(super) span: Span,
    pub(super) message: String,
    /// Whether a limit of the whole file was met.
    pub(super) exhausted: bool,
}

impl Refused {
    pub(super) fn error(self) -> ParseError {
        match self.exhausted {
            true => ParseError::limit(self.span, self.message),
            false => ParseError::syntax(self.span, self.message),
        }
    }
}

/// A step that is still to be done, in the order of a stack.
enum Step {
    /// Expand what is in the slot.
    Slot(Slot),
    /// Expand this cell.
    Cell(usize),
    /// The expansion of this cell is done.
    Done(usize),
    /// Put a copy of the cell into the slot.
    Copy { from: usize, to: Slot },
}

/// The expanded tree of `root`.
pub(super) fn expand(
    root: Node,
    anchors: &Anchors,
    limits: &Limits,
    spent: &mut Spent,
) -> Result<Node, Refused> {
    let mut cells = Cells::of(root, &anchors.aliases, limits, spent);
    let mut steps = vec![Step::Slot(Slot::ROOT)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Slot(slot) => match cells.target(slot) {
                None => steps.push(Step::Cell(cells.at(slot))),
                Some(target) if cells.is_open(target) => {
                    return Err(cells.refuse(slot, "the anchor's value contains itself"));
                }
                Some(target) => {
                    steps.push(Step::Copy {
                        from: target,
                        to: slot,
                    });
                    steps.push(Step::Cell(target));
                }
            },
            Step::Cell(cell) => expand_cell(&mut cells, cell, &mut steps)?,
            Step::Done(cell) => cells.close(cell),
            Step::Copy { from, to } => {
                let copy = cells.copy(from)?;
                cells.put(to, copy);
            }
        }
    }
    cells.into_tree()
}

/// Merges into the cell and plans the expansion of its children.
fn expand_cell(cells: &mut Cells<'_>, cell: usize, steps: &mut Vec<Step>) -> Result<(), Refused> {
    if cells.content(cell) == Content::Scalar {
        return Ok(());
    }
    cells.open(cell);
    steps.push(Step::Done(cell));
    if cells.content(cell) == Content::Mapping {
        merge::merge(cells, cell)?;
    }
    let children = cells.child_count(cell);
    steps.extend(
        (0..children)
            .rev()
            .map(|at| Step::Slot(Slot::child(cell, at))),
    );
    Ok(())
}
