//! What is heard: of Syncs, of their members, and of workers that are done.

use super::known::{Ended, Known};
use super::members::Change;
use super::outcome::Finished;
use super::work::{Done, Work};
use super::{hooks, seeing};
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
        let is_at_work = known.running.is_some();
        self.on_changes(key, changes, is_at_work);
    }

    /// What changes of members come to. As long as something `is_at_work` on them, it is what changes them.
    pub(super) fn on_changes(&mut self, key: &SyncKey, changes: Vec<Change>, is_at_work: bool) {
        for change in changes {
            match change {
                Change::None => {}
                Change::Health => self.report_soon(key.clone()),
                Change::Drift(object, drift) => {
                    self.report_soon(key.clone());
                    if is_at_work {
                        continue;
                    }
                    if let Some(drift) = drift {
                        tracing::info!(sync = %key, %object, %drift, "drift");
                    }
                    return self.on(Event::Of(key.clone(), Happened::Drifted));
                }
            }
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
                Happened::FetchFailed
            }
        };
        self.on(Event::Of(key, happened));
    }

    pub(super) fn on_applied(&mut self, key: SyncKey, revision: EcoString, finished: Finished) {
        let time = crate::execute::now().to_string();
        let outcome = finished.outcome.clone();
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
                changes = known.members.were_left(left.members);
            }
            if let Some(built) = finished.built {
                known.built = Some(built);
            }
        }
        self.on(Event::Of(key.clone(), Happened::Applied(revision, outcome)));
        self.on_changes(&key, changes, false);
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
