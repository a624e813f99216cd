//! What units require: how it is before a run.

use super::Observation;
use crate::api::{Api, Kinds, Resource};
use crate::at_once::at_once;
use crate::required::{Looked, Requirement, judge};
use gitopsc_compiler::health::Required;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::{Health, Rules, Status};
use gitopsc_engine::plan::Desired;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    let desired: BTreeSet<&ObjectRef> = desired.iter().map(|desired| &desired.object).collect();
    let known = requirements
        .iter()
        .map(|of| already(of, &desired, observation));
    let mut looked: Vec<Option<Looked>> = known.collect();
    let unknown = looked.iter().enumerate().filter(|(_, of)| of.is_none());
    let unknown: Vec<usize> = unknown.map(|(at, _)| at).collect();
    let reads = unknown.into_iter().map(|at| {
        let (api, kinds, rules) = (api.clone(), kinds.clone(), Arc::clone(rules));
        let required = requirements[at].required.clone();
        async move { (at, read(&api, &kinds, &required, &rules).await) }
    });
    at_once(AT_ONCE, reads, |(at, read)| looked[at] = Some(read)).await;
    let looked = looked.into_iter();
    looked
        .map(|of| of.expect("what was not known was read"))
        .collect()
}

/// What was read of the object anyway, if that says how it is.
fn already(
    of: &Requirement,
    desired: &BTreeSet<&ObjectRef>,
    observation: &Observation,
) -> Option<Looked> {
    if of.required.current.is_some() {
        return None;
    }
    let object = of.object();
    if let Some(health) = observation.health.get(object) {
        return Some(Looked::Is(health.clone()));
    }
    match observation.observed.get(object) {
        Some(live) if !live.is_terminating() => {
            let health = Health::new(Status::Current, "it is there");
            Some(Looked::Is(health))
        }
        None if desired.contains(object) => Some(Looked::Is(Health::not_found())),
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
