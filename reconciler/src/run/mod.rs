//! The reconciler: one task that owns the state, workers that report back, watches that wake it.
//!
//! What is done next is decided by [`gitopsc_engine::reconcile`]. Here its commands are carried out, a bounded number
//! at once, and what comes of them is told to it. Nothing is detached: all tasks end with the loop.

mod apply;
mod built;
mod fetch;
mod identity;
mod keys;
mod known;
mod members;
mod outcome;
mod seeing;
mod status;
mod syncs;

use crate::api::{self, Api, ApiError, ConnectError, Target};
use crate::source::{Limits, Mirrors, SourceError};
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{At, Command, Event, Happened, Moment, State, SyncKey};
use identity::Identities;
use known::Known;
use members::Change;
use outcome::Finished;
use rayon::ThreadPool;
use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What a reconciler is started with.
pub struct Setup {
    /// The cluster.
    pub target: Target,
    /// The namespace that it is in itself: Syncs there act as the reconciler.
    pub namespace: EcoString,
    /// The namespace whose Syncs it looks at; all, if there is none.
    pub only: Option<EcoString>,
    /// The folder for mirrors of repositories.
    pub cache: PathBuf,
    /// Whether `file://` is a source: for tests.
    pub local_sources: bool,
    /// The threads that everything is built on.
    pub pool: ThreadPool,
    /// Who is at work, for people.
    pub holder: EcoString,
}

/// The reconciler could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no way to the cluster.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The folder for mirrors cannot be used.
    #[error("the cache")]
    Cache(#[from] SourceError),
}

/// What all workers share.
struct Shared {
    api: Api,
    identities: Identities,
    mirrors: Mirrors,
    pool: ThreadPool,
    namespace: EcoString,
    holder: EcoString,
}

/// Keeps what Syncs say until `stop` becomes true, and then until what is under way has come to a safe point.
///
/// # Errors
/// It cannot begin.
pub async fn run(setup: Setup, mut stop: watch::Receiver<bool>) -> Result<(), StartError> {
    let (api, _) = api::connect(&setup.target).await?;
    let limits = Limits {
        local: setup.local_sources,
        ..Limits::default()
    };
    let shared = Arc::new(Shared {
        identities: Identities::new(setup.target),
        mirrors: Mirrors::open(&setup.cache, limits)?,
        pool: setup.pool,
        namespace: setup.namespace,
        holder: setup.holder,
        api: api.clone(),
    });
    let (sender, mut syncs) = mpsc::channel(WAITING);
    let mut watches = JoinSet::new();
    watches.spawn(syncs::follow(api, setup.only.unwrap_or_default(), sender));
    let (members_sender, mut members) = mpsc::channel(WAITING);
    let mut work = Work {
        shared,
        state: State::default(),
        known: BTreeMap::new(),
        jobs: JoinSet::new(),
        queue: VecDeque::new(),
        reports: BTreeMap::new(),
        writing: BTreeMap::new(),
        members: members_sender,
        started: Instant::now(),
        unreadable: String::new(),
    };
    tracing::info!("watching Syncs");
    loop {
        work.launch();
        let due = work.due();
        tokio::select! {
            changed = stop.wait_for(|stop| *stop) => {
                // Nobody can ask any more: then this is the end too.
                drop(changed);
                break;
            }
            Some(saw) = syncs.recv() => work.on_sync(saw),
            Some((key, saw)) = members.recv() => work.on_member(&key, saw),
            Some(done) = work.jobs.join_next() => {
                work.on_done(done.expect("a worker neither panics nor is cancelled"));
            }
            () = sleep_until(due) => work.on(Event::Tick),
        }
    }
    tracing::info!("stopping");
    work.drain().await;
    Ok(())
}

/// How many changes wait to be looked at before watches are read no further.
const WAITING: usize = 256;
/// How many workers there are at once.
const WORKERS: usize = 64;
/// How soon after one status of a Sync the next one is written.
const REPORTS: Duration = Duration::from_millis(250);

/// What a worker has done.
enum Done {
    Fetched(SyncKey, Box<Result<crate::source::Fetched, String>>),
    Applied(SyncKey, EcoString, Box<Finished>),
    Reported(SyncKey, Result<(), ApiError>),
}

struct Work {
    shared: Arc<Shared>,
    state: State,
    known: BTreeMap<SyncKey, Known>,
    jobs: JoinSet<Done>,
    /// What waits for a worker.
    queue: VecDeque<Command>,
    /// When the status of a Sync is written.
    reports: BTreeMap<SyncKey, Instant>,
    /// The Syncs whose status is being written, with when that began.
    writing: BTreeMap<SyncKey, Instant>,
    members: mpsc::Sender<(SyncKey, seeing::Saw)>,
    started: Instant,
    /// What was last told of Syncs that cannot be read.
    unreadable: String,
}

impl Work {
    fn moment(&self) -> Moment {
        Moment::default().after(self.started.elapsed())
    }

    fn due(&self) -> Option<Instant> {
        let state = self.state.due();
        let state = state.map(|due| self.started + Duration::from_millis(due.0));
        let late = self.known.values().filter_map(|known| {
            let late = known.unready_since?.after(status::patience(known));
            (late > self.moment()).then(|| self.started + Duration::from_millis(late.0))
        });
        let reports = self.reports.iter();
        let reports = reports.filter(|(key, _)| !self.writing.contains_key(*key));
        let reports = reports.map(|(_, at)| *at);
        state.into_iter().chain(late).chain(reports).min()
    }

    fn on(&mut self, event: Event) {
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
                }
                Command::StopApply(key) => {
                    let known = self.known.get(&key);
                    if let Some(stop) = known.and_then(|known| known.stop.as_ref()) {
                        stop.send_replace(true);
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

    fn report_soon(&mut self, key: SyncKey) {
        let now = Instant::now();
        self.reports.entry(key).or_insert(now);
    }

    /// Starts what is to be done, as far as there are workers.
    fn launch(&mut self) {
        while self.jobs.len() < WORKERS
            && let Some(command) = self.queue.pop_front()
        {
            match command {
                Command::Fetch(key) => self.fetch(key),
                Command::Apply(key, revision) => self.apply(key, revision),
                Command::StopApply(_) | Command::Report(_) | Command::Forget(_) => {}
            }
        }
        self.report();
    }

    fn fetch(&mut self, key: SyncKey) {
        let Some(known) = self.known.get(&key) else {
            return;
        };
        let previous = known
            .fetched
            .as_ref()
            .map(|fetched| fetched.commit.id.clone());
        let (shared, sync) = (Arc::clone(&self.shared), Arc::clone(&known.sync));
        self.jobs.spawn(async move {
            let fetched = fetch::fetch(shared, sync, previous).await;
            Done::Fetched(key, Box::new(fetched))
        });
    }

    fn apply(&mut self, key: SyncKey, revision: EcoString) {
        let wanted = self.state.get(&key).and_then(|at| at.wanted()).cloned();
        let Some(known) = self.known.get_mut(&key) else {
            return;
        };
        let (sender, stop) = watch::channel(false);
        known.stop = Some(sender);
        let generation = known.sync.metadata.generation.unwrap_or_default();
        let built = known.built.as_ref().filter(|built| {
            // As long as nobody knows what is wanted now, what was built before is enforced as it was built.
            built.revision == revision && (built.generation == generation || wanted.is_none())
        });
        let fetched = known.fetched.as_ref();
        let fetched = fetched.filter(|fetched| fetched.commit.id == revision);
        let job = apply::Job {
            sync: Arc::clone(&known.sync),
            revision: revision.clone(),
            fetched: fetched.cloned(),
            built: built.cloned(),
            approved: syncs::facts(&known.sync).approved,
            stop,
        };
        tracing::debug!(sync = %key, %revision, "applying");
        let shared = Arc::clone(&self.shared);
        let runtime = tokio::runtime::Handle::current();
        // What is told on the way is not sent between threads, so each apply has its own.
        self.jobs.spawn_blocking(move || {
            let finished = runtime.block_on(apply::apply(&shared, job));
            Done::Applied(key, revision, Box::new(finished))
        });
    }

    /// Writes what is to be said and was not.
    fn report(&mut self) {
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
            let status = status::of(known, at, moment, &time);
            if status == known.status {
                continue;
            }
            known.status = status.clone();
            self.writing.insert(key.clone(), now);
            let api = self.shared.api.clone();
            self.jobs.spawn(async move {
                let written = status::write(&api, &key, &status).await;
                Done::Reported(key, written)
            });
        }
    }

    fn on_sync(&mut self, saw: syncs::Saw) {
        match saw {
            syncs::Saw::Sync(key, sync) => {
                let facts = syncs::facts(&sync);
                let sync = Arc::new(*sync);
                let known = self.known.entry(key.clone());
                let known = known.or_insert_with(|| Known::new(Arc::clone(&sync)));
                known.sync = sync;
                let before = known.before();
                let seen = Happened::Seen { facts, before };
                self.on(Event::Of(key, seen));
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

    fn on_member(&mut self, key: &SyncKey, saw: seeing::Saw) {
        let Some(known) = self.known.get_mut(key) else {
            return;
        };
        let changes = match saw {
            seeing::Saw::Member(seen) => vec![known.members.saw(seen)],
            seeing::Saw::Listed(listed) => known.members.listed(&listed),
        };
        let is_at_work = known.stop.is_some();
        self.on_changes(key, changes, is_at_work);
    }

    /// What changes of members come to. As long as something `is_at_work` on them, it is what changes them.
    fn on_changes(&mut self, key: &SyncKey, changes: Vec<Change>, is_at_work: bool) {
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

    fn on_done(&mut self, done: Done) {
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
            Done::Fetched(key, fetched) => self.on_fetched(key, *fetched),
            Done::Applied(key, revision, finished) => self.on_applied(key, revision, *finished),
        }
    }

    fn on_fetched(&mut self, key: SyncKey, fetched: Result<crate::source::Fetched, String>) {
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

    fn on_applied(&mut self, key: SyncKey, revision: EcoString, finished: Finished) {
        let time = crate::execute::now().to_string();
        let outcome = finished.outcome.clone();
        let mut changes = Vec::new();
        if let Some(known) = self.known.get_mut(&key) {
            told(&key, &revision, &finished, known);
            known.on_finished(&revision, &finished, &time);
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

    /// Waits for what is under way, which is told to stop.
    async fn drain(&mut self) {
        for stop in self.known.values().filter_map(|known| known.stop.as_ref()) {
            stop.send_replace(true);
        }
        while self.jobs.join_next().await.is_some() {}
    }
}

/// Logs how an apply ended, if that is any news.
fn told(key: &SyncKey, revision: &EcoString, finished: &Finished, known: &Known) {
    use gitopsc_engine::reconcile::Outcome;
    let outcome = &finished.outcome;
    let wrong = finished
        .wrong
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let ended = (outcome.clone(), finished.wrong.clone());
    let is_same = known.ended.as_ref() == Some(&ended)
        && known
            .built
            .as_ref()
            .is_some_and(|built| built.revision == *revision);
    match outcome {
        _ if is_same => tracing::debug!(sync = %key, %revision, ?outcome, wrong, "applied again"),
        Outcome::Done => tracing::info!(sync = %key, %revision, "applied"),
        Outcome::Stopped => tracing::info!(sync = %key, %revision, "stopped"),
        Outcome::Consent => tracing::info!(sync = %key, %revision, "waits for consent"),
        Outcome::Broken => tracing::warn!(sync = %key, %revision, wrong, "cannot be built"),
        Outcome::Incomplete => tracing::warn!(sync = %key, %revision, wrong, "applied in part"),
    }
}

fn is_stalled(known: &Known) -> bool {
    let conditions = &known.status.conditions;
    conditions.iter().any(|of| of.kind == "Stalled")
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
