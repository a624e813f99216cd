//! Putting back single objects of a set that is else as it should be.
//!
//! Nothing is listed, pruned or recorded: only these objects, and what they need, are read, planned and written.

use super::{ApplyError, Run, Source};
use crate::api::{Api, ApiError, Kinds};
use crate::execute::{self, Settled};
use crate::lease::{self, Last};
use crate::observe::{self, Observation, Wanted};
use crate::parents::{self, Parents};
use crate::set::{Options, Trying};
use crate::units::Units;
use crate::{desired, left};
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::Rules;
use gitopsc_engine::plan::{self, Claims, Desired, Inputs, Plan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::watch;

/// What is known of the cluster since everything was applied.
#[derive(Clone, Copy)]
pub struct Ground<'g> {
    /// The kinds that the server has.
    pub kinds: &'g Kinds,
    /// How health is told, with what the cluster says of it.
    pub rules: &'g Arc<Rules>,
}

/// A plan for single objects, with what it was decided on.
pub struct Reverting {
    /// What was read.
    pub observation: Observation,
    /// The objects.
    pub desired: Vec<Desired>,
    /// The plan.
    pub plan: Plan,
    lease: lease::Read,
}

/// Reads `objects`, as far as they are desired, and plans what puts them back.
///
/// # Errors
/// The server does not answer.
pub async fn prepare_revert(
    api: &Api,
    source: Source<'_>,
    ground: Ground<'_>,
    options: &Arc<Options>,
    objects: &BTreeSet<ObjectRef>,
) -> Result<Reverting, ApiError> {
    let lease = lease::read(api, &options.set).await?;
    let is_wanted = |object: &ObjectRef| objects.contains(object);
    let (compilation, graph) = (source.compilation, source.graph);
    let mut desired = desired::some(compilation, graph, ground.kinds, options, &is_wanted);
    let needed = desired::needed(graph, &desired, &BTreeSet::new());
    let wanted = Wanted {
        set: &options.set,
        desired: &desired,
        needed: &needed,
        parents: &Parents::new(),
        rules: ground.rules,
        now: execute::now(),
    };
    let observation = observe::observe_named(api, ground.kinds, wanted).await;
    let observed = &observation.observed;
    left::leave(&mut desired, compilation, observed, ground.kinds, options);
    let units = compilation.units.iter();
    let units = units.map(|unit| EcoString::from(unit.path.to_string()));
    let units = Units::new(&options.set, units).ids();
    let (nothing, no_claims, nobody) = (BTreeMap::new(), Claims::default(), BTreeSet::new());
    let inputs = Inputs {
        set: &options.set.name,
        units: &units,
        desired: &desired,
        observed,
        try_making: options.trying == Trying::Everything,
        tried: &nothing,
        adopting: &options.adopting,
        recreate: &options.recreate,
        absent: &[],
        claims: &no_claims,
        protected: &compilation.kinds.protected,
        keeping: &nobody,
        budget: options.budget,
        approved: None,
    };
    let suspects = plan::suspects(&inputs);
    let tried = observe::try_suspects(api, ground.kinds, suspects, options).await;
    let plan = plan::make(&Inputs {
        tried: &tried,
        ..inputs
    });
    Ok(Reverting {
        observation,
        desired,
        plan,
        lease,
    })
}

/// Carries out the plan of `reverting`, as `run`, holding the lease of the set.
///
/// # Errors
/// See [`ApplyError`].
pub async fn revert(
    api: &Api,
    source: Source<'_>,
    ground: Ground<'_>,
    reverting: &Reverting,
    options: &Arc<Options>,
    run: &Run,
    stop: &watch::Receiver<bool>,
) -> Result<Settled, ApplyError> {
    parents::ensure_namespace(api, &options.set).await?;
    let contest = lease::Contest::of_set(&options.set, options.sync.as_ref());
    let read = &reverting.lease;
    let held = lease::take(api, &contest, &run.holder, read, run.patience, |_| {});
    let mut held = held.await?;
    let settled = held.keep_while(api, stop, |stop| {
        let run = execute::Run {
            api,
            kinds: ground.kinds.clone(),
            compilation: source.compilation,
            graph: source.graph,
            required: &[],
            desired: &reverting.desired,
            steps: &reverting.plan.steps,
            observation: &reverting.observation,
            rules: ground.rules,
            options,
            stop,
        };
        async { execute::run(run, &mut |_| {}).await }
    });
    let settled = settled.await;
    held.give_back(api, Last::AsBefore).await?;
    Ok(settled)
}
