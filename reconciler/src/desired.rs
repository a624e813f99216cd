//! From a compilation to what is desired of a cluster.

use crate::api::Kinds;
use crate::set::Options;
use gitopsc_compiler::compilation::Unit;
use gitopsc_compiler::scope::Scopes;
use gitopsc_compiler::{Compilation, digest};
use gitopsc_core::{EcoString, Gvk, Manifest, ObjectRef};
use gitopsc_engine::graph::{ManifestGraph, NodeId, Reason};
use gitopsc_engine::normalise::{Scope, normalise};
use gitopsc_engine::plan::Desired;
use gitopsc_engine::policy::Policy;
use gitopsc_engine::record;
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
    let scopes = Scopes::of(&compilation.units);
    let manifests: Vec<&Manifest> = compilation.manifests().collect();
    let context = Context {
        compilation,
        graph,
        kinds,
        scopes: &scopes,
        options,
    };
    let order = graph.order().into_iter();
    let managed = order.filter(|node| {
        let unit = &compilation.units[graph.node(*node).unit];
        is_managed(compilation, unit, options)
    });
    managed
        .map(|node| context.desired(node, manifests[node.index()]))
        .collect()
}

/// What the objects of `desired` need that is not among them: objects of units that are not managed, and of none.
#[must_use]
pub fn needed(graph: &ManifestGraph, desired: &[Desired]) -> BTreeMap<ObjectRef, Option<Gvk>> {
    let managed: BTreeSet<NodeId> = desired.iter().map(|desired| desired.node).collect();
    let mut needed = BTreeMap::new();
    for node in &managed {
        for edge in graph.needs(*node) {
            let to = graph.node(edge.to);
            if let (Some(object), false) = (to.object(), managed.contains(&edge.to)) {
                needed.insert(object.clone(), to.gvk().cloned());
            }
        }
    }
    let outside = graph.outside().iter();
    let outside = outside.filter(|outside| managed.contains(&outside.from));
    needed.extend(outside.map(|outside| (outside.object.clone(), None)));
    needed
}

/// Whether `unit` is one that the run writes.
#[must_use]
pub fn is_managed(compilation: &Compilation, unit: &Unit, options: &Options) -> bool {
    let layer = unit.layer.map(|at| &compilation.layers[at].name);
    let of_layer = layer.is_none_or(|name| options.layers.contains(name));
    let path = EcoString::from(unit.path.to_string());
    let chosen = options.units.is_empty() || options.units.contains(&path);
    // Naming a unit names its layer.
    chosen && (of_layer || !options.units.is_empty())
}

struct Context<'c> {
    compilation: &'c Compilation,
    graph: &'c ManifestGraph,
    kinds: &'c Kinds,
    scopes: &'c Scopes,
    options: &'c Options,
}

impl Context<'_> {
    fn desired(&self, node: NodeId, manifest: &Manifest) -> Desired {
        let unit = &self.compilation.units[self.graph.node(node).unit];
        let path = EcoString::from(unit.path.to_string());
        let object = self.placed(manifest);
        let scope = match object.namespace.is_empty() {
            true => Scope::Cluster,
            false => Scope::Namespaced,
        };
        let body = normalise(&manifest.body, Some(scope), &object.namespace);
        let secrets = &self.compilation.secrets;
        let setting = |name: &str| unit.settings.get(name).cloned();
        Desired {
            node,
            gvk: manifest.gvk.clone(),
            applied: record::digest_of(&body, &|secret| digest::of_secret(secret, secrets)),
            policy: Policy::of(body.body(), &setting),
            apply_set: self.options.set.apply_set(&path),
            refused: None,
            kind_is_made: self.kind_is_made(node),
            unit: path,
            object,
            body: Arc::new(body),
        }
    }

    /// The object's name with the namespace that it will have.
    fn placed(&self, manifest: &Manifest) -> ObjectRef {
        let mut object = manifest.object.clone();
        let known = self.kinds.is_namespaced(&manifest.gvk);
        let namespaced = known.unwrap_or_else(|| !self.scopes.is_cluster_scoped(&manifest.gvk));
        if !namespaced {
            object.namespace = EcoString::new();
        } else if object.namespace.is_empty() {
            object.namespace = self.options.default_namespace.clone();
        }
        object
    }

    fn kind_is_made(&self, node: NodeId) -> bool {
        let makes = |reason| matches!(reason, Reason::Crd | Reason::Kind | Reason::ApiService);
        self.graph.needs(node).iter().any(|edge| makes(edge.reason))
    }
}
