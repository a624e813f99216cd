//! Kinds whose health is told by conditions: which must be True, and which say that waiting does not help.

use super::condition::Condition;
use super::live::Live;
use super::status::Health;
use ecow::eco_format;

/// The conditions of a kind that matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expect {
    /// Those that must be True. Its controller always sets them: as long as one is missing, it has not acted.
    pub(super) ready: &'static [&'static str],
    /// Those that mean failure when they are True.
    pub(super) failed: &'static [&'static str],
    /// Reasons with which one of `ready` that is not True means failure.
    pub(super) fatal: &'static [&'static str],
}

impl Expect {
    /// `ready` must be True, and nothing tells failure.
    pub(super) const fn ready(ready: &'static [&'static str]) -> Expect {
        Expect {
            ready,
            failed: &[],
            fatal: &[],
        }
    }

    /// The same, where one of `failed` that is True means failure.
    pub(super) const fn or_failed(mut self, failed: &'static [&'static str]) -> Expect {
        self.failed = failed;
        self
    }

    /// The same, where these reasons mean failure.
    pub(super) const fn fatal(mut self, fatal: &'static [&'static str]) -> Expect {
        self.fatal = fatal;
        self
    }

    /// What the conditions of `live` say.
    pub(super) fn health(&self, live: &Live<'_>) -> Health {
        self.of(live.generation(), || live.conditions())
    }

    /// What `conditions` say of an object at `generation`.
    pub(super) fn of<'j, I: Iterator<Item = Condition<'j>>>(
        &self,
        generation: Option<i64>,
        conditions: impl Fn() -> I,
    ) -> Health {
        let is_failure = |condition: &Condition<'_>| {
            condition.is_true()
                && self.failed.contains(&condition.kind)
                && !condition.is_stale(generation)
        };
        if let Some(failure) = conditions().find(is_failure) {
            return Health::failed(failure.says());
        }
        for kind in self.ready {
            match conditions().find(|condition| condition.kind == *kind) {
                None => {
                    return Health::in_progress(eco_format!(
                        "its controller has not set the condition {kind} yet"
                    ));
                }
                Some(condition) if condition.is_stale(generation) => return stale(&condition),
                Some(condition) if condition.is_true() => {}
                Some(condition) if self.fatal.contains(&condition.reason) => {
                    return Health::failed(condition.says());
                }
                Some(condition) => return Health::in_progress(condition.says()),
            }
        }
        Health::current(eco_format!("{} is True", self.ready.join(", ")))
    }
}

/// What a condition about an earlier generation says.
pub(super) fn stale(condition: &Condition<'_>) -> Health {
    Health::in_progress(eco_format!(
        "its controller has not looked at the last change yet ({} is about an earlier one)",
        condition.kind
    ))
}
