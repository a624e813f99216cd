//! What the cluster tells about the health of what is desired: definitions of kinds and storage classes that the tree
//! does not have.
//!
//! Each is read by its name, and only if something of the tree is of it. Whoever may not read them does without.

use crate::api::{Api, Collection, Kinds, List, Resource};
use crate::at_once::at_once;
use gitopsc_core::{EcoString, Gvk};
use gitopsc_engine::health::Rules;
use gitopsc_engine::plan::Desired;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A definition may be large.
const AT_ONCE: usize = 8;

/// `rules`, with what the cluster says of kinds and of storage classes of `desired` that they do not know.
pub async fn of(api: &Api, kinds: &Kinds, rules: &Arc<Rules>, desired: &[Desired]) -> Arc<Rules> {
    let (classes, of_any_class) = classes(rules, desired);
    let wanted = definitions(kinds, rules, desired)
        .into_iter()
        .chain(classes.iter().filter_map(|name| class(kinds, name)));
    let reads = wanted.map(|at| {
        let api = api.clone();
        async move { api.get(&at).await }
    });
    let mut learned = Rules::clone(rules);
    at_once(AT_ONCE, reads, |read| {
        if let Ok(Some(object)) = read {
            learned.learn(&object);
        }
    })
    .await;
    if of_any_class {
        learn_classes(api, kinds, &mut learned).await;
    }
    Arc::new(learned)
}

/// Learns of all storage classes, if they may be read.
pub async fn learn_classes(api: &Api, kinds: &Kinds, rules: &mut Rules) {
    if let Some(classes) = kinds.preferred("storage.k8s.io", "StorageClass") {
        let list = List::all(Collection::of(classes, ""));
        // Whoever may not read them sees that a claim waits, and not for what.
        let _ = api.list(&list, |class| rules.learn(class)).await;
    }
}

/// The definitions of kinds of which nothing is known.
fn definitions(kinds: &Kinds, rules: &Rules, desired: &[Desired]) -> Vec<Resource> {
    let Some(definition) = kinds.preferred("apiextensions.k8s.io", "CustomResourceDefinition")
    else {
        return Vec::new();
    };
    let of = desired.iter().map(|desired| &desired.gvk);
    let unknown: BTreeSet<&Gvk> = of.filter(|gvk| !rules.knows(gvk)).collect();
    // A kind that is not served has no definition yet.
    let served = unknown.into_iter().filter_map(|gvk| kinds.get(gvk));
    served
        .map(|kind| {
            let name = format!("{}.{}", kind.plural, kind.gvk.group);
            Resource::of(definition, "", &name)
        })
        .collect()
}

/// The storage classes that claims name and nothing is known of, and whether a claim names none and gets any.
fn classes<'d>(rules: &Rules, desired: &'d [Desired]) -> (BTreeSet<&'d str>, bool) {
    let claims = desired.iter().filter(|desired| {
        desired.gvk.group.is_empty() && desired.gvk.kind == "PersistentVolumeClaim"
    });
    let named = claims.map(|claim| claim.body.body().str_at(&["spec", "storageClassName"]));
    let (named, unnamed): (Vec<_>, Vec<_>) = named.partition(Option::is_some);
    let named = named.into_iter().flatten();
    let unknown = named.filter(|name| !name.is_empty() && !rules.knows_class(name));
    (unknown.collect(), !unnamed.is_empty())
}

fn class(kinds: &Kinds, name: &str) -> Option<Resource> {
    let classes = kinds.preferred("storage.k8s.io", "StorageClass")?;
    Some(Resource::of(classes, "", &EcoString::from(name)))
}
