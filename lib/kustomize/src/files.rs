//! The one way in: a build reads through this trait and nothing else.
//!
//! The compiler implements it over a memo of its source tree and a keyring: what comes out may be decrypted,
//! and is then marked as secret. Nothing here knows how.

use gitopsc_core::{Diagnostic, Entry, Fault, FileId, TreePath};
use gitopsc_yaml::{Dialect, Document, Limits, Origins, ParseError, parse_bytes};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bytes of a file, shared; wiped on drop if they came out of decryption.
#[derive(Clone)]
pub enum Bytes {
    /// Bytes as they lie in the tree.
    Plain(Arc<[u8]>),
    /// Bytes that were decrypted.
    Decrypted(Arc<Zeroizing<Vec<u8>>>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Plain(bytes) => bytes,
            Bytes::Decrypted(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.len())
    }
}

impl From<Arc<[u8]>> for Bytes {
    fn from(bytes: Arc<[u8]>) -> Bytes {
        Bytes::Plain(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        Bytes::Plain(Arc::from(bytes))
    }
}

impl From<Zeroizing<Vec<u8>>> for Bytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Bytes {
        Bytes::Decrypted(Arc::new(bytes))
    }
}

/// The bytes of a file as the build sees them.
#[derive(Clone, Debug)]
pub struct Content {
    /// The file's id in spans.
    pub file: FileId,
    /// Its bytes, decrypted if it was encrypted as a whole.
    pub bytes: Bytes,
    /// Set if the bytes came out of decryption: whatever is made from them is secret.
    pub secret: Option<Origins>,
}

/// The documents of a YAML file, or what keeps it from being read.
#[derive(Debug)]
pub struct Parsed {
    /// The file's id in spans.
    pub file: FileId,
    /// Its documents, aliases and merge keys expanded: in Kustomize's dialect, unless the file configures a build.
    pub documents: Result<Vec<Document>, Vec<ParseError>>,
}

impl Parsed {
    /// The documents of `content`, which configures a build, in kubectl's dialect.
    #[must_use]
    pub fn configuration(content: &Content, limits: &Limits) -> Parsed {
        let Content { file, bytes, .. } = content;
        Parsed {
            file: *file,
            documents: parse_bytes(bytes, *file, Dialect::Kubectl, limits),
        }
    }
}

/// Why a file that is there has nothing to build from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It cannot be read.
    Fault(Fault),
    /// It cannot be used, for the reason given: it is encrypted, and cannot be decrypted.
    Refused(Box<Diagnostic>),
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> ReadError {
        ReadError::Fault(fault)
    }
}

/// What a build may ask of its input. Paths may run through symbolic links only after [`crate::load`] resolved them.
pub trait Files: Sync {
    /// What stands at `path`; links are not followed.
    ///
    /// # Errors
    /// The path is there and cannot be looked at.
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault>;

    /// The content of the file `path`.
    ///
    /// # Errors
    /// The file is there and cannot be read or used.
    fn read(&self, path: &TreePath) -> Result<Option<Content>, ReadError>;

    /// The documents of the file `path`, parsed once for all builds that share this input.
    ///
    /// # Errors
    /// The file is there and cannot be read or used.
    fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, ReadError>;

    /// The documents of the file `path`, which configures a build, in kubectl's dialect. `content` is what
    /// [`Files::read`] gave for it; who has parsed that before need not do so again.
    fn configuration(&self, path: &TreePath, content: &Content, limits: &Limits) -> Arc<Parsed> {
        let _ = path;
        Arc::new(Parsed::configuration(content, limits))
    }

    /// An id for text that stands inside another file's value, such as an inline patch; its spans point
    /// at `within`.
    fn inline(&self, within: gitopsc_core::Span) -> FileId;
}
