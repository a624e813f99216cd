//! What is held back, and by what.

use super::super::blocked::Known;
use super::Work;
use crate::progress::Progress;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::graph::{Exists, NodeId};
use std::time::Duration;
use tokio::time::Instant;

/// How long an object waits before it is told what for, and how often that is looked at: what is about to be written
/// blocks nobody for so long.
pub(super) const BLOCKED: Duration = Duration::from_secs(1);

impl Work<'_, '_> {
    /// What others make is there already, or is watched for by name.
    pub(super) fn look_for_what_others_make(&mut self) {
        let awaited: Vec<Exists> = self.schedule.awaited().cloned().collect();
        for exists in awaited {
            let observed = &self.run.observation.observed;
            let is_there = observed.get(&exists.object).is_some() && exists.keys.is_empty();
            let is_there = is_there || self.is_a_served_kind(&exists.object);
            // What nobody may look at cannot be waited for: the server will tell whether it is missing.
            if is_there || observed.why_unknown(&exists.object).is_some() {
                let released = self.schedule.on_made(&exists);
                self.queue.extend(released);
                continue;
            }
            let object = &exists.object;
            if let Some(kind) = self.run.kinds.preferred(&object.group, &object.kind) {
                self.watches.watch_for(kind, &exists);
            }
        }
    }

    /// Whether this stands for a kind that no unit declares, as `KIND.GROUP`, and the server has it, wherever from.
    fn is_a_served_kind(&self, object: &ObjectRef) -> bool {
        let kind = object.name.split_once('.');
        object.kind == "CustomResourceDefinition"
            && kind.is_some_and(|(kind, group)| self.run.kinds.preferred(group, kind).is_some())
    }

    pub(super) fn tell_blocked(&mut self) {
        let held: Vec<NodeId> = self.schedule.held().collect();
        self.tells = (!held.is_empty()).then(|| Instant::now() + BLOCKED);
        for node in held {
            let Some((desired, _)) = self.by_node.get(&node).copied() else {
                continue;
            };
            let by = self.blocked_by(node);
            if self.told.get(&node) == Some(&by) {
                continue;
            }
            self.told.insert(node, by.clone());
            (self.tell)(Progress::Blocked {
                object: desired.object.clone(),
                unit: desired.unit.clone(),
                by,
            });
        }
    }

    pub(super) fn blocked_by(&self, node: NodeId) -> EcoString {
        let units = &self.run.compilation.units;
        let known = Known {
            graph: self.run.graph,
            unit: &|of| units[self.run.graph.node(of).unit].path.to_string().into(),
            blockers: &|of| self.schedule.blockers(of),
            health: &|of| self.settled.unready.get(&of).cloned(),
            outcome: &|of| self.settled.outcomes.get(&of).cloned(),
            lacking: &|of| self.lacking_of(of),
        };
        known.sentence(node)
    }
}
