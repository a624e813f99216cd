//! What can go wrong with a repository as a whole. What is wrong with one path of it is a `Fault`.

use std::path::PathBuf;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// An operation on a Git repository failed.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no repository at this path, or none that can be read.
    #[error("cannot open the Git repository {}", repository.display())]
    Open {
        /// The path as given.
        repository: PathBuf,
        /// Why.
        source: Source,
    },
    /// The repository has no such revision, or more than one.
    #[error("cannot find the revision {revision} in {}", repository.display())]
    Revision {
        /// The path of the repository.
        repository: PathBuf,
        /// The revision as given.
        revision: String,
        /// Why.
        source: Source,
    },
    /// The revision names something without files.
    #[error("the revision {revision} of {} has no tree of files", repository.display())]
    NoTree {
        /// The path of the repository.
        repository: PathBuf,
        /// The revision as given.
        revision: String,
        /// Why.
        source: Source,
    },
    /// The rules of what is ignored cannot be read.
    #[error("cannot read what Git ignores in {}", repository.display())]
    Ignored {
        /// The path of the repository.
        repository: PathBuf,
        /// Why.
        source: Source,
    },
}

/// Why the Git library failed: the last error of its chain, which is about the repository. Those before
/// it are about the library's own steps.
pub(super) fn reason(error: &gix::Error) -> String {
    let last = error.iter_errors().last();
    last.map_or_else(|| error.to_string(), ToString::to_string)
}

/// The same as the source of an error.
pub(super) fn source(error: &gix::Error) -> Source {
    reason(error).into()
}
