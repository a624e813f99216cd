//! What series are told apart by.

use crate::hook::Forge;
use crate::resources::Counts;
use gitopsc_engine::reconcile::{Outcome, SyncKey};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use std::fmt::{Error, Write as _};

/// A part of the work on a Sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Looking at the source.
    Fetch,
    /// Building what was fetched.
    Build,
    /// Making the cluster equal to it.
    Apply,
}

impl Part {
    pub(super) const ALL: [Part; 3] = [Part::Fetch, Part::Build, Part::Apply];
}

impl EncodeLabelValue for Part {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(match self {
            Part::Fetch => "fetch",
            Part::Build => "build",
            Part::Apply => "apply",
        })
    }
}

/// How an apply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Everything is as it should be.
    Done,
    /// The revision cannot be built.
    Broken,
    /// Part of it is not done.
    Incomplete,
    /// Somebody has to agree to the rest.
    Consent,
    /// It was stopped for something newer.
    Stopped,
}

impl Ending {
    pub(super) const ALL: [Ending; 5] = [
        Ending::Done,
        Ending::Broken,
        Ending::Incomplete,
        Ending::Consent,
        Ending::Stopped,
    ];
}

impl From<&Outcome> for Ending {
    fn from(outcome: &Outcome) -> Ending {
        match outcome {
            Outcome::Done => Ending::Done,
            Outcome::Broken => Ending::Broken,
            Outcome::Incomplete => Ending::Incomplete,
            Outcome::Consent => Ending::Consent,
            Outcome::Stopped => Ending::Stopped,
        }
    }
}

impl EncodeLabelValue for Ending {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(match self {
            Ending::Done => "done",
            Ending::Broken => "broken",
            Ending::Incomplete => "incomplete",
            Ending::Consent => "consent",
            Ending::Stopped => "stopped",
        })
    }
}

/// The words for how objects are, and how many there are of each.
pub(super) fn healths(counts: Counts) -> [(&'static str, i64); 3] {
    [
        ("ready", counts.ready),
        ("in_progress", counts.in_progress),
        ("failed", counts.failed),
    ]
}

/// One Sync.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Of {
    namespace: String,
    name: String,
}

impl Of {
    pub(super) fn new(key: &SyncKey) -> Of {
        Of {
            namespace: key.namespace.to_string(),
            name: key.name.to_string(),
        }
    }
}

/// One Sync, and how applies of it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfResult {
    #[prometheus(flatten)]
    of: Of,
    result: Ending,
}

impl OfResult {
    pub(super) fn new(key: &SyncKey, result: Ending) -> OfResult {
        OfResult {
            of: Of::new(key),
            result,
        }
    }
}

/// One Sync, and a part of the work on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfPart {
    #[prometheus(flatten)]
    of: Of,
    phase: Part,
}

impl OfPart {
    pub(super) fn new(key: &SyncKey, phase: Part) -> OfPart {
        OfPart {
            of: Of::new(key),
            phase,
        }
    }
}

/// One Sync, and how its objects are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfHealth {
    #[prometheus(flatten)]
    of: Of,
    health: &'static str,
}

impl OfHealth {
    pub(super) fn new(key: &SyncKey, health: &'static str) -> OfHealth {
        OfHealth {
            of: Of::new(key),
            health,
        }
    }
}

/// Who sent a webhook, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Delivery {
    forge: String,
    code: u32,
}

impl Delivery {
    pub(super) fn new(forge: Option<Forge>, status: u16) -> Delivery {
        let forge = forge.map_or_else(|| "unknown".to_owned(), |forge| forge.to_string());
        Delivery {
            forge,
            code: u32::from(status),
        }
    }
}

/// The version that runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Version {
    pub(super) version: &'static str,
}
