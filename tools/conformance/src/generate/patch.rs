//! Patches of both kinds for objects of a case, and the targets they name.

use super::body::custom;
use super::chance::Chance;
use super::object::{Form, Object, annotations, labels};
use super::pod;
use super::scalars;
use super::yaml::{Yaml, quoted};

/// Names the object in a selector.
pub fn target(object: &Object, chance: &mut Chance) -> Yaml {
    let mut target = Yaml::map([("kind", Yaml::text(object.kind.name))]);
    if chance.likely(80) {
        let name = match chance.below(6) {
            0 => format!("{}.*", &object.name[..1]),
            1 => format!("{}|nothing", object.name),
            _ => object.name.clone(),
        };
        target = target.with("name", Yaml::text(name));
    }
    if chance.likely(20) {
        let (group, version) = object
            .kind
            .api
            .split_once('/')
            .unwrap_or(("", object.kind.api));
        if !group.is_empty() {
            target = target.with("group", Yaml::text(group));
        }
        target = target.with("version", Yaml::text(version));
    }
    if chance.likely(10) {
        let selector = chance.word(&["app=web", "app!=web", "tier in (web, api)", "!tier", "app"]);
        target = target.with("labelSelector", Yaml::text(quoted(selector)));
    }
    target
}

/// A strategic merge patch for `object`.
pub fn merge(object: &Object, chance: &mut Chance) -> Yaml {
    let mut metadata = Yaml::map([("name", Yaml::text(object.name.as_str()))]);
    if let Some(namespace) = &object.namespace {
        metadata = metadata.with("namespace", Yaml::text(namespace.as_str()));
    }
    let mut patch = Yaml::map([
        ("apiVersion", Yaml::text(object.kind.api)),
        ("kind", Yaml::text(object.kind.name)),
        ("metadata", metadata),
    ]);
    if chance.likely(4) {
        return patch.with("$patch", Yaml::text("delete"));
    }
    for _ in 0..chance.between(1, 3) {
        let (key, value) = change(object, chance);
        patch.merge(key, value);
    }
    unique(patch)
}

/// The same value without repeated keys; the last one stays.
fn unique(value: Yaml) -> Yaml {
    let Yaml::Map(entries) = value else {
        return value;
    };
    let mut kept: Vec<(String, Yaml)> = Vec::new();
    for (key, value) in entries {
        kept.retain(|(name, _)| *name != key);
        kept.push((key, unique(value)));
    }
    Yaml::Map(kept)
}

fn change(object: &Object, chance: &mut Chance) -> (&'static str, Yaml) {
    if chance.likely(35) {
        return ("metadata", metadata(chance));
    }
    match object.kind.form {
        Form::Workload if chance.likely(15) => {
            let replicas = chance.word(&["2", "null", "0"]);
            ("spec", Yaml::map([("replicas", Yaml::text(replicas))]))
        }
        Form::Workload => (
            "spec",
            Yaml::map([("template", Yaml::map([("spec", pod(object, chance))]))]),
        ),
        Form::Pod => ("spec", pod(object, chance)),
        Form::Data => ("data", data(object, chance)),
        Form::Custom => ("spec", custom_change(chance)),
        Form::Service => ("spec", Yaml::map([("ports", service_ports(chance))])),
        _ => ("metadata", metadata(chance)),
    }
}

fn metadata(chance: &mut Chance) -> Yaml {
    match chance.below(5) {
        0 => Yaml::map([("labels", Yaml::map([("app", Yaml::text("null"))]))]),
        1 => Yaml::map([("annotations", Yaml::text("null"))]),
        2 => {
            let replaced = labels(chance).with("$patch", Yaml::text("replace"));
            Yaml::map([("labels", replaced)])
        }
        3 => Yaml::map([("labels", labels(chance))]),
        _ => Yaml::map([("annotations", annotations(chance))]),
    }
}

fn data(object: &Object, chance: &mut Chance) -> Yaml {
    let key = match chance.pick_any(&object.keys) {
        Some(key) if chance.likely(60) => quoted(key),
        _ => "added".to_owned(),
    };
    let value = if is_removable(&key) && chance.likely(50) {
        Yaml::text("null")
    } else {
        scalars::string(chance)
    };
    Yaml::map([(key, value)])
}

/// Whether a patch may remove this key: no other part of a case then asks for it.
fn is_removable(key: &str) -> bool {
    key.trim_matches('"') == "b"
}

fn custom_change(chance: &mut Chance) -> Yaml {
    match chance.below(6) {
        0 => Yaml::map([("nested", Yaml::text("null"))]),
        1 => custom(chance, 1).with("$patch", Yaml::text(chance.word(&["replace", "merge"]))),
        2 => Yaml::map([("items", Yaml::List(Vec::new()))]),
        _ => custom(chance, 2),
    }
}

/// A change of a pod's spec: containers by name, volumes, atomic lists, directives.
fn pod(object: &Object, chance: &mut Chance) -> Yaml {
    match chance.below(8) {
        0 => Yaml::map([(
            "tolerations",
            Yaml::List(vec![Yaml::map([("operator", Yaml::text("Exists"))])]),
        )]),
        1 => Yaml::map([(
            "volumes",
            Yaml::List(vec![pod::volume(chance.below(3), &[], chance)]),
        )]),
        2 => Yaml::map([("containers", Yaml::List(vec![deleted(object, chance)]))]),
        3 => Yaml::map([(
            "securityContext",
            Yaml::map([("runAsUser", Yaml::text("1000"))]),
        )]),
        4 => {
            let list = vec![
                pod::container("extra", &[], chance),
                Yaml::map([("$patch", Yaml::text("replace"))]),
            ];
            Yaml::map([("containers", Yaml::List(list))])
        }
        _ => Yaml::map([("containers", Yaml::List(vec![container(object, chance)]))]),
    }
}

fn container_name(object: &Object, chance: &mut Chance) -> String {
    match chance.pick_any(&object.containers) {
        Some(name) if chance.likely(85) => name.clone(),
        _ => "extra".to_owned(),
    }
}

fn deleted(object: &Object, chance: &mut Chance) -> Yaml {
    let name = container_name(object, chance);
    Yaml::map([("name", Yaml::text(name)), ("$patch", Yaml::text("delete"))])
}

fn container(object: &Object, chance: &mut Chance) -> Yaml {
    let name = container_name(object, chance);
    let container = Yaml::map([("name", Yaml::text(name))]);
    match chance.below(7) {
        0 => container.with("image", Yaml::text(chance.word(&pod::IMAGES))),
        1 => container.with("env", pod::env(&[], chance)),
        2 => container.with("ports", pod::ports(chance)),
        3 => container.with("args", Yaml::texts(["--patched"])),
        4 => container.with("env", Yaml::text("null")),
        5 => {
            let gone = Yaml::map([
                ("name", Yaml::text("LEVEL")),
                ("$patch", Yaml::text("delete")),
            ]);
            container.with("env", Yaml::List(vec![gone]))
        }
        _ => {
            let limits = Yaml::map([("memory", Yaml::text("1Gi")), ("cpu", Yaml::text("null"))]);
            container.with("resources", Yaml::map([("limits", limits)]))
        }
    }
}

fn service_ports(chance: &mut Chance) -> Yaml {
    let mut port = Yaml::map([("port", Yaml::text(chance.word(&["80", "81", "443"])))]);
    if chance.likely(50) {
        port = port.with("protocol", Yaml::text("TCP"));
    }
    port = port.with("name", Yaml::text("patched"));
    Yaml::List(vec![port])
}

/// A JSON patch for `object`.
pub fn operations(object: &Object, chance: &mut Chance) -> Yaml {
    let count = chance.between(1, 3);
    Yaml::List((0..count).map(|_| operation(object, chance)).collect())
}

fn operation(object: &Object, chance: &mut Chance) -> Yaml {
    let spec = match object.kind.form {
        Form::Workload => "/spec/template/spec",
        Form::Cron => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec",
    };
    let op = |op: &str, path: &str| Yaml::map([("op", Yaml::text(op)), ("path", Yaml::text(path))]);
    match object.kind.form {
        Form::Workload | Form::Cron | Form::Pod => match chance.below(6) {
            0 => op("replace", &format!("{spec}/containers/0/image"))
                .with("value", Yaml::text("patched:1")),
            1 => op("add", &format!("{spec}/containers/-"))
                .with("value", pod::container("added", &[], chance)),
            2 => op("add", &format!("{spec}/hostNetwork")).with("value", scalars::value(chance)),
            3 => op("copy", "/metadata/generateName").with("from", Yaml::text("/metadata/name")),
            4 => op("test", "/kind").with("value", Yaml::text(object.kind.name)),
            _ => op("remove", &format!("{spec}/containers/0")),
        },
        Form::Data => match chance.pick_any(&object.keys) {
            Some(key) if chance.likely(50) => {
                op("replace", &format!("/data/{key}")).with("value", scalars::string(chance))
            }
            Some(key) if is_removable(key) => op("remove", &format!("/data/{key}")),
            Some(_) => op("add", "/data/a~1b").with("value", scalars::value(chance)),
            None => op("add", "/data").with("value", Yaml::map([("k", scalars::string(chance))])),
        },
        Form::Custom if chance.likely(60) => {
            op("add", "/spec/added").with("value", custom(chance, 1))
        }
        _ => match chance.below(3) {
            0 => op("add", "/metadata/labels").with("value", labels(chance)),
            1 => op("add", "/metadata/annotations").with("value", annotations(chance)),
            _ => op("replace", "/metadata/name")
                .with("value", Yaml::text(format!("{}-renamed", object.name))),
        },
    }
}
