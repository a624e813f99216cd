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

#[cfg(test)]
mod tests {
    use super::{Next, Sequence};
    use gitopsc_core::{Gvk, Json, ObjectRef};
    use gitopsc_engine::graph::{Reason, Wait};
    use gitopsc_engine::observed::Live;
    use gitopsc_engine::plan::{Absent, Action, NeededBy, Orphan, Step};

    fn object(name: &str) -> ObjectRef {
        ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        }
    }

    fn absent(name: &str, by: &[(&str, Wait)]) -> Absent {
        let by = by.iter().map(|(name, wait)| NeededBy {
            object: object(name),
            reason: Reason::Reference,
            wait: *wait,
        });
        Absent {
            object: object(name),
            gvk: Gvk::parse("v1", "ConfigMap"),
            live: Live::new(Json::Null),
            from: Orphan::Gone("apps/a".into()),
            needed_by: by.collect(),
        }
    }

    fn steps(absent: &[Absent]) -> Vec<Step> {
        let step = |absent: &Absent| Step {
            object: absent.object.clone(),
            gvk: absent.gvk.clone(),
            unit: "apps/a".into(),
            node: None,
            action: Action::Prune { consent: None },
            given_up: Vec::new(),
            kept: Vec::new(),
        };
        absent.iter().map(step).collect()
    }

    fn told(next: Option<Next>) -> String {
        match next {
            None => "nothing".into(),
            Some(Next::Delete(at)) => format!("delete {at}"),
            Some(Next::Keep(at, why)) => format!("keep {at}: {why}"),
        }
    }

    #[test]
    fn what_is_needed_waits_for_who_needs_it_and_stays_with_it() {
        let absent = [
            absent("user", &[]),
            absent("other", &[]),
            absent("used", &[("user", Wait::Applied), ("other", Wait::Applied)]),
            absent("below", &[("used", Wait::Ready)]),
            absent("later", &[("user", Wait::Order)]),
        ];
        let steps = steps(&absent);
        let mut sequence = Sequence::new(&steps, &absent);
        assert_eq!(told(sequence.next()), "delete 0");
        assert_eq!(told(sequence.next()), "delete 1");
        assert_eq!(told(sequence.next()), "nothing");
        sequence.ended(1, true);
        assert_eq!(told(sequence.next()), "nothing");
        sequence.ended(0, false);
        let kept = "keep 2: ConfigMap user is not gone, and needs it (reference)";
        assert_eq!(told(sequence.next()), kept);
        // Where only the order mattered, it goes.
        assert_eq!(told(sequence.next()), "delete 4");
        sequence.ended(2, false);
        let kept = "keep 3: ConfigMap used is not gone, and needs it (reference)";
        assert_eq!(told(sequence.next()), kept);
        assert!(!sequence.is_unfinished());
    }

    #[test]
    fn what_is_not_deleted_now_keeps_nothing_waiting() {
        let absent = [
            absent("user", &[]),
            absent("used", &[("user", Wait::Applied)]),
        ];
        let steps = steps(&absent[1..]);
        let mut sequence = Sequence::new(&steps, &absent);
        assert_eq!(told(sequence.next()), "delete 0");
    }
}
