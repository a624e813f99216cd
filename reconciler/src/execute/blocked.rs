//! Why an object waits, in one sentence.

use super::run::Outcome;
use gitopsc_core::EcoString;
use gitopsc_engine::graph::{Edge, ManifestGraph, NodeId};
use gitopsc_engine::health::Health;
use gitopsc_engine::schedule::Blocker;

/// What `blockers` come to: the first of them, and how that one is.
pub(super) fn sentence(
    graph: &ManifestGraph,
    blockers: &[Blocker],
    health: &dyn Fn(NodeId) -> Option<Health>,
    outcome: &dyn Fn(NodeId) -> Option<Outcome>,
) -> EcoString {
    let Some(first) = blockers.first() else {
        return "nothing that is known".into();
    };
    let mut text = match first {
        Blocker::Layer { .. } => "an earlier layer that is on its way".to_owned(),
        Blocker::Need(edge) => need(graph, edge, health, outcome),
        Blocker::Outside(outside) => {
            format!("{} (not there, and no unit makes it)", outside.object)
        }
    };
    if blockers.len() > 1 {
        text.push_str(&format!(" and {} more", blockers.len() - 1));
    }
    text.into()
}

fn need(
    graph: &ManifestGraph,
    edge: &Edge,
    health: &dyn Fn(NodeId) -> Option<Health>,
    outcome: &dyn Fn(NodeId) -> Option<Outcome>,
) -> String {
    let to = match graph.node(edge.to).object() {
        Some(object) => object.to_string(),
        None => "a unit that it depends on".to_owned(),
    };
    let state = match (outcome(edge.to), health(edge.to)) {
        (Some(Outcome::Failed(why)), _) => format!("failed: {why}"),
        (Some(Outcome::Blocked(_)) | None, _) => "not applied yet".to_owned(),
        (_, Some(health)) => format!("{}: {}", health.status, health.reason),
        (Some(_), None) => "not ready yet".to_owned(),
    };
    match &edge.exists {
        Some(made) if graph.node(edge.to).object() != Some(&made.object) => {
            format!("{} (not made by {to}: {state})", made.object)
        }
        _ => format!("{to} ({state})"),
    }
}
