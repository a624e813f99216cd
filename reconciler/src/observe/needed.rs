//! What is needed and not managed here: whether it is there, and how it is.

use super::{Observation, Wanted, health_of, reduced};
use crate::api::{Api, ApiError, Kind, Kinds, Resource};
use crate::at_once::at_once;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::health::has_rule;
use gitopsc_engine::observed::kind_of;

const AT_ONCE: usize = 16;

pub(super) async fn read(
    api: &Api,
    kinds: &Kinds,
    wanted: Wanted<'_>,
    observation: &mut Observation,
) {
    let reads = wanted.needed.iter().filter_map(|(object, gvk)| {
        let served = gvk.as_ref().and_then(|gvk| kinds.get(gvk));
        let served = served.or_else(|| kinds.preferred(&object.group, &object.kind));
        let (kind, api, object) = (served?.clone(), api.clone(), object.clone());
        let whole = has_rule(&kind.gvk, wanted.rules);
        Some(async move {
            let read = read_one(&api, &kind, &object, whole).await;
            (object, kind, read)
        })
    });
    at_once(AT_ONCE, reads, |(object, kind, read)| match read {
        Ok(Some(live)) => {
            if let Some(health) = health_of(&kind, &live, wanted.rules, wanted.now) {
                observation.health.insert(object.clone(), health);
            }
            let objects = &mut observation.observed.objects;
            objects.insert(object, reduced(&kind, &live));
        }
        Ok(None) => {}
        Err(error) => {
            let why = EcoString::from(error.chain());
            let unknown = &mut observation.observed.unknown;
            unknown.add_in(kind_of(&object), object.namespace, why);
        }
    })
    .await;
}

async fn read_one(
    api: &Api,
    kind: &Kind,
    object: &ObjectRef,
    whole: bool,
) -> Result<Option<Json>, ApiError> {
    let at = Resource::of(kind, &object.namespace, &object.name);
    if whole {
        return api.get(&at).await;
    }
    api.get_metadata(&at).await
}
