//! What keeps a store from being written or read, and what to do about it.

use super::blob::BlobDigest;
use crate::output::OutputError;
use std::io;
use std::path::PathBuf;

/// A store was not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in this folder.
    #[error("{} holds no store", directory.display())]
    None {
        /// The folder.
        directory: PathBuf,
    },
    /// The folder holds other things, and no store.
    #[error("{} is neither empty nor a store", directory.display())]
    Foreign {
        /// The folder.
        directory: PathBuf,
    },
    /// The store is of a version that is not known.
    #[error("{} is an OCI layout of version {version}, and only 1.0.0 is known", directory.display())]
    Version {
        /// The folder.
        directory: PathBuf,
        /// What it says.
        version: String,
    },
    /// A file or folder of the store cannot be read, made or deleted.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of the store cannot be written.
    #[error(transparent)]
    Write(#[from] OutputError),
    /// A blob that something names is not there.
    #[error("the blob {digest} is not in the store")]
    Missing {
        /// Its digest.
        digest: BlobDigest,
    },
    /// A file of the store is not what it should be.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

impl StoreError {
    /// What the user can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            StoreError::None { .. } => "write one with `gitopsc build --store`",
            StoreError::Foreign { .. } => {
                "name a folder that is empty, does not exist or is a store"
            }
            StoreError::Version { .. } => "write a new store into another folder",
            StoreError::Io { .. } => "check the permissions and the space that is left",
            StoreError::Write(error) => error.hint(),
            StoreError::Missing { .. } => "write the store again with `gitopsc build --store`",
            StoreError::Damaged { .. } => {
                "delete the file, then write the store again with `gitopsc build --store`"
            }
        }
    }
}
