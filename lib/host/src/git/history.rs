//! Which commit a work tree stands on, and whether one commit came before another.

use super::error::{GitError, source};
use std::path::Path;

/// The history of a repository.
pub struct History {
    repository: gix::Repository,
    head: Option<gix::ObjectId>,
}

impl History {
    /// The history of the repository whose work tree is at `root`.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(root: &Path) -> Result<History, GitError> {
        let opened = gix::open_opts(root, super::options());
        let repository = opened.map_err(|error| GitError::Open {
            repository: root.to_owned(),
            source: source(&error),
        })?;
        // A branch without a commit has none.
        let head = repository.head_id().ok().map(gix::Id::detach);
        Ok(History { repository, head })
    }

    /// The hash of the commit that the work tree stands on; nothing before the first one.
    #[must_use]
    pub fn head(&self) -> Option<String> {
        self.head.map(|id| id.to_string())
    }

    /// Whether the work tree stands on a commit that came before `commit`; nothing if the repository does not have
    /// that one, or not all that came before it.
    #[must_use]
    pub fn is_before(&self, commit: &str) -> Option<bool> {
        let head = self.head?;
        let commit = gix::ObjectId::from_hex(commit.as_bytes()).ok()?;
        if commit == head {
            return Some(false);
        }
        for above in self.repository.rev_walk([commit]).all().ok()? {
            if above.ok()?.id == head {
                return Some(true);
            }
        }
        Some(false)
    }
}
