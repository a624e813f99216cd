//! What the parents of units say before a run writes members, and after it.

use super::{Applied, Prepared, Source};
use crate::api::{Api, ApiError};
use crate::execute::Outcome;
use crate::parents::{self, Parent, Parents, Scope};
use crate::progress::Progress;
use crate::set::Options;
use crate::{desired, remaining};
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::plan::{Action, Desired, Skip};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Says where members may be before any of them is written.
pub(super) async fn widen(
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
            keeps: prepared.keeping.contains(unit),
            ..says
        };
        if before != Some(&widened) {
            tell(Progress::Recording { what: unit.clone() });
            parents::write(api, &options.set, unit, &widened).await?;
        }
    }
    Ok(())
}

/// Says where members are now that what nothing wants is gone, and what has run.
pub(super) async fn narrow(
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
pub(super) fn what_is_left(
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
    for (unit, parent) in &mut left {
        if desired::manages(source.compilation, unit, options) {
            parent.keeps = prepared.keeping.contains(unit);
        }
    }
    for (requirement, _) in &prepared.required {
        if desired::manages(source.compilation, &requirement.unit, options) {
            let parent = left.entry(requirement.unit.clone()).or_default();
            parent.requires.push(requirement.required.clone());
        }
    }
    for desired in prepared.desired.iter().filter(|desired| desired.runs_once) {
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
