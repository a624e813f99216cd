//! Objects of other engines: Argo Applications and Flux Kustomizations that name directories of the tree.
//!
//! What they do to a directory (namespace, patches, variables) is not done here, so whoever builds such a
//! directory is told who describes it and what is missing. Paths are seen from the root of the source. A
//! path that is the root itself says nothing about single directories and is passed over; whether the
//! object means this repository or another one cannot be told.

use crate::codes;
use crate::compilation::{Unit, UnitKind};
use crate::discover::Reach;
use gitopsc_core::{Diagnostic, Json, Manifest, ObjectRef, Span, TreePath};
use std::collections::{BTreeMap, BTreeSet};

/// One object that names a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Description {
    /// The object, in words: `Flux Kustomization flux-system/apps`.
    pub who: String,
    /// The object.
    pub object: ObjectRef,
    /// Where it stands.
    pub span: Span,
    /// What it sets that is not done here.
    pub unknown: Vec<String>,
}

/// The annotation by which another engine runs `body` at a moment of its own instead of keeping it: an Argo hook
/// (gitops-engine, pkg/sync/hook) or a Helm hook (helm, pkg/release).
#[must_use]
pub fn hook(body: &Json) -> Option<&'static str> {
    let annotations = body.at(&["metadata", "annotations"])?;
    let known = ["argocd.argoproj.io/hook", "helm.sh/hook"];
    known
        .into_iter()
        .find(|name| annotations.get(name).is_some())
}

/// The directories that the manifests of `units` name, and which objects name them.
#[must_use]
pub fn described(units: &[Unit]) -> BTreeMap<TreePath, Vec<Description>> {
    let mut described: BTreeMap<TreePath, Vec<Description>> = BTreeMap::new();
    for manifest in units.iter().flat_map(|unit| &unit.manifests) {
        for (path, description) in describes(manifest) {
            described.entry(path).or_default().push(description);
        }
    }
    described
}

/// Warns in every unit that an object of another engine describes: the directory it names, and what lies
/// below, unless the named one holds a kustomization, which is then all that the other engine builds.
pub fn warn(units: &mut [Unit], described: &BTreeMap<TreePath, Vec<Description>>, reach: &Reach) {
    for unit in units {
        let by: BTreeSet<&Description> = described
            .iter()
            .filter(|(path, _)| {
                unit.directory == **path
                    || (unit.directory.is_within(path) && !reach.kustomizations.contains_key(*path))
            })
            .flat_map(|(_, descriptions)| descriptions)
            .collect();
        unit.described_by = by.iter().map(|by| by.object.clone()).collect();
        if let Some(warning) = warning(unit, &by) {
            unit.diagnostics.push(warning);
        }
    }
}

fn warning(unit: &Unit, by: &BTreeSet<&Description>) -> Option<Diagnostic> {
    let first = by.first()?;
    let others = match by.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let unknown: BTreeSet<&str> = by
        .iter()
        .flat_map(|description| &description.unknown)
        .map(String::as_str)
        .collect();
    let missing = if unknown.is_empty() {
        "what the engine adds to it by itself is not here".to_owned()
    } else {
        let list: Vec<&str> = unknown.into_iter().collect();
        let verb = if list.len() == 1 { "is" } else { "are" };
        let list = list.join(", ");
        format!("of what that says, {list} {verb} not applied here")
    };
    let message = format!(
        "{} is described by {}{others}; {missing}",
        unit.path, first.who
    );
    let start = Diagnostic::warning(codes::DESCRIBED_ELSEWHERE, message);
    let with_places = by.iter().fold(start, |diagnostic, description| {
        diagnostic.at(description.span, description.who.clone())
    });
    Some(with_places.hint(match unit.kind {
        UnitKind::Kustomization => "put what is missing into its kustomization",
        UnitKind::Plain => "put what is missing into a kustomization in this directory",
    }))
}

fn describes(manifest: &Manifest) -> Vec<(TreePath, Description)> {
    let object = &manifest.object;
    let Some(spec) = manifest.body.get("spec") else {
        return Vec::new();
    };
    let (engine, found) = match (object.group.as_str(), object.kind.as_str()) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => ("Flux Kustomization", flux(spec)),
        ("argoproj.io", "Application") => ("Argo Application", argo(spec)),
        ("argoproj.io", "ApplicationSet") => {
            let template = spec
                .get("template")
                .and_then(|template| template.get("spec"));
            (
                "Argo ApplicationSet",
                template.map(argo).unwrap_or_default(),
            )
        }
        _ => return Vec::new(),
    };
    let name = if object.namespace.is_empty() {
        object.name.to_string()
    } else {
        format!("{}/{}", object.namespace, object.name)
    };
    let description = |(path, unknown)| {
        let who = format!("{engine} {name}");
        let description = Description {
            who,
            object: object.clone(),
            span: manifest.span,
            unknown,
        };
        (path, description)
    };
    found.into_iter().map(description).collect()
}

type Named = (TreePath, Vec<String>);

fn flux(spec: &Json) -> Vec<Named> {
    const CHANGES: [&str; 10] = [
        "targetNamespace",
        "namePrefix",
        "nameSuffix",
        "commonMetadata",
        "components",
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "images",
        "postBuild",
    ];
    directory(spec)
        .map(|path| (path, set(spec, &CHANGES, "")))
        .into_iter()
        .collect()
}

fn argo(spec: &Json) -> Vec<Named> {
    const CHANGES: [&str; 4] = ["kustomize", "helm", "directory", "plugin"];
    let several = match spec.get("sources") {
        Some(Json::Array(sources)) => sources.iter().collect(),
        _ => Vec::new(),
    };
    let sources = spec.get("source").into_iter().chain(several);
    let named = sources.filter_map(|source| {
        let mut unknown = set(source, &CHANGES, "source.");
        if let Some(destination) = spec.get("destination") {
            unknown.extend(set(destination, &["namespace"], "destination."));
        }
        Some((directory(source)?, unknown))
    });
    named.collect()
}

/// The directory that `path` of `source` names; nothing for the root and for what is only a template.
fn directory(source: &Json) -> Option<TreePath> {
    let path = source.get("path")?.as_plain_str()?;
    let template = path.contains("{{") || path.contains("${");
    let path = TreePath::new(path);
    (!template && !path.is_root()).then_some(path)
}

/// Those of `names` that `value` sets, behind `prefix`.
fn set(value: &Json, names: &[&str], prefix: &str) -> Vec<String> {
    let is_set = |name: &&&str| value.get(name).is_some_and(|value| *value != Json::Null);
    let shown = |name: &&str| format!("`{prefix}{name}`");
    names.iter().filter(is_set).map(shown).collect()
}
