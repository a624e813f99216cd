//! Why an object waits, in one sentence.

use super::run::{Lacking, Outcome};
use gitopsc_core::EcoString;
use gitopsc_engine::graph::{Edge, ManifestGraph, NodeId};
use gitopsc_engine::health::Health;
use gitopsc_engine::schedule::Blocker;

/// What the sentence is made of.
pub(super) struct Known<'k> {
    pub(super) graph: &'k ManifestGraph,
    /// The path of the unit that a node is of.
    pub(super) unit: &'k dyn Fn(NodeId) -> EcoString,
    /// What holds a node back, or keeps a unit from being ready.
    pub(super) blockers: &'k dyn Fn(NodeId) -> Vec<Blocker>,
    /// How an object is that is not ready.
    pub(super) health: &'k dyn Fn(NodeId) -> Option<Health>,
    /// How an object ended.
    pub(super) outcome: &'k dyn Fn(NodeId) -> Option<Outcome>,
    /// What a unit requires and is not current.
    pub(super) lacking: &'k dyn Fn(NodeId) -> Option<Lacking>,
}

impl Known<'_> {
    /// What holds `node` back comes to: the first of it, and how that one is.
    pub(super) fn sentence(&self, node: NodeId) -> EcoString {
        let blockers = (self.blockers)(node);
        let Some(first) = blockers.first() else {
            return "nothing that is known".into();
        };
        let mut text = match first {
            Blocker::Layer { .. } => "an earlier layer that is on its way".to_owned(),
            Blocker::Need(edge) => self.need(edge),
            Blocker::Outside(outside) => {
                format!("{} (not there, and no unit makes it)", outside.object)
            }
            Blocker::Required => match (self.lacking)(node) {
                Some(lacking) => format!("{} ({})", lacking.object, lacking.health),
                None => "what it requires".to_owned(),
            },
        };
        if blockers.len() > 1 {
            text.push_str(&format!(" and {} more", blockers.len() - 1));
        }
        text.into()
    }

    fn need(&self, edge: &Edge) -> String {
        let Some(to) = self.graph.node(edge.to).object() else {
            return self.unit(edge.to);
        };
        let state = match ((self.outcome)(edge.to), (self.health)(edge.to)) {
            (Some(Outcome::Failed(why)), _) => format!("failed: {why}"),
            (Some(Outcome::Blocked(_)) | None, _) => "not applied yet".to_owned(),
            (_, Some(health)) => format!("{}: {}", health.status, health.reason),
            (Some(_), None) => "not ready yet".to_owned(),
        };
        match &edge.exists {
            Some(made) if *to != made.object => {
                format!("{} (not made by {to}: {state})", made.object)
            }
            _ => format!("{to} ({state})"),
        }
    }

    /// What of a unit is not as others need it.
    fn unit(&self, node: NodeId) -> String {
        let why = self.sentence(node);
        format!("the unit {}, which waits for {why}", (self.unit)(node))
    }
}
