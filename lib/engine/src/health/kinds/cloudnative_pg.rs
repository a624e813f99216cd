//! CloudNativePG.

use crate::health::expect::Expect;
use crate::health::live::{Live, line};
use crate::health::phase::Phase;
use crate::health::status::Health;
use ecow::eco_format;

const READY: Expect = Expect::ready(&["Ready"]);

/// Phases of `api/v1/cluster_types.go` that say that somebody has to act.
const FAILED: [&str; 6] = [
    "Cluster cannot proceed to reconciliation due to an unknown plugin being required",
    "Cluster has incomplete or invalid image catalog",
    "Cluster is unrecoverable and needs manual intervention",
    "Cluster cannot execute instance online upgrade due to missing architecture binary",
    "Unable to create required cluster objects",
    "Invalid cluster definition",
];

pub(super) const BACKUP: Phase = Phase::new("status.phase", &["completed"])
    .failed(&["failed", "invalid backup definition"])
    .message("status.error");

pub(super) fn cluster(live: &Live<'_>) -> Health {
    let is_hibernated = live
        .condition("cnpg.io/hibernation")
        .is_some_and(|told| told.is_true());
    if is_hibernated && live.annotation("cnpg.io/hibernation") == Some("on") {
        return Health::current("it is hibernated");
    }
    let phase = live
        .text("status.phase")
        .map(|phase| match live.text("status.phaseReason") {
            Some(reason) => eco_format!("{}: {}", line(phase), line(reason)),
            None => line(phase),
        });
    if live
        .text("status.phase")
        .is_some_and(|phase| FAILED.contains(&phase))
    {
        return Health::failed(phase.unwrap_or_default());
    }
    let ready = READY.health(live);
    match phase {
        Some(phase) if !ready.is_current() => Health::in_progress(phase),
        _ => ready,
    }
}

/// Databases, publications, subscriptions and roles: applied or not.
pub(super) fn applied(live: &Live<'_>) -> Health {
    if live.flag("status.applied") {
        return Health::current("it is applied");
    }
    Health::in_progress(match live.text("status.message") {
        Some(message) => line(message),
        None => "it is not applied yet".into(),
    })
}

/// Older operators tell only how many instances a pooler has.
pub(super) fn pooler(live: &Live<'_>) -> Health {
    const PHASE: Phase = Phase::new("status.phase", &["active", "paused"])
        .failed(&["failed"])
        .message("status.phaseReason");
    if live.text("status.phase").is_some() {
        return PHASE.health(live);
    }
    match live.int("status.instances") {
        Some(instances) => Health::current(eco_format!("it has {instances} instances")),
        None => Health::in_progress("its operator has not acted yet"),
    }
}
