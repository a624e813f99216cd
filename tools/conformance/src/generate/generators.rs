//! ConfigMap and Secret generators of a kustomization.

use super::chance::Chance;
use super::layer::Layer;
use super::object::{self, KINDS, Kind, Object};
use super::scalars;
use super::yaml::Yaml;

fn generated_kind(name: &str) -> Kind {
    let found = KINDS.iter().find(|kind| kind.name == name);
    *found.expect("the kind is in the table")
}

/// ConfigMaps and Secrets made by generators, or more for those that are there.
pub fn generators(layer: &mut Layer<'_>, chance: &mut Chance) {
    for _ in 0..chance.between(1, 2) {
        let kind = chance.word(&["ConfigMap", "ConfigMap", "Secret"]);
        let there = layer
            .scope
            .iter()
            .filter(|other| other.generated && other.kind.name == kind);
        let there: Vec<Object> = there.cloned().collect();
        let old = chance
            .pick_any(&there)
            .filter(|_| chance.likely(60))
            .cloned();
        let name = old.as_ref().map_or_else(
            || object::name(&layer.scope, layer.mark, chance),
            |old| old.name.clone(),
        );
        let mut entry = Yaml::map([("name", Yaml::text(name.as_str()))]);
        if old.is_some() {
            entry = entry.with(
                "behavior",
                Yaml::text(chance.word(&["merge", "merge", "replace"])),
            );
        }
        entry = sources(layer, entry, chance);
        if chance.likely(30) {
            entry = entry.with("options", options(chance));
        }
        if old.is_none() {
            layer.scope.push(Object {
                kind: generated_kind(kind),
                name,
                namespace: None,
                containers: Vec::new(),
                keys: vec!["key".to_owned()],
                generated: true,
                body: Yaml::Map(Vec::new()),
            });
        }
        let field = if kind == "Secret" {
            "secretGenerator"
        } else {
            "configMapGenerator"
        };
        layer.list(field, vec![entry]);
    }
    if chance.likely(20) {
        layer.set("generatorOptions", options(chance));
    }
}

fn sources(layer: &mut Layer<'_>, entry: Yaml, chance: &mut Chance) -> Yaml {
    let literals = [
        "key=value",
        "\"LEVEL=yes\"",
        "'n=1'",
        "q=\"quoted\"",
        "e=",
        "\"u=é\"",
        "\"m=a=b\"",
    ];
    let mut chosen = vec!["key=value"];
    let count = chance.below(3);
    chosen.extend(chance.some(&literals[1..], count));
    let mut entry = entry.with("literals", Yaml::texts(chosen));
    if chance.likely(30) {
        let name = chance.word(&["a.txt", "b.json", "c.conf"]);
        let text = chance.word(&[
            "one\ntwo\n",
            "{\"a\": 1}\n",
            "  x\n\n",
            "tab\there",
            "",
            "é\u{2028}\n",
        ]);
        layer.raw_file(name, text.to_owned());
        let named = chance.word(&["", "as="]);
        entry = entry.with("files", Yaml::texts([format!("{named}{name}")]));
    }
    if chance.likely(20) {
        layer.raw_file(
            "x.env",
            "# comment\nX1=1\nX2 = spaced \n\nX3=\"quoted\"\n".to_owned(),
        );
        entry = entry.with("envs", Yaml::texts(["x.env"]));
    }
    entry
}

fn options(chance: &mut Chance) -> Yaml {
    let mut options = Yaml::Map(Vec::new());
    if chance.likely(50) {
        options = options.with("disableNameSuffixHash", Yaml::text("true"));
    }
    if chance.likely(30) {
        options = options.with(
            "labels",
            Yaml::map([("made", Yaml::text(scalars::short(chance)))]),
        );
    }
    if chance.likely(30) {
        options = options.with(
            "annotations",
            Yaml::map([("by", Yaml::text(scalars::short(chance)))]),
        );
    }
    if chance.likely(20) {
        options = options.with("immutable", Yaml::text("true"));
    }
    options
}
