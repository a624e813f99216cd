//! A Git repository as the source of a Sync.

use super::sync::SecretReference;
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Git repository.
#[derive(KubeSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new("!has(self.verify) || self.verify.mode != 'Tag' || has(self.ref.tag) || has(self.ref.semver)").message("where tags are to be signed, the reference is a tag or a range"))]
pub struct GitSource {
    /// `https://HOST/PATH`, `ssh://USER@HOST/PATH` or `USER@HOST:PATH`. It holds no password.
    #[schemars(length(min = 1, max = 2048))]
    pub url: String,
    /// Which revision. Left out, it is the branch `main`.
    #[serde(default, rename = "ref")]
    #[x_kube(validation = Rule::new("[has(self.branch), has(self.tag), has(self.semver), has(self.commit)].filter(x, x).size() <= 1").message("at most one of branch, tag, semver and commit"))]
    pub reference: GitReference,
    /// The Secret, of the Sync's namespace, that holds the credentials: `username` and `password`, `bearerToken`,
    /// `identity` and `known_hosts`, or `sshPrivateKey`; `tls.crt` and `tls.key`; `ca.crt` for an authority of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// Authorities that are trusted for https besides those of the reconciler's image: certificates as PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub ca_bundle: Option<String>,
    /// The proxy that https goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<GitProxy>,
    /// Who must have signed what is applied. Left out, nobody has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<GitVerify>,
    /// How long a look at the repository may take: a duration.
    #[serde(default = "fetch_timeout")]
    #[schemars(regex(pattern = "^([0-9]+[smh])+$"), length(max = 20))]
    pub timeout: String,
}

/// Which revision of a repository.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitReference {
    /// The head of this branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255))]
    pub branch: Option<String>,
    /// What this tag names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255))]
    pub tag: Option<String>,
    /// The tag of the highest version in this range, such as `>=1.2, <2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255))]
    pub semver: Option<String>,
    /// This commit, by its whole hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9a-f]{40}$"))]
    pub commit: Option<String>,
}

/// A proxy.
#[derive(JsonSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitProxy {
    /// `http://HOST:PORT` or `https://HOST:PORT`. It holds no password.
    #[schemars(regex(pattern = "^https?://[^/@]+/?$"), length(max = 2048))]
    pub url: String,
    /// The Secret, of the Sync's namespace, with `username` and `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
}

/// Who must have signed.
#[derive(JsonSchema, Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitVerify {
    /// What is to be signed: `Head`, the commit, or `Tag`, the annotated tag that names it.
    #[serde(default)]
    pub mode: GitSigned,
    /// The keys that may sign. Each is the text of an OpenPGP public key block, or of public SSH keys, a line each, as in
    /// `id_ed25519.pub` or `allowed_signers`.
    #[schemars(length(min = 1, max = 64), inner(length(min = 1, max = 65536)))]
    pub keys: Vec<String>,
}

/// What is to be signed.
#[derive(JsonSchema, Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub enum GitSigned {
    /// The commit.
    #[default]
    Head,
    /// The annotated tag that names it.
    Tag,
}

fn fetch_timeout() -> String {
    "1m".to_owned()
}
