//! Why a workload does not get ready: its pods are asked.

use super::super::timers::Due;
use super::Work;
use crate::progress::Progress;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::graph::{KindClass, NodeId};
use gitopsc_engine::health::Health;
use std::time::Duration;
use tokio::time::Instant;

/// How long a workload may take before its pods are asked why.
const EXPLAIN_AFTER: Duration = Duration::from_secs(10);

impl Work<'_, '_> {
    pub(super) fn explain_later(&mut self, node: NodeId) {
        let Some((desired, _)) = self.by_node.get(&node) else {
            return;
        };
        let runs_pods = KindClass::of(&desired.gvk) == KindClass::Workload;
        if runs_pods && !self.timers.has(node, Due::Explain) {
            let wait = EXPLAIN_AFTER.min(self.deadline_of(desired) / 2);
            self.timers.set(Instant::now() + wait, node, Due::Explain);
        }
    }

    pub(super) fn explain(&mut self, node: NodeId) {
        if let Some((desired, _)) = self.by_node.get(&node)
            && let Some(kind) = self.run.kinds.get(&desired.gvk)
            && let Some(pods) = self.run.kinds.preferred("", "Pod")
            && self.settled.unready.contains_key(&node)
        {
            self.explaining.insert(node);
            self.watches.explain(kind, pods, &desired.object);
        }
    }

    pub(super) fn on_explained(&mut self, object: &ObjectRef, why: Option<EcoString>) {
        let Some(node) = self.by_object.get(object).copied() else {
            return;
        };
        self.explaining.remove(&node);
        if let (Some(why), Some(health)) = (why, self.settled.unready.get(&node)) {
            let reason = format!("{}; {why}", health.reason);
            let health = Health {
                reason: reason.into(),
                ..health.clone()
            };
            (self.tell)(Progress::Is {
                object: object.clone(),
                health: health.clone(),
            });
            self.explained.insert(node, health);
        }
        if self.awaited.contains(&node) {
            self.explain_later(node);
        }
    }
}
