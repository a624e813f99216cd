//! Why nothing was fetched, in words that say what to do.

use gitopsc_core::EcoString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Nothing was fetched. No text of it holds credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The URL is none that can be fetched from.
    #[error("{url}: {why}")]
    Address {
        /// The URL without user and password.
        url: EcoString,
        /// What is wrong, and what to do.
        why: EcoString,
    },
    /// Credentials, keys or a proxy are not what they should be.
    #[error("{what}: {why}")]
    Setting {
        /// The key of the Secret, or the setting.
        what: EcoString,
        /// What is wrong, and what to do.
        why: EcoString,
    },
    /// The repository has no commit yet.
    #[error("{url} is an empty repository; push a first commit")]
    Empty {
        /// The URL without user and password.
        url: EcoString,
    },
    /// It took too long.
    #[error("{url} did not answer within {} s", after.as_secs_f32())]
    Timeout {
        /// The URL without user and password.
        url: EcoString,
        /// How long it was waited for.
        after: Duration,
    },
    /// The mirror cannot be written or read.
    #[error("cannot {operation} {}", path.display())]
    Disk {
        /// What was being done.
        operation: &'static str,
        /// With what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What a failure means for what is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceClass {
    /// The URL, the Secret or another setting is wrong: nothing helps but a change of it.
    Setting,
    /// The server does not accept the credentials.
    Credentials,
    /// The server's host key or certificate is not one that is trusted.
    Trust,
    /// The repository, or the revision in it, is not there.
    NotFound,
    /// The revision is not signed as it must be.
    Signature,
    /// The server is away or in trouble.
    Unreachable,
    /// It took too long.
    Timeout,
    /// The mirror is damaged, and could not be made again.
    Damaged,
    /// The disk is full, or the repository larger than mirrors may be.
    Full,
}

impl SourceError {
    /// What it means for what is done next.
    #[must_use]
    pub fn class(&self) -> SourceClass {
        match self {
            SourceError::Address { .. } | SourceError::Setting { .. } => SourceClass::Setting,
            SourceError::Empty { .. } => SourceClass::NotFound,
            SourceError::Timeout { .. } => SourceClass::Timeout,
            SourceError::Disk { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                SourceClass::Full
            }
            SourceError::Disk { .. } => SourceClass::Damaged,
        }
    }

    /// Whether the same may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self.class(),
            SourceClass::Unreachable
                | SourceClass::Timeout
                | SourceClass::Damaged
                | SourceClass::Full
        )
    }
}
