//! The members of a set: one list a kind, or one a namespace where the whole may not be listed.

use super::{Listed, Observation, ToList, Wanted, health_of, name_of, reduced, selector};
use crate::api::{Api, ApiError, Collection, Kind, List};
use crate::at_once::at_once;
use crate::listing::{self, Listing};
use gitopsc_core::{EcoString, Gvk, Json, ObjectRef};
use gitopsc_engine::health::{self, Health, Rules};
use gitopsc_engine::observed::{GroupKind, Live};
use gitopsc_engine::timestamp::Timestamp;

/// How many lists are under way at once.
const AT_ONCE: usize = 8;

pub(super) async fn read(
    api: &Api,
    listed: &ToList,
    wanted: Wanted<'_>,
    observation: &mut Observation,
) {
    let lists = listed.iter().map(|(key, listed)| {
        let labels = selector(wanted.set);
        let (api, key, listed) = (api.clone(), key.clone(), listed.clone());
        let (rules, now) = (wanted.rules.clone(), wanted.now);
        async move {
            let found = list(&api, &listed, &labels, &rules, now).await;
            (key, listed, found)
        }
    });
    at_once(AT_ONCE, lists, |(key, listed, found)| {
        enter(key, &listed, found, observation);
    })
    .await;
}

fn enter(
    key: GroupKind,
    listed: &Listed,
    found: Result<Found, ApiError>,
    observation: &mut Observation,
) {
    match found {
        Ok(found) => {
            let unknown = &mut observation.observed.unknown;
            for (namespace, why) in found.listing.unlisted {
                unknown.add_in(key.clone(), namespace, why);
            }
            if let Some(version) = found.listing.version {
                observation.versions.insert(key, version);
            }
            for (object, live, health) in found.members {
                if let Some(health) = health {
                    observation.health.insert(object.clone(), health);
                }
                let gvk: &Gvk = &listed.kind.gvk;
                observation.members.insert(object.clone(), gvk.clone());
                observation.observed.objects.insert(object, live);
            }
        }
        Err(error) => {
            let why = EcoString::from(error.chain());
            observation.observed.unknown.add(key, why);
        }
    }
}

struct Found {
    members: Vec<(ObjectRef, Live, Option<Health>)>,
    listing: Listing,
}

async fn list(
    api: &Api,
    listed: &Listed,
    labels: &EcoString,
    rules: &Rules,
    now: Timestamp,
) -> Result<Found, ApiError> {
    let kind = &listed.kind;
    let mut members = Vec::new();
    let mut each = |object: &Json| {
        members.push((
            name_of(kind, object),
            reduced(kind, object),
            health_of(kind, object, rules, now),
        ));
    };
    let of = |within| list_of(within, kind, labels, rules);
    let listing = listing::list(api, kind, &listed.namespaces, &of, &mut each).await?;
    Ok(Found { members, listing })
}

fn list_of(within: Collection, kind: &Kind, labels: &EcoString, rules: &Rules) -> List {
    let list = List::all(within).labelled(labels.clone());
    // Health needs the whole object; for all else its metadata will do.
    if health::has_rule(&kind.gvk, rules) {
        return list;
    }
    list.metadata()
}
