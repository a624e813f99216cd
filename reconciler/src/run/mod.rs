//! The reconciler: one task that owns the state, workers that report back, watches that wake it.
//!
//! What is done next is decided by [`gitopsc_engine::reconcile`]. Here its commands are carried out, a bounded number
//! at once, and what comes of them is told to it. Nothing is detached: all tasks end with the loop.

mod apply;
mod begin;
mod built;
mod fetch;
mod heard;
mod identity;
mod keys;
mod known;
mod members;
mod outcome;
mod seeing;
mod status;
mod syncs;
mod work;

use crate::api::{self, Api, ConnectError, Target};
use crate::source::{Limits, Mirrors, SourceError};
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{Event, State};
use identity::Identities;
use rayon::ThreadPool;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use work::Work;

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
        listening: JoinSet::new(),
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
            Some(heard) = work.listening.join_next() => {
                let heard = heard.expect("a listener neither panics nor is cancelled");
                heard.into_iter().for_each(|done| work.on_done(done));
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

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
