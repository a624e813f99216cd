//! What units require: waited for once the objects of the unit are there.

use super::super::timers::Due;
use super::{Lacking, Work};
use crate::progress::Progress;
use crate::required::{Looked, Requirement};
use gitopsc_engine::graph::NodeId;
use gitopsc_engine::health::{Health, Status};
use gitopsc_engine::schedule::Happened;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// How far what units require is, each by its place among all that is required.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// What is not current, as far as it was looked at, and how it is.
    lacking: BTreeMap<usize, Health>,
    /// What of it may still become current.
    awaited: BTreeSet<usize>,
    /// What is watched.
    watched: BTreeSet<usize>,
    /// The units whose requirements are looked at.
    begun: BTreeSet<NodeId>,
}

impl Waiting {
    pub(super) fn is_awaited(&self) -> bool {
        !self.awaited.is_empty()
    }
}

/// How long to wait before it is looked again whether the server has a kind.
const KIND: Duration = Duration::from_secs(2);

impl Work<'_, '_> {
    /// Begins to wait for what the unit of `node` requires, whose objects are there; or looks at it once more.
    pub(super) async fn require(&mut self, node: NodeId) {
        if self.required.begun.insert(node) {
            let deadline = Instant::now() + self.deadline_of_unit(node);
            self.timers.set(deadline, node, Due::Ready);
            let places = self.places_of(node);
            places.into_iter().for_each(|at| self.begin_to_require(at));
        }
        for at in self.places_of(node) {
            if self.required.awaited.contains(&at) {
                self.watch_required(node, at).await;
            }
        }
        self.settle_required(node);
    }

    /// How what is required was before the run is how it is, unless the run has written it.
    fn begin_to_require(&mut self, at: usize) {
        let (requirement, looked) = &self.run.required[at];
        let health = match looked {
            Looked::Is(health) if health.is_current() && !self.writes(requirement) => return,
            Looked::Is(health) if health.is_current() => Health::new(
                Status::InProgress,
                "nothing was seen of it since it was applied",
            ),
            looked => looked.health(),
        };
        // What nobody may look at cannot be waited for.
        if matches!(looked, Looked::Is(_)) {
            self.required.awaited.insert(at);
        }
        self.required.lacking.insert(at, health);
    }

    /// Whether the run writes what is required.
    fn writes(&self, requirement: &Requirement) -> bool {
        let node = self.by_object.get(requirement.object());
        let planned = node.and_then(|node| self.by_node.get(node));
        planned.is_some_and(|(_, step)| step.action.writes())
    }

    async fn watch_required(&mut self, node: NodeId, at: usize) {
        let (requirement, _) = &self.run.required[at];
        let object = requirement.object();
        if (self.run.kinds.preferred(&object.group, &object.kind)).is_none()
            && let Ok(kinds) = self.run.api.kinds().await
        {
            self.run.kinds = kinds;
        }
        let Some(kind) = self.run.kinds.preferred(&object.group, &object.kind) else {
            let again = Instant::now() + KIND;
            return self.timers.set(again, node, Due::Look);
        };
        let required = &requirement.required;
        match self.required.watched.insert(at) {
            true => self.watches.watch_required(kind, at, required),
            false => self.watches.look_at_required(kind, at, required),
        }
    }

    pub(super) fn on_required(&mut self, at: usize, health: Health) {
        if !self.required.awaited.contains(&at) {
            return;
        }
        let (requirement, _) = &self.run.required[at];
        let (node, object) = (requirement.node, requirement.object().clone());
        // How members are is told already.
        let is_told = self.by_object.contains_key(&object);
        if !is_told && self.required.lacking.get(&at) != Some(&health) {
            (self.tell)(Progress::Is {
                object,
                health: health.clone(),
            });
        }
        if let Some(recheck) = health.recheck {
            self.look_when(recheck, node);
        }
        match health.status {
            Status::Current => {
                self.required.awaited.remove(&at);
                self.required.lacking.remove(&at);
            }
            Status::Failed => {
                // It may recover, but nobody waits for that.
                self.required.awaited.remove(&at);
                self.required.lacking.insert(at, health);
            }
            _ => {
                self.required.lacking.insert(at, health);
            }
        }
        self.settle_required(node);
    }

    /// The unit is ready if nothing lacks that it requires.
    fn settle_required(&mut self, node: NodeId) {
        if !self.is_awaited(node) {
            for due in [Due::Ready, Due::Late, Due::Look] {
                self.timers.clear(node, due);
            }
        }
        if self.lacking_of(node).is_none() {
            self.happened(node, Happened::Ready(true));
        }
    }

    /// Waits no longer for what the unit of `node` requires, if it is one.
    pub(super) fn give_up_on_required(&mut self, node: NodeId) {
        for at in self.places_of(node) {
            self.required.awaited.remove(&at);
        }
    }

    /// What lacks, in the order of units.
    pub(super) fn lacking(&self) -> Vec<Lacking> {
        let places = self.required.lacking.keys();
        places.filter_map(|at| self.lack(*at)).collect()
    }

    /// The first of what the unit of `node` requires that lacks.
    pub(super) fn lacking_of(&self, node: NodeId) -> Option<Lacking> {
        let mut places = self.places_of(node).into_iter();
        places.find_map(|at| self.lack(at))
    }

    fn lack(&self, at: usize) -> Option<Lacking> {
        let health = self.required.lacking.get(&at)?.clone();
        let (requirement, _) = &self.run.required[at];
        Some(Lacking {
            unit: requirement.unit.clone(),
            object: requirement.object().clone(),
            health,
        })
    }

    pub(super) fn is_awaited(&self, node: NodeId) -> bool {
        let places = self.places_of(node);
        places.iter().any(|at| self.required.awaited.contains(at))
    }

    fn places_of(&self, node: NodeId) -> Vec<usize> {
        let required = self.run.required.iter().enumerate();
        let of_unit = required.filter(|(_, (of, _))| of.node == node);
        of_unit.map(|(at, _)| at).collect()
    }

    fn deadline_of_unit(&self, node: NodeId) -> Duration {
        let required = self.run.required.iter();
        let mut own = required
            .filter(|(of, _)| of.node == node)
            .map(|(of, _)| of.timeout);
        own.next().flatten().unwrap_or(self.run.options.timeout)
    }
}
