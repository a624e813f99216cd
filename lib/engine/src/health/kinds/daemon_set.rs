//! DaemonSets.

use super::replicas::{fewer, of};
use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

pub(super) fn health(live: &Live<'_>) -> Health {
    let observed = live.int("status.observedGeneration");
    let Some(wanted) = live
        .int("status.desiredNumberScheduled")
        .filter(|_| observed.is_some() && live.generation().is_some())
    else {
        return Health::in_progress("its controller has not acted yet");
    };
    let on_delete = live.text("spec.updateStrategy.type") == Some("OnDelete");
    let updated = live.count("status.updatedNumberScheduled");
    let not_updated = || fewer(updated, wanted, "updated").filter(|_| !on_delete);
    fewer(
        live.count("status.currentNumberScheduled"),
        wanted,
        "scheduled",
    )
    .or_else(not_updated)
    .or_else(|| fewer(live.count("status.numberAvailable"), wanted, "available"))
    .or_else(|| fewer(live.count("status.numberReady"), wanted, "ready"))
    .unwrap_or_else(|| {
        let later = if on_delete && updated < wanted {
            "; pods are updated when somebody deletes them"
        } else {
            ""
        };
        Health::current(eco_format!("{} available{later}", of(wanted, wanted)))
    })
}
