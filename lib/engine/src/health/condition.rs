//! Conditions: what controllers say of an object, each under its type.

use super::live::{at, int, line, text};
use ecow::eco_format;
use gitopsc_core::{EcoString, Json};

/// One condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition<'j> {
    /// Its type.
    pub(super) kind: &'j str,
    /// True, False or Unknown.
    pub(super) status: &'j str,
    /// Why, in one word; empty if that is not said.
    pub(super) reason: &'j str,
    /// Why, for people; empty if that is not said.
    pub(super) message: &'j str,
    /// The generation that it is about.
    pub(super) generation: Option<i64>,
}

impl<'j> Condition<'j> {
    /// All conditions of a list.
    pub(super) fn all(list: &'j [Json]) -> impl Iterator<Item = Condition<'j>> + use<'j> {
        list.iter().filter_map(|item| {
            Some(Condition {
                kind: text(item, "type")?,
                status: text(item, "status").unwrap_or("Unknown"),
                reason: text(item, "reason").unwrap_or_default(),
                message: text(item, "message").unwrap_or_default(),
                generation: at(item, "observedGeneration").and_then(int),
            })
        })
    }

    pub(super) fn is_true(&self) -> bool {
        self.status == "True"
    }

    pub(super) fn is_false(&self) -> bool {
        self.status == "False"
    }

    /// Whether it is about an earlier generation than `now`.
    pub(super) fn is_stale(&self, now: Option<i64>) -> bool {
        matches!((self.generation, now), (Some(about), Some(now)) if about < now)
    }

    /// Type, status and why: `Ready is False (NotFound): there is no such secret`.
    pub(super) fn says(&self) -> EcoString {
        let mut said = eco_format!("{} is {}", self.kind, self.status);
        if !self.reason.is_empty() {
            said.push_str(&eco_format!(" ({})", self.reason));
        }
        if !self.message.is_empty() {
            said.push_str(": ");
            said.push_str(&line(self.message));
        }
        said
    }
}
