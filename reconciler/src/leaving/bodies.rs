//! The bodies of what leaves, as far as they tell what is needed: of the rest the metadata is known already.

use super::{Gone, Looking};
use crate::api::{Api, Kind, List, Resource};
use crate::at_once::at_once;
use crate::listing;
use crate::observe::{name_of, selector};
use gitopsc_compiler::edges::Readable;
use gitopsc_core::{EcoString, Json, ObjectRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Bodies by object.
pub(super) type Bodies = BTreeMap<ObjectRef, Arc<Json>>;

/// From how many objects of a kind on one list is cheaper than a read of each.
const LIST_FROM: usize = 4;
const AT_ONCE: usize = 16;

/// What is read: one object, or all members of a kind.
enum Reading {
    One(Kind, ObjectRef),
    All(Kind, BTreeSet<ObjectRef>),
}

/// Reads the telling ones of `going`. What cannot be read is left out.
pub(super) async fn read(looking: Looking<'_>, going: &[Gone]) -> Bodies {
    let references = looking.compilation.map(|of| of.references.as_slice());
    let readable = Readable::new(references.unwrap_or_default());
    let mut wanted: BTreeMap<Kind, BTreeSet<ObjectRef>> = BTreeMap::new();
    for gone in going.iter().filter(|gone| readable.is_telling(&gone.gvk)) {
        if let Some(kind) = looking.kinds.get(&gone.gvk) {
            let objects = wanted.entry(kind.clone()).or_default();
            objects.insert(gone.object.clone());
        }
    }
    let mut readings = Vec::new();
    for (kind, objects) in wanted {
        match objects.len() {
            LIST_FROM.. => readings.push(Reading::All(kind, objects)),
            _ => {
                let one = |object| Reading::One(kind.clone(), object);
                readings.extend(objects.into_iter().map(one));
            }
        }
    }
    let labels = selector(looking.set);
    let reads = readings.into_iter().map(|reading| {
        let (api, labels) = (looking.api.clone(), labels.clone());
        async move { read_one(&api, reading, &labels).await }
    });
    let mut bodies = Bodies::new();
    at_once(AT_ONCE, reads, |found| bodies.extend(found)).await;
    bodies
}

async fn read_one(api: &Api, reading: Reading, labels: &EcoString) -> Bodies {
    let mut bodies = Bodies::new();
    match reading {
        Reading::One(kind, object) => {
            let at = Resource::of(&kind, &object.namespace, &object.name);
            if let Ok(Some(body)) = api.get(&at).await {
                bodies.insert(object, Arc::new(body));
            }
        }
        Reading::All(kind, wanted) => {
            let namespaces = wanted.iter().map(|object| object.namespace.clone());
            let namespaces = namespaces.collect();
            let of = |within| List::all(within).labelled(labels.clone());
            let mut each = |body: &Json| {
                let name = name_of(&kind, body);
                if wanted.contains(&name) {
                    bodies.insert(name, Arc::new(body.clone()));
                }
            };
            // What cannot be listed tells no more than its metadata does.
            let _ = listing::list(api, &kind, &namespaces, &of, &mut each).await;
        }
    }
    bodies
}
