//! What can go wrong with a request, and what it means for trying again.

use gitopsc_core::{EcoString, Json};
use gitopsc_engine::conflict::{Conflict, conflicts_in};
use gitopsc_engine::fields::place_of;
use gitopsc_engine::schema::Misfit;
use std::fmt;
use std::time::Duration;

/// A request that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The server answered that it will not.
    #[error("{operation} {target}: {refusal}")]
    Refused {
        /// The verb.
        operation: &'static str,
        /// What it was about.
        target: EcoString,
        /// The answer.
        refusal: Box<Refusal>,
    },
    /// There was no answer.
    #[error("{operation} {target}: no answer")]
    Unanswered {
        /// The verb.
        operation: &'static str,
        /// What it was about.
        target: EcoString,
        /// Why.
        source: Box<kube::Error>,
    },
    /// There was no answer in time.
    #[error("{operation} {target}: no answer within {} s", .after.as_secs())]
    Late {
        /// The verb.
        operation: &'static str,
        /// What it was about.
        target: EcoString,
        /// How long it was waited for.
        after: Duration,
    },
    /// What is to be made again has to go first, and did not in time.
    #[error("{why}")]
    StillThere {
        /// What it waits for.
        why: EcoString,
    },
    /// The answer is not what the API promises.
    #[error("{operation} {target}: the answer is no JSON at byte {at}")]
    Unreadable {
        /// The verb.
        operation: &'static str,
        /// What it was about.
        target: EcoString,
        /// Where it stops being JSON.
        at: usize,
    },
}

/// A `Status` of the API server that says no.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub code: u16,
    /// `reason`; empty where the server gives none.
    pub reason: EcoString,
    /// `message`. It may quote values of the object.
    pub message: EcoString,
    /// `details.causes`.
    pub causes: Vec<Cause>,
    /// The fields that others own with other values, if that is why.
    pub conflicts: Vec<Conflict>,
    /// What of the object does not fit the schema that the server publishes, where the server gave no reason.
    pub misfits: Vec<Misfit>,
    /// When the server wants to be asked again.
    pub retry_after: Option<Duration>,
    /// Whether the request named no state that the object must be in.
    pub unconditional: bool,
}

/// One entry of `details.causes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// `reason`, such as `FieldManagerConflict` or `FieldValueInvalid`.
    pub reason: EcoString,
    /// `message`.
    pub message: EcoString,
    /// `field`.
    pub field: EcoString,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.misfits.is_empty() {
            let misfits: Vec<String> = self.misfits.iter().map(Misfit::to_string).collect();
            return f.write_str(&misfits.join("; "));
        }
        if self.message.is_empty() {
            return write!(f, "HTTP {} {}", self.code, self.reason);
        }
        f.write_str(&self.message)
    }
}

/// What a failure means for what is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The server, a webhook or the way there is in trouble: the same request may succeed later.
    Retry,
    /// The server gave no reason: its published schema tells a user's mistake from an outage.
    Unclear,
    /// Other managers own fields that were sent with other values.
    FieldConflict,
    /// The object is not as it was when it was read, or is there already: read it again.
    Stale,
    /// It is not there, or its namespace or kind is not.
    NotFound,
    /// The user may not.
    Forbidden,
    /// The server does not know the user.
    Unauthorized,
    /// The object is wrong.
    Invalid,
    /// A watch or a page of a list is too old to go on from.
    Expired,
    /// Asking again will not help.
    Terminal,
}

impl ApiError {
    /// What this means for what is done next, from the API's reason and code, never from its words.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            ApiError::Refused { refusal, .. } => refusal.class(),
            ApiError::Unanswered { .. } | ApiError::Late { .. } => Class::Retry,
            ApiError::Unreadable { .. } | ApiError::StillThere { .. } => Class::Terminal,
        }
    }

    /// The server's answer, if there was one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            ApiError::Refused { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// Whether the server asks for fewer requests.
    #[must_use]
    pub fn is_too_many(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.code == 429)
    }

    /// This with what caused it, in one line.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            let next = error.to_string();
            // Layers of HTTP libraries repeat what they wrap.
            if !line.contains(&next) {
                line.push_str(": ");
                line.push_str(&next);
            }
            source = error.source();
        }
        line
    }
}

impl Refusal {
    /// The places in `body`, which was sent, that are wrong, as JSON pointers.
    #[must_use]
    pub fn places(&self, body: &Json) -> Vec<EcoString> {
        let misfits = self.misfits.iter();
        let misfits = misfits.filter_map(|misfit| Some(misfit.at.find(body)?.0));
        let causes = self.causes.iter().filter(|cause| !cause.field.is_empty());
        misfits
            .chain(causes.map(|cause| place_of(&cause.field, body)))
            .collect()
    }

    /// Reads a `Status`.
    #[must_use]
    pub fn read(code: u16, status: &Json, retry_after: Option<Duration>) -> Refusal {
        let details = status.get("details");
        let causes = details.and_then(|details| details.get("causes"));
        let causes = match causes {
            Some(Json::Array(causes)) => causes.iter().map(cause).collect(),
            _ => Vec::new(),
        };
        let seconds = details.and_then(|details| match details.get("retryAfterSeconds") {
            Some(Json::Int(seconds)) => u64::try_from(*seconds).ok(),
            _ => None,
        });
        Refusal {
            code,
            reason: text(status, "reason"),
            message: text(status, "message"),
            causes,
            conflicts: conflicts_in(status),
            misfits: Vec::new(),
            retry_after: retry_after.or(seconds.map(Duration::from_secs)),
            unconditional: false,
        }
    }

    /// What this means for what is done next.
    #[must_use]
    pub fn class(&self) -> Class {
        match (self.code, self.reason.as_str()) {
            (500, "" | "Unknown") if !self.misfits.is_empty() => Class::Invalid,
            (500, "" | "Unknown") => Class::Unclear,
            (409, _) if !self.conflicts.is_empty() => Class::FieldConflict,
            // The server met itself: another write of the object, or of a quota that it counts against.
            (409, "Conflict") if self.unconditional => Class::Retry,
            (409, _) => Class::Stale,
            (404, _) => Class::NotFound,
            (401, _) => Class::Unauthorized,
            (403, _) => Class::Forbidden,
            (400 | 422, _) => Class::Invalid,
            (410, _) => Class::Expired,
            (408 | 425 | 429 | 500..=599, _) => Class::Retry,
            _ => Class::Terminal,
        }
    }
}

fn cause(cause: &Json) -> Cause {
    Cause {
        reason: text(cause, "reason"),
        message: text(cause, "message"),
        field: text(cause, "field"),
    }
}

fn text(object: &Json, key: &str) -> EcoString {
    let text = object.get(key).and_then(Json::as_plain_str);
    text.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::{Class, Refusal};

    #[test]
    fn a_conflict_of_a_request_without_a_condition_is_the_servers_own() {
        let class = |reason: &str, unconditional| {
            let refusal = Refusal {
                code: 409,
                reason: reason.into(),
                unconditional,
                ..Refusal::default()
            };
            refusal.class()
        };
        assert_eq!(class("Conflict", false), Class::Stale);
        assert_eq!(class("Conflict", true), Class::Retry);
        assert_eq!(class("AlreadyExists", true), Class::Stale);
    }
}
