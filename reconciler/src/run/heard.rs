//! What is heard: of Syncs, of their members, and of workers that are done.

use super::known::{Ended, Known};
use super::members::Change;
use super::outcome::{Finished, Reverted};
use super::revert::Ground;
use super::work::{Done, Work};
use super::{hooks, seeing};
use crate::metrics::Ending;
use crate::source::Fetched;
use crate::syncs;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{Event, Happened, Outcome, SyncKey};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How soon after one status of a Sync the next one is written.
const REPORTS: Duration = Duration::from_millis(250);

impl Work {
    pub(super) fn on_sync(&mut self, saw: syncs::Saw) {
        match saw {
            syncs::Saw::Sync(key, sync) => {
                let facts = syncs::facts(&sync);
                let sync = Arc::new(*sync);
                let known = self.known.entry(key.clone());
                let known = known.or_insert_with(|| Known::new(Arc::clone(&sync)));
                let is_pushed = hooks::is_pushed(&known.sync, &sync);
                known.sync = sync;
                let before = known.before();
                let seen = Happened::Seen { facts, before };
                self.on(Event::Of(key.clone(), seen));
                if is_pushed {
                    self.on(Event::Of(key, Happened::Woken));
                }
            }
            syncs::Saw::Gone(key) => self.on(Event::Of(key, Happened::Gone)),
            syncs::Saw::Listed(keys) => {
                self.is_listed = true;
                let gone = self.known.keys().filter(|key| !keys.contains(key));
                let gone: Vec<SyncKey> = gone.cloned().collect();
                gone.into_iter()
                    .for_each(|key| self.on(Event::Of(key, Happened::Gone)));
            }
            syncs::Saw::Unreadable(why) => {
                if why != self.unreadable {
                    tracing::warn!(why, "Syncs cannot be read");
                    self.unreadable = why;
                }
            }
        }
    }

    pub(super) fn on_member(&mut self, key: &SyncKey, saw: seeing::Saw) {
        let Some(known) = self.known.get_mut(key) else {
            return;
        };
        let changes = match saw {
            seeing::Saw::Member(seen) => vec![known.members.saw(seen)],
            seeing::Saw::Listed(listed) => known.members.listed(&listed),
        };
        self.on_changes(key, changes);
    }

    /// What changes of members come to. What is being written is changed by that, and looked at after it.
    pub(super) fn on_changes(&mut self, key: &SyncKey, changes: Vec<Change>) {
        let moment = self.moment();
        let Some(known) = self.known.get_mut(key) else {
            return;
        };
        let mut happened = None;
        for change in changes {
            let running = known.running.as_ref();
            match change {
                Change::None => continue,
                Change::Health => {}
                Change::Ran if running.is_some() => {}
                Change::Ran => happened = Some(Happened::Ran),
                Change::Drift(object, _) if running.is_some_and(|of| of.writes(&object)) => {}
                Change::Drift(object, drift) => {
                    let is_now = known.fights.changed(&object, moment);
                    tracing::info!(sync = %key, %object, %drift, is_now, "drift");
                    if is_now {
                        known.drifted.insert(object);
                        happened = happened.or(Some(Happened::Drifted));
                    }
                }
            }
            self.reports.entry(key.clone()).or_insert(Instant::now());
        }
        if let Some(happened) = happened {
            self.on(Event::Of(key.clone(), happened));
        }
    }

    /// What was fought about and is to be put back by now.
    pub(super) fn on_fights(&mut self) {
        let moment = self.moment();
        let mut drifted = Vec::new();
        for (key, known) in &mut self.known {
            let due = known.fights.take_due(moment);
            if !due.is_empty() {
                known.drifted.extend(due);
                drifted.push(key.clone());
            }
        }
        for key in drifted {
            self.on(Event::Of(key, Happened::Drifted));
        }
    }

    pub(super) fn on_done(&mut self, done: Done) {
        match done {
            Done::Reported(key, written) => {
                let began = self.writing.remove(&key).unwrap_or_else(Instant::now);
                if let Some(at) = self.reports.get_mut(&key) {
                    *at = began + REPORTS;
                }
                if let Err(error) = written {
                    tracing::warn!(sync = %key, error = %error.chain(), "its status cannot be written");
                }
            }
            Done::Waits(key, progress) => {
                self.report_soon(key.clone());
                self.listen(key, progress);
            }
            Done::Fetched(key, fetched) => self.on_fetched(key, *fetched),
            Done::Applied(key, revision, finished) => self.on_applied(key, revision, *finished),
            Done::Reverted(key, revision, reverted) => self.on_reverted(key, revision, *reverted),
        }
    }

    pub(super) fn on_fetched(&mut self, key: SyncKey, fetched: Result<Fetched, String>) {
        let Some(known) = self.known.get_mut(&key) else {
            return self.on(Event::Of(key, Happened::FetchFailed));
        };
        let happened = match fetched {
            Ok(fetched) => {
                let (revision, forced) = (fetched.commit.id.clone(), fetched.forced);
                let before = known.fetched.as_ref().map(|fetched| &fetched.commit.id);
                if before != Some(&revision) {
                    tracing::info!(sync = %key, %revision, forced, "fetched");
                }
                known.on_fetched(fetched);
                Happened::Fetched(revision)
            }
            Err(why) => {
                if known.unfetched.as_ref() != Some(&why) {
                    tracing::warn!(sync = %key, why, "its source cannot be read");
                }
                known.unfetched = Some(why);
                self.shared.metrics.fetch_failed(&key);
                Happened::FetchFailed
            }
        };
        self.on(Event::Of(key, happened));
    }

    pub(super) fn on_applied(&mut self, key: SyncKey, revision: EcoString, finished: Finished) {
        let time = crate::execute::now().to_string();
        let outcome = finished.outcome.clone();
        self.shared.metrics.applied(&key, Ending::from(&outcome));
        let mut changes = Vec::new();
        let at = self.state.get(&key);
        let is_wanted = at.and_then(|at| at.wanted()) == Some(&revision);
        if let Some(known) = self.known.get_mut(&key) {
            told(&key, &revision, &finished, known);
            known.on_finished(&revision, is_wanted, &finished, &time);
            let before = known.built.as_ref();
            let is_same_build = match (before, &finished.built) {
                (Some(before), Some(built)) => Arc::ptr_eq(before, built),
                _ => false,
            };
            if let Some(left) = finished.left {
                let set = finished.built.as_ref().map(|built| &built.options.set);
                if let Some(set) = set {
                    let seeing = &mut known.seeing;
                    seeing.watch(&key, set, &left, is_same_build, &self.members);
                }
                known.ground = Some(Ground {
                    api: left.api,
                    kinds: Arc::new(left.kinds),
                    rules: left.rules,
                });
                changes = known.members.were_left(left.members);
            }
            if let Some(built) = finished.built {
                known.built = Some(built);
            }
        }
        self.on(Event::Of(key.clone(), Happened::Applied(revision, outcome)));
        self.on_changes(&key, changes);
    }

    pub(super) fn on_reverted(&mut self, key: SyncKey, revision: EcoString, reverted: Reverted) {
        let (outcome, moment) = (reverted.outcome.clone(), self.moment());
        let mut changes = Vec::new();
        if let Some(known) = self.known.get_mut(&key) {
            known.running = None;
            for (object, what) in &reverted.done {
                tracing::info!(sync = %key, %object, what, "put back");
                self.shared.metrics.put_back(&key);
                known.fights.put_back(object, what, moment);
            }
            changes = known.members.were_put_back(reverted.members);
        }
        self.tell_put_back(&key, &reverted.done);
        self.on(Event::Of(
            key.clone(),
            Happened::Reverted(revision, outcome),
        ));
        self.on_changes(&key, changes);
    }
}

/// Logs how an apply ended, if that is any news.
fn told(key: &SyncKey, revision: &EcoString, finished: &Finished, known: &Known) {
    let outcome = &finished.outcome;
    let wrong = finished
        .wrong
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let is_same = known.ended.as_ref() == Some(&Ended::of(revision, finished));
    match outcome {
        _ if is_same => tracing::debug!(sync = %key, %revision, ?outcome, wrong, "applied again"),
        Outcome::Done => tracing::info!(sync = %key, %revision, "applied"),
        Outcome::Stopped => tracing::info!(sync = %key, %revision, "stopped"),
        Outcome::Consent => tracing::info!(sync = %key, %revision, "waits for consent"),
        Outcome::Broken => tracing::warn!(sync = %key, %revision, wrong, "cannot be built"),
        Outcome::Incomplete => tracing::warn!(sync = %key, %revision, wrong, "applied in part"),
    }
}
