//! What is there of sets, without a tree: reads only.
//!
//! Members are found by their labels, where the parents say. Objects that no parent leads to are not seen, and neither
//! is what ought to be there and is not, except for kinds that the server has lost.

mod required;
mod rules;
mod workloads;

use crate::api::{Api, ApiError, Kinds};
use crate::execute;
use crate::lease;
use crate::observe::{self, Observation, Wanted};
use crate::owner::{self, Owner};
use crate::parents::{self, Parents};
use crate::set::SetName;
use crate::units::Units;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::{self, Health, Rules, Status};
use gitopsc_engine::observed::{GroupKind, Live};
use gitopsc_engine::policy::{self, Policy};
use gitopsc_engine::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How a set is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetStatus {
    /// Its name.
    pub name: EcoString,
    /// Who is at work on it, and what it last was.
    pub lease: lease::Read,
    /// The Sync that it belongs to.
    pub owner: Option<Owner>,
    /// Its units.
    pub units: BTreeMap<EcoString, UnitStatus>,
}

/// How a unit is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitStatus {
    /// Its members.
    pub members: BTreeMap<ObjectRef, Member>,
    /// What carries our label and is not ours, and why.
    pub not_ours: BTreeMap<ObjectRef, EcoString>,
    /// What it requires besides, and how that is.
    pub required: Vec<(ObjectRef, Health)>,
    /// Kinds of members of which nothing can be said in a namespace, or in an empty one for everywhere, and why.
    pub unknown: BTreeMap<(GroupKind, EcoString), EcoString>,
    /// Whether the set has a record of it; what only carries the label of the set may be in no such unit.
    pub is_recorded: bool,
}

/// How a member is.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// How healthy.
    pub health: Health,
    /// Annotations that hold it out of what is usually done.
    pub held_out: Vec<&'static str>,
}

impl UnitStatus {
    /// How many members there are of each status.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Status, usize> {
        let mut counts = BTreeMap::new();
        for member in self.members.values() {
            *counts.entry(member.health.status).or_default() += 1;
        }
        counts
    }

    /// The members that are not as they were asked to be.
    pub fn not_current(&self) -> impl Iterator<Item = (&ObjectRef, &Health)> {
        let members = self.members.iter();
        let members = members.map(|(object, member)| (object, &member.health));
        members.filter(|(_, health)| !health.is_current())
    }

    /// Whether everything of it is as it was asked to be, as far as there is something.
    #[must_use]
    pub fn is_current(&self) -> bool {
        let has_all = self.required.iter().all(|(_, health)| health.is_current());
        has_all && self.unknown.is_empty() && self.not_current().next().is_none()
    }
}

impl SetStatus {
    /// Whether everything of it is as it was asked to be, as far as there is something.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.units.values().all(UnitStatus::is_current)
    }
}

/// The sets whose records are in `namespace`.
///
/// # Errors
/// The records cannot be listed.
pub async fn sets(api: &Api, namespace: &str) -> Result<BTreeSet<EcoString>, ApiError> {
    let mut sets = parents::sets(api, namespace).await?;
    sets.extend(lease::sets(api, namespace).await?);
    Ok(sets)
}

/// How `set` is; nothing if there is no such set.
///
/// # Errors
/// The records of the set cannot be read.
pub async fn read(api: &Api, kinds: &Kinds, set: &SetName) -> Result<Option<SetStatus>, ApiError> {
    let lease = lease::read(api, set).await?;
    let parents = parents::read(api, set).await?;
    if !lease.exists && parents.is_empty() {
        return Ok(None);
    }
    let (rules, now) = (rules::learned(api, kinds, &parents).await, execute::now());
    let wanted = Wanted {
        set,
        desired: &[],
        needed: &BTreeMap::new(),
        parents: &parents,
        rules: &rules,
        now,
    };
    let observation = observe::observe(api, kinds, wanted).await;
    let mut units = by_unit(set, &parents, &observation, &rules, now);
    missing(kinds, &parents, &observation, &mut units);
    required::add(api, kinds, &rules, &parents, &mut units).await;
    workloads::explain(api, kinds, &mut units).await;
    Ok(Some(SetStatus {
        name: set.name.clone(),
        owner: owner::of(api, set, &lease).await?,
        lease,
        units,
    }))
}

fn by_unit(
    set: &SetName,
    parents: &Parents,
    observation: &Observation,
    rules: &Rules,
    now: Timestamp,
) -> BTreeMap<EcoString, UnitStatus> {
    let units = Units::new(set, parents.keys().cloned());
    let recorded = |unit: &EcoString| {
        let status = UnitStatus {
            is_recorded: true,
            ..UnitStatus::default()
        };
        (unit.clone(), status)
    };
    let mut by_unit: BTreeMap<_, UnitStatus> = parents.keys().map(recorded).collect();
    for object in observation.members.keys() {
        let Some(live) = observation.observed.get(object) else {
            continue;
        };
        let Some(unit) = units.unit_of(live) else {
            continue;
        };
        let keeps = parents.get(&unit).is_some_and(|says| says.keeps);
        let unit = by_unit.entry(unit).or_default();
        if let Some(why) = live.why_not_ours() {
            unit.not_ours.insert(object.clone(), why);
            continue;
        }
        let member = Member {
            health: health(observation.health.get(object), live, rules, now),
            held_out: Policy::of(live.object(), &policy::of_unit(keeps)).held_out(),
        };
        unit.members.insert(object.clone(), member);
    }
    by_unit
}

/// How a member is: what was `seen` of the whole object, or what its metadata tells.
fn health(seen: Option<&Health>, live: &Live, rules: &Rules, now: Timestamp) -> Health {
    match seen {
        Some(seen) => seen.clone(),
        None if live.is_terminating() => health::of(live.object(), rules, now),
        None => Health::new(Status::Current, "it is there"),
    }
}

/// Adds to each unit the kinds of its members of which nothing can be said.
fn missing(
    kinds: &Kinds,
    parents: &Parents,
    observation: &Observation,
    units: &mut BTreeMap<EcoString, UnitStatus>,
) {
    let unknown = &observation.observed.unknown;
    for (unit, parent) in parents {
        for key in &parent.scope.kinds {
            let namespaces = &parent.scope.namespaces;
            let places = unknown
                .of(key)
                .map(|(place, why)| (EcoString::from(place), why.clone()));
            let places = places.filter(|(at, _)| at.is_empty() || namespaces.contains(at));
            let mut places: Vec<(EcoString, EcoString)> = places.collect();
            if unknown.of(key).next().is_none() && kinds.preferred(&key.0, &key.1).is_none() {
                let why = "the server does not have this kind any more".into();
                places.push((EcoString::new(), why));
            }
            for (place, why) in places {
                let unit = units.entry(unit.clone()).or_default();
                unit.unknown.insert((key.clone(), place), why);
            }
        }
    }
}
