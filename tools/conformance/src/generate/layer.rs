//! One kustomization of a case: its fields, each with some chance, and the files they name.

use super::chance::Chance;
use super::object::{self, Form, Object};
use super::patch;
use super::replace;
use super::scalars;
use super::transformers;
use super::yaml::{Layout, Yaml, quoted, write};
use std::collections::BTreeMap;

/// A kustomization that is being made.
pub struct Layer<'l> {
    /// Its directory.
    pub directory: &'static str,
    /// Its fields.
    pub fields: Yaml,
    /// What is in scope: everything that it builds on or makes, under the names first written.
    pub scope: Vec<Object>,
    /// What the names of its own objects begin with.
    pub mark: &'static str,
    /// All files of the case.
    pub files: &'l mut BTreeMap<String, String>,
}

impl Layer<'_> {
    /// Puts `values` as documents into the file `name` of this layer's directory.
    pub fn file(&mut self, name: &str, values: &[Yaml], chance: &mut Chance) {
        let layout = Layout::any(chance);
        let documents: Vec<String> = values
            .iter()
            .map(|value| write(value, &layout, chance))
            .collect();
        let mut text = documents.join(chance.word(&["---\n", "---\n", "--- # next\n", "\n---\n"]));
        if chance.likely(10) {
            text = format!("---\n{text}");
        }
        if chance.likely(4) {
            text = text.replace('\n', "\r\n");
        }
        self.raw_file(name, text);
    }

    /// Puts `text` into the file `name` of this layer's directory.
    pub fn raw_file(&mut self, name: &str, text: String) {
        self.files
            .insert(format!("{}/{name}", self.directory), text);
    }

    /// Adds `items` to the list `field`.
    pub fn list(&mut self, field: &str, items: Vec<Yaml>) {
        if !items.is_empty() {
            self.fields.merge(field, Yaml::List(items));
        }
    }

    /// Sets `field`.
    pub fn set(&mut self, field: &str, value: Yaml) {
        self.fields.merge(field, value);
    }
}

/// Adds a field to a kustomization.
type Field = fn(&mut Layer<'_>, &mut Chance);

/// Fields that a kustomization and a component may have beside resources.
pub fn decorate(layer: &mut Layer<'_>, chance: &mut Chance) {
    let fields: [(usize, Field); 12] = [
        (35, names),
        (25, namespace),
        (30, labels),
        (20, annotations),
        (50, patches),
        (15, old_patches),
        (25, images),
        (15, replicas),
        (25, replacements),
        (12, variables),
        (12, transformers::transformer),
        (10, output),
    ];
    for (percent, field) in fields {
        if chance.likely(percent) {
            field(layer, chance);
        }
    }
}

/// New objects in files of this layer.
pub fn resources(layer: &mut Layer<'_>, chance: &mut Chance) {
    let count = chance.between(1, 3);
    for at in 0..count {
        let mut documents = Vec::new();
        for _ in 0..chance.between(1, 3) {
            let object = object::object(&layer.scope, layer.mark, chance);
            documents.push(object.body.clone());
            layer.scope.push(object);
        }
        let file = format!("r{at}.yaml");
        layer.file(&file, &documents, chance);
        layer.list("resources", vec![Yaml::text(file)]);
    }
}

fn names(layer: &mut Layer<'_>, chance: &mut Chance) {
    if chance.likely(70) {
        layer.set("namePrefix", Yaml::text(chance.word(&["a-", "pre-", "x"])));
    }
    if chance.likely(40) {
        layer.set("nameSuffix", Yaml::text(chance.word(&["-z", "-v2"])));
    }
}

fn namespace(layer: &mut Layer<'_>, chance: &mut Chance) {
    let namespace = object::namespace(chance);
    layer.set("namespace", Yaml::text(namespace));
}

/// Labels or annotations as a kustomization names them.
pub fn pairs(chance: &mut Chance) -> Yaml {
    let odd = if chance.likely(10) { "\"on\"" } else { "tier" };
    let keys = ["app", "team", "example.com/x", odd];
    let count = chance.between(1, 2);
    let chosen = chance.some(&keys, count);
    Yaml::map(
        chosen
            .into_iter()
            .map(|key| (*key, Yaml::text(scalars::short(chance)))),
    )
}

fn labels(layer: &mut Layer<'_>, chance: &mut Chance) {
    if chance.likely(35) {
        return layer.set("commonLabels", pairs(chance));
    }
    let mut entry = Yaml::map([("pairs", pairs(chance))]);
    let flag = chance.word(&["", "includeSelectors", "includeTemplates"]);
    if !flag.is_empty() {
        entry = entry.with(flag, Yaml::text("true"));
    }
    if chance.likely(15) {
        let field = Yaml::map([
            ("path", Yaml::text("spec/labels")),
            ("kind", Yaml::text("Widget")),
            ("create", Yaml::text("true")),
        ]);
        entry = entry.with("fields", Yaml::List(vec![field]));
    }
    layer.list("labels", vec![entry]);
}

/// `commonAnnotations`.
pub fn annotations(layer: &mut Layer<'_>, chance: &mut Chance) {
    layer.set("commonAnnotations", pairs(chance));
}

fn patches(layer: &mut Layer<'_>, chance: &mut Chance) {
    for at in 0..chance.between(1, 3) {
        let Some(object) = chance.pick_any(&layer.scope).cloned() else {
            return;
        };
        let operations = chance.likely(40);
        let body = if operations {
            patch::operations(&object, chance)
        } else {
            patch::merge(&object, chance)
        };
        let mut entry = Yaml::Map(Vec::new());
        if chance.likely(50) {
            let layout = Layout::any(chance);
            let text = write(&body, &layout, chance);
            let lines = text.lines().map(str::to_owned).collect();
            entry = entry.with("patch", Yaml::Block("|-".to_owned(), lines));
        } else {
            let file = format!("patch{at}.yaml");
            layer.file(&file, &[body], chance);
            entry = entry.with("path", Yaml::text(file));
        }
        if operations || object.generated || chance.likely(40) {
            entry = entry.with("target", patch::target(&object, chance));
        }
        if chance.likely(8) {
            let option = chance.word(&["allowNameChange", "allowKindChange"]);
            entry = entry.with("options", Yaml::map([(option, Yaml::text("true"))]));
        }
        layer.list("patches", vec![entry]);
    }
}

fn old_patches(layer: &mut Layer<'_>, chance: &mut Chance) {
    let Some(object) = chance.pick_any(&layer.scope).cloned() else {
        return;
    };
    if chance.likely(60) {
        let body = patch::merge(&object, chance);
        layer.file("old.yaml", &[body], chance);
        return layer.list("patchesStrategicMerge", vec![Yaml::text("old.yaml")]);
    }
    let body = patch::operations(&object, chance);
    layer.file("old.yaml", &[body], chance);
    let (group, version) = object
        .kind
        .api
        .split_once('/')
        .unwrap_or(("", object.kind.api));
    let target = Yaml::map([
        ("group", Yaml::text(quoted(group))),
        ("version", Yaml::text(version)),
        ("kind", Yaml::text(object.kind.name)),
        ("name", Yaml::text(object.name)),
    ]);
    let entry = Yaml::map([("target", target), ("path", Yaml::text("old.yaml"))]);
    layer.list("patchesJson6902", vec![entry]);
}

fn images(layer: &mut Layer<'_>, chance: &mut Chance) {
    let names = [
        "nginx",
        "ghcr.io/org/app",
        "registry:5000/app",
        "alpine",
        "org/app",
    ];
    let mut entry = Yaml::map([("name", Yaml::text(chance.word(&names)))]);
    if chance.likely(40) {
        entry = entry.with(
            "newName",
            Yaml::text(chance.word(&["mirror.example.com/x", "z"])),
        );
    }
    match chance.below(4) {
        0 => entry = entry.with("digest", Yaml::text(format!("sha256:{}", "0a".repeat(32)))),
        1 => entry = entry.with("tagSuffix", Yaml::text("-fips")),
        2 => {}
        _ => {
            entry = entry.with(
                "newTag",
                Yaml::text(chance.word(&["v2", "\"1.20\"", "\"on\""])),
            )
        }
    }
    layer.list("images", vec![entry]);
}

fn replicas(layer: &mut Layer<'_>, chance: &mut Chance) {
    let workloads = layer.scope.iter().filter(|object| {
        object.kind.form == Form::Workload && !["DaemonSet", "Job"].contains(&object.kind.name)
    });
    let workloads: Vec<String> = workloads.map(|object| object.name.clone()).collect();
    if let Some(name) = chance.pick_any(&workloads) {
        let entry = Yaml::map([
            ("name", Yaml::text(name.as_str())),
            ("count", Yaml::text("4")),
        ]);
        layer.list("replicas", vec![entry]);
    }
}

fn replacements(layer: &mut Layer<'_>, chance: &mut Chance) {
    for _ in 0..chance.between(1, 2) {
        if let Some(entry) = replace::replacement(&layer.scope, chance) {
            layer.list("replacements", vec![entry]);
        }
    }
}

fn variables(layer: &mut Layer<'_>, chance: &mut Chance) {
    let Some(object) = chance.pick_any(&layer.scope).cloned() else {
        return;
    };
    let reference = Yaml::map([
        ("apiVersion", Yaml::text(object.kind.api)),
        ("kind", Yaml::text(object.kind.name)),
        ("name", Yaml::text(object.name)),
    ]);
    let name = layer.directory.to_uppercase();
    let entry = Yaml::map([("name", Yaml::text(name)), ("objref", reference)]);
    layer.list("vars", vec![entry]);
}

fn output(layer: &mut Layer<'_>, chance: &mut Chance) {
    if chance.likely(50) {
        let order = chance.word(&["fifo", "legacy"]);
        layer.set("sortOptions", Yaml::map([("order", Yaml::text(order))]));
    } else {
        let all = [
            "originAnnotations",
            "transformerAnnotations",
            "managedByLabel",
        ];
        let count = chance.between(1, 2);
        let chosen: Vec<&str> = chance.some(&all, count).into_iter().copied().collect();
        layer.set("buildMetadata", Yaml::texts(chosen));
    }
}
