//! What is known of one Sync beside how far it is: what was fetched, built and seen of it.

use super::built::Built;
use super::members::Members;
use super::outcome::Finished;
use super::revert::Ground;
use super::seeing::Seeing;
use super::telling;
use crate::notify::Told;
use crate::resources::{Entry, Revision, Sync, SyncStatus};
use crate::source::Fetched;
use crate::syncs::key_of;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::reconcile::{Fights, Moment, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::watch;

/// What is known of one Sync.
pub(super) struct Known {
    /// As it was last seen.
    pub(super) sync: Arc<Sync>,
    /// What was last fetched.
    pub(super) fetched: Option<Fetched>,
    /// Why its source cannot be read.
    pub(super) unfetched: Option<String>,
    /// What is enforced.
    pub(super) built: Option<Arc<Built>>,
    /// What is wrong with the revision that the source is at, if that cannot be built.
    pub(super) broken: Vec<String>,
    /// How the last apply of what could be built ended.
    pub(super) ended: Option<Ended>,
    /// The consent that is needed.
    pub(super) consent: Option<(EcoString, Vec<String>)>,
    /// The members.
    pub(super) members: Members,
    /// The watches of the members.
    pub(super) seeing: Seeing,
    /// What is known of the cluster since everything was applied.
    pub(super) ground: Option<Ground>,
    /// The members that are to be put back.
    pub(super) drifted: BTreeSet<ObjectRef>,
    /// Who is changed again and again.
    pub(super) fights: Fights,
    /// The apply that is under way.
    pub(super) running: Option<Running>,
    /// What is told of revisions, by commit.
    pub(super) revisions: BTreeMap<EcoString, Revision>,
    /// The status as it was last written or read.
    pub(super) status: SyncStatus,
    /// The path that webhooks are sent to.
    pub(super) hook: Option<String>,
    /// What others were last told that it has come to.
    pub(super) told: Option<String>,
    /// What those whom it names were last told of it.
    pub(super) notified: Option<Told>,
    /// Since when not everything is ready.
    pub(super) unready_since: Option<Moment>,
    /// What became of the last revisions.
    pub(super) history: Vec<Entry>,
    /// The last revision that was applied whole and healthy.
    pub(super) good: Option<EcoString>,
}

/// An apply that is under way.
pub(super) struct Running {
    /// Stops it at the next safe point.
    pub(super) stop: watch::Sender<bool>,
    /// What it waits for, in one sentence.
    pub(super) progress: watch::Receiver<String>,
    /// The only objects that it may write; all, if there are none.
    pub(super) objects: BTreeSet<ObjectRef>,
}

impl Running {
    /// Whether it may write `object`.
    pub(super) fn writes(&self, object: &ObjectRef) -> bool {
        self.objects.is_empty() || self.objects.contains(object)
    }
}

/// How an apply ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) revision: EcoString,
    pub(super) outcome: Outcome,
    /// What was wrong, each in one sentence.
    pub(super) wrong: Vec<String>,
}

impl Ended {
    pub(super) fn of(revision: &EcoString, finished: &Finished) -> Ended {
        Ended {
            revision: revision.clone(),
            outcome: finished.outcome.clone(),
            wrong: finished.wrong.clone(),
        }
    }
}

/// How many revisions are remembered.
const REMEMBERED: usize = 10;

impl Known {
    /// What its status tells of `sync`, before anything else is known.
    pub(super) fn new(sync: Arc<Sync>) -> Known {
        let status = sync.status.clone().unwrap_or_default();
        let told = [&status.wanted, &status.enforced, &status.last_good];
        let told = told.into_iter().flatten();
        let revisions = told.map(|told| (EcoString::from(&told.commit), told.clone()));
        Known {
            fetched: None,
            unfetched: None,
            built: None,
            broken: Vec::new(),
            ended: None,
            consent: None,
            members: Members::default(),
            seeing: Seeing::default(),
            ground: None,
            drifted: BTreeSet::new(),
            fights: Fights::default(),
            running: None,
            revisions: revisions.collect(),
            unready_since: None,
            history: status.history.clone(),
            hook: status.hook.clone(),
            notified: Told::of(&key_of(&sync), &status),
            told: telling::come_to(&status).map(telling::said),
            good: status
                .last_good
                .as_ref()
                .map(|good| good.commit.as_str().into()),
            status,
            sync,
        }
    }

    /// The revision that its status says was last built.
    pub(super) fn before(&self) -> Option<EcoString> {
        let enforced = self.status.enforced.as_ref();
        enforced.map(|enforced| enforced.commit.as_str().into())
    }

    /// Takes note of what was fetched.
    pub(super) fn on_fetched(&mut self, fetched: Fetched) {
        let commit = &fetched.commit;
        let revision = Revision {
            commit: commit.id.to_string(),
            short: short(&commit.id).to_owned(),
            author: commit.author.to_string(),
            subject: commit.subject.to_string(),
        };
        self.revisions.insert(commit.id.clone(), revision);
        self.fetched = Some(fetched);
        self.unfetched = None;
    }

    /// What is told of the revision `commit`.
    pub(super) fn revision(&self, commit: &EcoString) -> Revision {
        let before = self.history.iter().map(|entry| &entry.revision);
        let before = || {
            before
                .clone()
                .find(|before| before.commit == commit.as_str())
        };
        let known = self.revisions.get(commit).or_else(before).cloned();
        known.unwrap_or_else(|| Revision {
            commit: commit.to_string(),
            short: short(commit).to_owned(),
            ..Revision::default()
        })
    }

    /// Takes note of how an apply of `revision` ended. Members and watches are looked at by who asked.
    pub(super) fn on_finished(
        &mut self,
        revision: &EcoString,
        is_wanted: bool,
        finished: &Finished,
        time: &str,
    ) {
        self.running = None;
        let is_known = |entry: &Entry| entry.revision.commit == revision.as_str();
        // What the cluster is only held to has its place already.
        if is_wanted || !self.history.iter().any(is_known) {
            self.remember(revision, &finished.outcome, time);
        }
        if finished.outcome == Outcome::Broken {
            self.broken.clone_from(&finished.wrong);
            return;
        }
        if finished.outcome == Outcome::Stopped {
            return;
        }
        self.ended = Some(Ended::of(revision, finished));
        if finished.left.is_some() {
            self.consent.clone_from(&finished.consent);
        }
    }

    fn remember(&mut self, revision: &EcoString, outcome: &Outcome, time: &str) {
        let result = match outcome {
            Outcome::Done | Outcome::Consent => "Applied",
            Outcome::Incomplete => "Failed",
            Outcome::Broken => "Broken",
            Outcome::Stopped => "Replaced",
        };
        match self.history.first_mut() {
            Some(first) if first.revision.commit == revision.as_str() => {
                // What was applied before and is only held to it stays so.
                if *outcome != Outcome::Stopped {
                    result.clone_into(&mut first.result);
                }
            }
            _ => {
                let entry = Entry {
                    revision: self.revision(revision),
                    time: time.to_owned(),
                    result: result.to_owned(),
                };
                self.history.insert(0, entry);
                self.history.truncate(REMEMBERED);
            }
        }
    }

    /// Forgets what is told of revisions that nobody names any more.
    pub(super) fn keep_revisions(&mut self, named: &[Option<&EcoString>]) {
        let good = self.good.clone();
        self.revisions
            .retain(|commit, _| named.contains(&Some(commit)) || good.as_ref() == Some(commit));
    }
}

/// The first digits of a commit.
fn short(commit: &str) -> &str {
    commit.get(..8).unwrap_or(commit)
}
