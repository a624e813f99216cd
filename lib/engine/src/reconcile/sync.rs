//! How far one Sync is, and what it does next.

use super::{At, Command, Facts, Moment, SyncKey};
use gitopsc_core::EcoString;
use std::time::Duration;

/// How far one Sync is.
#[derive(Clone, Debug)]
pub struct Sync {
    pub(super) facts: Facts,
    /// The revision that the source is at, as far as it is known.
    pub(super) wanted: Option<EcoString>,
    /// Whether that cannot be built.
    pub(super) broken: bool,
    /// The last revision that could be built.
    pub(super) built: Option<EcoString>,
    pub(super) fetch: Fetch,
    pub(super) apply: Apply,
    pub(super) gone: bool,
}

/// How the source is looked at.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub(super) running: bool,
    /// Whether what is running asks what is not wanted any more.
    pub(super) outdated: bool,
    /// When the next one begins; nothing while one is running and nobody asked for another.
    pub(super) due: Option<Moment>,
    pub(super) failures: u32,
}

/// How the cluster is made equal.
#[derive(Clone, Debug, Default)]
pub(super) struct Apply {
    pub(super) running: Option<Running>,
    /// When the next one begins; nothing if none has to.
    pub(super) due: Option<Moment>,
    /// When what has drifted is put back; nothing if nothing has.
    pub(super) revert_due: Option<Moment>,
    pub(super) failures: u32,
    /// The revision that everything was last made equal to, if nothing failed since.
    pub(super) done: Option<EcoString>,
}

#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) revision: EcoString,
    /// Whether it only puts back what has drifted.
    pub(super) is_revert: bool,
    pub(super) stopping: bool,
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
        if let Some(running) = self.apply.running.as_ref().filter(|of| !of.is_revert) {
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
        let applies = [self.apply.due, self.apply.revert_due];
        let applies = applies.into_iter().flatten().filter(|_| is_idle);
        fetch.into_iter().chain(applies).min()
    }

    /// The revision that the cluster is to be equal to.
    pub(super) fn target(&self) -> Option<&EcoString> {
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
        if let Some(revision) = target.filter(|_| !rests) {
            self.begin(key, revision, at, commands);
        }
    }

    /// Begins what is due: an apply of everything, or else putting back what has drifted.
    fn begin(&mut self, key: &SyncKey, revision: EcoString, at: At, commands: &mut Vec<Command>) {
        let is_due = |due: Option<Moment>| due.is_some_and(|due| due <= at.now);
        let is_revert = !is_due(self.apply.due);
        if is_revert && !is_due(self.apply.revert_due) {
            return;
        }
        self.apply.revert_due = None;
        self.apply.running = Some(Running {
            revision: revision.clone(),
            is_revert,
            stopping: false,
        });
        if is_revert {
            commands.push(Command::Revert(key.clone(), revision));
            return;
        }
        self.apply.due = None;
        commands.push(Command::Apply(key.clone(), revision));
    }
}

/// How long the source is waited for after a start before what was enforced before is enforced again.
const HEAD_START: Duration = Duration::from_secs(2);
