//! Reading what is there, and planning.

use super::{Prepared, Source};
use crate::api::{Api, ApiError};
use crate::execute;
use crate::fate::Fates;
use crate::lease;
use crate::leaving::{self, Gone, Looking};
use crate::observe::{self, Observation, Wanted};
use crate::parents::{self, Parents};
use crate::set::{Options, Trying};
use crate::units::Units;
use crate::{desired, former, learned, left, required};
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::graph::NodeId;
use gitopsc_engine::observed::Observed;
use gitopsc_engine::plan::{self, Absent, Claims, Desired, Inputs, Tried};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    let rules = learned::of(api, &kinds, source.rules, &desired).await;
    let units = required::units(source.compilation, source.graph, &desired, options);
    let needed = desired::needed(source.graph, &desired, &units);
    let wanted = Wanted {
        set: &options.set,
        desired: &desired,
        needed: &needed,
        parents: &parents,
        rules: &rules,
        now: execute::now(),
    };
    let observation = observe::observe(api, &kinds, wanted).await;
    let required = required::of(source.compilation, source.graph, &units, &kinds, options);
    let looked = observe::look_at(api, &kinds, &rules, &required, &desired, &observation).await;
    let required = required.into_iter().zip(looked).collect();
    let observed = &observation.observed;
    left::leave(&mut desired, source.compilation, observed, &kinds, options);
    desired::mark_what_ran(&mut desired, &parents);
    let wanted_names = desired::all_names(source.compilation, &kinds, options);
    let units = source.compilation.units.iter();
    let units = units.map(|unit| EcoString::from(unit.path.to_string()));
    let units = Units::new(&options.set, units.chain(parents.keys().cloned()));
    let absent = absent(source, options, &units, &observation, &wanted_names);
    let keeping = keeping(source.compilation, &parents);
    let (nothing, no_claims) = (BTreeMap::new(), Claims::default());
    let inputs = Inputs {
        set: &options.set.name,
        units: &units.ids(),
        desired: &desired,
        observed,
        try_making: options.trying == Trying::Everything,
        tried: &nothing,
        adopting: &options.adopting,
        recreate: &options.recreate,
        absent: &[],
        claims: &no_claims,
        protected: &source.compilation.kinds.protected,
        keeping: &keeping,
        budget: options.budget,
        approved: options.approved.as_deref(),
    };
    let suspects = plan::suspects(&inputs);
    let tried = observe::try_suspects(api, &kinds, suspects, options).await;
    let looking = Looking {
        api,
        kinds: &kinds,
        set: &options.set,
        keeping: &keeping,
        compilation: Some(source.compilation),
        pool: source.pool,
    };
    let made_again = made_again(&desired, observed, &tried);
    let (absent, claims) = leaving::look(looking, absent, made_again).await;
    let plan = plan::make(&Inputs {
        tried: &tried,
        absent: &absent,
        claims: &claims,
        ..inputs
    });
    let former = former::read(api, &kinds, observed, &desired, &plan.steps).await;
    Ok(Prepared {
        kinds,
        parents,
        required,
        keeping,
        rules,
        observation,
        desired,
        absent,
        plan,
        former,
        lease,
    })
}

/// The members that are in no unit any more, or not in theirs.
fn absent(
    source: Source<'_>,
    options: &Options,
    units: &Units,
    observation: &Observation,
    wanted: &BTreeSet<ObjectRef>,
) -> Vec<Absent> {
    let fates = Fates {
        compilation: source.compilation,
        options,
    };
    leaving::absent(observation, wanted, &|_, live| {
        fates.of(units.unit_of(live)?)
    })
}

/// What cannot be changed, and so can only be deleted and made again.
fn made_again(
    desired: &[Desired],
    observed: &Observed,
    tried: &BTreeMap<NodeId, Tried>,
) -> Vec<Gone> {
    let is_immutable = |desired: &&Desired| {
        let tried = tried.get(&desired.node);
        matches!(tried, Some(Tried::Immutable { .. }))
    };
    let immutable = desired.iter().filter(is_immutable);
    let gone = immutable.filter_map(|desired| {
        Some(Gone {
            object: desired.object.clone(),
            gvk: desired.gvk.clone(),
            live: observed.get(&desired.object)?.clone(),
        })
    });
    gone.collect()
}

/// The units whose members stay when they leave Git. Of units that are gone, or do not compile, their records say it.
fn keeping(compilation: &Compilation, parents: &Parents) -> BTreeSet<EcoString> {
    let mut keeping = parents::keeping(parents);
    for unit in compilation.units.iter().filter(|unit| !unit.failed) {
        let path = EcoString::from(unit.path.to_string());
        let says = unit.settings.get("prune");
        match says.is_some_and(|says| says == "disabled") {
            true => keeping.insert(path),
            false => keeping.remove(&path),
        };
    }
    keeping
}
