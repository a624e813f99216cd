//! How each node of the graph stands before a run.

use super::Run;
use gitopsc_engine::graph::Node;
use gitopsc_engine::health::Status;
use gitopsc_engine::plan::{Action, Deferral};
use gitopsc_engine::schedule::Start;

/// How each node of the graph stands before the run.
pub(super) fn starts(run: &Run<'_>) -> Vec<Start> {
    let mut starts: Vec<Start> = run
        .graph
        .nodes()
        .iter()
        .map(|node| elsewhere(run, node))
        .collect();
    for (desired, step) in run.desired.iter().zip(run.steps) {
        let health = run.observation.health.get(&desired.object);
        let exists = run.observation.observed.get(&desired.object).is_some();
        starts[desired.node.index()] = match &step.action {
            Action::Create { .. } | Action::Defer(Deferral::Terminating(_)) => Start::Create,
            Action::Skip(_) => Start::Nothing {
                exists: true,
                ready: health.is_none_or(|health| health.status == Status::Current),
            },
            Action::Defer(_) | Action::Refuse(_) => Start::Refused { exists },
            _ => Start::Change,
        };
    }
    for (requirement, _) in run.required {
        starts[requirement.node.index()] = Start::Requires;
    }
    starts
}

/// How a node stands that is not managed: nothing is done to it.
fn elsewhere(run: &Run<'_>, node: &Node) -> Start {
    let object = node.object();
    let health = object.and_then(|object| run.observation.health.get(object));
    Start::Nothing {
        exists: object.is_some_and(|object| run.observation.observed.get(object).is_some()),
        ready: health.is_none_or(|health| health.status == Status::Current),
    }
}
