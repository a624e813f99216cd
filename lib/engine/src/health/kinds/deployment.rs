//! Deployments. `pkg/controller/deployment/progress.go` of Kubernetes sets the conditions.

use super::replicas::{fewer, of, surplus};
use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

/// With this deadline the controller says nothing of progress.
const NO_DEADLINE: i64 = i32::MAX as i64;

pub(super) fn health(live: &Live<'_>) -> Health {
    failed(live)
        .or_else(|| counts(live))
        .or_else(|| progress(live))
        .unwrap_or_else(|| {
            let replicas = live.count("status.replicas");
            Health::current(eco_format!("{} available", of(replicas, replicas)))
        })
}

fn failed(live: &Live<'_>) -> Option<Health> {
    let progressing = live.condition("Progressing")?;
    (progressing.reason == "ProgressDeadlineExceeded").then(|| Health::failed(progressing.says()))
}

fn counts(live: &Live<'_>) -> Option<Health> {
    let wanted = live.int("spec.replicas").unwrap_or(1);
    let replicas = live.count("status.replicas");
    let updated = live.count("status.updatedReplicas");
    let short = fewer(replicas, wanted, "there")
        .or_else(|| fewer(updated, wanted, "updated"))
        .or_else(|| surplus(replicas, wanted))
        .or_else(|| fewer(live.count("status.availableReplicas"), updated, "available"))
        .or_else(|| fewer(live.count("status.readyReplicas"), wanted, "ready"))?;
    Some(because(live, short))
}

/// `health` with what stands in the way: that it is paused, or that pods or their ReplicaSet cannot be made.
fn because(live: &Live<'_>, health: Health) -> Health {
    if live.flag("spec.paused") {
        return Health::in_progress(eco_format!("{}; it is paused", health.reason));
    }
    let in_the_way = live.conditions().find(|condition| {
        condition.kind == "ReplicaFailure" && condition.is_true()
            || condition.kind == "Progressing" && condition.is_false()
    });
    match in_the_way {
        Some(condition) => {
            Health::in_progress(eco_format!("{}; {}", health.reason, condition.says()))
        }
        None => health,
    }
}

fn progress(live: &Live<'_>) -> Option<Health> {
    let deadline = live.int("spec.progressDeadlineSeconds");
    let is_watched = deadline.is_some_and(|deadline| deadline != NO_DEADLINE);
    let progressing = live.condition("Progressing");
    let is_done =
        progressing.is_some_and(|told| told.is_true() && told.reason == "NewReplicaSetAvailable");
    if is_watched && !is_done && !live.flag("spec.paused") {
        return Some(match progressing {
            Some(told) => Health::in_progress(told.says()),
            None => Health::in_progress("its controller has not told of any progress yet"),
        });
    }
    match live.condition("Available") {
        Some(available) if available.is_true() => None,
        Some(available) => Some(Health::in_progress(available.says())),
        None => Some(Health::in_progress(
            "its controller has not told yet whether it is available",
        )),
    }
}
