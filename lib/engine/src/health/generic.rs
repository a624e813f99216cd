//! What holds for every kind: generations, and the conditions that kstatus knows.

use super::expect::stale;
use super::live::Live;
use super::rules::Declared;
use super::status::Health;
use ecow::eco_format;
use gitopsc_core::Gvk;

/// How long a custom resource whose kind has conditions may be without any before that is taken as final.
const FIRST_WORD: i64 = 30;

/// A generation that the controller has not seen yet.
pub(super) fn observed(live: &Live<'_>) -> Option<Health> {
    let generation = live.generation()?;
    let observed = live.int("status.observedGeneration")?;
    if observed == generation {
        return None;
    }
    Some(Health::in_progress(if observed < 1 {
        "its controller has not looked at it yet".into()
    } else {
        eco_format!("its controller has seen generation {observed} of it, not {generation}")
    }))
}

/// `Reconciling` and `Stalled`.
pub(super) fn standard(live: &Live<'_>) -> Option<Health> {
    live.conditions()
        .find_map(|told| match (told.kind, told.is_true()) {
            ("Reconciling", true) => Some(Health::in_progress(told.says())),
            ("Stalled", true) => Some(Health::failed(told.says())),
            _ => None,
        })
}

/// A kind without a rule of its own: by its condition `Ready`, if it has one.
pub(super) fn unknown(live: &Live<'_>, gvk: &Gvk) -> Health {
    let Some(ready) = live.condition("Ready") else {
        return without_ready(live, gvk);
    };
    if ready.is_stale(live.generation()) {
        stale(&ready)
    } else if ready.is_true() {
        Health::current("Ready is True")
    } else {
        Health::in_progress(ready.says())
    }
}

/// Whose kind is known to have conditions, but has none yet, may only be new: its controller gets a moment.
fn without_ready(live: &Live<'_>, gvk: &Gvk) -> Health {
    let may_be_new = live.rules.declared(gvk) == Some(Declared::Conditions)
        && live.conditions().next().is_none();
    if may_be_new {
        return live.at_first(
            FIRST_WORD,
            "its controller has not said anything yet",
            "its controller says nothing of it",
        );
    }
    Health::current("nothing says otherwise")
}
