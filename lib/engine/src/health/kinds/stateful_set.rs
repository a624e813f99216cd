//! StatefulSets. Their controller sets no conditions: only counts and revisions tell.

use super::replicas::{fewer, of, surplus};
use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

pub(super) fn health(live: &Live<'_>) -> Health {
    if live.generation().is_some() && live.int("status.observedGeneration").is_none() {
        return Health::in_progress("its controller has not acted yet");
    }
    let wanted = live.int("spec.replicas").unwrap_or(1);
    let replicas = live.count("status.replicas");
    fewer(replicas, wanted, "there")
        .or_else(|| fewer(live.count("status.readyReplicas"), wanted, "ready"))
        .or_else(|| surplus(replicas, wanted))
        .or_else(|| available(live, wanted))
        .unwrap_or_else(|| updated(live, wanted))
}

/// With `minReadySeconds`, ready is not yet available.
fn available(live: &Live<'_>, wanted: i64) -> Option<Health> {
    live.int("spec.minReadySeconds")
        .filter(|seconds| *seconds > 0)?;
    fewer(live.count("status.availableReplicas"), wanted, "available")
}

/// How far the new revision has come, by the strategy of updates.
fn updated(live: &Live<'_>, wanted: i64) -> Health {
    if live.text("spec.updateStrategy.type") == Some("OnDelete") {
        return Health::current(eco_format!(
            "{} ready; pods are updated when somebody deletes them",
            of(wanted, wanted)
        ));
    }
    let updated = live.count("status.updatedReplicas");
    let partition = live.int("spec.updateStrategy.rollingUpdate.partition");
    if let Some(partition) = partition.filter(|partition| *partition > 0) {
        let to_update = wanted.saturating_sub(partition).max(0);
        return fewer(updated, to_update, "updated").unwrap_or_else(|| {
            Health::current(eco_format!(
                "{} ready; those below {partition} keep their revision",
                of(wanted, wanted)
            ))
        });
    }
    let is_new = live.text("status.currentRevision") == live.text("status.updateRevision");
    if !is_new {
        return fewer(updated, wanted, "updated")
            .unwrap_or_else(|| Health::in_progress("the new revision is not the current one yet"));
    }
    // The server fills in a partition of none; without one kstatus counts these, too.
    let current = live.count("status.currentReplicas");
    fewer(current, wanted, "of the current revision")
        .filter(|_| partition.is_none())
        .unwrap_or_else(|| Health::current(eco_format!("{} ready", of(wanted, wanted))))
}
