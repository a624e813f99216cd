//! Whom to tell what becomes of a Sync.

use super::sync::SecretReference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who is told what becomes of a Sync.
#[derive(JsonSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Notify {
    /// What it is that is told: the status of the commit on `GitHub`, `GitLab` or `Gitea` (and Forgejo), a message to
    /// `Slack` or what takes the same, or a `Generic` document.
    pub kind: NotifyKind,
    /// Where it is: for `Slack` and `Generic` what is posted to, for a forge the root of its API, which is left out where it
    /// is on the host of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^https?://[^@]+$"), length(max = 2048))]
    pub url: Option<String>,
    /// The Secret, of the Sync's namespace: its entry `token` signs in to a forge, or signs a `Generic` document; its entry
    /// `url` comes before `url` here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
}

/// What is told to.
#[derive(
    JsonSchema, Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord,
)]
pub enum NotifyKind {
    /// The status of a commit on GitHub.
    GitHub,
    /// The status of a commit on GitLab.
    GitLab,
    /// The status of a commit on Gitea or Forgejo.
    Gitea,
    /// A message as Slack takes it.
    Slack,
    /// A document as JSON.
    Generic,
}
