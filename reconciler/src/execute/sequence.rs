//! The sequence in which objects are deleted: each once all that needs it is gone, and never if something is not.

use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::plan::{Absent, NeededBy, Step};
use std::collections::{BTreeMap, BTreeSet};

/// What may be deleted now, and what waits for what. Steps are named by their places.
#[derive(Debug, Default)]
pub(super) struct Sequence<'p> {
    /// What may be deleted now, in the order of the plan.
    ready: BTreeSet<usize>,
    /// How many others have to be gone before.
    waits_for: Vec<usize>,
    /// What waits for a step, and for what reason.
    frees: Vec<Vec<(usize, &'p NeededBy)>>,
    /// Who keeps a step, for good.
    kept_by: BTreeMap<usize, &'p NeededBy>,
}

/// What comes next.
pub(super) enum Next {
    /// The step at this place is carried out.
    Delete(usize),
    /// The step at this place is not, for this.
    Keep(usize, EcoString),
}

impl<'p> Sequence<'p> {
    /// The sequence of `steps`, each of which is about one of `absent`.
    pub(super) fn new(steps: &[Step], absent: &'p [Absent]) -> Sequence<'p> {
        let places = steps.iter().enumerate();
        let places: BTreeMap<&ObjectRef, usize> =
            places.map(|(at, step)| (&step.object, at)).collect();
        let mut sequence = Sequence {
            waits_for: vec![0; steps.len()],
            frees: vec![Vec::new(); steps.len()],
            ..Sequence::default()
        };
        for absent in absent {
            let Some(at) = places.get(&absent.object) else {
                continue;
            };
            for by in &absent.needed_by {
                if let Some(first) = places.get(&by.object) {
                    sequence.waits_for[*at] += 1;
                    sequence.frees[*first].push((*at, by));
                }
            }
        }
        let waits_for = sequence.waits_for.iter().enumerate();
        let ready = waits_for.filter(|(_, count)| **count == 0);
        sequence.ready = ready.map(|(at, _)| at).collect();
        sequence
    }

    /// What comes next; nothing until something under way has ended.
    pub(super) fn next(&mut self) -> Option<Next> {
        let at = self.ready.pop_first()?;
        Some(match self.kept_by.get(&at) {
            None => Next::Delete(at),
            Some(by) => {
                let why = format!("{} is not gone, and needs it ({})", by.object, by.reason);
                Next::Keep(at, why.into())
            }
        })
    }

    /// Whether there is something that has not begun.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The step at this place ended: its object is gone, or is not.
    pub(super) fn ended(&mut self, at: usize, is_gone: bool) {
        for (freed, by) in std::mem::take(&mut self.frees[at]) {
            if !is_gone && by.holds() {
                self.kept_by.entry(freed).or_insert(by);
            }
            self.waits_for[freed] -= 1;
            if self.waits_for[freed] == 0 {
                self.ready.insert(freed);
            }
        }
    }
}
