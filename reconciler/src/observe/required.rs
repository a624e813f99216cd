//! What units require: how it is before a run.

use super::Observation;
use crate::api::{Api, Kinds, Resource};
use crate::required::{Looked, Requirement, judge};
use gitopsc_compiler::health::Required;
use gitopsc_core::EcoString;
use gitopsc_engine::health::{Health, Rules, Status};
use gitopsc_engine::plan::Desired;
use std::sync::Arc;
use tokio::task::JoinSet;

const AT_ONCE: usize = 16;

/// How what each of `requirements` is of is. What was observed of the rest suffices for objects that the rules judge;
/// others are read by their names.
pub async fn look_at(
    api: &Api,
    kinds: &Kinds,
    rules: &Arc<Rules>,
    requirements: &[Requirement],
    desired: &[Desired],
    observation: &Observation,
) -> Vec<Looked> {
    let known = requirements
        .iter()
        .map(|of| already(of, desired, observation));
    let mut looked: Vec<Option<Looked>> = known.collect();
    let unknown = (0..looked.len()).filter(|at| looked[*at].is_none());
    let mut waiting = unknown.collect::<Vec<_>>().into_iter();
    let mut reads = JoinSet::new();
    loop {
        while reads.len() < AT_ONCE
            && let Some(at) = waiting.next()
        {
            let (api, kinds) = (api.clone(), kinds.clone());
            let required = requirements[at].required.clone();
            let rules = Arc::clone(rules);
            reads.spawn(async move { (at, read(&api, &kinds, &required, &rules).await) });
        }
        let Some(done) = reads.join_next().await else {
            let looked = looked.into_iter();
            return looked
                .map(|of| of.expect("what was not known was read"))
                .collect();
        };
        let (at, read) = done.expect("a read neither panics nor is cancelled");
        looked[at] = Some(read);
    }
}

/// What was read of the object anyway, if that says how it is.
fn already(of: &Requirement, desired: &[Desired], observation: &Observation) -> Option<Looked> {
    if of.required.current.is_some() {
        return None;
    }
    let object = of.object();
    if let Some(health) = observation.health.get(object) {
        return Some(Looked::Is(health.clone()));
    }
    let is_desired = || desired.iter().any(|desired| desired.object == *object);
    match observation.observed.get(object) {
        Some(live) if !live.is_terminating() => {
            let health = Health::new(Status::Current, "it is there");
            Some(Looked::Is(health))
        }
        None if is_desired() => Some(Looked::Is(Health::not_found())),
        _ => None,
    }
}

/// Reads one object that is required, and how it is.
pub async fn read(api: &Api, kinds: &Kinds, required: &Required, rules: &Rules) -> Looked {
    let object = &required.object;
    let Some(kind) = kinds.preferred(&object.group, &object.kind) else {
        let why = "the server does not have its kind";
        return Looked::Is(Health::new(Status::NotFound, why));
    };
    let at = Resource::of(kind, &object.namespace, &object.name);
    match api.get(&at).await {
        Ok(Some(live)) => Looked::Is(judge(required, &live, rules)),
        Ok(None) => Looked::Is(Health::not_found()),
        Err(error) => Looked::Hidden(EcoString::from(error.chain())),
    }
}
