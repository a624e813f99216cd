//! ReplicaSets and ReplicationControllers.

use super::replicas::{fewer, of, surplus};
use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

pub(super) fn health(live: &Live<'_>) -> Health {
    let failure = live
        .condition("ReplicaFailure")
        .filter(|told| told.is_true());
    if let Some(failure) = failure {
        return Health::in_progress(failure.says());
    }
    let wanted = live.int("spec.replicas").unwrap_or(1);
    fewer(live.count("status.fullyLabeledReplicas"), wanted, "there")
        .or_else(|| fewer(live.count("status.availableReplicas"), wanted, "available"))
        .or_else(|| fewer(live.count("status.readyReplicas"), wanted, "ready"))
        .or_else(|| surplus(live.count("status.replicas"), wanted))
        .unwrap_or_else(|| Health::current(eco_format!("{} available", of(wanted, wanted))))
}
