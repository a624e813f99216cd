//! Why nothing was fetched, in words that say what to do.

use gitopsc_core::EcoString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Nothing was fetched. No text of it holds credentials; every URL in it is without user and password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The URL is none that can be fetched from.
    #[error("{url}: {why}")]
    Address {
        /// The URL.
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
    /// The server does not accept who asks.
    #[error("{url}: {why}")]
    Credentials {
        /// The URL.
        url: EcoString,
        /// What it said, and what to do.
        why: EcoString,
    },
    /// The server does not show that it is the one that is meant.
    #[error("{url}: {why}")]
    Trust {
        /// The URL.
        url: EcoString,
        /// What is wrong, and what to do.
        why: EcoString,
    },
    /// There is no such repository.
    #[error("{url}: {why}")]
    NoRepository {
        /// The URL.
        url: EcoString,
        /// What it said, and what to do.
        why: EcoString,
    },
    /// The repository has no such revision.
    #[error("{url} has no {reference}{}", hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    NoRevision {
        /// The URL.
        url: EcoString,
        /// What was asked for, such as `branch main`.
        reference: EcoString,
        /// What it has instead, or what to do.
        hint: Option<EcoString>,
    },
    /// The repository has no commit yet.
    #[error("{url} is an empty repository; push a first commit")]
    Empty {
        /// The URL.
        url: EcoString,
    },
    /// The revision is not signed as it must be.
    #[error("{revision} is not signed as it must be: {why}")]
    Signature {
        /// The commit or tag.
        revision: EcoString,
        /// What is wrong, and what to do.
        why: EcoString,
    },
    /// The server is away or in trouble.
    #[error("{url}: {why}")]
    Unreachable {
        /// The URL.
        url: EcoString,
        /// What happened.
        why: EcoString,
    },
    /// It took too long.
    #[error("{url} did not answer within {} s", after.as_secs_f32())]
    Timeout {
        /// The URL.
        url: EcoString,
        /// How long it was waited for.
        after: Duration,
    },
    /// The repository does not fit.
    #[error("{url} is larger than the {most} bytes that mirrors may take")]
    TooLarge {
        /// The URL.
        url: EcoString,
        /// The most bytes.
        most: u64,
    },
    /// The repository has an object that does not fit.
    #[error(
        "{url} has a file of more than {most} bytes in its history; take it out, or put it into Git LFS"
    )]
    LargeObject {
        /// The URL.
        url: EcoString,
        /// The most bytes.
        most: u64,
    },
    /// The mirror cannot be read, although it was just made anew.
    #[error("the mirror {} cannot be read: {why}", path.display())]
    Damaged {
        /// The mirror.
        path: PathBuf,
        /// What was found.
        why: EcoString,
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
            SourceError::Credentials { .. } => SourceClass::Credentials,
            SourceError::Trust { .. } => SourceClass::Trust,
            SourceError::NoRepository { .. }
            | SourceError::NoRevision { .. }
            | SourceError::Empty { .. } => SourceClass::NotFound,
            SourceError::Signature { .. } => SourceClass::Signature,
            SourceError::Unreachable { .. } => SourceClass::Unreachable,
            SourceError::Timeout { .. } => SourceClass::Timeout,
            SourceError::TooLarge { .. } | SourceError::LargeObject { .. } => SourceClass::Full,
            SourceError::Disk { source, .. } if is_full(source) => SourceClass::Full,
            SourceError::Damaged { .. } | SourceError::Disk { .. } => SourceClass::Damaged,
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

/// Whether there is no room for what was to be written.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}
