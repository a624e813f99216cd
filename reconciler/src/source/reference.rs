//! Which revision of a repository is wanted.

use gitopsc_core::EcoString;
use semver::VersionReq;
use std::fmt;

/// A revision, as a Sync names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The head of a branch, such as `main`.
    Branch(EcoString),
    /// A tag, annotated or not, such as `v1.2.3`.
    Tag(EcoString),
    /// The tag of the highest version in a range, such as `>=1.2, <2`.
    Semver(VersionReq),
    /// A commit by its whole hash.
    Commit(EcoString),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Branch(name) => write!(f, "branch {name}"),
            Reference::Tag(name) => write!(f, "tag {name}"),
            Reference::Semver(range) => write!(f, "tag in the range {range}"),
            Reference::Commit(id) => write!(f, "commit {id}"),
        }
    }
}
