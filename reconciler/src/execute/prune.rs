//! Deleting what nothing wants any more, and waiting for what is being deleted: each object once all that needs it is gone.

use super::deleting::{Deleting, Gone};
use super::sequence::{Next, Sequence};
use crate::api::{Api, ApiError, Kinds, Resource};
use crate::pace::Pace;
use crate::progress::Progress;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::{Absent, Action, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What is pruned.
#[derive(Clone, Copy)]
pub struct Prunes<'p> {
    /// The steps, in order. What one of them defers because it is being deleted is waited for.
    pub steps: &'p [Step],
    /// What was read of each.
    pub absent: &'p [Absent],
    /// UIDs that applies of this run returned: such an object is somebody's.
    pub kept: &'p BTreeSet<EcoString>,
    /// How long an object may take to be gone.
    pub timeout: Duration,
    /// How many requests may be under way at once.
    pub in_flight: usize,
}

/// How pruning ended.
#[derive(Clone, Debug, Default)]
pub struct Pruned {
    /// What is gone.
    pub gone: BTreeSet<ObjectRef>,
    /// What is not, and why.
    pub remains: BTreeMap<ObjectRef, EcoString>,
    /// Whether it was stopped before it was done.
    pub stopped: bool,
}

impl Pruned {
    /// Whether no deletion was asked for.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.gone.is_empty() && self.remains.is_empty()
    }
}

/// Deletes what `prunes` says.
pub async fn prune(
    api: &Api,
    kinds: &Kinds,
    prunes: Prunes<'_>,
    stop: &watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Pruned {
    let mut pruned = Pruned::default();
    let lives: BTreeMap<&ObjectRef, &Live> = prunes
        .absent
        .iter()
        .map(|absent| (&absent.object, &absent.live))
        .collect();
    let mut sequence = Sequence::new(prunes.steps, prunes.absent);
    let mut deleting = JoinSet::new();
    let mut pace = Pace::new(api, prunes.in_flight);
    let (waits, mut heard) = unbounded_channel();
    loop {
        while deleting.len() < pace.allowed(deleting.len())
            && !*stop.borrow()
            && let Some(next) = sequence.next()
        {
            let (at, kept) = match next {
                Next::Delete(at) => (at, None),
                Next::Keep(at, why) => (at, Some(why)),
            };
            let step = &prunes.steps[at];
            let live = lives.get(&step.object).copied();
            let Some(live) = live.filter(|live| !prunes.kept.contains(live.uid())) else {
                sequence.ended(at, false);
                continue;
            };
            match kept.map_or_else(|| begin(api, kinds, step, live, &waits), Err) {
                Ok(task) => {
                    if !task.is_asked {
                        tell(Progress::Begins(step.clone()));
                    }
                    let (step, stop) = (step.clone(), stop.clone());
                    let until = Instant::now() + prunes.timeout;
                    deleting.spawn(async move { (at, step, task.run(until, &stop).await) });
                }
                Err(why) => {
                    remain(&step.object, why, &mut pruned, tell);
                    sequence.ended(at, false);
                }
            }
        }
        let Some((at, step, result)) = ended(&mut deleting, &mut heard, tell).await else {
            break;
        };
        pace.on_end(deleting.len());
        sequence.ended(at, matches!(result, Ok(Gone::Yes)));
        finish(step, result, &mut pruned, tell);
    }
    pruned.stopped = *stop.borrow() && (!pruned.remains.is_empty() || sequence.is_unfinished());
    pruned
}

/// A deletion that has ended: of the step at this place.
type Ended = (usize, Step, Result<Gone, ApiError>);

/// The next deletion that ends, if there is one; until then, what others wait for is told.
async fn ended(
    deleting: &mut JoinSet<Ended>,
    heard: &mut UnboundedReceiver<Progress>,
    tell: &mut dyn FnMut(Progress),
) -> Option<Ended> {
    loop {
        tokio::select! {
            // What an object waits for is told before its end.
            biased;
            Some(waits) = heard.recv() => tell(waits),
            done = deleting.join_next() => {
                return done.map(|done| done.expect("a deletion neither panics nor is cancelled"));
            }
        }
    }
}

/// What deletes `live`, or why it has to stay for now.
fn begin(
    api: &Api,
    kinds: &Kinds,
    step: &Step,
    live: &Live,
    waits: &UnboundedSender<Progress>,
) -> Result<Deleting, EcoString> {
    let at = place(kinds, step).ok_or("its kind is not served any more")?;
    Ok(Deleting::new(api, step, at, live, waits.clone()))
}

fn remain(object: &ObjectRef, why: EcoString, pruned: &mut Pruned, tell: &mut dyn FnMut(Progress)) {
    let object = object.clone();
    pruned.remains.insert(object.clone(), why.clone());
    tell(Progress::Remains { object, why });
}

fn place(kinds: &Kinds, step: &Step) -> Option<Resource> {
    let gvk = &step.gvk;
    let kind = kinds
        .get(gvk)
        .or_else(|| kinds.preferred(&gvk.group, &gvk.kind))?;
    Some(Resource::of(
        kind,
        &step.object.namespace,
        &step.object.name,
    ))
}

fn finish(
    step: Step,
    result: Result<Gone, ApiError>,
    pruned: &mut Pruned,
    tell: &mut dyn FnMut(Progress),
) {
    let object = step.object.clone();
    match result {
        Ok(Gone::Yes) => {
            pruned.gone.insert(object.clone());
            // What was being deleted before is no deed of ours.
            if matches!(step.action, Action::Prune { .. }) {
                tell(Progress::Done(step));
            }
            tell(Progress::Gone(object));
        }
        Ok(Gone::NotYet(why)) => remain(&object, why, pruned, tell),
        Err(error) => {
            let why = EcoString::from(error.chain());
            pruned.remains.insert(object, why.clone());
            tell(Progress::Failed { step, why });
        }
    }
}
