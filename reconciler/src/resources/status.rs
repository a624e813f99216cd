//! What the reconciler says of a Sync.

use super::conditions::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a Sync is.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatus {
    /// The generation of the Sync that this was written for.
    #[serde(default)]
    pub observed_generation: i64,
    /// `Ready`, and as long as they are true `Reconciling` and `Stalled`, as kstatus reads them.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The revision that the source was at when it was last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Revision>,
    /// The revision that is being applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<Revision>,
    /// The last revision that could be built. The cluster is held to it, whatever becomes of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforced: Option<Revision>,
    /// The last revision that was applied whole and was then healthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_good: Option<Revision>,
    /// The digest of the graph that is enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// How many objects there are, by how they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// What is wrong, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// The path that webhooks are sent to, under the address at which the reconciler is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook: Option<String>,
    /// What waits for consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_approval: Option<Pending>,
    /// What became of the last 10 revisions, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Entry>,
}

/// A revision of a repository.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The commit.
    pub commit: String,
    /// Its first digits.
    #[serde(default)]
    pub short: String,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// The first line of its message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
}

/// How many objects there are.
#[derive(JsonSchema, Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Objects that are desired.
    pub objects: i64,
    /// Of these, those that are as they should be and healthy.
    pub ready: i64,
    /// Of these, those on their way there.
    pub in_progress: i64,
    /// Of these, those that could not be applied, or are not healthy.
    pub failed: i64,
}

/// What waits for consent.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// The digest of just these steps. The annotation `gitopsc.dev/approve` with this value consents to them.
    pub digest: String,
    /// The steps, the first of them.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// What became of a revision.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The revision.
    pub revision: Revision,
    /// When it was first taken up.
    pub time: String,
    /// What became of it, in one word: `Applied`, `Failed`, `Broken` or `Replaced`.
    pub result: String,
}
