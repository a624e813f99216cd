//! The loop of a run: release, apply, look, until nothing can happen any more.

mod explained;
mod held;
mod ready;
mod required;
mod settled;
mod starts;
mod writes;

pub use settled::{Lacking, Outcome, Settled};

use super::apply::Failure;
use super::live::{Saw, Watches};
use super::timers::{Due, Timers};
use crate::api::{Api, Kinds};
use crate::observe::Observation;
use crate::pace::Pace;
use crate::progress::Progress;
use crate::required::{Looked, Requirement};
use crate::set::Options;
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::{ManifestGraph, NodeId};
use gitopsc_engine::health::{Health, Rules};
use gitopsc_engine::observed::{Live, generation};
use gitopsc_engine::plan::{Action, Desired, Skip, Step};
use gitopsc_engine::schedule::{Happened, Schedule};
use held::BLOCKED;
use ready::Sight;
use required::Waiting;
use starts::starts;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What a run is made of.
pub struct Run<'r> {
    /// The server.
    pub api: &'r Api,
    /// Its kinds.
    pub kinds: Kinds,
    /// What was compiled.
    pub compilation: &'r Compilation,
    /// The graph of everything.
    pub graph: &'r ManifestGraph,
    /// The managed objects, in the order of the plan's first steps.
    pub desired: &'r [Desired],
    /// The steps for them.
    pub steps: &'r [Step],
    /// What units require, and how that was before.
    pub required: &'r [(Requirement, Looked)],
    /// What was read.
    pub observation: &'r Observation,
    /// How health is told.
    pub rules: &'r Arc<Rules>,
    /// How it is done.
    pub options: &'r Arc<Options>,
    /// Becomes true when the run is to stop at the next safe point.
    pub stop: watch::Receiver<bool>,
}

/// Carries out `run`, telling `tell` what happens.
pub async fn run(run: Run<'_>, tell: &mut dyn FnMut(Progress)) -> Settled {
    let starts = starts(&run);
    let (schedule, released) = Schedule::begin(run.graph, &starts);
    let namespaces = run.desired.iter().map(|of| of.object.namespace.clone());
    let namespaces = namespaces.filter(|name| !name.is_empty()).collect();
    let watches = Watches::new(run.api, &run.options.set, namespaces, run.rules);
    let mut work = Work {
        by_node: run
            .desired
            .iter()
            .zip(run.steps)
            .map(|(of, step)| (of.node, (of, step)))
            .collect(),
        by_object: run.desired.iter().map(|of| (&of.object, of.node)).collect(),
        schedule,
        queue: released.into(),
        in_flight: JoinSet::new(),
        pace: Pace::new(run.api, run.options.in_flight),
        watches,
        timers: Timers::default(),
        seen: BTreeMap::new(),
        awaited: BTreeSet::new(),
        required: Waiting::default(),
        failures: BTreeMap::new(),
        settled: Settled::default(),
        explained: BTreeMap::new(),
        explaining: BTreeSet::new(),
        told: BTreeMap::new(),
        tells: Some(Instant::now() + BLOCKED),
        started: Instant::now(),
        run,
        tell,
    };
    work.begin();
    work.go().await;
    work.end()
}

struct Work<'r, 't> {
    run: Run<'r>,
    tell: &'t mut dyn FnMut(Progress),
    by_node: BTreeMap<NodeId, (&'r Desired, &'r Step)>,
    by_object: BTreeMap<&'r ObjectRef, NodeId>,
    schedule: Schedule<'r>,
    queue: VecDeque<NodeId>,
    in_flight: JoinSet<(NodeId, Result<Json, Failure>)>,
    pace: Pace,
    watches: Watches,
    timers: Timers,
    /// The last that was seen of an object.
    seen: BTreeMap<NodeId, Sight>,
    /// What is there and not known to be ready, with the generation that counts.
    awaited: BTreeSet<NodeId>,
    /// How far what units require is.
    required: Waiting,
    /// Since when an object cannot be written, for a reason that may pass.
    failures: BTreeMap<NodeId, (Instant, u32)>,
    settled: Settled,
    /// How workloads are that are not ready, with what their pods said last.
    explained: BTreeMap<NodeId, Health>,
    /// Workloads whose pods are being asked.
    explaining: BTreeSet<NodeId>,
    /// What was last told of what blocks an object.
    told: BTreeMap<NodeId, EcoString>,
    /// When it is told next what blocks objects; nothing once none is held.
    tells: Option<Instant>,
    started: Instant,
}

impl Work<'_, '_> {
    fn begin(&mut self) {
        let wait = self.run.options.wait;
        for (node, (desired, _)) in &self.by_node {
            let object = &desired.object;
            if let Some(health) = self.run.observation.health.get(object) {
                let live = self.run.observation.observed.get(object);
                let live = live.map_or(&Json::Null, Live::object);
                let sight = Sight {
                    generation: generation(live),
                    version: version(live),
                    health: health.clone(),
                };
                self.seen.insert(*node, sight);
            }
            if self.schedule.is_held(*node) {
                let own = desired.policy.wait.map(Duration::from_secs);
                self.timers
                    .set(self.started + own.unwrap_or(wait), *node, Due::Wait);
            }
        }
        for (node, (_, step)) in &self.by_node {
            let is_unchanged = matches!(step.action, Action::Skip(Skip::Unchanged));
            let Some(sight) = self.seen.get(node).filter(|_| is_unchanged) else {
                continue;
            };
            match sight.health.is_current() {
                true => self.settled.ready.insert(*node),
                false => self.awaited.insert(*node),
            };
        }
        let awaited = self.awaited.clone();
        for node in awaited {
            self.set_deadline(node);
            self.watch_kind_of(node);
            if let Some(sight) = self.seen.get(&node) {
                let health = sight.health.clone();
                self.is(node, health);
            }
        }
        self.look_for_what_others_make();
    }

    async fn go(&mut self) {
        let mut stop = self.run.stop.clone();
        loop {
            let stopping = *stop.borrow();
            if !stopping {
                self.launch().await;
            }
            if self.in_flight.is_empty() && (stopping || !self.can_go_on()) {
                self.settled.stopped = stopping;
                return;
            }
            let due = self.timers.next();
            tokio::select! {
                Some(done) = self.in_flight.join_next() => {
                    let (node, result) = done.expect("an apply neither panics nor is cancelled");
                    self.pace.on_end(self.in_flight.len());
                    self.on_written(node, result);
                }
                Some(saw) = self.watches.next() => match saw {
                    Saw::Member(seen) => self.on_seen(seen),
                    Saw::Gone(object) => self.on_gone(&object),
                    Saw::Required(at, health) => self.on_required(at, health),
                    Saw::Explained(object, why) => self.on_explained(&object, why),
                    Saw::Made(made) => {
                        let released = self.schedule.on_made(&made);
                        self.queue.extend(released);
                    }
                },
                () = sleep_until(due) => self.on_due(),
                () = sleep_until(self.tells) => self.tell_blocked(),
                changed = stop.changed(), if !stopping => {
                    // Nobody can ask any more: then nobody does.
                    if changed.is_err() {
                        stop = watch::channel(false).1;
                    }
                }
            }
        }
    }

    /// Whether anything can happen that is waited for.
    fn can_go_on(&self) -> bool {
        if !self.queue.is_empty() || self.timers.any(Due::Again) || !self.explaining.is_empty() {
            return true;
        }
        let someone_waits = self.schedule.held().next().is_some();
        let soft_wait = someone_waits && self.timers.any(Due::Wait) && self.has_hope();
        let is_on_its_way =
            !self.awaited.is_empty() || self.required.is_awaited() || self.schedule.is_on_its_way();
        soft_wait || (is_on_its_way && (self.run.options.wait_ready || someone_waits))
    }

    /// Whether something is held whose turn may still come.
    fn has_hope(&self) -> bool {
        let lost = self.schedule.lost();
        self.schedule.held().any(|node| !lost.contains(&node))
    }

    fn on_due(&mut self) {
        for (node, due) in self.timers.take_due(Instant::now()) {
            match due {
                Due::Wait => self.happened(node, Happened::WaitOver),
                Due::Again => self.queue.push_back(node),
                Due::Look => self.look_at(node),
                Due::Explain => self.explain(node),
                Due::Ready => {
                    // A watch that fell silent may have kept it from us.
                    self.timers.set(Instant::now() + LAST_LOOK, node, Due::Late);
                    self.look_at(node);
                }
                Due::Late => {
                    self.awaited.remove(&node);
                    self.give_up_on_required(node);
                    self.happened(node, Happened::Late);
                }
            }
        }
    }

    fn happened(&mut self, node: NodeId, happened: Happened) {
        let released = self.schedule.on(node, happened);
        self.queue.extend(released);
    }
}

/// How long a last look at an object may take before it counts as late.
const LAST_LOOK: Duration = Duration::from_secs(2);

fn version(live: &Json) -> EcoString {
    let version = live.str_at(&["metadata", "resourceVersion"]);
    version.unwrap_or_default().into()
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
