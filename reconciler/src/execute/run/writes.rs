//! Starting the writes of a run as there is room for them, and what comes of each.

use super::super::apply::{Failure, Writing};
use super::super::timers::Due;
use super::Outcome;
use super::Work;
use super::held::BLOCKED;
use crate::api::Kind;
use crate::progress::Progress;
use crate::versions;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::difference::rewritten;
use gitopsc_engine::drift::Footprint;
use gitopsc_engine::graph::{NodeId, Reason};
use gitopsc_engine::health;
use gitopsc_engine::plan::{Desired, Step};
use gitopsc_engine::schedule::Happened;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

impl Work<'_, '_> {
    /// Starts what is released, as far as there is room.
    pub(super) async fn launch(&mut self) {
        while self.in_flight.len() < self.pace.allowed(self.in_flight.len())
            && let Some(node) = self.queue.pop_front()
        {
            let Some((desired, step)) = self.by_node.get(&node).copied() else {
                self.require(node).await;
                continue;
            };
            let kind = match self.run.kinds.get(&desired.gvk) {
                Some(kind) => Some(kind.clone()),
                None => self.refreshed(desired).await,
            };
            let Some(kind) = kind else {
                let why = format!(
                    "the server does not serve {} yet",
                    desired.gvk.api_version()
                );
                let failure = Failure::Again(why.into(), Duration::ZERO);
                self.on_written(node, Err(failure));
                continue;
            };
            if !self.failures.contains_key(&node) {
                (self.tell)(Progress::Begins(step.clone()));
            }
            self.watch_kind_of(node);
            let writing = Writing {
                api: self.run.api.clone(),
                served: self.served(node, &kind),
                kind,
                desired: desired.clone(),
                action: step.action.clone(),
                live: self.run.observation.observed.get(&desired.object).cloned(),
                options: Arc::clone(self.run.options),
                looks: health::has_rule(&desired.gvk, self.run.rules),
            };
            self.in_flight
                .spawn(async move { (node, writing.run().await) });
        }
    }

    /// The versions at which `kind`, which is that of `node`, is served once its CRD is as the graph has it.
    fn served(&self, node: NodeId, kind: &Kind) -> BTreeSet<EcoString> {
        let served = versions::served(&self.run.kinds, &kind.gvk);
        let needs = self.run.graph.needs(node).iter();
        let mut crds = needs.filter(|edge| edge.reason == Reason::Crd);
        let crd = crds.find_map(|edge| self.by_node.get(&edge.to));
        match crd {
            Some((crd, _)) => versions::still_served(served, crd.body.body()),
            None => served,
        }
    }

    /// The kind of `desired`, asked for anew: a CRD of this run may have been established since.
    pub(super) async fn refreshed(&mut self, desired: &Desired) -> Option<Kind> {
        if let Ok(kinds) = self.run.api.kinds().await {
            self.run.kinds = kinds;
        }
        self.run.kinds.get(&desired.gvk).cloned()
    }

    pub(super) fn watch_kind_of(&mut self, node: NodeId) {
        let Some((desired, _)) = self.by_node.get(&node) else {
            return;
        };
        let gvk = &desired.gvk;
        if !health::has_rule(gvk, self.run.rules) {
            return;
        }
        if let Some(kind) = self.run.kinds.get(gvk) {
            let key = gitopsc_engine::observed::kind_of(&desired.object);
            let from = self.run.observation.versions.get(&key).cloned();
            self.watches.watch(kind, from);
        }
    }

    pub(super) fn on_written(&mut self, node: NodeId, result: Result<Json, Failure>) {
        let Some((desired, step)) = self.by_node.get(&node).copied() else {
            return;
        };
        match result {
            Ok(live) => {
                self.failures.remove(&node);
                self.settled
                    .uids
                    .extend(live.str_at(&["metadata", "uid"]).map(EcoString::from));
                self.settled.footprints.insert(node, Footprint::of(&live));
                self.settled.outcomes.insert(node, Outcome::Written);
                self.note_rewritten(node, desired, &live);
                (self.tell)(Progress::Done(step.clone()));
                self.happened(node, Happened::Applied);
                self.await_ready(node, desired, &live);
            }
            Err(Failure::Again(why, asked)) => self.try_again(node, step, desired, why, asked),
            Err(Failure::Final(wrong)) => {
                self.settled.wrong.insert(node, wrong.at);
                self.fail(node, step, wrong.why);
            }
        }
    }

    /// Takes note of what the cluster has made other than it was applied, where `live` is more than metadata.
    fn note_rewritten(&mut self, node: NodeId, desired: &Desired, live: &Json) {
        if live.str_at(&["kind"]) != Some(&desired.gvk.kind) {
            return;
        }
        let paths = rewritten(desired.body.body(), live).into_iter();
        let paths: Vec<EcoString> = paths.map(|path| path.to_string().into()).collect();
        if !paths.is_empty() {
            self.settled.rewritten.insert(node, paths);
        }
    }

    pub(super) fn try_again(
        &mut self,
        node: NodeId,
        step: &Step,
        desired: &Desired,
        why: EcoString,
        asked: Duration,
    ) {
        let now = Instant::now();
        let (since, count) = self.failures.get(&node).copied().unwrap_or((now, 0));
        if now.duration_since(since) >= self.deadline_of(desired) {
            return self.fail(node, step, why);
        }
        if now.duration_since(since) >= BLOCKED && self.told.get(&node) != Some(&why) {
            self.told.insert(node, why.clone());
            let object = desired.object.clone();
            (self.tell)(Progress::Waits { object, why });
        }
        self.failures.insert(node, (since, count + 1));
        let wait = Duration::from_millis(200).saturating_mul(2u32.saturating_pow(count));
        let wait = wait.min(Duration::from_secs(5)).max(asked);
        self.timers.set(now + wait, node, Due::Again);
    }

    pub(super) fn fail(&mut self, node: NodeId, step: &Step, why: EcoString) {
        self.settled
            .outcomes
            .insert(node, Outcome::Failed(why.clone()));
        (self.tell)(Progress::Failed {
            step: step.clone(),
            why,
        });
        self.happened(node, Happened::Failed);
    }
}
