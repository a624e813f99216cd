//! From a compilation to what is desired of a cluster.

use crate::api::Kinds;
use crate::parents::Parents;
use crate::set::Options;
use gitopsc_compiler::compilation::Unit;
use gitopsc_compiler::scope::Scopes;
use gitopsc_compiler::secrets::OpenedFiles;
use gitopsc_compiler::{Compilation, digest, engines};
use gitopsc_core::{EcoString, Gvk, Layer, Manifest, ObjectRef};
use gitopsc_engine::graph::{ManifestGraph, NodeId, Reason};
use gitopsc_engine::normalise::{Normalised, Scope, normalise};
use gitopsc_engine::plan::Desired;
use gitopsc_engine::policy::Policy;
use gitopsc_engine::record::{self, AppliedDigest};
use gitopsc_engine::rules::Left;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is desired of the managed units of `compilation`, in an order that keeps every edge of its `graph`.
///
/// `kinds` says what the server knows of scopes; the compilation and its CRDs say the rest.
#[must_use]
pub fn of(
    compilation: &Compilation,
    graph: &ManifestGraph,
    kinds: &Kinds,
    options: &Options,
) -> Vec<Desired> {
    some(compilation, graph, kinds, options, &|_| true)
}

/// Those of [`of`] whose names are wanted.
#[must_use]
pub fn some(
    compilation: &Compilation,
    graph: &ManifestGraph,
    kinds: &Kinds,
    options: &Options,
    is_wanted: &dyn Fn(&ObjectRef) -> bool,
) -> Vec<Desired> {
    let scopes = Scopes::of(&compilation.units);
    let manifests: Vec<&Manifest> = compilation.manifests().collect();
    let context = Context {
        compilation,
        graph,
        options,
        describers: compilation
            .units
            .iter()
            .flat_map(|unit| &unit.described_by)
            .collect(),
    };
    let order = graph.order().into_iter();
    let managed = order.filter(|node| {
        let unit = &compilation.units[graph.node(*node).unit];
        manages(compilation, &unit.path.to_string(), options)
    });
    let named = managed.map(|node| {
        let manifest = manifests[node.index()];
        (node, manifest, placed(manifest, kinds, &scopes, options))
    });
    named
        .filter(|(_, _, object)| is_wanted(object))
        .map(|(node, manifest, object)| context.desired(node, manifest, object))
        .collect()
}

/// Marks what has run to its end just as it is desired, as the parents of the units say.
pub fn mark_what_ran(desired: &mut [Desired], parents: &Parents) {
    for object in desired.iter_mut().filter(|object| object.runs_once) {
        let ran = parents.get(&object.unit).map(|parent| &parent.ran);
        let digest = ran.and_then(|ran| ran.get(object.object.to_string().as_str()));
        object.has_run = digest.is_some_and(|digest| *digest == object.applied.to_string());
    }
}

/// What the objects of `desired` and the `units` need that is not among them: objects of units that are not managed, and
/// of none.
#[must_use]
pub fn needed(
    graph: &ManifestGraph,
    desired: &[Desired],
    units: &BTreeSet<NodeId>,
) -> BTreeMap<ObjectRef, Option<Gvk>> {
    let managed: BTreeSet<NodeId> = desired.iter().map(|desired| desired.node).collect();
    let mut needed = BTreeMap::new();
    for node in managed.iter().chain(units) {
        for edge in graph.needs(*node) {
            let to = graph.node(edge.to);
            if let (Some(object), false) = (to.object(), managed.contains(&edge.to)) {
                needed.insert(object.clone(), to.gvk().cloned());
            }
        }
    }
    let outside = graph.outside().iter();
    // A kind that no unit declares has no object by whose name it could be looked for.
    let outside = outside.filter(|outside| outside.reason != Reason::Crd);
    let outside = outside.filter(|outside| managed.contains(&outside.from));
    needed.extend(outside.map(|outside| (outside.object.clone(), None)));
    needed
}

/// The names of all objects of `compilation`, of units that are not managed too.
#[must_use]
pub fn all_names(
    compilation: &Compilation,
    kinds: &Kinds,
    options: &Options,
) -> BTreeSet<ObjectRef> {
    let scopes = Scopes::of(&compilation.units);
    let manifests = compilation.manifests();
    manifests
        .map(|manifest| placed(manifest, kinds, &scopes, options))
        .collect()
}

/// Whether the run writes members of `unit`, by its path, which may be gone from the tree.
#[must_use]
pub fn manages(compilation: &Compilation, unit: &str, options: &Options) -> bool {
    if !options.units.is_empty() {
        // Naming a unit names its layer.
        return options.units.iter().any(|name| name == unit);
    }
    let lies_in = |layer: &&Layer| {
        let rest = unit.strip_prefix(layer.name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let layer = compilation.layers.iter().find(lies_in);
    layer.is_none_or(|layer| options.layers.contains(&layer.name))
}

struct Context<'c> {
    compilation: &'c Compilation,
    graph: &'c ManifestGraph,
    options: &'c Options,
    /// Objects of other engines that describe units.
    describers: BTreeSet<&'c ObjectRef>,
}

impl Context<'_> {
    fn desired(&self, node: NodeId, manifest: &Manifest, object: ObjectRef) -> Desired {
        let unit = &self.compilation.units[self.graph.node(node).unit];
        let path = EcoString::from(unit.path.to_string());
        let scope = match object.namespace.is_empty() {
            true => Scope::Cluster,
            false => Scope::Namespaced,
        };
        let body = Arc::new(normalise(&manifest.body, Some(scope), &object.namespace));
        let setting = |name: &str| unit.settings.get(name).cloned();
        Desired {
            node,
            gvk: manifest.gvk.clone(),
            applied: digest_of(&body, &self.compilation.secrets),
            left: Left::default(),
            policy: Policy::of(body.body(), &setting),
            apply_set: self.options.set.apply_set(&path),
            refused: self.refused(unit, &path, manifest),
            kind_is_made: self.kind_is_made(node),
            runs_once: self.runs_once(manifest),
            has_run: false,
            unit: path,
            object,
            whole: Arc::clone(&body),
            body,
        }
    }

    /// Why the object is not ours to apply, unless somebody said that its unit is taken over.
    fn refused(&self, unit: &Unit, path: &EcoString, manifest: &Manifest) -> Option<EcoString> {
        if let Some(hook) = engines::hook(&manifest.body) {
            return Some(
                format!("the annotation {hook} makes it a hook, which is not run here").into(),
            );
        }
        if self.options.adopting.takes_unit(path) {
            return None;
        }
        let adopt = format!("--adopt=unit:{path} applies it all the same");
        if let Some(by) = unit.described_by.first() {
            return Some(format!("{by} describes its directory; {adopt}").into());
        }
        let describes = self.describers.contains(&manifest.object);
        describes
            .then(|| format!("it describes units of this tree for another engine; {adopt}").into())
    }

    fn runs_once(&self, manifest: &Manifest) -> bool {
        let (group, kind) = (manifest.gvk.group.as_str(), manifest.gvk.kind.as_str());
        let named = &self.compilation.kinds.run_once;
        (group, kind) == ("batch", "Job") || named.iter().any(|of| of.matches(group, kind))
    }

    fn kind_is_made(&self, node: NodeId) -> bool {
        let makes = |reason| matches!(reason, Reason::Crd | Reason::Kind | Reason::ApiService);
        self.graph.needs(node).iter().any(|edge| makes(edge.reason))
    }
}

/// The digest of what is applied of an object.
pub(crate) fn digest_of(body: &Normalised, secrets: &OpenedFiles) -> AppliedDigest {
    record::digest_of(body, &|secret| digest::of_secret(secret, secrets))
}

/// The object's name with the namespace that it will have.
pub(crate) fn placed(
    manifest: &Manifest,
    kinds: &Kinds,
    scopes: &Scopes,
    options: &Options,
) -> ObjectRef {
    let mut object = manifest.object.clone();
    let known = kinds.is_namespaced(&manifest.gvk);
    let namespaced = known.unwrap_or_else(|| !scopes.is_cluster_scoped(&manifest.gvk));
    if !namespaced {
        object.namespace = EcoString::new();
    } else if object.namespace.is_empty() {
        object.namespace = options.default_namespace.clone();
    }
    object
}
