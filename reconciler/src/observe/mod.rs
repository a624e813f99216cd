//! What is there: reads only.
//!
//! Members are listed by label, one list a kind; what the list lacks is read by name, so that an object of somebody
//! else is seen before it is planned. A kind that cannot be listed is unknown, everywhere or in single namespaces, and
//! nothing of it is planned there.

mod members;
mod names;
mod needed;
mod required;
mod tried;

pub use required::{look_at, read as read_required};
pub use tried::try_suspects;

use crate::api::{Api, Kind, Kinds};
use crate::parents::Parents;
use crate::set::SetName;
use gitopsc_core::{EcoString, Gvk, Json, ObjectRef};
use gitopsc_engine::health::{self, Health, Rules};
use gitopsc_engine::observed::{GroupKind, Live, Observed, kind_of};
use gitopsc_engine::plan::Desired;
use gitopsc_engine::record::SYNC;
use gitopsc_engine::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// By object.
    pub observed: Observed,
    /// The members of the set, with the version at which they were read.
    pub members: BTreeMap<ObjectRef, Gvk>,
    /// How those are of whose kind that can be said.
    pub health: BTreeMap<ObjectRef, Health>,
    /// From where a watch of a kind goes on.
    pub versions: BTreeMap<GroupKind, EcoString>,
}

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// The set.
    pub set: &'w SetName,
    /// The objects that are desired.
    pub desired: &'w [Desired],
    /// What they need and the run does not manage: objects of other units, and of none.
    pub needed: &'w BTreeMap<ObjectRef, Option<Gvk>>,
    /// Where members may be.
    pub parents: &'w Parents,
    /// How health is told.
    pub rules: &'w Rules,
    /// The time.
    pub now: Timestamp,
}

/// Reads what is there of `wanted`.
pub async fn observe(api: &Api, kinds: &Kinds, wanted: Wanted<'_>) -> Observation {
    let (mut observation, listed) = served(kinds, &wanted);
    members::read(api, &listed, wanted, &mut observation).await;
    names::read(api, &listed, wanted, &mut observation).await;
    needed::read(api, kinds, wanted, &mut observation).await;
    observation
}

/// Reads what is there of `wanted`, each by its name: other members of the set are not looked for.
pub async fn observe_named(api: &Api, kinds: &Kinds, wanted: Wanted<'_>) -> Observation {
    let (mut observation, listed) = served(kinds, &wanted);
    names::read(api, &listed, wanted, &mut observation).await;
    needed::read(api, kinds, wanted, &mut observation).await;
    observation
}

/// The kinds that are to be read, with what is known before anything of them is.
fn served(kinds: &Kinds, wanted: &Wanted<'_>) -> (Observation, ToList) {
    let mut observation = Observation::default();
    let (listed, missing) = kinds_to_list(kinds, wanted);
    for key in missing {
        match kinds.is_stale(&key.0) {
            true => {
                let why = ecow::eco_format!("what serves {} does not answer", key.0);
                observation.observed.unknown.add(key, why);
            }
            false => {
                observation.observed.missing.insert(key);
            }
        }
    }
    (observation, listed)
}

/// A kind that is listed, and the namespaces in which members may be.
#[derive(Clone, Debug)]
struct Listed {
    kind: Kind,
    namespaces: BTreeSet<EcoString>,
}

type ToList = BTreeMap<GroupKind, Listed>;

fn kinds_to_list(kinds: &Kinds, wanted: &Wanted<'_>) -> (ToList, BTreeSet<GroupKind>) {
    let mut listed = ToList::new();
    let mut missing = BTreeSet::new();
    for desired in wanted.desired {
        let gvk = &desired.gvk;
        let served = kinds
            .get(gvk)
            .or_else(|| kinds.preferred(&gvk.group, &gvk.kind));
        match served {
            Some(kind) => {
                let entry = listed.entry(kind_of(&desired.object));
                let entry = entry.or_insert_with(|| Listed::of(kind));
                entry.namespaces.insert(desired.object.namespace.clone());
            }
            None => {
                missing.insert(kind_of(&desired.object));
            }
        }
    }
    for parent in wanted.parents.values() {
        let scope = &parent.scope;
        for (group, kind) in &scope.kinds {
            let Some(served) = kinds.preferred(group, kind) else {
                missing.insert((group.clone(), kind.clone()));
                continue;
            };
            let entry = listed.entry((group.clone(), kind.clone()));
            let entry = entry.or_insert_with(|| Listed::of(served));
            entry.namespaces.extend(scope.namespaces.iter().cloned());
            entry.namespaces.insert(wanted.set.namespace.clone());
        }
    }
    (listed, missing)
}

impl Listed {
    fn of(kind: &Kind) -> Listed {
        Listed {
            kind: kind.clone(),
            namespaces: BTreeSet::new(),
        }
    }
}

/// The label selector of the members of `set`.
#[must_use]
pub fn selector(set: &SetName) -> EcoString {
    let mut selector = EcoString::from(SYNC);
    selector.push('=');
    selector.push_str(&set.name);
    selector
}

/// The name of a live object of `kind`.
#[must_use]
pub fn name_of(kind: &Kind, object: &Json) -> ObjectRef {
    let text = |key: &str| object.str_at(&["metadata", key]).unwrap_or_default();
    ObjectRef {
        group: kind.gvk.group.clone(),
        kind: kind.gvk.kind.clone(),
        namespace: text("namespace").into(),
        name: text("name").into(),
    }
}

/// What is kept of a live object of `kind`: what it is, and its metadata.
#[must_use]
pub fn reduced(kind: &Kind, object: &Json) -> Live {
    let metadata = object.get("metadata").cloned().unwrap_or(Json::Null);
    Live::new(Json::object([
        ("apiVersion", Json::string(kind.gvk.api_version())),
        ("kind", Json::string(kind.gvk.kind.clone())),
        ("metadata", metadata),
    ]))
}

/// How a live object of `kind` is; one of a kind without a rule is current as soon as it is there.
#[must_use]
pub fn health_of(kind: &Kind, object: &Json, rules: &Rules, now: Timestamp) -> Option<Health> {
    health::has_rule(&kind.gvk, rules).then(|| health::of(object, rules, now))
}
