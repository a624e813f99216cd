//! Deleting what nothing wants any more, and waiting for what is being deleted: in the order of the plan, each wave gone
//! before the next begins.

use crate::api::{Api, ApiError, Class, Deletion, Kinds, Resource};
use crate::progress::Progress;
use crate::send;
use crate::set::Options;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::KindClass;
use gitopsc_engine::plan::{Absent, Action, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What is pruned.
#[derive(Clone, Copy)]
pub struct Prunes<'p> {
    /// The steps, in order.
    pub steps: &'p [Step],
    /// What was read of each.
    pub absent: &'p [Absent],
    /// UIDs that applies of this run returned: such an object is somebody's.
    pub kept: &'p BTreeSet<EcoString>,
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

/// Deletes what `prunes` says.
pub async fn prune(
    api: &Api,
    kinds: &Kinds,
    prunes: Prunes<'_>,
    options: &Arc<Options>,
    stop: &watch::Receiver<bool>,
    tell: &mut dyn FnMut(Progress),
) -> Pruned {
    let mut pruned = Pruned::default();
    let steps = prunes.steps.iter().filter(|step| step.action.writes());
    let steps: Vec<&Step> = steps.collect();
    let lives: BTreeMap<&ObjectRef, &Absent> = prunes
        .absent
        .iter()
        .map(|absent| (&absent.object, absent))
        .collect();
    for wave in steps.chunk_by(|a, b| KindClass::of(&a.gvk) == KindClass::of(&b.gvk)) {
        if *stop.borrow() {
            pruned.stopped = true;
            return pruned;
        }
        let mut deleting = JoinSet::new();
        let mut waiting = wave.iter();
        loop {
            while deleting.len() < options.in_flight
                && let Some(step) = waiting.next()
            {
                let Some(absent) = lives.get(&step.object) else {
                    continue;
                };
                if prunes.kept.contains(absent.live.uid()) {
                    continue;
                }
                let Some(at) = place(kinds, step) else {
                    let why = "its kind is not served any more".into();
                    pruned.remains.insert(step.object.clone(), why);
                    continue;
                };
                let is_leaving = matches!(step.action, Action::Defer(_));
                if !is_leaving {
                    tell(Progress::Begins((*step).clone()));
                }
                let deletion = Deletion {
                    uid: absent.live.uid().into(),
                    resource_version: absent.live.resource_version().into(),
                    orphan: false,
                };
                let (api, timeout) = (api.clone(), options.timeout);
                let step = (*step).clone();
                deleting.spawn(async move {
                    let result = match is_leaving {
                        true => wait_until_gone(&api, &at, &deletion.uid, until(timeout)).await,
                        false => delete(&api, &at, deletion, timeout).await,
                    };
                    (step, result)
                });
            }
            let Some(done) = deleting.join_next().await else {
                break;
            };
            let (step, result) = done.expect("a deletion neither panics nor is cancelled");
            finish(step, result, &mut pruned, tell);
        }
    }
    pruned
}

fn until(timeout: Duration) -> Instant {
    Instant::now() + timeout
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
        Ok(Gone::NotYet(why)) => {
            pruned.remains.insert(object.clone(), why.clone());
            tell(Progress::Remains { object, why });
        }
        Err(error) => {
            let why = EcoString::from(error.chain());
            pruned.remains.insert(object, why.clone());
            tell(Progress::Failed { step, why });
        }
    }
}

enum Gone {
    Yes,
    /// The deadline is over; what it waits for.
    NotYet(EcoString),
}

async fn delete(
    api: &Api,
    at: &Resource,
    mut deletion: Deletion,
    timeout: Duration,
) -> Result<Gone, ApiError> {
    let started = Instant::now();
    // What changed since it was read is looked at again: only its status may have.
    loop {
        let deleted = send::with_retry(timeout, || api.delete(at, &deletion)).await;
        match deleted {
            Err(error) if error.class() == Class::Stale && started.elapsed() < timeout => {
                match api.get_metadata(at).await? {
                    Some(live) if uid(&live) == Some(&deletion.uid) => {
                        let version = live.str_at(&["metadata", "resourceVersion"]);
                        deletion.resource_version = version.unwrap_or_default().into();
                    }
                    _ => return Ok(Gone::Yes),
                }
            }
            Err(error) => return Err(error),
            Ok(()) => break,
        }
    }
    wait_until_gone(api, at, &deletion.uid, started + timeout).await
}

async fn wait_until_gone(
    api: &Api,
    at: &Resource,
    of: &EcoString,
    until: Instant,
) -> Result<Gone, ApiError> {
    let mut wait = Duration::from_millis(20);
    loop {
        let live = match api.get_metadata(at).await? {
            Some(live) if uid(&live) == Some(of) => live,
            _ => return Ok(Gone::Yes),
        };
        if Instant::now() >= until {
            return Ok(Gone::NotYet(waits_for(&live)));
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(2));
    }
}

fn uid(live: &Json) -> Option<&str> {
    live.str_at(&["metadata", "uid"])
}

fn waits_for(live: &Json) -> EcoString {
    let finalizers = match live.at(&["metadata", "finalizers"]) {
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_plain_str).collect(),
        _ => Vec::new(),
    };
    match finalizers.as_slice() {
        [] => "it is still being deleted".into(),
        names => format!("it waits for {}", names.join(", ")).into(),
    }
}
