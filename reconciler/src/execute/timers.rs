//! What is due when.

use gitopsc_engine::graph::NodeId;
use std::collections::BTreeSet;
use tokio::time::Instant;

/// What is over when a timer is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A node has waited for soft needs as long as it may.
    Wait,
    /// A node has had as long to become ready as it may, and is looked at once more.
    Ready,
    /// That look has not come back with anything better.
    Late,
    /// What could not be done is tried again.
    Again,
    /// Time alone may have changed how an object is.
    Look,
    /// The pods of a workload are asked why it is not ready.
    Explain,
}

/// The timers of a run.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Instant, NodeId, Due)>);

impl Timers {
    pub(super) fn set(&mut self, at: Instant, node: NodeId, due: Due) {
        self.0.insert((at, node, due));
    }

    /// Forgets the timers of `node` for `due`.
    pub(super) fn clear(&mut self, node: NodeId, due: Due) {
        self.0.retain(|(_, of, what)| (*of, *what) != (node, due));
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.0.first().map(|(at, ..)| *at)
    }

    /// What is due at `now`, earliest first.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<(NodeId, Due)> {
        let mut due = Vec::new();
        while let Some((at, node, what)) = self.0.first().copied()
            && at <= now
        {
            self.0.pop_first();
            due.push((node, what));
        }
        due
    }

    /// Whether a timer for `due` of `node` is set.
    pub(super) fn has(&self, node: NodeId, due: Due) -> bool {
        self.0
            .iter()
            .any(|(_, of, what)| (*of, *what) == (node, due))
    }

    /// Whether any timer for `due` is set.
    pub(super) fn any(&self, due: Due) -> bool {
        self.0.iter().any(|(.., what)| *what == due)
    }
}
