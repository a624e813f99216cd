//! What is needed and not managed here: whether it is there, and how it is.

use super::{Observation, Wanted, health_of, reduced};
use crate::api::{Api, ApiError, Kind, Kinds, Resource};
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::health::has_rule;
use gitopsc_engine::observed::kind_of;
use tokio::task::JoinSet;

const AT_ONCE: usize = 16;

pub(super) async fn read(
    api: &Api,
    kinds: &Kinds,
    wanted: Wanted<'_>,
    observation: &mut Observation,
) {
    let mut waiting = wanted.needed.iter();
    let mut reads = JoinSet::new();
    loop {
        while reads.len() < AT_ONCE
            && let Some((object, gvk)) = waiting.next()
        {
            let served = gvk.as_ref().and_then(|gvk| kinds.get(gvk));
            let served = served.or_else(|| kinds.preferred(&object.group, &object.kind));
            let Some(kind) = served.cloned() else {
                continue;
            };
            let (api, object) = (api.clone(), object.clone());
            let whole = has_rule(&kind.gvk, wanted.rules);
            reads.spawn(async move {
                let read = read_one(&api, &kind, &object, whole).await;
                (object, kind, read)
            });
        }
        let Some(done) = reads.join_next().await else {
            return;
        };
        let (object, kind, read) = done.expect("a read neither panics nor is cancelled");
        match read {
            Ok(Some(live)) => {
                if let Some(health) = health_of(&kind, &live, wanted.rules, wanted.now) {
                    observation.health.insert(object.clone(), health);
                }
                observation
                    .observed
                    .objects
                    .insert(object, reduced(&kind, &live));
            }
            Ok(None) => {}
            Err(error) => {
                let why = EcoString::from(error.chain());
                let unknown = &mut observation.observed.unknown;
                unknown.entry(kind_of(&object)).or_insert(why);
            }
        }
    }
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
