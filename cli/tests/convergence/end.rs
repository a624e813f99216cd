//! What must hold once an undisturbed apply has ended, whatever was before it.

use crate::cluster::{Cluster, Kind, text};
use crate::program;
use crate::state::{self, State, key, managed};
use crate::world::World;
use gitopsc_test_support::difference;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a world is after `before` and after `after`, if nothing disturbs it.
pub fn undisturbed(cluster: &Cluster) -> Result<&[State; 2], String> {
    let states = cluster.undisturbed.get_or_init(|| {
        let world = World::new(cluster, "undisturbed".to_owned());
        Ok([
            state_after(&world, "before")?,
            state_after(&world, "after")?,
        ])
    });
    states.as_ref().map_err(Clone::clone)
}

fn state_after(world: &World<'_>, revision: &str) -> Result<State, String> {
    let tree = world.tree(revision);
    program::apply(world, &tree).succeeded()?;
    nothing_is_orphaned(world)?;
    nothing_is_left_to_do(world, &tree)?;
    Ok(state::read(world))
}

/// Applies `tree`, and holds the world against `wanted`: what it is where nothing disturbed.
pub fn comes_to(world: &World<'_>, tree: &Path, wanted: &State) -> Result<(), String> {
    program::apply(world, tree).succeeded()?;
    let is = state::read(world);
    if is != *wanted {
        let (wanted, is) = (state::shown(wanted), state::shown(&is));
        return Err(format!(
            "the end is another one: {}",
            difference(&wanted, &is)
        ));
    }
    nothing_is_orphaned(world)?;
    nothing_is_left_to_do(world, tree)
}

/// Whether the next apply only skips.
pub fn nothing_is_left_to_do(world: &World<'_>, tree: &Path) -> Result<(), String> {
    let again = program::apply(world, tree);
    again.succeeded()?;
    let others: Vec<&str> = again
        .actions()
        .into_iter()
        .filter(|word| *word != "skip")
        .collect();
    // Where something is written, more is told than the plan.
    if others.is_empty() && again.events.len() == 1 {
        return Ok(());
    }
    Err(format!("something was left to do:\n{}", again.shown()))
}

/// Whether each member of the set is in a unit whose parent says where to look for it.
pub fn nothing_is_orphaned(world: &World<'_>) -> Result<(), String> {
    let parents = parents(world);
    for (kind, member) in members(world) {
        let key = key(&kind, &member);
        let id = text(
            &member["metadata"]["labels"],
            "applyset.kubernetes.io/part-of",
        );
        let Some(parent) = parents.get(&id) else {
            return Err(format!("{key} is in no unit: {id}"));
        };
        let group = kind
            .root
            .trim_start_matches("/apis/")
            .split('/')
            .next()
            .unwrap_or_default();
        let named = match kind.root.as_str() {
            "/api/v1" => kind.kind.clone(),
            _ => format!("{}.{group}", kind.kind),
        };
        let namespace = text(&member["metadata"], "namespace");
        let is_in_scope = namespace.is_empty() || parent.namespaces.contains(&namespace);
        if !parent.kinds.contains(&named) || !is_in_scope {
            return Err(format!(
                "{key} is where its parent does not look: {parent:?}"
            ));
        }
    }
    Ok(())
}

/// Objects anywhere that carry the label of the set and that gitopsc has applied. The label alone makes nothing a member:
/// others copy it.
pub fn members(world: &World<'_>) -> Vec<(Kind, Value)> {
    let own = world.cluster.kinds_at(&world.own_root());
    let kinds = world.cluster.kinds().iter().chain(&own);
    let label = format!("?labelSelector=gitopsc.dev/sync={}", world.name);
    let listed = kinds.flat_map(|kind| {
        let objects = world.cluster.list(&(kind.path(None) + &label)).into_iter();
        let own = objects.filter(|object| !managed(object).is_empty());
        own.map(|object| (kind.clone(), object)).collect::<Vec<_>>()
    });
    listed.collect()
}

/// Where a parent says that members are.
#[derive(Debug)]
struct Parent {
    kinds: BTreeSet<String>,
    namespaces: BTreeSet<String>,
}

/// The parents of the set's units, by their ids.
fn parents(world: &World<'_>) -> BTreeMap<String, Parent> {
    let path = format!("/api/v1/namespaces/{}/configmaps", world.records());
    let label = format!("?labelSelector=gitopsc.dev/set={}", world.name);
    let parents = world.cluster.list(&(path + &label)).into_iter();
    let parent = |parent: Value| {
        let metadata = &parent["metadata"];
        let items = |key: &str| -> BTreeSet<String> {
            let list = text(&metadata["annotations"], key);
            list.split(',').map(str::to_owned).collect()
        };
        let says = Parent {
            kinds: items("applyset.kubernetes.io/contains-group-kinds"),
            namespaces: items("applyset.kubernetes.io/additional-namespaces"),
        };
        (text(&metadata["labels"], "applyset.kubernetes.io/id"), says)
    };
    parents.map(parent).collect()
}
