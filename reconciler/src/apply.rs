//! One whole apply: lease, observe, plan, execute, prune, record.
//!
//! [`prepare`] only reads; what it gives is shown to somebody. [`carry_out`] writes.

use crate::api::{Api, ApiError, Kinds};
use crate::execute::{self, Outcome, Prunes, Settled};
use crate::lease::{self, LeaseError, Record};
use crate::observe::{self, Observation, Wanted};
use crate::parents::{self, Parent, Parents, Scope};
use crate::progress::Progress;
use crate::set::{Options, Trying};
use crate::{absent, desired};
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::graph::ManifestGraph;
use gitopsc_engine::health::{Health, Rules};
use gitopsc_engine::observed::kind_of;
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
    desired::mark_what_ran(&mut desired, &parents);
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
    let wanted_names = desired::all_names(source.compilation, &kinds, options);
    let absent = absent::of(
        source.compilation,
        &wanted_names,
        &parents,
        &observation,
        options,
    );
    let nothing = BTreeMap::new();
    let inputs = Inputs {
        set: &options.set.name,
        desired: &desired,
        observed: &observation.observed,
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
    let (lost, is_lost) = watch::channel(false);
    let stops = Stops::new(stop.clone(), is_lost);
    let work = write_all(api, source, prepared, options, stops.receiver(), tell);
    let mut work = std::pin::pin!(work);
    let applied = tokio::select! {
        applied = &mut work => applied,
        () = held.keep(api) => {
            // Whoever has it now goes by another plan.
            let _ = lost.send(true);
            work.await
        }
    };
    let is_whole = applied.as_ref().is_ok_and(Applied::is_whole);
    let record = is_whole.then_some(&run.record);
    held.give_back(api, record).await?;
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
    };
    let pruned = match settled.stopped {
        true => execute::Pruned::default(),
        false => execute::prune(api, &prepared.kinds, prunes, options, &stop, tell).await,
    };
    let applied = Applied { settled, pruned };
    narrow(api, source, prepared, &applied, options, tell).await?;
    Ok(applied)
}

impl Prepared {
    /// Whether nothing is to be done but to record it: a run that was killed at its end leaves that.
    #[must_use]
    pub fn is_unrecorded(&self, source: Source<'_>, options: &Options, record: &Record) -> bool {
        let left = || what_is_left(source, self, &self.unchanged(), options);
        self.plan.is_empty() && (self.lease.record != *record || left() != self.parents)
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

/// One signal to stop made of two.
struct Stops(watch::Receiver<bool>);

impl Stops {
    fn new(mut asked: watch::Receiver<bool>, mut lost: watch::Receiver<bool>) -> Stops {
        let (sender, receiver) = watch::channel(*asked.borrow());
        tokio::spawn(async move {
            tokio::select! {
                Ok(_) = asked.wait_for(|stop| *stop) => {}
                Ok(_) = lost.wait_for(|stop| *stop) => {}
                else => return,
            }
            // Nobody is at work any more.
            let _ = sender.send(true);
        });
        Stops(receiver)
    }

    fn receiver(&self) -> watch::Receiver<bool> {
        self.0.clone()
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
    for (unit, says) in &left {
        // The scope was widened by what is desired, so a unit that was new is not what `parents` has.
        if prepared.parents.get(unit) != Some(says) {
            tell(Progress::Recording { what: unit.clone() });
            parents::write(api, &options.set, unit, says).await?;
        }
    }
    let gone = prepared
        .parents
        .keys()
        .filter(|unit| !left.contains_key(*unit));
    for unit in gone {
        tell(Progress::Recording { what: unit.clone() });
        parents::remove(api, &options.set, unit).await?;
    }
    Ok(())
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
    for (absent, step) in prepared.absent.iter().zip(prunes) {
        let is_ours = !matches!(step.action, Action::Skip(Skip::NotOurs(_)));
        if is_ours && !applied.pruned.gone.contains(&absent.object) {
            let parent = left.entry(absent.from.unit().clone()).or_default();
            parent.scope.add(&absent.object);
        }
    }
    let unknown = &prepared.observation.observed.unknown;
    for (unit, before) in &prepared.parents {
        // Of what could not be read nobody knows whether it is gone, and what is not managed now is not looked at.
        let kinds = &before.scope.kinds;
        let kept: BTreeSet<_> = kinds
            .iter()
            .filter(|kind| unknown.contains_key(*kind))
            .cloned()
            .collect();
        if !desired::manages(source.compilation, unit, options) {
            left.insert(unit.clone(), before.clone());
        } else if !kept.is_empty() {
            let scope = &mut left.entry(unit.clone()).or_default().scope;
            scope.kinds.extend(kept);
            scope
                .namespaces
                .extend(before.scope.namespaces.iter().cloned());
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

impl Scope {
    fn add(&mut self, object: &gitopsc_core::ObjectRef) {
        self.kinds.insert(kind_of(object));
        if !object.namespace.is_empty() {
            self.namespaces.insert(object.namespace.clone());
        }
    }
}
