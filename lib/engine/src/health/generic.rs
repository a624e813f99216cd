//! What holds for every kind: deletion, generations, and the conditions that kstatus knows.

use super::expect::stale;
use super::live::Live;
use super::status::Health;
use super::terminating;
use ecow::eco_format;

/// What is settled before any rule of a kind is asked.
pub(super) fn first(live: &Live<'_>) -> Option<Health> {
    terminating::health(live)
        .or_else(|| observed(live))
        .or_else(|| standard(live))
}

/// A generation that the controller has not seen yet.
pub(super) fn observed(live: &Live<'_>) -> Option<Health> {
    let generation = live.generation()?;
    let observed = live.int("status.observedGeneration")?;
    (observed != generation).then(|| {
        Health::in_progress(eco_format!(
            "its controller has seen generation {observed} of it, not {generation}"
        ))
    })
}

/// `Reconciling` and `Stalled`.
fn standard(live: &Live<'_>) -> Option<Health> {
    live.conditions()
        .find_map(|condition| match (condition.kind, condition.is_true()) {
            ("Reconciling", true) => Some(Health::in_progress(condition.says())),
            ("Stalled", true) => Some(Health::failed(condition.says())),
            _ => None,
        })
}

/// A kind without a rule of its own: its condition `Ready`, if it has one.
pub(super) fn ready(live: &Live<'_>) -> Option<Health> {
    let ready = live.condition("Ready")?;
    Some(if ready.is_stale(live.generation()) {
        stale(&ready)
    } else if ready.is_true() {
        Health::current("Ready is True")
    } else {
        Health::in_progress(ready.says())
    })
}
