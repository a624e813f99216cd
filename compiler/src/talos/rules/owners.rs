//! Every object has one owner: one bootstrap manifest, and no reconciled unit beside it.

use super::bundles::is_bundle;
use crate::bundle::index::Entry;
use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::view::{Declared, Source};
use gitopsc_core::words::some_of;
use gitopsc_core::{Diagnostic, Gvk, ObjectRef, Span};
use gitopsc_yaml::{Dialect, FileId, Limits, Node, parse};
use std::collections::{BTreeMap, BTreeSet};

/// How many objects a message names.
const SHOWN: usize = 5;

pub fn check(facts: &Facts<'_>) -> State {
    let reconciled = reconciled(facts);
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        let declared = machine.manifests();
        let held: Vec<BTreeSet<String>> = declared.iter().map(|one| objects(facts, one)).collect();
        found.extend(twice(&declared, &held));
        for (declared, held) in declared.iter().zip(&held) {
            let both = held
                .iter()
                .filter_map(|name| Some((name.as_str(), *reconciled.get(name)?)));
            let both: Vec<(&str, (&str, Span))> = both.collect();
            found.extend(by_both(declared, &both));
        }
    }
    State::Checked(found)
}

/// The objects of units that are applied and kept, with unit and place.
fn reconciled<'f>(facts: &'f Facts<'_>) -> BTreeMap<String, (&'f str, Span)> {
    let units = facts.compilation.units.iter();
    let others = units.filter(|unit| unit.layer.is_some() && unit.layer != facts.layer);
    let objects = others.flat_map(|unit| {
        let path = unit.path.0.as_str();
        let manifests = unit.manifests.iter();
        manifests.map(move |manifest| (called(&manifest.object), (path, manifest.span)))
    });
    objects.collect()
}

/// The objects of a manifest, as far as they are known.
fn objects(facts: &Facts<'_>, declared: &Declared) -> BTreeSet<String> {
    let mut bundles = facts.bundles.bundles.iter();
    let bundle = bundles.find(|bundle| is_bundle(declared, &bundle.name));
    match (facts.text(declared), bundle) {
        (Some(text), _) => of_text(&text),
        (None, Some(bundle)) => of_entry(bundle),
        (None, None) => BTreeSet::new(),
    }
}

fn of_entry(bundle: &Entry) -> BTreeSet<String> {
    bundle
        .objects
        .iter()
        .map(|name| name.replace(" default/", " "))
        .collect()
}

fn of_text(text: &str) -> BTreeSet<String> {
    let documents = parse(text, FileId(0), Dialect::Kubectl, &Limits::default());
    let documents = documents.unwrap_or_default();
    let named = documents.iter().filter_map(|document| {
        let root = &document.root;
        let text = |path: &[&str]| {
            root.get_path(path)
                .and_then(Node::as_str)
                .unwrap_or_default()
        };
        let gvk = Gvk::parse(text(&["apiVersion"]), text(&["kind"]));
        let object = ObjectRef {
            group: gvk.group,
            kind: gvk.kind,
            namespace: text(&["metadata", "namespace"]).into(),
            name: text(&["metadata", "name"]).into(),
        };
        (!object.kind.is_empty() && !object.name.is_empty()).then(|| called(&object))
    });
    named.collect()
}

/// The name by which objects are compared; no namespace is the default one, as Talos takes it.
fn called(object: &ObjectRef) -> String {
    object.to_string().replace(" default/", " ")
}

fn twice(declared: &[Declared], held: &[BTreeSet<String>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, first) in declared.iter().enumerate() {
        for (later, second) in declared.iter().enumerate().skip(at + 1) {
            let both: Vec<&str> = held[at]
                .intersection(&held[later])
                .map(String::as_str)
                .collect();
            if both.is_empty() || first.name == second.name {
                continue;
            }
            let last = if first.name > second.name {
                first
            } else {
                second
            };
            let message = format!(
                "{} {} in two manifests, {} ({}) and {} ({}); `talosctl upgrade-k8s` would apply that of {} last",
                some_of(&both, SHOWN),
                if both.len() == 1 { "is" } else { "are" },
                first.told(),
                way(first),
                second.told(),
                way(second),
                last.told()
            );
            let diagnostic = Diagnostic::warning(codes::TALOS_OBJECT_TWICE, message);
            found.push(
                diagnostic
                    .at(first.span, "here")
                    .at(second.span, "and here")
                    .hint("keep it in one of them"),
            );
        }
    }
    found
}

fn way(declared: &Declared) -> &'static str {
    match declared.source {
        Source::Inline(_) => "inline",
        Source::External { .. } => "external",
    }
}

fn by_both(declared: &Declared, both: &[(&str, (&str, Span))]) -> Option<Diagnostic> {
    let (_, (_, first)) = both.first()?;
    let names: Vec<&str> = both.iter().map(|(name, _)| *name).collect();
    let units: BTreeSet<&str> = both.iter().map(|(_, (unit, _))| *unit).collect();
    let units: Vec<&str> = units.into_iter().collect();
    let message = format!(
        "{} of the manifest {} {} also in {}",
        some_of(&names, SHOWN),
        declared.told(),
        if names.len() == 1 { "is" } else { "are" },
        units.join(", ")
    );
    let diagnostic = Diagnostic::warning(codes::TALOS_OBJECT_RECONCILED, message);
    let diagnostic = diagnostic.at(declared.span, "Talos").at(*first, "the unit");
    Some(diagnostic.hint(
        "`talosctl upgrade-k8s` would apply Talos' copy over the unit's, and once it is dropped from the configuration, \
         prune the object, unless --manifests-no-prune is given: keep it in one place",
    ))
}
