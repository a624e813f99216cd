//! Objects that are desired and in no list of members: they may be there, and somebody else's.

use super::{Listed, Observation, ToList, Wanted, name_of, reduced};
use crate::api::{Api, ApiError, Collection, List, Resource};
use crate::at_once::at_once;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::observed::{GroupKind, Live, kind_of};
use std::collections::{BTreeMap, BTreeSet};

/// From how many names of one kind and namespace on one list is cheaper than a read of each.
const LIST_FROM: usize = 4;
const AT_ONCE: usize = 16;

/// What is read: one object, or all of a kind in a namespace of which these are wanted.
enum Reading {
    One(ObjectRef),
    All(EcoString, BTreeSet<ObjectRef>),
}

impl Reading {
    fn namespace(&self) -> &EcoString {
        match self {
            Reading::One(object) => &object.namespace,
            Reading::All(namespace, _) => namespace,
        }
    }
}

pub(super) async fn read(
    api: &Api,
    listed: &ToList,
    wanted: Wanted<'_>,
    observation: &mut Observation,
) {
    // Namespaces come first: in one that is not there, nothing has to be looked for.
    for namespaces in [true, false] {
        if !namespaces {
            let absent = absent_namespaces(&wanted, observation);
            observation.observed.absent_namespaces = absent;
        }
        let readings = readings(listed, &wanted, observation, namespaces);
        run(api, readings, observation).await;
    }
}

fn readings(
    listed: &ToList,
    wanted: &Wanted<'_>,
    observation: &Observation,
    namespaces: bool,
) -> Vec<(GroupKind, Listed, Reading)> {
    let observed = &observation.observed;
    let mut missing: BTreeMap<(GroupKind, &EcoString), BTreeSet<ObjectRef>> = BTreeMap::new();
    let absent = &observed.absent_namespaces;
    for desired in wanted.desired {
        let object = &desired.object;
        let is_namespace = object.group.is_empty() && object.kind == "Namespace";
        let is_known = observed.get(object).is_some()
            || observed.why_unknown(object).is_some()
            || !observed.has_kind(object)
            || absent.contains(&object.namespace);
        if is_namespace == namespaces && !is_known {
            let group = missing.entry((kind_of(object), &object.namespace));
            group.or_default().insert(object.clone());
        }
    }
    let mut readings = Vec::new();
    for ((key, namespace), objects) in missing {
        let Some(of) = listed.get(&key) else {
            continue;
        };
        if objects.len() >= LIST_FROM {
            readings.push((key, of.clone(), Reading::All(namespace.clone(), objects)));
            continue;
        }
        for object in objects {
            readings.push((key.clone(), of.clone(), Reading::One(object)));
        }
    }
    readings
}

/// The namespaces that the run makes and that are not there.
fn absent_namespaces(wanted: &Wanted<'_>, observation: &Observation) -> BTreeSet<EcoString> {
    let namespaces = wanted.desired.iter().map(|desired| &desired.object);
    let namespaces = namespaces.filter(|of| of.group.is_empty() && of.kind == "Namespace");
    let absent = namespaces.filter(|of| observation.observed.get(of).is_none());
    absent.map(|of| of.name.clone()).collect()
}

async fn run(
    api: &Api,
    readings: Vec<(GroupKind, Listed, Reading)>,
    observation: &mut Observation,
) {
    let reads = readings.into_iter().map(|(key, listed, reading)| {
        let api = api.clone();
        let namespace = reading.namespace().clone();
        async move { (key, namespace, read_one(&api, &listed, reading).await) }
    });
    at_once(AT_ONCE, reads, |(key, namespace, found)| match found {
        Ok(found) => observation.observed.objects.extend(found),
        Err(error) => {
            let why = EcoString::from(error.chain());
            observation.observed.unknown.add_in(key, namespace, why);
        }
    })
    .await;
}

async fn read_one(
    api: &Api,
    listed: &Listed,
    reading: Reading,
) -> Result<Vec<(ObjectRef, Live)>, ApiError> {
    let kind = &listed.kind;
    match reading {
        Reading::One(object) => {
            let at = Resource::of(kind, &object.namespace, &object.name);
            let found = api.get_metadata(&at).await?;
            Ok(found
                .map(|live| (object, reduced(kind, &live)))
                .into_iter()
                .collect())
        }
        Reading::All(namespace, wanted) => {
            let list = List::all(Collection::of(kind, &namespace)).metadata();
            let mut found = Vec::new();
            api.list(&list, |live| {
                let name = name_of(kind, live);
                if wanted.contains(&name) {
                    found.push((name, reduced(kind, live)));
                }
            })
            .await?;
            Ok(found)
        }
    }
}
