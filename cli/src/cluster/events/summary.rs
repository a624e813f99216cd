//! How a run ended, counted: unit by unit, and in all.

use gitopsc_core::EcoString;
use gitopsc_engine::plan::{Action, Deferral, Plan, Skip, Step};
use gitopsc_reconciler::apply::{Applied, Prepared};
use gitopsc_reconciler::delete::Deleted;
use gitopsc_reconciler::execute::Outcome;
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// How many objects ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub written: usize,
    pub unchanged: usize,
    pub pruned: usize,
    pub failed: usize,
    pub blocked: usize,
    /// The run ended before their turn.
    pub undone: usize,
    /// Written or not, and not ready.
    pub unready: usize,
    /// They were to go, and something keeps them.
    pub kept: usize,
    /// They were to go, and are not gone.
    pub remaining: usize,
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub units: BTreeMap<EcoString, Tally>,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

impl Summary {
    /// How an apply ended.
    pub fn of_apply(prepared: &Prepared, applied: &Applied) -> Summary {
        let (settled, pruned) = (&applied.settled, &applied.pruned);
        let mut summary = Summary {
            stopped: settled.stopped || pruned.stopped,
            ..Summary::default()
        };
        let applies = prepared.desired.iter().zip(&prepared.plan.steps);
        for (desired, step) in applies {
            let tally = summary.units.entry(desired.unit.clone()).or_default();
            match settled.outcomes.get(&desired.node) {
                Some(Outcome::Written) => tally.written += 1,
                Some(Outcome::Failed(_)) => tally.failed += 1,
                Some(Outcome::Blocked(_)) => tally.blocked += 1,
                None if step.action.writes() => tally.undone += 1,
                Some(Outcome::Unchanged) | None => tally.unchanged += 1,
            }
            tally.unready += usize::from(settled.unready.contains_key(&desired.node));
        }
        for lacking in &settled.lacking {
            summary
                .units
                .entry(lacking.unit.clone())
                .or_default()
                .unready += 1;
        }
        for step in &prepared.plan.steps[prepared.desired.len()..] {
            let is_gone = pruned.gone.contains(&step.object);
            let remains = pruned.remains.contains_key(&step.object);
            if is_gone || remains {
                let tally = summary.units.entry(step.unit.clone()).or_default();
                tally.pruned += usize::from(is_gone);
                tally.remaining += usize::from(remains);
            }
        }
        summary
    }

    /// How the deletion of `plan` ended.
    pub fn of_delete(plan: &Plan, deleted: &Deleted) -> Summary {
        let pruned = &deleted.pruned;
        let mut summary = Summary {
            stopped: pruned.stopped,
            ..Summary::default()
        };
        for step in &plan.steps {
            let tally = Tally {
                pruned: usize::from(pruned.gone.contains(&step.object)),
                remaining: usize::from(pruned.remains.contains_key(&step.object)),
                kept: usize::from(is_kept(step)),
                ..Tally::default()
            };
            *summary.units.entry(step.unit.clone()).or_default() += tally;
        }
        summary
    }

    /// All units together.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.units.values().for_each(|tally| total += *tally);
        total
    }

    /// A line for each unit in which something happened or ought to have; none if there is one unit alone, which the
    /// total tells of. `pruned` is the word for what is gone.
    pub fn by_unit(&self, pruned: &str) -> String {
        if self.units.len() < 2 {
            return String::new();
        }
        let is_told = |(_, tally): &(&EcoString, &Tally)| tally.happened();
        let told: Vec<_> = self.units.iter().filter(is_told).collect();
        let wide = told.iter().map(|(unit, _)| unit.chars().count()).max();
        let wide = wide.unwrap_or(0);
        let line = |(unit, tally): &(&EcoString, &Tally)| {
            format!("{unit:wide$}  {}\n", tally.parts(pruned).join(", "))
        };
        told.iter().map(line).collect()
    }
}

/// Whether `step` of a deletion leaves something that is ours.
fn is_kept(step: &Step) -> bool {
    match &step.action {
        Action::Skip(skip) => !matches!(skip, Skip::NotOurs(_)),
        action => matches!(action, Action::Defer(Deferral::Prune(_))),
    }
}

impl Tally {
    /// Whether there is more to tell than that something is as it was.
    fn happened(&self) -> bool {
        let told = Tally {
            unchanged: 0,
            ..*self
        };
        told != Tally::default()
    }

    /// What there is of everything, in words.
    fn parts(&self, pruned: &str) -> Vec<String> {
        let counts = [
            (self.written, "applied"),
            (self.unchanged, "unchanged"),
            (self.pruned, pruned),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, word)| format!("{count} {word}"));
        counts.chain(self.lacks()).collect()
    }

    /// What there is that ought not to be, in words.
    pub fn lacks(&self) -> Vec<String> {
        let counts = [
            (self.kept, "kept"),
            (self.failed, "failed"),
            (self.blocked, "blocked"),
            (self.undone, "not begun"),
            (self.unready, "not ready"),
            (self.remaining, "not gone"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let word = |(count, word): &(usize, &str)| format!("{count} {word}");
        counts.map(word).collect()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.written += other.written;
        self.unchanged += other.unchanged;
        self.pruned += other.pruned;
        self.failed += other.failed;
        self.blocked += other.blocked;
        self.undone += other.undone;
        self.unready += other.unready;
        self.kept += other.kept;
        self.remaining += other.remaining;
    }
}

#[cfg(test)]
mod tests {
    use super::{Summary, Tally};
    use std::collections::BTreeMap;

    #[test]
    fn units_in_which_nothing_happened_are_not_named() {
        let (written, unchanged) = (1, 2);
        let still = Tally {
            unchanged,
            ..Tally::default()
        };
        let busy = Tally {
            written,
            unready: 1,
            ..still
        };
        let summary = Summary {
            units: BTreeMap::from([("apps/a".into(), still), ("apps/web".into(), busy)]),
            stopped: false,
        };
        assert_eq!(
            summary.by_unit("pruned"),
            "apps/web  1 applied, 2 unchanged, 1 not ready\n"
        );
        assert_eq!(summary.total().unchanged, 4);
    }

    #[test]
    fn one_unit_is_told_by_the_total() {
        let tally = Tally {
            written: 1,
            ..Tally::default()
        };
        let summary = Summary {
            units: BTreeMap::from([(".".into(), tally)]),
            stopped: false,
        };
        assert_eq!(summary.by_unit("pruned"), "");
    }
}
