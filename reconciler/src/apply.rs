//! One whole apply: lease, observe, plan, execute, prune, record.
//!
//! [`prepare`] only reads; what it gives is shown to somebody. [`carry_out`] writes.

use crate::api::{Api, ApiError, Kinds};
use crate::execute::{self, Outcome, Prunes, Settled};
use crate::fate::Fates;
use crate::lease::{self, Last, LeaseError, Record};
use crate::observe::{self, Observation, Wanted};
use crate::parents::{self, Parent, Parents, Scope};
use crate::progress::Progress;
use crate::set::{Options, Trying};
use crate::units::Units;
use crate::{absent, desired, left, remaining};
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::ManifestGraph;
use gitopsc_engine::health::{Health, Rules};
use gitopsc_engine::plan::{self, Absent, Action, Desired, Inputs, Plan, Skip, Step};
use std::collections::{BTreeMap, BTreeSet};
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
}

/// A plan with all that it was decided on.
pub struct Prepared {
    /// The kinds that the server has.
    pub kinds: Kinds,
    /// Where members are, by unit.
    pub parents: Parents,
    /// What was read.
    pub observation: Observation,
    /// What is desired, in order.
    pub desired: Vec<Desired>,
    /// Members that nothing desires, in the order in which they are to go.
    pub absent: Vec<Absent>,
    /// The plan.
    pub plan: Plan,
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

/// Reads what is there and plans.
///
/// # Errors
/// The server does not answer, or the records of the set cannot be read.
pub async fn prepare(
    api: &Api,
    source: Source<'_>,
    options: &Arc<Options>,
) -> Result<Prepared, ApiError> {
    let kinds = api.kinds().await?;
    let lease = lease::read(api, &options.set).await?;
    let parents = parents::read(api, &options.set).await?;
    let mut desired = desired::of(source.compilation, source.graph, &kinds, options);
    let needed = desired::needed(source.graph, &desired);
    let wanted = Wanted {
        set: &options.set,
        desired: &desired,
        needed: &needed,
        parents: &parents,
        rules: source.rules,
        now: execute::now(),
    };
    let observation = observe::observe(api, &kinds, wanted).await;
    let observed = &observation.observed;
    left::leave(&mut desired, source.compilation, observed, &kinds, options);
    desired::mark_what_ran(&mut desired, &parents);
    let wanted_names = desired::all_names(source.compilation, &kinds, options);
    let absent = absent(source, options, &parents, &observation, &wanted_names);
    let nothing = BTreeMap::new();
    let inputs = Inputs {
        set: &options.set.name,
        desired: &desired,
        observed,
        try_making: options.trying == Trying::Everything,
        tried: &nothing,
        adopting: &options.adopting,
        recreate: &options.recreate,
        absent: &absent,
        budget: options.budget,
        approved: options.approved.as_deref(),
    };
    let suspects = plan::suspects(&inputs);
    let tried = observe::try_suspects(api, &kinds, suspects, options).await;
    let plan = plan::make(&Inputs {
        tried: &tried,
        ..inputs
    });
    Ok(Prepared {
        kinds,
        parents,
        observation,
        desired,
        absent,
        plan,
        lease,
    })
}

/// The members that are in no unit any more, or not in theirs.
fn absent(
    source: Source<'_>,
    options: &Options,
    parents: &Parents,
    observation: &Observation,
    wanted: &BTreeSet<ObjectRef>,
) -> Vec<Absent> {
    let compilation = source.compilation;
    let units = compilation.units.iter();
    let units = units.map(|unit| EcoString::from(unit.path.to_string()));
    let units = Units::new(&options.set, units.chain(parents.keys().cloned()));
    let fates = Fates {
        compilation,
        options,
    };
    absent::of(observation, wanted, &|_, live| {
        fates.of(units.unit_of(live))
    })
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
    let mut held = lease::take(api, &options.set, &run.holder, read, run.patience).await?;
    let applied = held.keep_while(api, stop, |stop| {
        write_all(api, source, prepared, options, stop, tell)
    });
    let applied = applied.await;
    let is_whole = applied.as_ref().is_ok_and(Applied::is_whole);
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
        graph: source.graph,
        desired: &prepared.desired,
        steps,
        observation: &prepared.observation,
        rules: source.rules,
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

impl Prepared {
    /// Whether there is nothing to write, nothing to wait for, and nothing to record: a run that was killed at its end
    /// may have left that.
    #[must_use]
    pub fn is_at_rest(&self, source: Source<'_>, options: &Options, record: &Record) -> bool {
        let health = &self.observation.health;
        let is_ready =
            |desired: &Desired| health.get(&desired.object).is_none_or(Health::is_current);
        let is_recorded = || {
            let left = what_is_left(source, self, &self.unchanged(), options);
            self.lease.record == *record && left == self.parents
        };
        self.plan.writes().next().is_none()
            && self.desired.iter().all(is_ready)
            && (!self.plan.is_empty() || is_recorded())
    }

    /// What a run comes to that does nothing.
    fn unchanged(&self) -> Applied {
        let mut applied = Applied::default();
        let settled = &mut applied.settled;
        for desired in &self.desired {
            settled.outcomes.insert(desired.node, Outcome::Unchanged);
            let health = self.observation.health.get(&desired.object);
            if health.is_some_and(Health::is_current) {
                settled.ready.insert(desired.node);
            }
        }
        applied
    }
}

/// The prunes of units of which every object was applied.
fn prunes_of(prepared: &Prepared, settled: &Settled) -> Vec<Step> {
    let mut broken: BTreeSet<&EcoString> = BTreeSet::new();
    for desired in &prepared.desired {
        let outcome = settled.outcomes.get(&desired.node);
        if !matches!(outcome, Some(Outcome::Unchanged | Outcome::Written)) {
            broken.insert(&desired.unit);
        }
    }
    let prunes = prepared.plan.steps[prepared.desired.len()..].iter();
    let prunes = prunes.filter(|step| step.action.writes());
    prunes
        .filter(|step| !broken.contains(&step.unit))
        .cloned()
        .collect()
}

/// Says where members may be before any of them is written.
async fn widen(
    api: &Api,
    prepared: &Prepared,
    options: &Arc<Options>,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), ApiError> {
    for (unit, scope) in &scopes(prepared) {
        let before = prepared.parents.get(unit);
        let says = before.cloned().unwrap_or_default();
        let widened = Parent {
            scope: says.scope.widened(scope),
            ran: says.ran,
        };
        if before != Some(&widened) {
            tell(Progress::Recording { what: unit.clone() });
            parents::write(api, &options.set, unit, &widened).await?;
        }
    }
    Ok(())
}

/// Says where members are now that what nothing wants is gone, and what has run.
async fn narrow(
    api: &Api,
    source: Source<'_>,
    prepared: &Prepared,
    applied: &Applied,
    options: &Arc<Options>,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), ApiError> {
    let left = what_is_left(source, prepared, applied, options);
    remaining::write(api, &options.set, &prepared.parents, &left, tell).await
}

/// What the parent of each unit is to say after the run.
fn what_is_left(
    source: Source<'_>,
    prepared: &Prepared,
    applied: &Applied,
    options: &Options,
) -> Parents {
    let mut left = Parents::new();
    for (unit, scope) in scopes(prepared) {
        left.entry(unit).or_default().scope = scope;
    }
    let prunes = &prepared.plan.steps[prepared.desired.len()..];
    let ours = prepared.absent.iter().zip(prunes);
    let ours = ours.filter(|(_, step)| !matches!(step.action, Action::Skip(Skip::NotOurs(_))));
    let ours = ours.map(|(absent, _)| absent);
    remaining::add_absent(&mut left, ours, &applied.pruned.gone);
    for (unit, before) in &prepared.parents {
        // What is not managed now is not looked at.
        match desired::manages(source.compilation, unit, options) {
            true => {
                let unknown = &prepared.observation.observed.unknown;
                remaining::add_unknown(&mut left, unit, before, unknown);
            }
            false => {
                left.insert(unit.clone(), before.clone());
            }
        }
    }
    for desired in prepared
        .desired
        .iter()
        .filter(|desired| desired.runs_once())
    {
        if desired.has_run || has_run(desired, applied) {
            let parent = left.entry(desired.unit.clone()).or_default();
            let digest = desired.applied.to_string().into();
            parent.ran.insert(desired.object.to_string().into(), digest);
        }
    }
    left
}

/// Whether the run has seen the object end well.
fn has_run(desired: &Desired, applied: &Applied) -> bool {
    let outcome = applied.settled.outcomes.get(&desired.node);
    let is_there = matches!(outcome, Some(Outcome::Written | Outcome::Unchanged));
    let is_suspended = desired.body.body().at(&["spec", "suspend"]) == Some(&Json::Bool(true));
    is_there && !is_suspended && applied.settled.ready.contains(&desired.node)
}

/// Where the desired members of each unit are.
fn scopes(prepared: &Prepared) -> BTreeMap<EcoString, Scope> {
    let mut scopes: BTreeMap<EcoString, Scope> = BTreeMap::new();
    for desired in &prepared.desired {
        let scope = scopes.entry(desired.unit.clone()).or_default();
        scope.add(&desired.object);
    }
    scopes
}
