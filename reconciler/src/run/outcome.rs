//! How an apply ended: what it comes to for the state machine, for people, and for the watches after it.

use super::built::Built;
use crate::api::{Api, Kinds};
use crate::apply::{Applied, Prepared, Reverting};
use crate::execute::{self, Settled};
use crate::observe::Observation;
use gitopsc_core::{EcoString, Gvk, ObjectRef};
use gitopsc_engine::drift::Footprint;
use gitopsc_engine::health::{Health, Rules};
use gitopsc_engine::observed::GroupKind;
use gitopsc_engine::plan::{Action, Desired, Plan, Refusal, Skip, Step};
use gitopsc_engine::reconcile::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How an apply ended.
pub(super) struct Finished {
    /// What it comes to.
    pub(super) outcome: Outcome,
    /// What is wrong, each in one sentence.
    pub(super) wrong: Vec<String>,
    /// What was built; nothing if that was not possible.
    pub(super) built: Option<Arc<Built>>,
    /// The consent that is needed, with the steps that need it.
    pub(super) consent: Option<(EcoString, Vec<String>)>,
    /// How it left the members; nothing if they were not looked at.
    pub(super) left: Option<Left>,
}

/// How an apply left the members.
pub(super) struct Left {
    /// As whom they are watched.
    pub(super) api: Api,
    /// The kinds that the server has.
    pub(super) kinds: Kinds,
    /// From where a watch of a kind goes on.
    pub(super) versions: BTreeMap<GroupKind, EcoString>,
    /// How health is told.
    pub(super) rules: Arc<Rules>,
    /// What is desired.
    pub(super) members: Vec<LeftMember>,
}

/// How an apply left one object that is desired.
pub(super) struct LeftMember {
    pub(super) object: ObjectRef,
    pub(super) gvk: Gvk,
    /// Nothing if it is not as it should be, or not ours to keep so.
    pub(super) footprint: Option<Footprint>,
    /// How it was when everything was read.
    pub(super) health: Option<Health>,
    /// Why it is not as it should be.
    pub(super) wrong: Option<String>,
    /// Whether its end is to be recorded once it has run.
    pub(super) runs: bool,
    /// Whether nobody misses it if it is gone.
    pub(super) has_run: bool,
}

impl Default for Finished {
    fn default() -> Finished {
        Finished {
            outcome: Outcome::Incomplete,
            wrong: Vec::new(),
            built: None,
            consent: None,
            left: None,
        }
    }
}

impl Finished {
    /// Nothing could be done, and may be later.
    pub(super) fn failed(built: Option<Arc<Built>>, why: String) -> Finished {
        Finished {
            wrong: vec![why],
            built,
            ..Finished::default()
        }
    }

    /// The revision cannot be built.
    pub(super) fn broken(wrong: Vec<String>) -> Finished {
        Finished {
            outcome: Outcome::Broken,
            wrong,
            ..Finished::default()
        }
    }
}

/// How it ends if there was nothing to do.
pub(super) fn of_rest(api: &Api, built: &Arc<Built>, prepared: Prepared) -> Finished {
    finished(api, built, prepared, &Applied::default(), None)
}

/// How it ends if something was done.
pub(super) async fn of_run(
    api: &Api,
    built: &Arc<Built>,
    prepared: Prepared,
    applied: Applied,
) -> Finished {
    // Kinds that this run made are watched from now on.
    let is_unknown = |gvk: &Gvk| prepared.kinds.get(gvk).is_none();
    let made = prepared.desired.iter().any(|of| is_unknown(&of.gvk));
    let kinds = if made { api.kinds().await.ok() } else { None };
    finished(api, built, prepared, &applied, kinds)
}

fn finished(
    api: &Api,
    built: &Arc<Built>,
    prepared: Prepared,
    applied: &Applied,
    kinds: Option<Kinds>,
) -> Finished {
    let (observation, settled) = (&prepared.observation, &applied.settled);
    let members = members(
        &prepared.desired,
        &prepared.plan.steps,
        observation,
        settled,
    );
    let wrong = sentences(&members);
    let wrong: Vec<String> = wrong.chain(remaining(&prepared.plan, applied)).collect();
    let consent = consent(&prepared.plan);
    let outcome = match () {
        () if applied.settled.stopped || applied.pruned.stopped => Outcome::Stopped,
        () if !wrong.is_empty() => Outcome::Incomplete,
        () if consent.is_some() => Outcome::Consent,
        () => Outcome::Done,
    };
    let left = Left {
        api: api.clone(),
        kinds: kinds.unwrap_or(prepared.kinds),
        versions: prepared.observation.versions,
        rules: prepared.rules,
        members,
    };
    Finished {
        outcome,
        wrong,
        built: Some(Arc::clone(built)),
        consent,
        left: Some(left),
    }
}

/// How putting back single objects ended.
pub(super) struct Reverted {
    /// What it comes to.
    pub(super) outcome: Outcome,
    /// How it left the objects.
    pub(super) members: Vec<LeftMember>,
    /// What was done about which object, for people.
    pub(super) done: Vec<(ObjectRef, String)>,
}

impl Default for Reverted {
    fn default() -> Reverted {
        Reverted {
            outcome: Outcome::Incomplete,
            members: Vec::new(),
            done: Vec::new(),
        }
    }
}

/// How it ends if `objects` of those were to be put back that are desired.
pub(super) fn of_revert(reverting: &Reverting, settled: &Settled) -> Reverted {
    let (desired, plan) = (&reverting.desired, &reverting.plan);
    let members = members(desired, &plan.steps, &reverting.observation, settled);
    let outcome = match () {
        () if settled.stopped => Outcome::Stopped,
        () if members.iter().any(|member| member.wrong.is_some()) => Outcome::Incomplete,
        () => Outcome::Done,
    };
    let done = plan.writes();
    let done = done.map(|step| {
        (
            step.object.clone(),
            format!("{} {}", step.action.word(), step.action),
        )
    });
    Reverted {
        outcome,
        done: done.collect(),
        members,
    }
}

fn members(
    desired: &[Desired],
    steps: &[Step],
    observation: &Observation,
    settled: &Settled,
) -> Vec<LeftMember> {
    let member = |(desired, step): (&Desired, &Step)| {
        let written = settled.footprints.get(&desired.node);
        let is_kept = matches!(step.action, Action::Skip(Skip::Unchanged));
        let seen = observation.observed.get(&desired.object);
        let seen = seen.filter(|_| is_kept);
        let footprint = written.cloned();
        LeftMember {
            object: desired.object.clone(),
            gvk: desired.gvk.clone(),
            footprint: footprint.or_else(|| seen.map(|live| Footprint::of(live.object()))),
            health: observation.health.get(&desired.object).cloned(),
            wrong: wrong(step, settled.outcomes.get(&desired.node)),
            runs: desired.runs_once && !desired.has_run,
            has_run: desired.has_run,
        }
    };
    desired.iter().zip(steps).map(member).collect()
}

/// What is wrong with `members`, a sentence for each.
fn sentences(members: &[LeftMember]) -> impl Iterator<Item = String> {
    members.iter().filter_map(|member| {
        let why = member.wrong.as_ref()?;
        Some(format!("{}: {why}", member.object))
    })
}

/// Why an object is not as it should be.
fn wrong(step: &Step, outcome: Option<&execute::Outcome>) -> Option<String> {
    match (outcome, &step.action) {
        (Some(execute::Outcome::Failed(why)), _) => Some(why.to_string()),
        (Some(execute::Outcome::Blocked(by)), _) => Some(format!("it is blocked by {by}")),
        (Some(_), _) => None,
        (None, Action::Refuse(_) | Action::Defer(_)) => Some(step.action.to_string()),
        (None, _) => None,
    }
}

/// What was to go and is still there, or could not be told.
fn remaining<'p>(plan: &'p Plan, applied: &'p Applied) -> impl Iterator<Item = String> + 'p {
    let waiting = plan.steps.iter().filter(|step| step.node.is_none());
    let waiting = waiting.filter(|step| matches!(step.action, Action::Defer(_)));
    let waiting = waiting.map(|step| format!("{} is not pruned: {}", step.object, step.action));
    let remains = applied.pruned.remains.iter();
    let remains = remains.map(|(object, why)| format!("{object} is not gone: {why}"));
    let lacking: BTreeSet<String> = applied
        .settled
        .lacking
        .iter()
        .map(|lacking| {
            let (unit, object, health) = (&lacking.unit, &lacking.object, &lacking.health);
            format!("{unit} requires {object} ({health})")
        })
        .collect();
    waiting.chain(remains).chain(lacking)
}

/// The consent that `plan` waits for.
fn consent(plan: &Plan) -> Option<(EcoString, Vec<String>)> {
    if plan.consent.is_enough() {
        return None;
    }
    let digest = plan.consent.digest.clone()?;
    let needs = |step: &&Step| matches!(step.action, Action::Refuse(Refusal::Consent(_)));
    let steps = plan.steps.iter().filter(needs);
    let steps = steps.map(|step| format!("prune {}: {}", step.object, step.action));
    Some((digest, steps.collect()))
}
