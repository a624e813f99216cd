//! How far a run is: what its progress has told so far, with the time since it began.

use crate::cluster::verb::verb;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::{Health, Status};
use gitopsc_engine::plan::Step;
use gitopsc_reconciler::progress::Progress;
use std::collections::BTreeMap;
use std::time::Duration;

/// One object of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its unit.
    pub unit: EcoString,
    /// The layer of that, as a position in the layers of the state; nothing for what is pruned.
    pub layer: Option<usize>,
    /// Whether anything tells that it is ready beside its being there.
    pub gets_ready: bool,
    /// How far it is.
    pub stage: Stage,
    /// Since when.
    pub since: Duration,
}

/// How far an object is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Its turn has not come.
    Waits,
    /// Its turn does not come because of this.
    Blocked(EcoString),
    /// Something is being done to it.
    UnderWay {
        /// What.
        doing: &'static str,
        /// Why that takes its time; empty as long as it does not.
        why: EcoString,
    },
    /// It is as it is to be, and not ready.
    Unready(Health),
    /// It is as it is to be, and ready as far as anybody can tell.
    Ready,
    /// It is not as it is to be, and will not be.
    Failed,
    /// It is gone, as it is to be.
    Gone,
}

/// How far a run is.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The layers, in order.
    pub layers: Vec<EcoString>,
    /// What is to be applied or to go.
    pub items: BTreeMap<ObjectRef, Item>,
    /// The record of our own that is being written, since when.
    pub recording: Option<(EcoString, Duration)>,
    /// Whether it was asked to stop.
    pub stopping: bool,
}

impl State {
    /// Takes in what happened at `now`.
    pub fn on(&mut self, progress: &Progress, now: Duration) {
        self.recording = match progress {
            Progress::Recording { what } => Some((what.clone(), now)),
            Progress::Held(_) => self.recording.take(),
            _ => None,
        };
        match progress {
            Progress::Recording { .. } | Progress::Held(_) => {}
            Progress::Begins(step) => self.begin(step, now),
            Progress::Waits { object, why } => self.waits(object, why, now),
            Progress::Done(step) => self.done(step, now),
            Progress::Failed { step, .. } => self.enter(&step.object, Stage::Failed, now),
            Progress::Is { object, health } => self.is(object, health, now),
            Progress::Blocked { object, by, .. } => {
                self.enter(object, Stage::Blocked(by.clone()), now);
            }
            Progress::Gone(object) => self.enter(object, Stage::Gone, now),
            Progress::Remains { object, .. } => self.enter(object, Stage::Failed, now),
        }
    }

    /// Says that the run was asked to stop.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// An object comes to `stage`. It keeps its time where that only tells more of the stage that it is in.
    fn enter(&mut self, object: &ObjectRef, stage: Stage, now: Duration) {
        if let Some(item) = self.items.get_mut(object) {
            if std::mem::discriminant(&item.stage) != std::mem::discriminant(&stage) {
                item.since = now;
            }
            item.stage = stage;
        }
    }

    fn begin(&mut self, step: &Step, now: Duration) {
        let stage = Stage::UnderWay {
            doing: verb(step).doing,
            why: EcoString::new(),
        };
        self.enter(&step.object, stage, now);
    }

    /// What somebody else deletes is waited for, and was not begun.
    fn waits(&mut self, object: &ObjectRef, why: &EcoString, now: Duration) {
        let doing = match self.items.get(object).map(|item| &item.stage) {
            Some(Stage::UnderWay { doing, .. }) => doing,
            _ => "deleting",
        };
        let why = why.clone();
        self.enter(object, Stage::UnderWay { doing, why }, now);
    }

    fn done(&mut self, step: &Step, now: Duration) {
        let Some(item) = self.items.get(&step.object) else {
            return;
        };
        let stage = match (item.layer, item.gets_ready) {
            (None, _) => Stage::Gone,
            (Some(_), false) => Stage::Ready,
            (Some(_), true) => Stage::Unready(Health::new(
                Status::InProgress,
                "nothing was seen of it yet",
            )),
        };
        self.enter(&step.object, stage, now);
    }

    fn is(&mut self, object: &ObjectRef, health: &Health, now: Duration) {
        let stage = match health.is_current() {
            true => Stage::Ready,
            false => Stage::Unready(health.clone()),
        };
        self.enter(object, stage, now);
    }
}
