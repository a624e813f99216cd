//! What becomes of a Sync when something happens to it.

use super::sync::Sync;
use super::{At, Facts, Happened, Moment, Outcome, backoff};
use gitopsc_core::EcoString;
use std::time::Duration;

/// How often everything is looked at again although nothing was seen to change: what no watch can show.
const SWEEP: Duration = Duration::from_secs(3600);

impl Sync {
    pub(super) fn on(&mut self, happened: Happened, at: At) {
        match happened {
            Happened::Seen { facts, .. } => self.on_facts(facts, at),
            Happened::Gone => self.gone = true,
            Happened::Woken => self.fetch.due = Some(at.now),
            Happened::Changed => {}
            Happened::Drifted => self.on_drifted(at),
            Happened::Ran => self.apply_at(at.now),
            Happened::Fetched(revision) => self.on_fetched(revision, at),
            Happened::FetchFailed => self.on_fetch_failed(at),
            Happened::Applied(revision, outcome) => self.on_applied(revision, &outcome, at),
            Happened::Reverted(revision, outcome) => self.on_reverted(&revision, &outcome, at),
        }
    }

    fn on_facts(&mut self, facts: Facts, at: At) {
        let before = std::mem::replace(&mut self.facts, facts);
        let now = &self.facts;
        let is_changed = before.generation != now.generation;
        let is_asked = before.requested != now.requested || (before.suspend && !now.suspend);
        let is_agreed = before.approved != now.approved;
        if is_changed {
            // What was fetched and built may be of another source, or be built in another way now.
            self.wanted = None;
            self.broken = false;
            self.fetch.outdated = self.fetch.running;
            self.fetch.failures = 0;
        }
        if is_changed || is_asked {
            self.fetch.due = Some(at.now);
        }
        if is_agreed || (is_asked && !is_changed) {
            self.apply.failures = 0;
            self.apply_at(at.now);
        }
    }

    fn on_fetched(&mut self, revision: EcoString, at: At) {
        self.fetch.running = false;
        if std::mem::take(&mut self.fetch.outdated) {
            return self.fetch_at(at.now);
        }
        self.fetch.failures = 0;
        self.fetch_at(at.now.after(self.facts.interval));
        if self.wanted.as_ref() != Some(&revision) {
            self.wanted = Some(revision);
            self.broken = false;
            self.apply.failures = 0;
            self.apply_at(at.now);
        }
    }

    fn on_fetch_failed(&mut self, at: At) {
        self.fetch.running = false;
        if std::mem::take(&mut self.fetch.outdated) {
            return self.fetch_at(at.now);
        }
        self.fetch.failures += 1;
        let wait = backoff(self.fetch.failures, at.chance);
        self.fetch_at(at.now.after(wait.min(self.facts.interval)));
    }

    fn on_applied(&mut self, revision: EcoString, outcome: &Outcome, at: At) {
        let was_stopped = self.apply.running.take().is_some_and(|ran| ran.stopping);
        if *outcome == Outcome::Broken {
            return self.on_broken(&revision, at);
        }
        self.built = Some(revision.clone());
        match outcome {
            Outcome::Done | Outcome::Consent => {
                self.apply.failures = 0;
                self.apply.done = Some(revision);
                self.apply_at(at.now.after(SWEEP));
            }
            Outcome::Stopped if was_stopped => self.apply.done = None,
            // It failed, or somebody else is at work on the set.
            _ => {
                self.apply.done = None;
                self.apply.failures += 1;
                let wait = backoff(self.apply.failures, at.chance);
                self.apply_at(at.now.after(wait));
            }
        }
    }

    /// Where everything else is as it should be, only what has drifted is put back.
    fn on_drifted(&mut self, at: At) {
        match self.apply.done.is_some() && self.apply.done.as_ref() == self.target() {
            true => self.apply.revert_due = Some(at.now),
            false => self.apply_at(at.now),
        }
    }

    /// What could not be put back by itself is left to an apply of everything.
    fn on_reverted(&mut self, revision: &EcoString, outcome: &Outcome, at: At) {
        self.apply.running = None;
        if *outcome != Outcome::Done && self.apply.done.as_ref() == Some(revision) {
            self.apply.done = None;
            self.apply_at(at.now);
        }
    }

    /// What was built last is enforced still, and if it was stopped for this it goes on.
    fn on_broken(&mut self, revision: &EcoString, at: At) {
        if self.wanted.as_ref() == Some(revision) {
            self.broken = true;
        }
        if self.built.as_ref() == Some(revision) {
            // It was built before it was started again, with other keys or another gitopsc.
            self.built = None;
        }
        let is_done = self.apply.done == self.built;
        let later = if is_done { SWEEP } else { Duration::ZERO };
        self.apply_at(at.now.after(later));
    }

    /// Looks at the source then, or earlier if somebody asked for that meanwhile.
    fn fetch_at(&mut self, then: Moment) {
        let asked = self.fetch.due.unwrap_or(then);
        self.fetch.due = Some(asked.min(then));
    }

    fn apply_at(&mut self, then: Moment) {
        let before = self.apply.due.unwrap_or(then);
        self.apply.due = Some(before.min(then));
    }
}
