//! What there is to tell of a Sync.

use crate::resources::{Revision, SyncStatus};
use gitopsc_engine::reconcile::SyncKey;

/// What has become of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The Sync.
    pub key: SyncKey,
    /// The revision that its source is at.
    pub revision: Revision,
    /// What has become of it.
    pub verdict: Verdict,
    /// Why, in one word, as the condition has it.
    pub reason: String,
    /// Why, in one sentence.
    pub message: String,
}

/// What has become of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is being applied, or its objects are on their way.
    Pending,
    /// It is applied, and everything is ready.
    Success,
    /// It cannot be built or applied, or something is not ready that will not be by itself.
    Failure,
}

impl Told {
    /// What `status` tells of the Sync `key`; nothing if no revision is looked for, or nothing is done with it.
    #[must_use]
    pub fn of(key: &SyncKey, status: &SyncStatus) -> Option<Told> {
        let of = |kind: &str| status.conditions.iter().find(|of| of.kind == kind);
        let holds = |kind: &str| of(kind).is_some_and(|of| of.status == "True");
        let (ready, wanted) = (of("Ready")?, status.wanted.as_ref()?);
        let is_enforced = status.enforced.as_ref().map(|of| &of.commit) == Some(&wanted.commit);
        let verdict = match () {
            () if holds("Ready") && is_enforced => Verdict::Success,
            () if holds("Stalled") => Verdict::Failure,
            () if holds("Reconciling") => Verdict::Pending,
            () => return None,
        };
        Some(Told {
            key: key.clone(),
            revision: wanted.clone(),
            verdict,
            reason: ready.reason.clone(),
            message: ready.message.clone(),
        })
    }

    /// Whether this is to be told after `before` was. What is wrong is told once however its words change, and what was
    /// done with is not begun again by somebody's edit in the cluster.
    #[must_use]
    pub fn is_news_after(&self, before: Option<&Told>) -> bool {
        let Some(before) = before else {
            return true;
        };
        if before.revision.commit != self.revision.commit {
            return true;
        }
        let is_same = before.verdict == self.verdict && before.reason == self.reason;
        match self.verdict {
            Verdict::Pending => false,
            Verdict::Success => before.verdict != Verdict::Success,
            Verdict::Failure => !is_same,
        }
    }
}
