//! How what was applied gets ready, or does not in time.

use super::super::live::{Seen, now};
use super::super::timers::Due;
use super::{Work, version};
use crate::progress::Progress;
use crate::set::Options;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::NodeId;
use gitopsc_engine::health::{self, Health, Status};
use gitopsc_engine::observed::generation;
use gitopsc_engine::plan::Desired;
use gitopsc_engine::schedule::Happened;
use gitopsc_engine::timestamp::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// What was seen of an object.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// Its generation; nothing for kinds that have none.
    pub(super) generation: i64,
    /// The version at which it was seen.
    pub(super) version: EcoString,
    pub(super) health: Health,
}

impl Sight {
    /// Whether this is of the state that an apply left, or of a later one.
    pub(super) fn is_of(&self, live: &Json) -> bool {
        let version = live.str_at(&["metadata", "resourceVersion"]);
        let applied = generation(live);
        version == Some(&self.version) || (applied > 0 && self.generation >= applied)
    }
}

impl Work<'_, '_> {
    pub(super) fn await_ready(&mut self, node: NodeId, desired: &Desired, live: &Json) {
        if !health::has_rule(&desired.gvk, self.run.rules) {
            self.settled.ready.insert(node);
            return self.happened(node, Happened::Ready(true));
        }
        self.awaited.insert(node);
        self.set_deadline(node);
        if let Some(sight) = self.seen.get(&node).filter(|sight| sight.is_of(live)) {
            let health = sight.health.clone();
            return self.is(node, health);
        }
        let sight = Sight {
            generation: generation(live),
            version: version(live),
            health: Health::new(
                Status::InProgress,
                "nothing was seen of it since it was applied",
            ),
        };
        self.seen.insert(node, sight);
    }

    pub(super) fn set_deadline(&mut self, node: NodeId) {
        if let Some((desired, _)) = self.by_node.get(&node) {
            let deadline = Instant::now() + self.deadline_of(desired);
            self.timers.set(deadline, node, Due::Ready);
        }
    }

    pub(super) fn deadline_of(&self, desired: &Desired) -> Duration {
        deadline(self.run.options, desired)
    }

    pub(super) fn on_seen(&mut self, seen: Seen) {
        let Some(node) = self.by_object.get(&seen.object).copied() else {
            return;
        };
        if seen.uid.is_none() {
            return self.look_at(node);
        }
        // What was on its way when we applied is of the state before.
        let known = self.seen.get(&node);
        if known.is_some_and(|sight| is_older(&seen, sight)) {
            return;
        }
        let Some(health) = seen.health else {
            return;
        };
        let sight = Sight {
            generation: seen.generation,
            version: seen.version,
            health: health.clone(),
        };
        self.seen.insert(node, sight);
        if self.awaited.contains(&node) {
            self.is(node, health);
        }
    }

    /// What runs once may go when it has run: a TTL has taken it.
    pub(super) fn on_gone(&mut self, object: &ObjectRef) {
        let Some(node) = self.by_object.get(object).copied() else {
            return;
        };
        let Some((desired, _)) = self.by_node.get(&node).copied() else {
            return;
        };
        if desired.runs_once {
            return self.is(node, Health::new(Status::Current, "it ran, and is gone"));
        }
        let health = Health::new(
            Status::NotFound,
            "somebody deleted it while it was waited for",
        );
        self.settled.unready.insert(node, health);
        self.awaited.remove(&node);
        self.happened(node, Happened::Late);
    }

    pub(super) fn is(&mut self, node: NodeId, health: Health) {
        let Some((desired, _)) = self.by_node.get(&node).copied() else {
            return;
        };
        // Most changes of an object change nothing of how it is.
        if self.settled.unready.get(&node) != Some(&health) {
            (self.tell)(Progress::Is {
                object: desired.object.clone(),
                health: health.clone(),
            });
        }
        match health.status {
            Status::Current => {
                self.awaited.remove(&node);
                self.timers.clear(node, Due::Ready);
                self.timers.clear(node, Due::Late);
                self.settled.unready.remove(&node);
                self.settled.ready.insert(node);
                self.happened(node, Happened::Ready(true));
            }
            Status::Failed => {
                self.settled.unready.insert(node, health);
                self.explain(node);
                self.happened(node, Happened::Late);
                // It may recover, but nobody waits for that.
                self.awaited.remove(&node);
            }
            _ => {
                if let Some(recheck) = health.recheck {
                    self.look_when(recheck, node);
                }
                self.settled.unready.insert(node, health);
                self.awaited.insert(node);
                self.explain_later(node);
            }
        }
    }

    /// Looks again at `node` at the time `recheck`.
    pub(super) fn look_when(&mut self, recheck: Timestamp, node: NodeId) {
        let left = recheck.seconds_since(now()).max(1).unsigned_abs();
        let at = Instant::now() + Duration::from_secs(left);
        self.timers.set(at, node, Due::Look);
    }

    pub(super) fn look_at(&mut self, node: NodeId) {
        if self.is_awaited(node) {
            // Of a unit, what it requires is looked at, for which the kinds may have to be asked for.
            self.queue.push_back(node);
        } else if let Some((desired, _)) = self.by_node.get(&node)
            && let Some(kind) = self.run.kinds.get(&desired.gvk)
            && self.awaited.contains(&node)
        {
            self.watches.look_at(kind, &desired.object);
        }
    }
}

/// How long `desired` may take to become ready.
pub(super) fn deadline(options: &Options, desired: &Desired) -> Duration {
    let own = desired.policy.timeout.map(Duration::from_secs);
    own.unwrap_or(options.timeout)
}

/// Whether `seen` is of a state before `known`. Resource versions of one kind are in order since Kubernetes 1.35, and
/// were in fact before; where they are no numbers, the generation tells.
fn is_older(seen: &Seen, known: &Sight) -> bool {
    match (seen.version.parse::<u128>(), known.version.parse::<u128>()) {
        (Ok(seen), Ok(known)) => seen < known,
        _ => seen.generation < known.generation,
    }
}
