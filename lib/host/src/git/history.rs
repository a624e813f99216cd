//! Which commit a work tree stands on, and how another one comes to it.

use super::error::{GitError, source};
use std::path::Path;

/// How one commit comes to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is the same.
    Same,
    /// It came before the other.
    Before,
    /// It came after the other.
    After,
    /// It came neither before nor after.
    Apart,
    /// The repository does not have the other, or not all that came before the two.
    Unknown,
}

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

    /// How the commit that the work tree stands on comes to `commit`.
    #[must_use]
    pub fn relation(&self, commit: &str) -> Relation {
        let commit = gix::ObjectId::from_hex(commit.as_bytes());
        let (Some(head), Ok(commit)) = (self.head, commit) else {
            return Relation::Unknown;
        };
        if head == commit {
            return Relation::Same;
        }
        // This one is looked for first: what is applied is mostly a little later than what was.
        let is_after = self.reaches(head, commit);
        if is_after == Some(true) {
            return Relation::After;
        }
        match (is_after, self.reaches(commit, head)) {
            (_, Some(true)) => Relation::Before,
            (Some(false), Some(false)) => Relation::Apart,
            _ => Relation::Unknown,
        }
    }

    /// Whether `earlier` is among what came before `later`; nothing if the repository does not have all of that.
    fn reaches(&self, later: gix::ObjectId, earlier: gix::ObjectId) -> Option<bool> {
        for commit in self.repository.rev_walk([later]).all().ok()? {
            if commit.ok()?.id == earlier {
                return Some(true);
            }
        }
        // A shallow clone ends where it was cut, and not where history does.
        let is_whole = self.repository.is_shallow().is_ok_and(|cut| !cut);
        is_whole.then_some(false)
    }
}
