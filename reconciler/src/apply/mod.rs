//! One whole apply: lease, observe, plan, execute, prune, record.
//!
//! [`prepare`] only reads; what it gives is shown to somebody. [`carry_out`] writes.

mod prepare;
mod records;
mod rest;
mod revert;

pub use prepare::prepare;
pub use revert::{Ground, Reverting, prepare_revert, revert};

use crate::api::{Api, ApiError, Kinds};
use crate::execute::{self, Outcome, Prunes, Settled};
use crate::former::Former;
use crate::lease::{self, Contest, Last, LeaseError, Record};
use crate::observe::Observation;
use crate::parents::{self, Parents};
use crate::progress::Progress;
use crate::required::{Looked, Requirement};
use crate::set::Options;
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::graph::ManifestGraph;
use gitopsc_engine::health::Rules;
use gitopsc_engine::plan::{Absent, Desired, Plan, Step};
use rayon::ThreadPool;
use records::{narrow, widen};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What is to be applied.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    /// What was compiled.
    pub compilation: &'s Compilation,
    /// Its graph.
    pub graph: &'s ManifestGraph,
    /// How health is told.
    pub rules: &'s Arc<Rules>,
    /// Where edges between what leaves are derived.
    pub pool: &'s ThreadPool,
}

/// A plan with all that it was decided on.
pub struct Prepared {
    /// The kinds that the server has.
    pub kinds: Kinds,
    /// Where members are, by unit.
    pub parents: Parents,
    /// What was read.
    pub observation: Observation,
    /// What units require, and how that is.
    pub required: Vec<(Requirement, Looked)>,
    /// How health is told, with what the cluster says of it.
    pub rules: Arc<Rules>,
    /// Units whose members stay when they leave Git.
    pub keeping: BTreeSet<EcoString>,
    /// What is desired, in order.
    pub desired: Vec<Desired>,
    /// Members that nothing desires, in the order in which they are to go.
    pub absent: Vec<Absent>,
    /// The plan.
    pub plan: Plan,
    /// From whom something is adopted, and who would still delete it.
    pub former: Vec<Former>,
    /// What was read of the lease.
    pub lease: lease::Read,
}

/// What is applied, as it is recorded, and by whom.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Who is at work, for people.
    pub holder: EcoString,
    /// What the set is afterwards.
    pub record: Record,
    /// How long to wait for another run to end.
    pub patience: Duration,
}

/// A plan could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Another run is at work, or was.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The records of the set cannot be written; then nothing that depends on them was.
    #[error("the records of the set")]
    Records(#[from] ApiError),
}

/// What became of a plan.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// How the objects of the graph ended.
    pub settled: Settled,
    /// How pruning ended.
    pub pruned: execute::Pruned,
}

/// Carries out the plan of `prepared`, as `run`, holding the lease of the set.
///
/// # Errors
/// See [`ApplyError`].
pub async fn carry_out(
    api: &Api,
    source: Source<'_>,
    prepared: &Prepared,
    options: &Arc<Options>,
    run: &Run,
    stop: &watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Applied, ApplyError> {
    tell(Progress::Recording {
        what: "the namespace and the lease of the set".into(),
    });
    parents::ensure_namespace(api, &options.set).await?;
    let read = &prepared.lease;
    let contest = Contest::of_set(&options.set, options.sync.as_ref());
    let held = |wait| tell(Progress::Held(wait));
    let held = lease::take(api, &contest, &run.holder, read, run.patience, held);
    let mut held = held.await?;
    let applied = held.keep_while(api, stop, |stop| {
        write_all(api, source, prepared, options, stop, tell)
    });
    let applied = applied.await;
    // A run of some units leaves recorded what was last applied of all.
    let is_of_all = options.units.is_empty();
    let is_whole = is_of_all && applied.as_ref().is_ok_and(Applied::is_whole);
    let last = match is_whole {
        true => Last::Is(&run.record),
        false => Last::AsBefore,
    };
    held.give_back(api, last).await?;
    Ok(applied?)
}

impl Applied {
    /// Whether everything was done.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let is_done = |outcome: &Outcome| matches!(outcome, Outcome::Unchanged | Outcome::Written);
        let stopped = self.settled.stopped || self.pruned.stopped;
        !stopped && self.pruned.remains.is_empty() && self.settled.outcomes.values().all(is_done)
    }
}

async fn write_all(
    api: &Api,
    source: Source<'_>,
    prepared: &Prepared,
    options: &Arc<Options>,
    stop: watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Applied, ApiError> {
    widen(api, prepared, options, tell).await?;
    let steps = &prepared.plan.steps[..prepared.desired.len()];
    let run = execute::Run {
        api,
        kinds: prepared.kinds.clone(),
        compilation: source.compilation,
        graph: source.graph,
        required: &prepared.required,
        desired: &prepared.desired,
        steps,
        observation: &prepared.observation,
        rules: &prepared.rules,
        options,
        stop: stop.clone(),
    };
    let settled = execute::run(run, tell).await;
    let prunes = prunes_of(prepared, &settled);
    let prunes = Prunes {
        steps: &prunes,
        absent: &prepared.absent,
        kept: &settled.uids,
        timeout: options.timeout,
        in_flight: options.in_flight,
    };
    let pruned = match settled.stopped {
        true => execute::Pruned::default(),
        false => execute::prune(api, &prepared.kinds, prunes, &stop, tell).await,
    };
    let applied = Applied { settled, pruned };
    narrow(api, source, prepared, &applied, options, tell).await?;
    Ok(applied)
}

/// The prunes of units of which every object was applied, without what those of others need.
fn prunes_of(prepared: &Prepared, settled: &Settled) -> Vec<Step> {
    let mut broken: BTreeSet<&EcoString> = BTreeSet::new();
    for desired in &prepared.desired {
        let outcome = settled.outcomes.get(&desired.node);
        if !matches!(outcome, Some(Outcome::Unchanged | Outcome::Written)) {
            broken.insert(&desired.unit);
        }
    }
    let steps = prepared.plan.steps[prepared.desired.len()..].iter();
    let mut left: BTreeSet<&ObjectRef> = BTreeSet::new();
    let mut prunes = Vec::new();
    // What needs others comes before them.
    for (absent, step) in prepared.absent.iter().zip(steps) {
        let mut needing = absent.needed_by.iter().filter(|by| by.holds());
        let is_left = broken.contains(&step.unit) || needing.any(|by| left.contains(&by.object));
        match step.action.writes() {
            true if is_left => {
                left.insert(&step.object);
            }
            true => prunes.push(step.clone()),
            false => {}
        }
    }
    prunes
}
