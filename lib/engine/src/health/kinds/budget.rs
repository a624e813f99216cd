//! PodDisruptionBudgets. That nothing may be disrupted now is no fault of theirs.

use crate::health::live::Live;
use crate::health::status::Health;

pub(super) fn health(live: &Live<'_>) -> Health {
    if live.int("status.observedGeneration").is_none() {
        return Health::in_progress("its controller has not looked at it yet");
    }
    match live.condition("DisruptionAllowed") {
        Some(told) if told.reason == "SyncFailed" => Health::in_progress(told.says()),
        _ => Health::current("what it allows is worked out"),
    }
}
