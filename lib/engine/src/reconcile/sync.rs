//! How far one Sync is, and what it does next.

use super::{At, Command, Facts, Happened, Moment, Outcome, SyncKey, backoff};
use gitopsc_core::EcoString;
use std::time::Duration;

/// How often everything is looked at again although nothing was seen to change: what no watch can show.
const SWEEP: Duration = Duration::from_secs(3600);

/// How far one Sync is.
#[derive(Clone, Debug)]
pub struct Sync {
    facts: Facts,
    /// The revision that the source is at, as far as it is known.
    wanted: Option<EcoString>,
    /// Whether that cannot be built.
    broken: bool,
    /// The last revision that could be built.
    built: Option<EcoString>,
    fetch: Fetch,
    apply: Apply,
    gone: bool,
}

/// How the source is looked at.
#[derive(Clone, Debug)]
struct Fetch {
    running: bool,
    /// Whether what is running asks what is not wanted any more.
    outdated: bool,
    /// When the next one begins; nothing while one is running and nobody asked for another.
    due: Option<Moment>,
    failures: u32,
}

/// How the cluster is made equal.
#[derive(Clone, Debug, Default)]
struct Apply {
    running: Option<Running>,
    /// When the next one begins; nothing if none has to.
    due: Option<Moment>,
    failures: u32,
    /// The revision that everything was last made equal to, if nothing failed since.
    done: Option<EcoString>,
}

#[derive(Clone, Debug)]
struct Running {
    revision: EcoString,
    stopping: bool,
}

/// What a Sync is at, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is done, because it says so.
    Suspended,
    /// The source was not read yet.
    Fetching,
    /// A revision is being applied.
    Applying(EcoString),
    /// Nothing has to be done.
    Resting,
    /// What failed is tried again later.
    Waiting,
}

impl Sync {
    pub(super) fn new(facts: Facts, before: Option<EcoString>, at: At) -> Sync {
        Sync {
            facts,
            wanted: None,
            broken: false,
            // What was enforced before goes on being enforced, even if the source cannot be read now.
            apply: Apply {
                due: before.as_ref().map(|_| at.now.after(HEAD_START)),
                ..Apply::default()
            },
            built: before,
            fetch: Fetch {
                running: false,
                outdated: false,
                due: Some(at.now),
                failures: 0,
            },
            gone: false,
        }
    }

    /// What it is at.
    #[must_use]
    pub fn phase(&self) -> Phase {
        if let Some(running) = &self.apply.running {
            return Phase::Applying(running.revision.clone());
        }
        if self.facts.suspend {
            return Phase::Suspended;
        }
        if self.target().is_none() && self.fetch.failures == 0 {
            return Phase::Fetching;
        }
        let is_waiting = self.apply.failures > 0 || self.fetch.failures > 0 || self.broken;
        if is_waiting {
            Phase::Waiting
        } else {
            Phase::Resting
        }
    }

    /// Whether what the source says now cannot be built.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The revision that the source was at when it was last read.
    #[must_use]
    pub fn wanted(&self) -> Option<&EcoString> {
        self.wanted.as_ref()
    }

    /// The last revision that could be built: what is enforced.
    #[must_use]
    pub fn built(&self) -> Option<&EcoString> {
        self.built.as_ref()
    }

    /// How often in a row the source could not be read.
    #[must_use]
    pub fn fetch_failures(&self) -> u32 {
        self.fetch.failures
    }

    pub(super) fn is_over(&self) -> bool {
        self.gone && self.apply.running.is_none() && !self.fetch.running
    }

    pub(super) fn due(&self) -> Option<Moment> {
        if self.gone || self.facts.suspend {
            return None;
        }
        let fetch = self.fetch.due.filter(|_| !self.fetch.running);
        let is_idle = self.apply.running.is_none() && self.target().is_some();
        let apply = self.apply.due.filter(|_| is_idle);
        fetch.into_iter().chain(apply).min()
    }

    pub(super) fn on(&mut self, happened: Happened, at: At) {
        match happened {
            Happened::Seen { facts, .. } => self.on_facts(facts, at),
            Happened::Gone => self.gone = true,
            Happened::Woken => self.fetch.due = Some(at.now),
            Happened::Changed => {}
            Happened::Drifted => self.apply_at(at.now),
            Happened::Fetched(revision) => self.on_fetched(revision, at),
            Happened::FetchFailed => self.on_fetch_failed(at),
            Happened::Applied(revision, outcome) => self.on_applied(revision, &outcome, at),
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

    /// The revision that the cluster is to be equal to.
    fn target(&self) -> Option<&EcoString> {
        let wanted = self.wanted.as_ref().filter(|_| !self.broken);
        wanted.or(self.built.as_ref())
    }

    /// What is to be done now.
    pub(super) fn settle(&mut self, key: &SyncKey, at: At, commands: &mut Vec<Command>) {
        let rests = self.gone || self.facts.suspend;
        let may_fetch = self.fetch.due.is_some_and(|due| due <= at.now);
        if !rests && !self.fetch.running && may_fetch {
            self.fetch.running = true;
            self.fetch.due = None;
            commands.push(Command::Fetch(key.clone()));
        }
        let target = self.target().cloned();
        let is_due = self.apply.due.is_some_and(|due| due <= at.now);
        if let Some(running) = &mut self.apply.running {
            let is_other = target.as_ref() != Some(&running.revision);
            if !running.stopping && (rests || is_other || is_due) {
                running.stopping = true;
                commands.push(Command::StopApply(key.clone()));
            }
            return;
        }
        if let Some(revision) = target.filter(|_| is_due && !rests) {
            self.apply.due = None;
            self.apply.running = Some(Running {
                revision: revision.clone(),
                stopping: false,
            });
            commands.push(Command::Apply(key.clone(), revision));
        }
    }
}

/// How long the source is waited for after a start before what was enforced before is enforced again.
const HEAD_START: Duration = Duration::from_secs(2);
