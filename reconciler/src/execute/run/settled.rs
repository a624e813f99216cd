//! How a run ended.

use super::Work;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::drift::Footprint;
use gitopsc_engine::graph::NodeId;
use gitopsc_engine::health::{Health, Status};
use gitopsc_engine::plan::{Action, Deferral};
use std::collections::{BTreeMap, BTreeSet};

/// How an object ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing had to be done.
    Unchanged,
    /// It was written.
    Written,
    /// It was not written, because it is wrong or would be.
    Failed(EcoString),
    /// It was never its turn.
    Blocked(EcoString),
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// How each managed object ended.
    pub outcomes: BTreeMap<NodeId, Outcome>,
    /// Where those that were refused are wrong, as JSON pointers.
    pub wrong: BTreeMap<NodeId, Vec<EcoString>>,
    /// How each of them is, where that can be said and it is not current.
    pub unready: BTreeMap<NodeId, Health>,
    /// What units require and is not current.
    pub lacking: Vec<Lacking>,
    /// What was seen to be current.
    pub ready: BTreeSet<NodeId>,
    /// The UIDs that applies returned.
    pub uids: BTreeSet<EcoString>,
    /// How applies left what they wrote.
    pub footprints: BTreeMap<NodeId, Footprint>,
    /// The fields that the cluster has made other than they were applied.
    pub rewritten: BTreeMap<NodeId, Vec<EcoString>>,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

/// A unit is not ready because of what it requires.
#[derive(Clone, Debug, PartialEq)]
pub struct Lacking {
    /// The unit.
    pub unit: EcoString,
    /// The object that it requires.
    pub object: ObjectRef,
    /// How that is.
    pub health: Health,
}

impl Work<'_, '_> {
    /// How the run ends, as far as it was seen.
    pub(super) fn end(mut self) -> Settled {
        let held: Vec<NodeId> = self.schedule.held().collect();
        for node in held {
            if self.by_node.contains_key(&node) {
                let by = self.blocked_by(node);
                self.settled.outcomes.insert(node, Outcome::Blocked(by));
            }
        }
        for (node, (_, step)) in &self.by_node {
            let outcome = match &step.action {
                Action::Refuse(refusal) => Outcome::Failed(refusal.to_string().into()),
                Action::Defer(Deferral::Terminating(_)) => continue,
                Action::Defer(deferral) => Outcome::Blocked(deferral.to_string().into()),
                Action::Skip(_) => Outcome::Unchanged,
                _ => continue,
            };
            self.settled.outcomes.entry(*node).or_insert(outcome);
        }
        if !self.run.options.wait_ready {
            // Nobody waits for what is on its way: only what has failed is told.
            let unready = &mut self.settled.unready;
            unready.retain(|_, health| health.status != Status::InProgress);
            self.settled.lacking = self.lacking();
            self.settled.lacking.retain(|lacking| {
                matches!(lacking.health.status, Status::Failed | Status::Unknown)
            });
            return self.settled;
        }
        self.settled.lacking = self.lacking();
        for node in &self.awaited {
            if let Some(sight) = self.seen.get(node) {
                let health = sight.health.clone();
                self.settled.unready.entry(*node).or_insert(health);
            }
        }
        for (node, told) in self.explained {
            if let Some(health) = self.settled.unready.get_mut(&node)
                && health.status == told.status
            {
                *health = told;
            }
        }
        self.settled
    }
}
