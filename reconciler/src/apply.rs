//! One whole apply: lease, observe, plan, execute, prune, record.
//!
//! [`prepare`] only reads; what it gives is shown to somebody. [`carry_out`] writes.

use crate::api::{Api, ApiError, Kinds};
use crate::execute::{self, Outcome, Prunes, Run, Settled};
use crate::observe::{self, Observation, Wanted};
use crate::parents::{self, Parents, Scope};
use crate::progress::Progress;
use crate::set::Options;
use crate::{absent, desired};
use gitopsc_compiler::Compilation;
use gitopsc_core::EcoString;
use gitopsc_engine::graph::ManifestGraph;
use gitopsc_engine::health::Rules;
use gitopsc_engine::observed::kind_of;
use gitopsc_engine::plan::{self, Absent, Desired, Inputs, Plan, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
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
    let parents = parents::read(api, &options.set).await?;
    let desired = desired::of(source.compilation, source.graph, &kinds, options);
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
    let absent = absent::of(
        source.compilation,
        &desired,
        &parents,
        &observation,
        options,
    );
    let nothing = BTreeMap::new();
    let inputs = Inputs {
        set: &options.set.name,
        desired: &desired,
        observed: &observation.observed,
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

/// Carries out the plan of `prepared`.
///
/// # Errors
/// The records of the set cannot be written; then nothing that depends on them was.
pub async fn carry_out(
    api: &Api,
    source: Source<'_>,
    prepared: &Prepared,
    options: &Arc<Options>,
    stop: &watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Applied, ApiError> {
    widen(api, prepared, options, tell).await?;
    let steps = &prepared.plan.steps[..prepared.desired.len()];
    let run = Run {
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
        false => execute::prune(api, &prepared.kinds, prunes, options, stop, tell).await,
    };
    narrow(api, prepared, &pruned, options, tell).await?;
    Ok(Applied { settled, pruned })
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
    let wanted = scopes(prepared);
    if prepared.plan.writes().next().is_none()
        && wanted
            .keys()
            .all(|unit| prepared.parents.contains_key(unit))
    {
        return Ok(());
    }
    tell(Progress::Recording {
        what: "the namespace of the set".into(),
    });
    parents::ensure_namespace(api, &options.set).await?;
    for (unit, scope) in &wanted {
        let before = prepared.parents.get(unit);
        let widened = before.map_or_else(|| scope.clone(), |before| before.widened(scope));
        if before != Some(&widened) {
            tell(Progress::Recording { what: unit.clone() });
            parents::write(api, &options.set, unit, &widened).await?;
        }
    }
    Ok(())
}

/// Says where members are now that what nothing wants is gone.
async fn narrow(
    api: &Api,
    prepared: &Prepared,
    pruned: &execute::Pruned,
    options: &Arc<Options>,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), ApiError> {
    let wanted = scopes(prepared);
    let mut left: BTreeMap<EcoString, Scope> = wanted.clone();
    for absent in &prepared.absent {
        if !pruned.gone.contains(&absent.object) {
            let scope = left.entry(absent.from.unit().clone()).or_default();
            scope.add(&absent.object);
        }
    }
    let unknown = &prepared.observation.observed.unknown;
    for (unit, before) in &prepared.parents {
        // Of what could not be read nobody knows whether it is gone.
        let kept = before
            .kinds
            .iter()
            .filter(|kind| unknown.contains_key(*kind));
        let kept: BTreeSet<_> = kept.cloned().collect();
        if !kept.is_empty() {
            let scope = left.entry(unit.clone()).or_default();
            scope.kinds.extend(kept);
            scope.namespaces.extend(before.namespaces.iter().cloned());
        }
    }
    for (unit, before) in &prepared.parents {
        match left.get(unit) {
            None => {
                tell(Progress::Recording { what: unit.clone() });
                parents::remove(api, &options.set, unit).await?;
            }
            Some(scope) if before.widened(scope) != *scope => {
                tell(Progress::Recording { what: unit.clone() });
                parents::write(api, &options.set, unit, scope).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
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
