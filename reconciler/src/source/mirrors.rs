//! The mirrors on disk.

use super::error::SourceError;
use std::path::{Path, PathBuf};

/// A folder of bare mirrors, one a repository and credentials. Several processes may share it.
#[derive(Debug)]
pub struct Mirrors {
    folder: PathBuf,
    limits: Limits,
}

/// What mirrors may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that all mirrors take together; those used longest ago are removed first.
    pub bytes: u64,
    /// Whether `file://` is a source: for tests.
    pub local: bool,
}

impl Default for Limits {
    /// 2 GiB, and no local sources.
    fn default() -> Limits {
        Limits {
            bytes: 2 << 30,
            local: false,
        }
    }
}

/// As long as one lives, the mirror that it is of is not removed.
#[derive(Clone, Debug)]
pub struct Lease {}

impl Mirrors {
    /// The mirrors in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(folder: &Path, limits: Limits) -> Result<Mirrors, SourceError> {
        std::fs::create_dir_all(folder).map_err(|source| SourceError::Disk {
            operation: "make",
            path: folder.to_owned(),
            source,
        })?;
        Ok(Mirrors {
            folder: folder.to_owned(),
            limits,
        })
    }

    /// Where the mirror of `url` is.
    pub(super) fn of(&self, url: &str) -> PathBuf {
        let name: String = url
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        self.folder.join(name)
    }

    /// Makes the next fetch into `repository` start afresh: a [`Fault`](gitopsc_core::Fault) showed that something
    /// of it cannot be read.
    pub fn distrust(&self, repository: &Path) {
        let _ = (repository, &self.folder, &self.limits);
    }
}
