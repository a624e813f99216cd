//! Kinds whose health is told by one word in their status.

use super::live::{Live, line};
use super::status::Health;
use ecow::eco_format;

/// A word in the status, and what it means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    /// Where the word stands.
    at: &'static str,
    /// Where its reason stands.
    message: &'static str,
    /// Words of what is as it was asked to be.
    current: &'static [&'static str],
    /// Words of what waiting does not help.
    failed: &'static [&'static str],
}

impl Phase {
    /// `current` are the good words at `at`.
    pub(super) const fn new(at: &'static str, current: &'static [&'static str]) -> Phase {
        Phase {
            at,
            message: "status.message",
            current,
            failed: &[],
        }
    }

    /// The same, where these words mean failure.
    pub(super) const fn failed(mut self, failed: &'static [&'static str]) -> Phase {
        self.failed = failed;
        self
    }

    /// The same, where the reason stands at `message`.
    pub(super) const fn message(mut self, message: &'static str) -> Phase {
        self.message = message;
        self
    }

    /// What the word of `live` says.
    pub(super) fn health(&self, live: &Live<'_>) -> Health {
        let Some(word) = live.text(self.at) else {
            return Health::in_progress("its controller has not said anything yet");
        };
        let field = self.at.rsplit('.').next().unwrap_or(self.at);
        let mut said = eco_format!("{field} is {}", line(word));
        if let Some(message) = live.text(self.message) {
            said.push_str(": ");
            said.push_str(&line(message));
        }
        if self.current.contains(&word) {
            Health::current(said)
        } else if self.failed.contains(&word) {
            Health::failed(said)
        } else {
            Health::in_progress(said)
        }
    }
}
