//! What a user says: which repository, which part of it, applied how and as whom.

use super::git::GitSource;
use super::notify::Notify;
use super::status::SyncStatus;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Keeps a cluster equal to a directory of a Git repository.
#[derive(CustomResource, KubeSchema, Clone, Debug, Serialize, Deserialize, PartialEq)]
#[kube(
    group = "gitopsc.dev",
    version = "v1alpha1",
    kind = "Sync",
    plural = "syncs",
    shortname = "gs",
    category = "gitopsc",
    namespaced,
    status = "SyncStatus",
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#,
    printcolumn = r#"{"name":"Commit","type":"string","jsonPath":".status.enforced.short"}"#,
    printcolumn = r#"{"name":"Objects","type":"integer","jsonPath":".status.counts.objects"}"#,
    printcolumn = r#"{"name":"Status","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].message"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name":"URL","type":"string","priority":1,"jsonPath":".spec.source.git.url"}"#,
    printcolumn = r#"{"name":"Suspended","type":"boolean","priority":1,"jsonPath":".spec.suspend"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncSpec {
    /// Where the files come from.
    pub source: Source,
    /// The directory in the source: a cluster with layers, or one kustomization. Left out, it is the root of the
    /// source, or the directory `cluster` in it where the root is neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub path: Option<String>,
    /// The layers that are managed, by name and in order. Left out, they are those of `gitopsc.yaml`, or `platform` and
    /// `apps`; `bootstrap` is managed only where it is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub layers: Vec<String>,
    /// Which directories are units besides what the rules say, and which are not.
    #[serde(default, skip_serializing_if = "Units::is_empty")]
    pub units: Units,
    /// How often the source is looked at: a duration such as `30s`, `5m` or `1h`.
    #[serde(default = "interval")]
    #[schemars(regex(pattern = "^([0-9]+[smh])+$"), length(max = 20))]
    #[x_kube(validation = Rule::new("duration(self) >= duration('1s')").message("an interval is at least one second"))]
    pub interval: String,
    /// How a forge says that something was pushed, so that nobody waits for the next look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// Whom to tell what becomes of each revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    #[x_kube(validation = Rule::new("self.all(to, has(to.secretRef) || (has(to.url) && to.kind in ['Slack', 'Generic']))").message("a forge needs a secretRef, everything else a url or a secretRef"))]
    pub notify: Vec<Notify>,
    /// Nothing is fetched, applied, pruned or reverted as long as this is true.
    #[serde(default)]
    pub suspend: bool,
    /// How long an object may take to become ready before it counts as stalled: a duration. The annotation
    /// `gitopsc.dev/timeout` of an object or a unit comes first.
    #[serde(default = "timeout")]
    #[schemars(regex(pattern = "^([0-9]+[smh])+$"), length(max = 20))]
    pub timeout: String,
    /// The keys that encrypted files are opened with.
    #[serde(default, skip_serializing_if = "Decryption::is_empty")]
    pub decryption: Decryption,
    /// What is done where somebody else owns a field with another value: `Mine` takes it if it was ours before and else
    /// refuses the object, `Fail` refuses, `Take` takes, `Yield` leaves it to the other. The annotation
    /// `gitopsc.dev/conflicts` of an object or a unit comes first.
    #[serde(default)]
    pub conflicts: Conflicts,
    /// What may be taken over from other tools: `all`, or `unit:PATH` for one unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256), inner(regex(pattern = "^(all|unit:.+)$")))]
    pub adopt: Vec<String>,
    /// The service account, of the Sync's namespace, as which everything in the cluster is read and written. Left out,
    /// it is `default`; in the namespace of the reconciler it is the reconciler's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub service_account_name: Option<String>,
}

/// Where the files come from.
#[derive(KubeSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// A Git repository.
    pub git: GitSource,
}

/// A Secret of the same namespace.
#[derive(JsonSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretReference {
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// How a forge says that something was pushed.
#[derive(JsonSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Webhook {
    /// The Secret, of the Sync's namespace, whose entry `token` is what the forge signs with. The path to send to stands
    /// in the status.
    pub secret_ref: SecretReference,
}

/// Which directories are units.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Units {
    /// Directories below `path` that are units whatever the rules say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub include: Vec<String>,
    /// Directories below `path` that are left out with everything in them. What was applied of them before stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub exclude: Vec<String>,
}

impl Units {
    fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }
}

/// The keys that encrypted files are opened with.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decryption {
    /// Secrets, of the Sync's namespace, that hold keys under any name: `*.agekey` of age, `*.asc` of OpenPGP, and
    /// private SSH keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub secret_refs: Vec<SecretReference>,
}

impl Decryption {
    fn is_empty(&self) -> bool {
        self.secret_refs.is_empty()
    }
}

/// What is done about fields that others own with other values.
#[derive(JsonSchema, Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub enum Conflicts {
    /// Take it if it was ours before, and else refuse the object.
    #[default]
    Mine,
    /// Refuse the object.
    Fail,
    /// Take it.
    Take,
    /// Leave it to the other.
    Yield,
}

fn interval() -> String {
    "1m".to_owned()
}

fn timeout() -> String {
    "5m".to_owned()
}
