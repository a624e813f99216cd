//! Random graphs and random live edits, held against a model: after an apply the cluster is what the graph says, whatever
//! was before, and nothing is left to do.

mod edits;
mod graph;

use crate::cluster::{Cluster, text};
use crate::each::each;
use crate::end::{members, nothing_is_left_to_do, nothing_is_orphaned};
use crate::program::{How, command, consent, finish, plan};
use crate::state::key;
use crate::world::World;
use base64::Engine as _;
use edits::{edit_some, let_go};
use gitopsc_test_support::chance::Chance;
use graph::{Graph, Object};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often a world is edited and its tree changed.
const ROUNDS: usize = 2;

/// For each seed: a random graph is applied, its objects are edited, the graph changes, and so on.
pub fn holds(cluster: &Cluster) -> Result<(), String> {
    each(crate::seeds(10), |seed| {
        let mut chance = Chance::new(seed, 0);
        let world = World::new(cluster, format!("model-{seed}"));
        let mut graph = Graph::random(&mut chance, &world.name);
        becomes(&world, &graph, 0)?;
        for round in 1..=ROUNDS {
            let edits = edit_some(&world, &graph.objects, &mut chance);
            let next = graph.changed(&mut chance);
            let all = [&graph.objects[..], &next.objects[..]].concat();
            let applied = while_letting_go(&world, &all, || becomes(&world, &next, round));
            applied.map_err(|why| format!("after\n  {}\n{why}", edits.join("\n  ")))?;
            graph = next;
        }
        Ok(())
    })
}

/// Applies `graph`, and holds the cluster against it.
fn becomes(world: &World<'_>, graph: &Graph, round: usize) -> Result<(), String> {
    let tree = world.write(&format!("round-{round}"), graph.files());
    let how = How {
        kubeconfig: world.cluster.plane.kubeconfig(),
        arguments: &["--conflicts=take", "--adopt=all"],
    };
    finish(&mut command(world, &tree, how, consent(world, &tree))).succeeded()?;
    for object in &graph.objects {
        another_apply_changes_nothing(world, object)?;
    }
    members_are(world, graph)?;
    nothing_is_orphaned(world)?;
    let planned = plan(world, &tree);
    planned.succeeded()?;
    if planned.actions().iter().any(|word| *word != "skip") {
        return Err(format!("a plan is left:\n{}", planned.shown()));
    }
    nothing_is_left_to_do(world, &tree)
}

/// Does `work` while finalizers are taken off what is being deleted.
fn while_letting_go<T>(world: &World<'_>, objects: &[Object], work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let_go(world.cluster, objects);
                thread::sleep(Duration::from_millis(200));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// Whether an apply of what is desired, as gitopsc would send it, changes nothing at all.
fn another_apply_changes_nothing(world: &World<'_>, object: &Object) -> Result<(), String> {
    let path = object.path();
    let Some(live) = world.cluster.get(&path) else {
        return Err(format!("{path} is not there"));
    };
    let mut body = sent(&object.body);
    for (field, keys) in [
        (
            "labels",
            &["applyset.kubernetes.io/part-of", "gitopsc.dev/sync"][..],
        ),
        ("annotations", &["gitopsc.dev/applied"]),
    ] {
        for key in keys {
            body["metadata"][field][key] = live["metadata"][field][key].clone();
        }
    }
    let how = "?fieldManager=gitopsc&force=true&dryRun=All&fieldValidation=Strict";
    let after = world.cluster.apply(&(path.clone() + how), &body);
    if without_times(&live) == without_times(&after) {
        return Ok(());
    }
    Err(format!(
        "{path} is not as it is desired:\n{live}\nwould become\n{after}"
    ))
}

/// `body` as it reaches the server.
fn sent(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(values) = body
        .as_object_mut()
        .and_then(|body| body.remove("stringData"))
    {
        let encode = |value: &Value| {
            let bytes = value.as_str().unwrap();
            Value::from(base64::engine::general_purpose::STANDARD.encode(bytes))
        };
        let values = values.as_object().unwrap().iter();
        body["data"] = values
            .map(|(key, value)| (key.clone(), encode(value)))
            .collect();
    }
    body
}

/// `object` without its status, which controllers write at any time, and without when its fields were written.
fn without_times(object: &Value) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove("status");
    let metadata = &mut object["metadata"];
    metadata["resourceVersion"] = Value::Null;
    let entries = metadata["managedFields"].as_array_mut().unwrap();
    entries.retain(|entry| entry["subresource"] != "status");
    for entry in entries {
        entry["time"] = Value::Null;
    }
    object
}

/// Whether the members of the set are just the objects of `graph`.
fn members_are(world: &World<'_>, graph: &Graph) -> Result<(), String> {
    let is: BTreeSet<String> = members(world)
        .iter()
        .map(|(kind, object)| key(kind, object))
        .collect();
    let wanted = graph.objects.iter().map(|object| {
        let metadata = &object.body["metadata"];
        format!(
            "{} {}/{}",
            object.kind(),
            text(metadata, "namespace"),
            object.name()
        )
    });
    let wanted: BTreeSet<String> = wanted.collect();
    if is == wanted {
        return Ok(());
    }
    let more: Vec<_> = is.difference(&wanted).collect();
    let less: Vec<_> = wanted.difference(&is).collect();
    Err(format!(
        "members that are in no graph: {more:?}; that are missing: {less:?}"
    ))
}
