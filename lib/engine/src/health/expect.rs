//! Kinds whose health is told by conditions: which must be True, and which say that waiting does not help.

use super::condition::Condition;
use super::live::Live;
use super::status::Health;
use ecow::eco_format;

/// The conditions of a kind that matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expect {
    /// Those that must be True. Its controller always sets them: as long as one is missing, it has not acted.
    ready: &'static [&'static str],
    /// Those that mean, when True, that it is on its way.
    waits: &'static [&'static str],
    /// Those that mean failure when they are True.
    failed: &'static [&'static str],
    /// Those that mean failure when they are False.
    broken: &'static [&'static str],
    /// Reasons with which one of `ready` that is not True means failure.
    fatal: &'static [&'static str],
}

impl Expect {
    /// `ready` must be True, and nothing tells failure.
    pub(super) const fn ready(ready: &'static [&'static str]) -> Expect {
        Expect {
            ready,
            waits: &[],
            failed: &[],
            broken: &[],
            fatal: &[],
        }
    }

    /// The same, where one of `waits` that is True means that it is on its way.
    pub(super) const fn waits(mut self, waits: &'static [&'static str]) -> Expect {
        self.waits = waits;
        self
    }

    /// The same, where one of `failed` that is True means failure.
    pub(super) const fn failed(mut self, failed: &'static [&'static str]) -> Expect {
        self.failed = failed;
        self
    }

    /// The same, where one of `broken` that is False means failure.
    pub(super) const fn broken(mut self, broken: &'static [&'static str]) -> Expect {
        self.broken = broken;
        self
    }

    /// The same, where these reasons mean failure.
    pub(super) const fn fatal(mut self, fatal: &'static [&'static str]) -> Expect {
        self.fatal = fatal;
        self
    }

    /// What the conditions of `live` say.
    pub(super) fn health(&self, live: &Live<'_>) -> Health {
        self.of(live.generation(), &|| live.conditions())
    }

    /// What `conditions` say of an object at `generation`.
    pub(super) fn of<'j, I: Iterator<Item = Condition<'j>>>(
        &self,
        generation: Option<i64>,
        conditions: &dyn Fn() -> I,
    ) -> Health {
        let is_failure = |told: &Condition<'_>| {
            !told.is_stale(generation)
                && (told.is_true() && self.failed.contains(&told.kind)
                    || told.is_false() && self.broken.contains(&told.kind))
        };
        if let Some(failure) = conditions().find(is_failure) {
            return Health::failed(failure.says());
        }
        let waits = |told: &Condition<'_>| told.is_true() && self.waits.contains(&told.kind);
        if let Some(told) = conditions().find(waits) {
            return Health::in_progress(told.says());
        }
        let unready = self.ready.iter().find_map(|kind| {
            let told = conditions().find(|told| told.kind == *kind);
            self.unready(kind, told, generation)
        });
        unready.unwrap_or_else(|| {
            Health::current(match self.ready {
                [] => "no condition says otherwise".into(),
                [ready] => eco_format!("{ready} is True"),
                ready => eco_format!("{} are True", ready.join(" and ")),
            })
        })
    }

    /// What is said if the condition `kind` is not True.
    fn unready(
        &self,
        kind: &str,
        told: Option<Condition<'_>>,
        generation: Option<i64>,
    ) -> Option<Health> {
        let Some(told) = told else {
            return Some(Health::in_progress(eco_format!(
                "its controller has not set the condition {kind} yet"
            )));
        };
        if told.is_stale(generation) {
            return Some(stale(&told));
        }
        if told.is_true() {
            return None;
        }
        Some(if self.fatal.contains(&told.reason) {
            Health::failed(told.says())
        } else {
            Health::in_progress(told.says())
        })
    }
}

/// What a condition about an earlier generation says.
pub(super) fn stale(condition: &Condition<'_>) -> Health {
    Health::in_progress(eco_format!(
        "its controller has not looked at the last change yet ({} is about an earlier one)",
        condition.kind
    ))
}
