//! The loop of a run: release, apply, look, until nothing can happen any more.

use super::apply::{Failure, Writing};
use super::blocked;
use super::live::{Saw, Seen, Watches, now};
use super::timers::{Due, Timers};
use crate::api::{Api, Kinds};
use crate::observe::Observation;
use crate::progress::Progress;
use crate::set::Options;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::{Exists, ManifestGraph, Node, NodeId};
use gitopsc_engine::health::{self, Health, Rules, Status};
use gitopsc_engine::observed::{Live, generation};
use gitopsc_engine::plan::{Action, Deferral, Desired, Skip, Step};
use gitopsc_engine::schedule::{Happened, Schedule, Start};
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
    /// The graph of everything.
    pub graph: &'r ManifestGraph,
    /// The managed objects, in the order of the plan's first steps.
    pub desired: &'r [Desired],
    /// The steps for them.
    pub steps: &'r [Step],
    /// What was read.
    pub observation: &'r Observation,
    /// How health is told.
    pub rules: &'r Arc<Rules>,
    /// How it is done.
    pub options: &'r Arc<Options>,
    /// Becomes true when the run is to stop at the next safe point.
    pub stop: watch::Receiver<bool>,
}

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
    /// What was seen to be current.
    pub ready: BTreeSet<NodeId>,
    /// The UIDs that applies returned.
    pub uids: BTreeSet<EcoString>,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
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
        watches,
        timers: Timers::default(),
        seen: BTreeMap::new(),
        awaited: BTreeSet::new(),
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
    watches: Watches,
    timers: Timers,
    /// The last that was seen of an object.
    seen: BTreeMap<NodeId, Sight>,
    /// What is there and not known to be ready, with the generation that counts.
    awaited: BTreeSet<NodeId>,
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

/// What was seen of an object.
#[derive(Clone, Debug)]
struct Sight {
    /// Its generation; nothing for kinds that have none.
    generation: i64,
    /// The version at which it was seen.
    version: EcoString,
    health: Health,
}

impl Sight {
    /// Whether this is of the state that an apply left, or of a later one.
    fn is_of(&self, live: &Json) -> bool {
        let version = live.str_at(&["metadata", "resourceVersion"]);
        let applied = generation(live);
        version == Some(&self.version) || (applied > 0 && self.generation >= applied)
    }
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
            if is_unchanged
                && self
                    .seen
                    .get(node)
                    .is_some_and(|sight| sight.health.is_current())
            {
                self.settled.ready.insert(*node);
            }
            let is_current = |sight: &Sight| sight.health.status == Status::Current;
            if matches!(step.action, Action::Skip(Skip::Unchanged))
                && self.seen.get(node).is_some_and(|sight| !is_current(sight))
            {
                self.awaited.insert(*node);
            }
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

    /// What others make is there already, or is watched for by name.
    fn look_for_what_others_make(&mut self) {
        let awaited: Vec<Exists> = self.schedule.awaited().cloned().collect();
        for exists in awaited {
            let observed = &self.run.observation.observed;
            let is_there = observed.get(&exists.object).is_some() && exists.keys.is_empty();
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
                    self.on_written(node, result);
                }
                Some(saw) = self.watches.next() => match saw {
                    Saw::Member(seen) => self.on_seen(seen),
                    Saw::Gone(object) => self.on_gone(&object),
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
        let soft_wait = someone_waits && self.timers.any(Due::Wait);
        let is_on_its_way = !self.awaited.is_empty() || self.schedule.is_on_its_way();
        soft_wait || (is_on_its_way && (self.run.options.wait_ready || someone_waits))
    }

    /// Starts what is released, as far as there is room.
    async fn launch(&mut self) {
        while self.in_flight.len() < self.run.options.in_flight
            && let Some(node) = self.queue.pop_front()
        {
            let Some((desired, step)) = self.by_node.get(&node).copied() else {
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
                self.on_written(node, Err(Failure::Again(why.into())));
                continue;
            };
            if !self.failures.contains_key(&node) {
                (self.tell)(Progress::Begins(step.clone()));
            }
            self.watch_kind_of(node);
            let writing = Writing {
                api: self.run.api.clone(),
                kind,
                desired: desired.clone(),
                action: step.action.clone(),
                live: self.run.observation.observed.get(&desired.object).cloned(),
                options: Arc::clone(self.run.options),
            };
            self.in_flight
                .spawn(async move { (node, writing.run().await) });
        }
    }

    /// The kind of `desired`, asked for anew: a CRD of this run may have been established since.
    async fn refreshed(&mut self, desired: &Desired) -> Option<crate::api::Kind> {
        if let Ok(kinds) = self.run.api.kinds().await {
            self.run.kinds = kinds;
        }
        self.run.kinds.get(&desired.gvk).cloned()
    }

    fn watch_kind_of(&mut self, node: NodeId) {
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

    fn on_written(&mut self, node: NodeId, result: Result<Json, Failure>) {
        let Some((desired, step)) = self.by_node.get(&node).copied() else {
            return;
        };
        match result {
            Ok(live) => {
                self.failures.remove(&node);
                self.settled
                    .uids
                    .extend(live.str_at(&["metadata", "uid"]).map(EcoString::from));
                self.settled.outcomes.insert(node, Outcome::Written);
                (self.tell)(Progress::Done(step.clone()));
                self.happened(node, Happened::Applied);
                self.await_ready(node, desired, &live);
            }
            Err(Failure::Again(why)) => self.try_again(node, step, desired, why),
            Err(Failure::Final(wrong)) => {
                self.settled.wrong.insert(node, wrong.at);
                self.fail(node, step, wrong.why);
            }
        }
    }

    fn try_again(&mut self, node: NodeId, step: &Step, desired: &Desired, why: EcoString) {
        let now = Instant::now();
        let (since, count) = self.failures.get(&node).copied().unwrap_or((now, 0));
        if now.duration_since(since) >= self.deadline_of(desired) {
            return self.fail(node, step, why);
        }
        self.failures.insert(node, (since, count + 1));
        let wait = Duration::from_millis(200).saturating_mul(2u32.saturating_pow(count));
        self.timers
            .set(now + wait.min(Duration::from_secs(5)), node, Due::Again);
    }

    fn fail(&mut self, node: NodeId, step: &Step, why: EcoString) {
        self.settled
            .outcomes
            .insert(node, Outcome::Failed(why.clone()));
        (self.tell)(Progress::Failed {
            step: step.clone(),
            why,
        });
        self.happened(node, Happened::Failed);
    }

    fn await_ready(&mut self, node: NodeId, desired: &Desired, live: &Json) {
        if !health::has_rule(&desired.gvk, self.run.rules) {
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

    fn set_deadline(&mut self, node: NodeId) {
        if let Some((desired, _)) = self.by_node.get(&node) {
            let deadline = Instant::now() + self.deadline_of(desired);
            self.timers.set(deadline, node, Due::Ready);
        }
    }

    fn deadline_of(&self, desired: &Desired) -> Duration {
        let own = desired.policy.timeout.map(Duration::from_secs);
        own.unwrap_or(self.run.options.timeout)
    }

    fn on_seen(&mut self, seen: Seen) {
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
    fn on_gone(&mut self, object: &ObjectRef) {
        let Some(node) = self.by_object.get(object).copied() else {
            return;
        };
        let Some((desired, _)) = self.by_node.get(&node).copied() else {
            return;
        };
        if desired.runs_once() {
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

    fn is(&mut self, node: NodeId, health: Health) {
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
                    let left = recheck.seconds_since(now()).max(1).unsigned_abs();
                    let at = Instant::now() + Duration::from_secs(left);
                    self.timers.set(at, node, Due::Look);
                }
                self.settled.unready.insert(node, health);
                self.awaited.insert(node);
                self.explain_later(node);
            }
        }
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
                    self.happened(node, Happened::Late);
                }
            }
        }
    }

    fn explain_later(&mut self, node: NodeId) {
        let Some((desired, _)) = self.by_node.get(&node) else {
            return;
        };
        let runs_pods = matches!(desired.gvk.group.as_str(), "apps" | "batch");
        if runs_pods && !self.timers.has(node, Due::Explain) {
            let wait = EXPLAIN_AFTER.min(self.deadline_of(desired) / 2);
            self.timers.set(Instant::now() + wait, node, Due::Explain);
        }
    }

    fn explain(&mut self, node: NodeId) {
        if let Some((desired, _)) = self.by_node.get(&node)
            && let Some(kind) = self.run.kinds.get(&desired.gvk)
            && let Some(pods) = self.run.kinds.preferred("", "Pod")
            && self.settled.unready.contains_key(&node)
        {
            self.explaining.insert(node);
            self.watches.explain(kind, pods, &desired.object);
        }
    }

    fn on_explained(&mut self, object: &ObjectRef, why: Option<EcoString>) {
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

    fn look_at(&mut self, node: NodeId) {
        if let Some((desired, _)) = self.by_node.get(&node)
            && let Some(kind) = self.run.kinds.get(&desired.gvk)
            && self.awaited.contains(&node)
        {
            self.watches.look_at(kind, &desired.object);
        }
    }

    fn happened(&mut self, node: NodeId, happened: Happened) {
        let released = self.schedule.on(node, happened);
        self.queue.extend(released);
    }

    fn tell_blocked(&mut self) {
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

    fn blocked_by(&self, node: NodeId) -> EcoString {
        let blockers = self.schedule.blockers(node);
        let health = |of: NodeId| self.settled.unready.get(&of).cloned();
        let outcome = |of: NodeId| self.settled.outcomes.get(&of).cloned();
        blocked::sentence(self.run.graph, &blockers, &health, &outcome)
    }

    fn end(mut self) -> Settled {
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
            return self.settled;
        }
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

/// How long an object waits before it is told what for, and how often that is looked at: what is about to be written
/// blocks nobody for so long.
const BLOCKED: Duration = Duration::from_secs(1);

/// How long a last look at an object may take before it counts as late.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// How a node stands that is not managed: nothing is done to it.
fn elsewhere(run: &Run<'_>, node: &Node) -> Start {
    let object = node.object();
    let health = object.and_then(|object| run.observation.health.get(object));
    Start::Nothing {
        exists: object.is_some_and(|object| run.observation.observed.get(object).is_some()),
        ready: health.is_none_or(|health| health.status == Status::Current),
    }
}

/// How each node of the graph stands before the run.
fn starts(run: &Run<'_>) -> Vec<Start> {
    let mut starts: Vec<Start> = run
        .graph
        .nodes()
        .iter()
        .map(|node| elsewhere(run, node))
        .collect();
    for (desired, step) in run.desired.iter().zip(run.steps) {
        let health = run.observation.health.get(&desired.object);
        let exists = run.observation.observed.get(&desired.object).is_some();
        starts[desired.node.index()] = match &step.action {
            Action::Create { .. } | Action::Defer(Deferral::Terminating(_)) => Start::Create,
            Action::Skip(_) => Start::Nothing {
                exists: true,
                ready: health.is_none_or(|health| health.status == Status::Current),
            },
            Action::Defer(_) | Action::Refuse(_) => Start::Refused { exists },
            _ => Start::Change,
        };
    }
    starts
}

/// Whether `seen` is of a state before `known`. Resource versions of one kind are in order since Kubernetes 1.35, and
/// were in fact before; where they are no numbers, the generation tells.
fn is_older(seen: &Seen, known: &Sight) -> bool {
    match (seen.version.parse::<u128>(), known.version.parse::<u128>()) {
        (Ok(seen), Ok(known)) => seen < known,
        _ => seen.generation < known.generation,
    }
}

/// How long a workload may take before its pods are asked why.
const EXPLAIN_AFTER: Duration = Duration::from_secs(10);

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
