//! What is told of a commit.

use gitopsc_core::EcoString;

/// A commit that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its hash, in hexadecimal.
    pub id: EcoString,
    /// The author's name.
    pub author: EcoString,
    /// The first paragraph of the message, in one line.
    pub subject: EcoString,
    /// When it was committed, in seconds since the beginning of 1970 in UTC.
    pub time: i64,
    /// Who signed it, or the tag that names it.
    pub signature: Signature,
}

/// What is known of the signature of a commit or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// There is none.
    None,
    /// There is one, and nobody asked for it to be verified.
    Unverified(SignatureKind),
    /// It is of a key that may sign.
    Verified {
        /// The kind of key.
        kind: SignatureKind,
        /// The key's fingerprint, as `ssh-keygen -l` and `gpg` print it.
        fingerprint: EcoString,
    },
}

/// Kinds of signatures that Git makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// By an SSH key.
    Ssh,
    /// By an OpenPGP key.
    OpenPgp,
    /// By a kind of key that cannot be verified here, such as an X.509 certificate.
    Other,
}

/// What in the files of a commit needs more than its Git objects. Paths are from the root, ascending, and at most
/// [`Notes::MOST`] of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Submodules. Their files are not there.
    pub submodules: Vec<EcoString>,
    /// Files that are pointers of Git LFS. Their contents are not there.
    pub lfs_pointers: Vec<EcoString>,
}

impl Notes {
    /// The most paths that are told of each kind.
    pub const MOST: usize = 20;
}
