//! Deleting a whole set: everything that carries its label and that we applied, in reverse order, and then its records.
//!
//! It reads no tree: members are found by their labels where the parents say. [`prepare`] only reads, [`carry_out`]
//! writes, with the planner and the executor of pruning.

use crate::api::{Api, ApiError, Kinds};
use crate::apply::ApplyError;
use crate::execute::{self, Pruned, Prunes};
use crate::lease::{self, Contest, Last};
use crate::leaving::{self, Looking};
use crate::observe::{self, Observation, Wanted};
use crate::parents::{self, Parents};
use crate::progress::Progress;
use crate::remaining;
use crate::set::SetName;
use crate::units::Units;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::Rules;
use gitopsc_engine::plan::{self, Absent, Adopting, Budget, Inputs, Orphan, Plan, Step};
use rayon::ThreadPool;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::watch;

/// How a set is deleted.
#[derive(Clone, Debug)]
pub struct Options {
    /// The set.
    pub set: SetName,
    /// The digest of the consent that was given.
    pub approved: Option<EcoString>,
    /// Who is at work, for people.
    pub holder: EcoString,
    /// How long to wait for another run to end.
    pub patience: Duration,
    /// How long an object may take to be gone.
    pub timeout: Duration,
    /// How many requests may be under way at once.
    pub in_flight: usize,
}

/// What is to be deleted, with all that it was decided on.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// What was read.
    pub observation: Observation,
    kinds: Kinds,
    parents: Parents,
    absent: Vec<Absent>,
    /// What was read of the lease.
    pub lease: lease::Read,
}

/// What became of a set.
#[derive(Clone, Debug, Default)]
pub struct Deleted {
    /// How the deletions ended.
    pub pruned: Pruned,
    /// Whether nothing of the set is left, its records included.
    pub whole: bool,
}

/// Reads what is there of the set and plans, deriving edges on `pool`; nothing if there is no such set.
///
/// # Errors
/// The server does not answer, or the records of the set cannot be read.
pub async fn prepare(
    api: &Api,
    options: &Options,
    pool: &ThreadPool,
) -> Result<Option<Prepared>, ApiError> {
    let lease = lease::read(api, &options.set).await?;
    let parents = parents::read(api, &options.set).await?;
    if !lease.exists && parents.is_empty() {
        return Ok(None);
    }
    let kinds = api.kinds().await?;
    let wanted = Wanted {
        set: &options.set,
        desired: &[],
        needed: &BTreeMap::new(),
        parents: &parents,
        rules: &Rules::builtin(),
        now: execute::now(),
    };
    let observation = observe::observe(api, &kinds, wanted).await;
    let units = Units::new(&options.set, parents.keys().cloned());
    let absent = leaving::absent(&observation, &BTreeSet::new(), &|object, live| {
        Some(fate(object, units.unit_of(live)?, &options.set))
    });
    let keeping = parents::keeping(&parents);
    let looking = Looking {
        api,
        kinds: &kinds,
        set: &options.set,
        keeping: &keeping,
        compilation: None,
        pool,
    };
    let (absent, claims) = leaving::look(looking, absent, Vec::new()).await;
    let plan = plan::make(&Inputs {
        set: &options.set.name,
        units: &units.ids(),
        desired: &[],
        observed: &observation.observed,
        try_making: false,
        tried: &BTreeMap::new(),
        adopting: &Adopting::default(),
        recreate: &[],
        absent: &absent,
        // All of it needs consent.
        protected: &[],
        claims: &claims,
        keeping: &keeping,
        budget: Budget::default(),
        approved: options.approved.as_deref(),
    });
    Ok(Some(Prepared {
        plan,
        observation,
        kinds,
        parents,
        absent,
        lease,
    }))
}

/// All of a set goes, with consent; but not the namespace that its records are in.
fn fate(object: &ObjectRef, unit: EcoString, set: &SetName) -> Orphan {
    let is_namespace = object.group.is_empty() && object.kind == "Namespace";
    if is_namespace && object.name == set.namespace {
        let why = "it holds the records of the set".into();
        return Orphan::Held { unit, why };
    }
    let why = "the whole set is to go".into();
    Orphan::Asking { unit, why }
}

/// Deletes what `prepared` says, holding the lease of the set, and of its records those that nothing needs any more.
///
/// # Errors
/// See [`ApplyError`].
pub async fn carry_out(
    api: &Api,
    prepared: &Prepared,
    options: &Options,
    stop: &watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Deleted, ApplyError> {
    tell(Progress::Recording {
        what: "the lease of the set".into(),
    });
    let (set, holder, read) = (&options.set, &options.holder, &prepared.lease);
    let contest = Contest::of_set(set, None);
    let held = |wait| tell(Progress::Held(wait));
    let held = lease::take(api, &contest, holder, read, options.patience, held);
    let mut held = held.await?;
    let deleted = held.keep_while(api, stop, |stop| delete(api, prepared, options, stop, tell));
    let deleted = deleted.await;
    match &deleted {
        Ok(deleted) if deleted.whole => held.remove(api).await?,
        Ok(deleted) if deleted.pruned.is_nothing() => {
            held.give_back(api, Last::AsBefore).await?;
        }
        _ => held.give_back(api, Last::Forgotten).await?,
    }
    Ok(deleted?)
}

async fn delete(
    api: &Api,
    prepared: &Prepared,
    options: &Options,
    stop: watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Deleted, ApiError> {
    let steps = prepared
        .plan
        .steps
        .iter()
        .filter(|step| step.action.writes());
    let steps: Vec<Step> = steps.cloned().collect();
    let prunes = Prunes {
        steps: &steps,
        absent: &prepared.absent,
        kept: &BTreeSet::new(),
        timeout: options.timeout,
        in_flight: options.in_flight,
    };
    let pruned = execute::prune(api, &prepared.kinds, prunes, &stop, tell).await;
    let left = what_is_left(prepared, &pruned);
    remaining::write(api, &options.set, &prepared.parents, &left, tell).await?;
    let whole = left.is_empty() && !pruned.stopped;
    Ok(Deleted { pruned, whole })
}

/// What the parents are to say: where members are that stay.
fn what_is_left(prepared: &Prepared, pruned: &Pruned) -> Parents {
    let mut left = Parents::new();
    let ours = prepared.absent.iter();
    let ours = ours.filter(|absent| absent.live.why_not_ours().is_none());
    remaining::add_absent(&mut left, ours, &pruned.gone);
    let unknown = &prepared.observation.observed.unknown;
    for (unit, before) in &prepared.parents {
        remaining::add_unknown(&mut left, unit, before, unknown);
    }
    left
}
