//! What units require: objects of any unit or of the cluster that have to be Current before a unit is ready.

use crate::api::Kinds;
use crate::desired::manages;
use crate::execute;
use crate::set::Options;
use gitopsc_compiler::Compilation;
use gitopsc_compiler::health::Required;
use gitopsc_compiler::scope::Scopes;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::{ManifestGraph, NodeId};
use gitopsc_engine::health::{self, Health, Rules, Status};
use gitopsc_engine::plan::Desired;
use gitopsc_engine::policy::seconds;
use std::collections::BTreeSet;
use std::time::Duration;

/// That a unit requires an object.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The node that stands for the unit.
    pub node: NodeId,
    /// The unit.
    pub unit: EcoString,
    /// What it requires, with the namespace in which that is looked for.
    pub required: Required,
    /// How long it may take, if the unit says so.
    pub timeout: Option<Duration>,
}

impl Requirement {
    /// The object that is required.
    #[must_use]
    pub fn object(&self) -> &ObjectRef {
        &self.required.object
    }
}

/// What was read of an object that is required.
#[derive(Clone, Debug, PartialEq)]
pub enum Looked {
    /// It is so.
    Is(Health),
    /// It cannot be read.
    Hidden(EcoString),
}

impl Looked {
    /// How the object is, as far as that can be said.
    #[must_use]
    pub fn health(&self) -> Health {
        match self {
            Looked::Is(health) => health.clone(),
            Looked::Hidden(why) => Health::new(Status::Unknown, why.clone()),
        }
    }
}

/// The nodes of units on which a run depends: of those that it manages, and of those that their objects wait for.
#[must_use]
pub fn units(
    compilation: &Compilation,
    graph: &ManifestGraph,
    desired: &[Desired],
    options: &Options,
) -> BTreeSet<NodeId> {
    let is_unit = |id: &NodeId| graph.node(*id).object().is_none();
    let is_managed = |id: &NodeId| {
        let unit = &compilation.units[graph.node(*id).unit];
        manages(compilation, &unit.path.to_string(), options)
    };
    let managed = graph.ids().filter(|id| is_unit(id) && is_managed(id));
    let mut units: BTreeSet<NodeId> = managed.collect();
    let objects = desired.iter().map(|desired| desired.node);
    let mut waiting: Vec<NodeId> = objects.chain(units.iter().copied()).collect();
    while let Some(node) = waiting.pop() {
        for edge in graph.needs(node).iter().filter(|edge| is_unit(&edge.to)) {
            if units.insert(edge.to) {
                waiting.push(edge.to);
            }
        }
    }
    units
}

/// What `units`, nodes of `graph`, require.
#[must_use]
pub fn of(
    compilation: &Compilation,
    graph: &ManifestGraph,
    units: &BTreeSet<NodeId>,
    kinds: &Kinds,
    options: &Options,
) -> Vec<Requirement> {
    let scopes = &Scopes::of(&compilation.units);
    let of_unit = |node: &NodeId| {
        let unit = &compilation.units[graph.node(*node).unit];
        let timeout = unit.settings.get("timeout").and_then(|text| seconds(text));
        let required = unit.required().into_iter();
        let (node, unit) = (*node, EcoString::from(unit.path.to_string()));
        required.map(move |required| Requirement {
            node,
            unit: unit.clone(),
            required: placed(required, kinds, scopes, options),
            timeout: timeout.map(Duration::from_secs),
        })
    };
    units.iter().flat_map(of_unit).collect()
}

/// `required` in the namespace in which it is looked for.
fn placed(mut required: Required, kinds: &Kinds, scopes: &Scopes, options: &Options) -> Required {
    let object = &mut required.object;
    let (group, name) = (&object.group, &object.kind);
    let kind = kinds.preferred(group, name);
    let is_namespaced = match kind {
        Some(kind) => kind.namespaced,
        None => !scopes.is_kind_cluster_scoped(group, name),
    };
    if !is_namespaced {
        object.namespace = EcoString::new();
    } else if object.namespace.is_empty() {
        object.namespace = options.default_namespace.clone();
    }
    required
}

/// How a live object is, as `required` judges it.
#[must_use]
pub fn judge(required: &Required, live: &Json, rules: &Rules) -> Health {
    match &required.current {
        Some(current) => health::by(live, current),
        None => health::of(live, rules, execute::now()),
    }
}
