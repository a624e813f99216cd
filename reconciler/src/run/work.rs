//! The state of the loop: what reaches it, what is due, and how it ends.

use super::known::Known;
use super::outcome::{Finished, Reverted};
use super::{Shared, seeing, status};
use crate::api::ApiError;
use crate::source::Fetched;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{At, Command, Event, Moment, State, SyncKey};
use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What a worker has done.
pub(super) enum Done {
    Fetched(SyncKey, Box<Result<Fetched, String>>),
    Applied(SyncKey, EcoString, Box<Finished>),
    Reverted(SyncKey, EcoString, Box<Reverted>),
    Reported(SyncKey, Result<(), ApiError>),
    /// An apply that is under way waits for something else now; with what tells the next.
    Waits(SyncKey, watch::Receiver<String>),
}

pub(super) struct Work {
    pub(super) shared: Arc<Shared>,
    pub(super) state: State,
    pub(super) known: BTreeMap<SyncKey, Known>,
    pub(super) jobs: JoinSet<Done>,
    /// Who waits to hear from applies that are under way. They end with them.
    pub(super) listening: JoinSet<Option<Done>>,
    /// What waits for a worker.
    pub(super) queue: VecDeque<Command>,
    /// When the status of a Sync is written.
    pub(super) reports: BTreeMap<SyncKey, Instant>,
    /// The Syncs whose status is being written, with when that began.
    pub(super) writing: BTreeMap<SyncKey, Instant>,
    pub(super) members: mpsc::Sender<(SyncKey, seeing::Saw)>,
    pub(super) started: Instant,
    /// What was last told of Syncs that cannot be read.
    pub(super) unreadable: String,
    /// Whether it is known which Syncs there are.
    pub(super) is_listed: bool,
}

impl Work {
    /// Nothing is known yet.
    pub(super) fn new(shared: Arc<Shared>, members: mpsc::Sender<(SyncKey, seeing::Saw)>) -> Work {
        Work {
            shared,
            state: State::default(),
            known: BTreeMap::new(),
            jobs: JoinSet::new(),
            listening: JoinSet::new(),
            queue: VecDeque::new(),
            reports: BTreeMap::new(),
            writing: BTreeMap::new(),
            members,
            started: Instant::now(),
            unreadable: String::new(),
            is_listed: false,
        }
    }

    pub(super) fn moment(&self) -> Moment {
        Moment::default().after(self.started.elapsed())
    }

    pub(super) fn due(&self) -> Option<Instant> {
        let state = self.state.due();
        let state = state.map(|due| self.started + Duration::from_millis(due.0));
        let late = self.known.values().filter_map(|known| {
            let late = known.unready_since?.after(status::patience(known));
            (late > self.moment()).then(|| self.started + Duration::from_millis(late.0))
        });
        let reports = self.reports.iter();
        let reports = reports.filter(|(key, _)| !self.writing.contains_key(*key));
        let reports = reports.map(|(_, at)| *at);
        let fights = self.known.values().filter_map(|known| known.fights.due());
        let fights = fights.map(|due| self.started + Duration::from_millis(due.0));
        state
            .into_iter()
            .chain(late)
            .chain(reports)
            .chain(fights)
            .min()
    }

    pub(super) fn on(&mut self, event: Event) {
        let at = At {
            now: self.moment(),
            chance: RandomState::new().build_hasher().finish().to_le_bytes()[0],
        };
        for command in self.state.on(event, at) {
            match command {
                Command::Report(key) => self.report_soon(key),
                Command::Forget(key) => {
                    tracing::info!(sync = %key, "forgotten");
                    self.reports.remove(&key);
                    self.known.remove(&key);
                    self.shared.metrics.forget(&key);
                }
                Command::StopApply(key) => {
                    let known = self.known.get(&key);
                    if let Some(running) = known.and_then(|known| known.running.as_ref()) {
                        running.stop.send_replace(true);
                    }
                }
                command => self.queue.push_back(command),
            }
        }
        // What time alone has made late is told.
        let moment = self.moment();
        let late: Vec<SyncKey> = self
            .known
            .iter()
            .filter(|(_, known)| {
                let since = known.unready_since;
                since.is_some_and(|since| since.after(status::patience(known)) <= moment)
                    && !is_stalled(known)
            })
            .map(|(key, _)| key.clone())
            .collect();
        late.into_iter().for_each(|key| self.report_soon(key));
    }

    pub(super) fn report_soon(&mut self, key: SyncKey) {
        let now = Instant::now();
        self.reports.entry(key).or_insert(now);
    }

    /// Waits for what is under way, which is told to stop.
    pub(super) async fn drain(&mut self) {
        for running in self
            .known
            .values()
            .filter_map(|known| known.running.as_ref())
        {
            running.stop.send_replace(true);
        }
        while self.jobs.join_next().await.is_some() {}
    }
}

fn is_stalled(known: &Known) -> bool {
    let conditions = &known.status.conditions;
    conditions.iter().any(|of| of.kind == "Stalled")
}
