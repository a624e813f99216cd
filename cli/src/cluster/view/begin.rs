//! What a view begins with: the objects of a plan, as they were read.

use super::state::{Item, Stage, State};
use gitopsc_compiler::Compilation;
use gitopsc_core::EcoString;
use gitopsc_engine::health::has_rule;
use gitopsc_engine::plan::{Action, Plan, Step};
use gitopsc_reconciler::apply::Prepared;
use std::collections::BTreeMap;
use std::time::Duration;

/// The state of an apply that has done nothing yet.
pub fn of_apply(prepared: &Prepared, compilation: &Compilation) -> State {
    let units = compilation.units.iter();
    let layer_of: BTreeMap<String, usize> = units
        .map(|unit| (unit.path.to_string(), unit.layer.unwrap_or(0)))
        .collect();
    let layers = compilation.layers.iter().map(|layer| layer.name.clone());
    let mut layers: Vec<EcoString> = layers.collect();
    if layers.is_empty() {
        layers.push("objects".into());
    }
    let mut state = of_delete(&prepared.plan);
    state.layers = layers;
    for (desired, step) in prepared.desired.iter().zip(&prepared.plan.steps) {
        let health = prepared.observation.health.get(&desired.object);
        let stage = match (&step.action, health) {
            (Action::Refuse(_), _) => Stage::Failed,
            (action, _) if action.writes() => Stage::Waits,
            (Action::Defer(deferral), _) => Stage::Blocked(deferral.to_string().into()),
            (_, Some(health)) if !health.is_current() => Stage::Unready(health.clone()),
            _ => Stage::Ready,
        };
        let item = Item {
            unit: desired.unit.clone(),
            layer: Some(layer_of.get(desired.unit.as_str()).copied().unwrap_or(0)),
            gets_ready: has_rule(&desired.gvk, &prepared.rules),
            stage,
            since: Duration::ZERO,
        };
        state.items.insert(desired.object.clone(), item);
    }
    state
}

/// The state of a deletion that has done nothing yet.
pub fn of_delete(plan: &Plan) -> State {
    let is_pruned = |step: &&Step| step.node.is_none() && step.action.writes();
    let items = plan.steps.iter().filter(is_pruned).map(|step| {
        let item = Item {
            unit: step.unit.clone(),
            layer: None,
            gets_ready: false,
            stage: Stage::Waits,
            since: Duration::ZERO,
        };
        (step.object.clone(), item)
    });
    State {
        items: items.collect(),
        ..State::default()
    }
}
