//! A whole case: a base, perhaps a component and a second base, and overlays on top.

use super::chance::Chance;
use super::generators;
use super::layer::{self, Layer};
use super::object::Object;
use super::yaml::{Layout, Yaml, write};
use std::collections::BTreeMap;

/// The files of a case by their paths, and the directory that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The directory to build.
    pub directory: String,
    /// The files.
    pub files: BTreeMap<String, String>,
}

/// The case `index` of the run `seed`.
#[must_use]
pub fn case(seed: u64, index: u64) -> Case {
    let mut chance = Chance::new(seed, index);
    let chance = &mut chance;
    let mut files = BTreeMap::new();
    let mut scope = kustomization("base", &[], Vec::new(), &mut files, chance);
    let mut below = vec!["base"];
    if chance.likely(15) {
        scope.extend(kustomization("other", &[], Vec::new(), &mut files, chance));
        below.push("other");
    }
    for directory in ["middle", "top"] {
        if chance.likely(if directory == "top" { 60 } else { 30 }) {
            scope = kustomization(directory, &below, scope, &mut files, chance);
            below = vec![directory];
        }
    }
    if below.len() > 1 {
        kustomization("top", &below, scope, &mut files, chance);
        below = vec!["top"];
    }
    Case {
        directory: below[0].to_owned(),
        files,
    }
}

/// Makes the kustomization in `directory` on top of those `below`, which bring `scope`; what is then in scope.
fn kustomization(
    directory: &'static str,
    below: &[&'static str],
    scope: Vec<Object>,
    files: &mut BTreeMap<String, String>,
    chance: &mut Chance,
) -> Vec<Object> {
    let mut layer = Layer {
        directory,
        fields: Yaml::Map(Vec::new()),
        scope,
        mark: if directory == "other" { "o-" } else { "" },
        files,
    };
    if !below.is_empty() {
        let field = if chance.likely(5) {
            "bases"
        } else {
            "resources"
        };
        let paths = below.iter().map(|base| format!("../{base}"));
        layer.fields.merge(field, Yaml::texts(paths));
    }
    if below.is_empty() || chance.likely(30) {
        layer::resources(&mut layer, chance);
    }
    if chance.likely(40) {
        generators::generators(&mut layer, chance);
    }
    if !below.is_empty() && chance.likely(25) {
        component(&mut layer, directory, chance);
    }
    layer::decorate(&mut layer, chance);
    finish(
        layer,
        "kustomize.config.k8s.io/v1beta1",
        "Kustomization",
        chance,
    )
}

/// Adds a component to `layer`.
fn component(layer: &mut Layer<'_>, directory: &str, chance: &mut Chance) {
    let name = if directory == "top" {
        "component"
    } else {
        "part"
    };
    let mut component = Layer {
        directory: name,
        fields: Yaml::Map(Vec::new()),
        scope: layer.scope.clone(),
        mark: layer.mark,
        files: layer.files,
    };
    if chance.likely(40) {
        generators::generators(&mut component, chance);
    }
    if chance.likely(30) {
        layer::resources(&mut component, chance);
    }
    layer::decorate(&mut component, chance);
    if component.fields == Yaml::Map(Vec::new()) {
        layer::annotations(&mut component, chance);
    }
    let scope = finish(
        component,
        "kustomize.config.k8s.io/v1alpha1",
        "Component",
        chance,
    );
    layer.scope = scope;
    layer
        .fields
        .merge("components", Yaml::texts([format!("../{name}")]));
}

/// Writes the kustomization file of `layer`; what is in scope above it.
fn finish(layer: Layer<'_>, api: &str, kind: &str, chance: &mut Chance) -> Vec<Object> {
    let mut fields = Yaml::Map(Vec::new());
    if kind == "Component" || chance.likely(60) {
        fields = Yaml::map([("apiVersion", Yaml::text(api)), ("kind", Yaml::text(kind))]);
    }
    if let Yaml::Map(entries) = layer.fields {
        for (key, value) in entries {
            fields.merge(&key, value);
        }
    }
    let layout = Layout::any(chance);
    let text = write(&fields, &layout, chance);
    layer
        .files
        .insert(format!("{}/kustomization.yaml", layer.directory), text);
    layer.scope
}
