//! What there is of a world, in a form that is the same for all worlds that came to the same end.

use crate::cluster::{Kind, text};
use crate::world::{PLACEHOLDER, World};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// By kind, namespace and name, each object without what differs between any two worlds.
pub type State = BTreeMap<String, Value>;

/// All objects of the world: what is in its namespaces, and what of no namespace is its own.
pub fn read(world: &World<'_>) -> State {
    let cluster = world.cluster;
    let own = cluster.kinds_at(&world.own_root());
    let mut found = Vec::new();
    for kind in cluster.kinds().iter().chain(&own) {
        if kind.namespaced {
            for namespace in [&world.name, &world.records()] {
                found.extend(listed(world, kind, &kind.path(Some(namespace))));
            }
        } else {
            let all = listed(world, kind, &kind.path(None)).into_iter();
            found.extend(all.filter(|(_, object)| is_own(world, object)));
        }
    }
    let found: BTreeMap<String, Value> = found.into_iter().collect();
    let units = units(&found);
    let plain = |value: &Value| plain(value, world, &units);
    found
        .iter()
        .map(|(key, value)| (named(key, world, &units), plain(value)))
        .collect()
}

/// `state` as text, to be compared.
pub fn shown(state: &State) -> String {
    let shown = |(key, value): (&String, &Value)| {
        format!("{key}\n{}\n", serde_json::to_string_pretty(value).unwrap())
    };
    state.iter().map(shown).collect()
}

/// The objects at `path` that nobody makes of others.
fn listed(world: &World<'_>, kind: &Kind, path: &str) -> Vec<(String, Value)> {
    if ["Event", "Endpoints"].contains(&kind.kind.as_str()) {
        return Vec::new();
    }
    let objects = world.cluster.list(path).into_iter();
    let own = objects.filter(|object| !is_controlled(object));
    own.map(|object| (key(kind, &object), object)).collect()
}

/// Whether an object of no namespace is called as this world is.
fn is_own(world: &World<'_>, object: &Value) -> bool {
    let name = text(&object["metadata"], "name");
    let mut words = name.split('.');
    words.any(|word| word == world.name || word == world.records())
}

/// Whether another object is responsible for it.
fn is_controlled(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    owners
        .into_iter()
        .flatten()
        .any(|owner| owner["controller"] == true)
}

/// Kind, namespace and name of `object`.
pub fn key(kind: &Kind, object: &Value) -> String {
    let metadata = &object["metadata"];
    format!(
        "{} {}/{}",
        kind.kind,
        text(metadata, "namespace"),
        text(metadata, "name")
    )
}

/// The units of the set, by the ids and the names of their parents: both are digests of more than the unit.
fn units(found: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let mut units = BTreeMap::new();
    for object in found.values() {
        let metadata = &object["metadata"];
        if let Some(unit) = metadata["annotations"]["gitopsc.dev/unit"].as_str() {
            units.insert(text(metadata, "name"), format!("PARENT OF {unit}"));
            let id = text(&metadata["labels"], "applyset.kubernetes.io/id");
            units.insert(id, format!("ID OF {unit}"));
        }
    }
    units
}

fn named(text: &str, world: &World<'_>, units: &BTreeMap<String, String>) -> String {
    let named = units
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    named.replace(&world.name, PLACEHOLDER)
}

/// `object` without what the server or the clock made of it.
fn plain(object: &Value, world: &World<'_>, units: &BTreeMap<String, String>) -> Value {
    let mut object = object.clone();
    let managed = managed(&object);
    for path in [
        "/status",
        "/metadata/uid",
        "/metadata/resourceVersion",
        "/metadata/creationTimestamp",
        "/metadata/managedFields",
        "/spec/clusterIP",
        "/spec/clusterIPs",
        "/spec/acquireTime",
        "/spec/renewTime",
        "/spec/leaseTransitions",
    ] {
        let (parent, key) = path.rsplit_once('/').unwrap();
        if let Some(parent) = object.pointer_mut(parent).and_then(Value::as_object_mut) {
            parent.remove(key);
        }
    }
    // Digests are over names too.
    for key in [
        "gitopsc.dev/applied",
        "gitopsc.dev/graph",
        "gitopsc.dev/recorded",
    ] {
        if let Some(digest) = object["metadata"]["annotations"].get_mut(key) {
            *digest = "DIGEST".into();
        }
    }
    object["owned by gitopsc"] = managed.into();
    serde_json::from_str(&named(&object.to_string(), world, units)).unwrap()
}

/// Which fields gitopsc owns, without the time since.
pub fn managed(object: &Value) -> Vec<Value> {
    let entries = object["metadata"]["managedFields"].as_array();
    let own = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry["manager"] == "gitopsc");
    let entry = |entry: &Value| {
        let mut kept = Map::new();
        for key in ["operation", "apiVersion", "fieldsV1"] {
            kept.insert(key.to_owned(), entry[key].clone());
        }
        Value::Object(kept)
    };
    own.map(entry).collect()
}
