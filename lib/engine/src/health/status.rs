//! What is said of an object's health: a word of kstatus and a reason for people.

use crate::timestamp::Timestamp;
use gitopsc_core::EcoString;
use std::fmt;

/// How an object is, in the words of kstatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It is as it was asked to be.
    Current,
    /// It is on its way.
    InProgress,
    /// It will not get there by waiting.
    Failed,
    /// It is being deleted.
    Terminating,
    /// It is not there.
    NotFound,
    /// It cannot be told.
    Unknown,
}

impl Status {
    /// All of them.
    pub const ALL: &[Status] = &[
        Status::Current,
        Status::InProgress,
        Status::Failed,
        Status::Terminating,
        Status::NotFound,
        Status::Unknown,
    ];

    /// Its word, never renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Current => "Current",
            Status::InProgress => "InProgress",
            Status::Failed => "Failed",
            Status::Terminating => "Terminating",
            Status::NotFound => "NotFound",
            Status::Unknown => "Unknown",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How an object is, and why that is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The word.
    pub status: Status,
    /// The reason, one line that goes on after "it is Failed:".
    pub reason: EcoString,
    /// When the same object has to be looked at again because time alone may change the word.
    pub recheck: Option<Timestamp>,
}

impl Health {
    /// `status` for `reason`.
    #[must_use]
    pub fn new(status: Status, reason: impl Into<EcoString>) -> Health {
        Health {
            status,
            reason: reason.into(),
            recheck: None,
        }
    }

    /// An object that the server does not have.
    #[must_use]
    pub fn not_found() -> Health {
        Health::new(Status::NotFound, "it does not exist")
    }

    pub(super) fn current(reason: impl Into<EcoString>) -> Health {
        Health::new(Status::Current, reason)
    }

    pub(super) fn in_progress(reason: impl Into<EcoString>) -> Health {
        Health::new(Status::InProgress, reason)
    }

    pub(super) fn failed(reason: impl Into<EcoString>) -> Health {
        Health::new(Status::Failed, reason)
    }

    /// The same, to be looked at again at `time`.
    pub(super) fn until(mut self, time: Timestamp) -> Health {
        self.recheck = Some(time);
        self
    }

    /// Whether it is [`Status::Current`].
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.status == Status::Current
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.reason)
    }
}
