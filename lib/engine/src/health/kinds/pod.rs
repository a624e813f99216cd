//! Pods, by phase and condition; why a container does not run is told by [`crate::health::containers`].

use crate::health::containers;
use crate::health::live::{Live, line};
use crate::health::status::Health;
use ecow::{EcoString, eco_format};

/// How long a pod may be without a node before that counts as failure: as long as in kstatus.
const SCHEDULING: i64 = 15;

pub(super) fn health(live: &Live<'_>) -> Health {
    match live.text("status.phase") {
        Some("Succeeded") => Health::current("it has ended as it should"),
        Some("Failed") => Health::failed(failed(live)),
        Some("Running") => running(live),
        Some("Pending") => pending(live),
        Some(phase) => Health::in_progress(eco_format!("its phase is {}", line(phase))),
        None => Health::in_progress("it has not been looked at yet"),
    }
}

fn failed(live: &Live<'_>) -> EcoString {
    match (live.text("status.reason"), live.text("status.message")) {
        (Some(reason), Some(message)) => eco_format!("{}: {}", line(reason), line(message)),
        (Some(said), None) | (None, Some(said)) => line(said),
        (None, None) => {
            containers::ended_badly(live.body).unwrap_or_else(|| "a container has failed".into())
        }
    }
}

fn running(live: &Live<'_>) -> Health {
    let ready = live.condition("Ready");
    if ready.is_some_and(|ready| ready.is_true()) {
        return Health::current("it is ready");
    }
    troubled(live).unwrap_or_else(|| {
        Health::in_progress(match ready {
            Some(ready) => ready.says(),
            None => "it runs and is not ready".into(),
        })
    })
}

/// What keeps a container from running.
fn troubled(live: &Live<'_>) -> Option<Health> {
    let trouble = containers::trouble(live.body)?;
    Some(if trouble.lasts {
        Health::failed(trouble.reason)
    } else {
        Health::in_progress(trouble.reason)
    })
}

fn pending(live: &Live<'_>) -> Health {
    let unscheduled = live
        .condition("PodScheduled")
        .filter(|told| told.is_false());
    if let Some(unscheduled) = unscheduled {
        let reason = eco_format!("no node takes it: {}", line(unscheduled.message));
        if unscheduled.reason != "Unschedulable" {
            return Health::in_progress(reason);
        }
        let deadline = live
            .time("metadata.creationTimestamp")
            .map(|made| made.after(SCHEDULING))
            .filter(|deadline| live.now < *deadline);
        return match deadline {
            Some(deadline) => Health::in_progress(reason).until(deadline),
            None => Health::failed(reason),
        };
    }
    troubled(live).unwrap_or_else(|| Health::in_progress("its containers have not started yet"))
}
