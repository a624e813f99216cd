//! One apply of a revision, from its commit to how it left the cluster.

use super::built::{Built, build};
use super::outcome::{self, Finished};
use super::{PATIENCE, Shared, fetch, identity};
use crate::api::Api;
use crate::apply::{ApplyError, Prepared, Run, carry_out, prepare};
use crate::fate::Fates;
use crate::metrics::Part;
use crate::progress::Progress;
use crate::resources::Sync;
use crate::set::Options;
use crate::source::Fetched;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{Outcome, SyncKey};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;

/// What is to be applied, and what of it is there already.
pub(super) struct Job {
    /// The Sync.
    pub(super) key: SyncKey,
    /// The Sync as it was when this began.
    pub(super) sync: Arc<Sync>,
    /// The commit.
    pub(super) revision: EcoString,
    /// Where that is, if it was fetched in this process.
    pub(super) fetched: Option<Fetched>,
    /// What was built of it before, if that still counts.
    pub(super) built: Option<Arc<Built>>,
    /// The consent that was given.
    pub(super) approved: Option<EcoString>,
    /// What it waits for, in one sentence.
    pub(super) progress: watch::Sender<String>,
    /// Becomes true when this is to stop at the next safe point.
    pub(super) stop: watch::Receiver<bool>,
}

/// Does `job`, which ends by itself.
pub(super) async fn apply(shared: &Arc<Shared>, job: Job) -> Finished {
    let built = match &job.built {
        Some(built) => Arc::clone(built),
        None => match built(shared, &job).await {
            Ok(built) => built,
            Err(finished) => return finished,
        },
    };
    let api = match identity::api_for(shared, &job.sync).await {
        Ok(api) => api,
        Err(error) => return Finished::failed(Some(built), fetch::chain(&error)),
    };
    let began = Instant::now();
    let finished = carried_out(shared, &api, built, &job).await;
    shared.metrics.took(&job.key, Part::Apply, began.elapsed());
    finished
}

async fn built(shared: &Arc<Shared>, job: &Job) -> Result<Arc<Built>, Finished> {
    let fetched = match &job.fetched {
        Some(fetched) => fetched.clone(),
        None => {
            let fetched = fetch::commit(Arc::clone(shared), &job.sync, &job.revision).await;
            fetched.map_err(|why| Finished::failed(None, why))?
        }
    };
    let began = Instant::now();
    let built = build(shared, &job.sync, &fetched).await;
    shared.metrics.took(&job.key, Part::Build, began.elapsed());
    built.map(Arc::new).map_err(Finished::broken)
}

async fn carried_out(shared: &Shared, api: &Api, built: Arc<Built>, job: &Job) -> Finished {
    let mut options = built.options.clone();
    options.approved.clone_from(&job.approved);
    let options = Arc::new(options);
    let source = built.source(shared);
    let prepared = match prepare(api, source, &options).await {
        Ok(prepared) => prepared,
        Err(error) => return Finished::failed(Some(Arc::clone(&built)), error.chain()),
    };
    if *job.stop.borrow() {
        return Finished::stopped(built);
    }
    if lost_to_a_file(&built, &prepared, &options) {
        return Finished::broken(built.unparsable());
    }
    let record = built.record();
    if prepared.writes_nothing(source, &options, &record) {
        return outcome::of_rest(api, &built, prepared);
    }
    let run = Run {
        holder: shared.holder.clone(),
        record,
        patience: PATIENCE,
    };
    let tell = &mut |progress| tell(&job.progress, progress);
    match carry_out(api, source, &prepared, &options, &run, &job.stop, tell).await {
        Ok(applied) => outcome::of_run(api, &built, prepared, applied).await,
        Err(ApplyError::Records(error)) => Finished::failed(Some(built), error.chain()),
        Err(ApplyError::Lease(error)) => Finished::failed(Some(built), fetch::chain(&error)),
    }
}

/// Whether a unit that has members is gone only because nobody can read its files.
fn lost_to_a_file(built: &Built, prepared: &Prepared, options: &Options) -> bool {
    let fates = Fates {
        compilation: &built.compilation,
        options,
    };
    let units = built.compilation.units.iter();
    let units: BTreeSet<EcoString> = units.map(|unit| unit.path.to_string().into()).collect();
    let mut gone = prepared
        .parents
        .keys()
        .filter(|unit| !units.contains(*unit));
    gone.any(|unit| fates.has_an_unreadable_file(unit))
}

fn tell(to: &watch::Sender<String>, progress: Progress) {
    let told = match progress {
        Progress::Blocked { object, by, .. } => format!("{object} is blocked by {by}"),
        Progress::Waits { object, why } => format!("{object} waits: {why}"),
        Progress::Held(wait) => format!("{} is at work on the set", wait.holder),
        _ => return,
    };
    to.send_replace(told);
}

impl Finished {
    fn stopped(built: Arc<Built>) -> Finished {
        Finished {
            outcome: Outcome::Stopped,
            built: Some(built),
            ..Finished::default()
        }
    }
}
