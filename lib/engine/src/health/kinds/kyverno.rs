//! Kyverno: policies of both generations.

use crate::health::condition::Condition;
use crate::health::live::{Live, line};
use crate::health::status::Health;

/// Policies of the group policies.kyverno.io, whose conditions stand one level deeper.
pub(super) fn policy(live: &Live<'_>) -> Health {
    if live.flag("status.conditionStatus.ready") {
        return Health::current("it is ready");
    }
    let unmet = Condition::all(live.items("status.conditionStatus.conditions"))
        .find(|told| told.is_false());
    Health::in_progress(match (unmet, live.text("status.conditionStatus.message")) {
        (Some(unmet), _) => unmet.says(),
        (None, Some(message)) => line(message),
        (None, None) => "Kyverno has not taken it up yet".into(),
    })
}
