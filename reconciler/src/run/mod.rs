//! The reconciler: one task that owns the state, workers that report back, watches that wake it.
//!
//! What is done next is decided by [`gitopsc_engine::reconcile`]. Here its commands are carried out, a bounded number
//! at once, and what comes of them is told to it. Nothing is detached: all tasks end with the loop.

mod apply;
mod begin;
mod built;
mod fetch;
mod heard;
mod hooks;
mod identity;
mod keys;
mod known;
mod members;
mod outcome;
mod revert;
mod seeing;
mod seen;
mod status;
mod telling;
mod work;

use crate::api::{self, Api, ConnectError, Target};
use crate::events::{self, Events};
use crate::hook::Table;
use crate::http::ListenError;
use crate::leader::lead;
use crate::lease::{Contest, LeaseError};
use crate::metrics::{Metrics, Pulse};
use crate::notify::{self, Notices};
use crate::source::{Limits, Mirrors, SourceError};
use crate::syncs;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::Event;
use identity::Identities;
use rayon::ThreadPool;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
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
    /// Where webhooks are listened for; nowhere, if there is none.
    pub hook_listen: Option<SocketAddr>,
    /// Where metrics, probes and the state of Syncs are to be had; nowhere, if there is none.
    pub metrics_listen: Option<SocketAddr>,
    /// The version of the program.
    pub version: &'static str,
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
    /// An address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// What all workers share.
struct Shared {
    api: Api,
    identities: Identities,
    mirrors: Mirrors,
    pool: ThreadPool,
    namespace: EcoString,
    holder: EcoString,
    /// The webhooks that there are; nothing if nobody listens for them.
    hooks: Option<Arc<Table>>,
    metrics: Arc<Metrics>,
    events: Events,
    notices: Notices,
    /// What the loop is asked through.
    pulse: Pulse,
}

/// Keeps what Syncs say until `stop` becomes true, and then until what is under way has come to a safe point. Of several
/// processes in one namespace one does so, and the others stand by.
///
/// # Errors
/// It cannot begin.
pub async fn run(setup: Setup, stop: watch::Receiver<bool>) -> Result<(), StartError> {
    let (api, _) = api::connect(&setup.target).await?;
    let limits = Limits {
        local: setup.local_sources,
        ..Limits::default()
    };
    let only = setup.only.unwrap_or_default();
    let contest = contest(&setup.namespace, &only);
    let mut listening = JoinSet::new();
    let metrics = Metrics::new(setup.target.requests.clone(), setup.version);
    let (metrics, pulse) = (Arc::new(metrics), Pulse::new(seen::PATIENCE));
    if let Some(at) = setup.metrics_listen {
        seen::listen(at, &metrics, &pulse, &mut listening).await?;
    }
    let hooks = match setup.hook_listen {
        None => None,
        Some(at) => Some(hooks::listen(at, &api, &only, &metrics, &mut listening).await?),
    };
    let mut telling = JoinSet::new();
    let (events, notices) = Events::new();
    telling.spawn(events::write(api.clone(), setup.holder.clone(), notices));
    let (others, items) = Notices::new();
    telling.spawn(notify::deliver(api.clone(), items));
    let shared = Arc::new(Shared {
        notices: others,
        events,
        hooks,
        metrics,
        pulse,
        identities: Identities::new(setup.target),
        mirrors: Mirrors::open(&setup.cache, limits)?,
        pool: setup.pool,
        namespace: setup.namespace,
        holder: setup.holder.clone(),
        api: api.clone(),
    });
    let work = |ends| keep(Arc::clone(&shared), only.clone(), ends);
    let mut told = String::new();
    let failed = |error: &LeaseError| {
        let why = fetch::chain(error);
        if why != told {
            tracing::warn!(why, "nobody can tell which replica leads");
            told = why;
        }
    };
    tracing::info!(lease = %contest.name, "standing by");
    lead(&api, &contest, &setup.holder, &stop, work, failed).await;
    // Nothing more is told: then what tells it ends once that is done.
    drop(shared);
    let last_words = async { while telling.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_WORDS, last_words).await;
    Ok(())
}

/// What those compete for who look at the same Syncs.
fn contest(namespace: &str, only: &str) -> Contest {
    match only {
        "" => Contest::of_replicas(namespace, LEASE),
        only => Contest::of_replicas(namespace, &format!("{LEASE}-{only}")),
    }
}

/// The lease of who leads.
const LEASE: &str = "gitopsc-leader";

/// Keeps what the Syncs of the namespace `only` say, or all of them if it is empty, until it `ends`.
async fn keep(shared: Arc<Shared>, only: EcoString, mut ends: watch::Receiver<bool>) {
    let (sender, mut syncs) = mpsc::channel(WAITING);
    let mut watches = JoinSet::new();
    watches.spawn(syncs::follow(shared.api.clone(), only, sender));
    let mut hooked = shared.hooks.as_ref().map(|hooks| hooks.changes());
    let (members_sender, mut members) = mpsc::channel(WAITING);
    let mut asked = shared.pulse.begin();
    let mut work = Work::new(Arc::clone(&shared), members_sender);
    shared.metrics.leads(true);
    tracing::info!("leading");
    loop {
        work.launch();
        let due = work.due();
        tokio::select! {
            changed = ends.wait_for(|end| *end) => {
                // Nobody can ask any more: then this is the end too.
                drop(changed);
                break;
            }
            Some(saw) = syncs.recv() => work.on_sync(saw),
            Some((key, saw)) = members.recv() => work.on_member(&key, saw),
            () = hooks::changed(&mut hooked) => work.on_hooks(),
            Some(ask) = asked.recv() => work.answer(ask),
            Some(done) = work.jobs.join_next() => {
                work.on_done(done.expect("a worker neither panics nor is cancelled"));
            }
            Some(heard) = work.listening.join_next() => {
                let heard = heard.expect("a listener neither panics nor is cancelled");
                heard.into_iter().for_each(|done| work.on_done(done));
            }
            () = sleep_until(due) => {
                work.on_fights();
                work.on(Event::Tick);
            }
        }
    }
    tracing::info!("stopping");
    work.drain().await;
    // Who leads next counts anew.
    work.known.keys().for_each(|key| shared.metrics.forget(key));
    shared.metrics.leads(false);
}

/// How long another run on a set is waited for: one that was killed has its lease still.
const PATIENCE: Duration = Duration::from_secs(45);
/// How long it may take to tell others what happened before the end.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How many changes wait to be looked at before watches are read no further.
const WAITING: usize = 256;

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
