//! What people and controllers do to objects that are there: random edits.

use super::graph::Object;
use crate::cluster::Cluster;
use crate::world::World;
use gitopsc_test_support::chance::Chance;
use serde_json::{Value, json};

/// What holds an object that is being deleted, until somebody takes it away.
pub const FINALIZER: &str = "tests.example.org/hold";

/// An edit, by what it is called in a failure.
type Edit = (&'static str, fn(&World<'_>, &Object, &mut Chance));

const EDITS: [Edit; 13] = [
    ("a value of ours is changed", change_value),
    ("a field of ours is removed", remove_field),
    ("something is added", add),
    ("a label of ours is changed", change_label),
    ("the label of the unit is removed", |world, object, _| {
        label(world, object, "applyset.kubernetes.io/part-of", Value::Null);
    }),
    ("the label of the set is removed", |world, object, _| {
        label(world, object, "gitopsc.dev/sync", Value::Null);
    }),
    ("the labels say another set", |world, object, _| {
        let other = "applyset-IYdi3vvhrGq-RtA5r-S9japVmXqDHiKSxhjtQ1RXhsU-v1";
        label(
            world,
            object,
            "applyset.kubernetes.io/part-of",
            other.into(),
        );
        label(world, object, "gitopsc.dev/sync", "another".into());
    }),
    ("the digest is removed", |world, object, _| {
        annotation(world, object, "gitopsc.dev/applied", Value::Null);
    }),
    ("who owns what is forgotten", forget_owners),
    ("another manager takes values of ours", take_by_apply),
    ("it is deleted", |world, object, _| {
        world.cluster.delete(&object.path());
    }),
    ("it is held", |world, object, _| {
        edit(
            world,
            object,
            &json!({"metadata": {"finalizers": [FINALIZER]}}),
        );
    }),
    ("it is held and deleted", |world, object, _| {
        edit(
            world,
            object,
            &json!({"metadata": {"finalizers": [FINALIZER]}}),
        );
        world.cluster.delete(&object.path());
    }),
];

/// Does a few edits to `objects`, and says which.
pub fn edit_some(world: &World<'_>, objects: &[Object], chance: &mut Chance) -> Vec<String> {
    let is_namespace = |object: &&Object| object.kind() == "Namespace";
    let (namespaces, others): (Vec<_>, Vec<_>) = objects.iter().partition(is_namespace);
    let mut done = Vec::new();
    for _ in 0..chance.between(2, 8) {
        let object = chance.pick(&others);
        let (name, edit) = chance.pick(&EDITS);
        // What is deleted once stays gone.
        if world.cluster.get(&object.path()).is_some() {
            edit(world, object, chance);
            done.push(format!("{}: {name}", object.path()));
        }
    }
    // It takes all that is in it along.
    if chance.likely(15) {
        let namespace = chance.pick(&namespaces);
        world.cluster.delete(&namespace.path());
        done.push(format!("{}: it is deleted", namespace.path()));
    }
    done
}

/// Takes the finalizer of [`FINALIZER`] away from what is being deleted, as the controller would that it belongs to.
pub fn let_go(cluster: &Cluster, objects: &[Object]) {
    for object in objects {
        let path = object.path();
        let live = cluster.get(&path).unwrap_or_default();
        let is_leaving = live["metadata"]["deletionTimestamp"].is_string();
        let is_held = live["metadata"]["finalizers"] == json!([FINALIZER]);
        if is_leaving && is_held {
            cluster.merge(&path, &json!({"metadata": {"finalizers": null}}));
        }
    }
}

fn edit(world: &World<'_>, object: &Object, patch: &Value) {
    let path = format!("{}?fieldManager=kubectl-edit", object.path());
    world.cluster.merge(&path, patch);
}

fn label(world: &World<'_>, object: &Object, name: &str, value: Value) {
    edit(
        world,
        object,
        &json!({"metadata": {"labels": {name: value}}}),
    );
}

fn annotation(world: &World<'_>, object: &Object, name: &str, value: Value) {
    edit(
        world,
        object,
        &json!({"metadata": {"annotations": {name: value}}}),
    );
}

/// Not of a Service: where nobody knows whose a port is, a port of its name cannot come in its place, and the change is
/// refused.
fn forget_owners(world: &World<'_>, object: &Object, _: &mut Chance) {
    if object.kind() != "Service" {
        edit(world, object, &json!({"metadata": {"managedFields": [{}]}}));
    }
}

fn change_label(world: &World<'_>, object: &Object, chance: &mut Chance) {
    let value = [Value::Null, "edited".into()];
    label(world, object, "tier", chance.pick(&value).clone());
}

fn change_value(world: &World<'_>, object: &Object, chance: &mut Chance) {
    edit(world, object, &changed(object, chance));
}

/// A patch that changes a value of `object`.
fn changed(object: &Object, chance: &mut Chance) -> Value {
    match object.kind() {
        "ConfigMap" => json!({"data": {key(object, "data", chance): "edited"}}),
        "Secret" => json!({"data": {key(object, "stringData", chance): "ZWRpdGVk"}}),
        "Service" => json!({"spec": {"ports": [{"name": "edited", "port": 9999}]}}),
        _ => match chance.below(2) {
            0 => json!({"spec": {"replicas": 3}}),
            _ => {
                let containers = json!([{"name": "main", "image": "example.org/edited:1"}]);
                json!({"spec": {"template": {"spec": {"containers": containers}}}})
            }
        },
    }
}

fn remove_field(world: &World<'_>, object: &Object, chance: &mut Chance) {
    let patch = match object.kind() {
        "ConfigMap" => json!({"data": {key(object, "data", chance): null}}),
        "Secret" => json!({"data": {key(object, "stringData", chance): null}}),
        "Service" => json!({"spec": {"selector": null}}),
        _ => json!({"spec": {"replicas": null}}),
    };
    edit(world, object, &patch);
}

fn add(world: &World<'_>, object: &Object, chance: &mut Chance) {
    let patch = match (object.kind(), chance.below(2)) {
        ("ConfigMap", 0) => json!({"data": {"added": "by somebody"}}),
        ("Secret", 0) => json!({"data": {"added": "YWRkZWQ="}}),
        ("Deployment", 0) => {
            let at = json!({"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"});
            json!({"spec": {"template": {"metadata": {"annotations": at}}}})
        }
        _ => json!({"metadata": {"labels": {"added": "by-somebody"}}}),
    };
    edit(world, object, &patch);
}

/// An apply of another tool, which forces its values.
fn take_by_apply(world: &World<'_>, object: &Object, chance: &mut Chance) {
    let mut body = changed(object, chance);
    for key in ["apiVersion", "kind"] {
        body[key] = object.body[key].clone();
    }
    body["metadata"] = json!({"name": object.name()});
    let path = format!("{}?fieldManager=other&force=true", object.path());
    world.cluster.apply(&path, &body);
}

/// One of the keys that `object` has below `field`.
fn key(object: &Object, field: &str, chance: &mut Chance) -> String {
    let keys: Vec<&String> = object.body[field].as_object().unwrap().keys().collect();
    (*chance.pick(&keys)).clone()
}
