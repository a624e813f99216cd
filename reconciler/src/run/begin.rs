//! Starting workers for what the state machine asks for, as far as there are any.

use super::known::Running;
use super::work::{Done, Work};
use super::{apply, fetch, hooks, revert, status};
use crate::metrics::Part;
use crate::syncs;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{Command, SyncKey};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;

/// How many workers there are at once.
const WORKERS: usize = 64;

impl Work {
    /// Starts what is to be done, as far as there are workers.
    pub(super) fn launch(&mut self) {
        while self.jobs.len() < WORKERS
            && let Some(command) = self.queue.pop_front()
        {
            match command {
                Command::Fetch(key) => self.fetch(key),
                Command::Apply(key, revision) => self.apply(key, revision),
                Command::Revert(key, revision) => self.revert(key, revision),
                Command::StopApply(_) | Command::Report(_) | Command::Forget(_) => {}
            }
        }
        self.shared.metrics.waits(self.queue.len());
        self.report();
    }

    pub(super) fn fetch(&mut self, key: SyncKey) {
        let Some(known) = self.known.get(&key) else {
            return;
        };
        let previous = known
            .fetched
            .as_ref()
            .map(|fetched| fetched.commit.id.clone());
        let (shared, sync) = (Arc::clone(&self.shared), Arc::clone(&known.sync));
        self.jobs.spawn(async move {
            let began = Instant::now();
            let fetched = fetch::fetch(Arc::clone(&shared), sync, previous).await;
            shared.metrics.took(&key, Part::Fetch, began.elapsed());
            Done::Fetched(key, Box::new(fetched))
        });
    }

    pub(super) fn apply(&mut self, key: SyncKey, revision: EcoString) {
        let wanted = self.state.get(&key).and_then(|at| at.wanted()).cloned();
        let Some(known) = self.known.get_mut(&key) else {
            return;
        };
        let (sender, stop) = watch::channel(false);
        let (progress, told) = watch::channel(String::new());
        known.running = Some(Running {
            stop: sender,
            progress: told.clone(),
            objects: BTreeSet::new(),
        });
        known.drifted.clear();
        let generation = known.sync.metadata.generation.unwrap_or_default();
        let built = known.built.as_ref().filter(|built| {
            // As long as nobody knows what is wanted now, what was built before is enforced as it was built.
            built.revision == revision && (built.generation == generation || wanted.is_none())
        });
        let fetched = known.fetched.as_ref();
        let fetched = fetched.filter(|fetched| fetched.commit.id == revision);
        let job = apply::Job {
            key: key.clone(),
            sync: Arc::clone(&known.sync),
            revision: revision.clone(),
            fetched: fetched.cloned(),
            built: built.cloned(),
            approved: syncs::facts(&known.sync).approved,
            progress,
            stop,
        };
        tracing::debug!(sync = %key, %revision, "applying");
        self.listen(key.clone(), told);
        let shared = Arc::clone(&self.shared);
        let runtime = tokio::runtime::Handle::current();
        // What is told on the way is not sent between threads, so each apply has its own.
        self.jobs.spawn_blocking(move || {
            let finished = runtime.block_on(apply::apply(&shared, job));
            Done::Applied(key, revision, Box::new(finished))
        });
    }

    /// Puts back what has drifted, or applies everything where that is not known to be enough.
    pub(super) fn revert(&mut self, key: SyncKey, revision: EcoString) {
        let Some(known) = self.known.get_mut(&key) else {
            return;
        };
        let objects = std::mem::take(&mut known.drifted);
        let built = known.built.as_ref().filter(|of| of.revision == revision);
        let (Some(built), Some(ground), true) = (built, &known.ground, revert::suits(&objects))
        else {
            self.tell_drifted(&key, &objects);
            return self.apply(key, revision);
        };
        let (sender, stop) = watch::channel(false);
        let job = revert::Job {
            built: Arc::clone(built),
            ground: ground.clone(),
            objects: objects.clone(),
            stop,
        };
        known.running = Some(Running {
            stop: sender,
            progress: watch::channel(String::new()).1,
            objects,
        });
        let shared = Arc::clone(&self.shared);
        let runtime = tokio::runtime::Handle::current();
        self.jobs.spawn_blocking(move || {
            let reverted = runtime.block_on(revert::revert(&shared, job));
            Done::Reverted(key, revision, Box::new(reverted))
        });
    }

    /// Hears of the next thing that an apply waits for, until it ends.
    pub(super) fn listen(&mut self, key: SyncKey, mut progress: watch::Receiver<String>) {
        self.listening.spawn(async move {
            let told = progress.changed().await;
            told.ok().map(|()| Done::Waits(key, progress))
        });
    }

    /// Writes what is to be said and was not.
    pub(super) fn report(&mut self) {
        let now = Instant::now();
        let due = self.reports.iter().filter(|(_, at)| **at <= now);
        let due = due.filter(|(key, _)| !self.writing.contains_key(*key));
        let due: Vec<SyncKey> = due.map(|(key, _)| key.clone()).collect();
        let time = crate::execute::now().to_string();
        for key in due {
            self.reports.remove(&key);
            let moment = self.moment();
            let (Some(at), Some(known)) = (self.state.get(&key), self.known.get_mut(&key)) else {
                continue;
            };
            known.hook = hooks::path_of(&self.shared, &key, known);
            let status = status::of(known, at, moment, &time);
            self.shared.metrics.is(&key, &status);
            let is_same = status == known.status;
            known.status.clone_from(&status);
            self.tell(&key, &status);
            if is_same {
                continue;
            }
            self.writing.insert(key.clone(), now);
            let api = self.shared.api.clone();
            self.jobs.spawn(async move {
                let written = status::write(&api, &key, &status).await;
                Done::Reported(key, written)
            });
        }
    }
}
