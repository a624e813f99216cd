//! How each node of the graph stands before a run.

use super::super::live::now;
use super::Run;
use super::ready::deadline;
use gitopsc_engine::graph::Node;
use gitopsc_engine::health::{Health, Status};
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::{Action, Deferral, Desired, Skip};
use gitopsc_engine::schedule::Start;
use gitopsc_engine::timestamp::Timestamp;
use std::time::Duration;

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
            Action::Skip(Skip::Unchanged) if settles(run, desired) => Start::Settles,
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

/// Whether `desired`, which is as it should be, is getting ready since an earlier run has written it: one that was stopped,
/// maybe. What has had its time holds nobody back.
fn settles(run: &Run<'_>, desired: &Desired) -> bool {
    let is_on_its_way =
        |health: &Health| !matches!(health.status, Status::Current | Status::Failed);
    let health = run.observation.health.get(&desired.object);
    let live = run.observation.observed.get(&desired.object);
    let written = live.and_then(Live::own_entry);
    let written = written.and_then(|entry| Timestamp::parse(&entry.time));
    let is_late = |written: Timestamp| {
        let since = u64::try_from(now().seconds_since(written)).unwrap_or_default();
        Duration::from_secs(since) >= deadline(run.options, desired)
    };
    health.is_some_and(is_on_its_way) && written.is_some_and(|written| !is_late(written))
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
