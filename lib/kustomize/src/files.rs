//! The one way in: a build reads through this trait and nothing else.
//!
//! The compiler implements it over a memo of its source tree and, later, a keyring: what comes out may
//! be decrypted, and is then marked as secret.

use gitopsc_core::{Entry, Fault, FileId, TreePath};
use gitopsc_yaml::{Document, Origins, ParseError};
use std::sync::Arc;

/// The bytes of a file as the build sees them.
#[derive(Clone, Debug)]
pub struct Content {
    /// The file's id in spans.
    pub file: FileId,
    /// Its bytes, decrypted if it was encrypted as a whole.
    pub bytes: Arc<[u8]>,
    /// Set if the bytes came out of decryption: whatever is made from them is secret.
    pub secret: Option<Origins>,
}

/// The documents of a YAML file, or what keeps it from being read.
#[derive(Debug)]
pub struct Parsed {
    /// The file's id in spans.
    pub file: FileId,
    /// Its documents in Kustomize's dialect, aliases and merge keys expanded.
    pub documents: Result<Vec<Document>, Vec<ParseError>>,
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
    /// The file is there and cannot be read.
    fn read(&self, path: &TreePath) -> Result<Option<Content>, Fault>;

    /// The documents of the file `path`, parsed once for all builds that share this input.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, Fault>;

    /// An id for text that stands inside another file's value, such as an inline patch; its spans point
    /// at `within`.
    fn inline(&self, within: gitopsc_core::Span) -> FileId;
}
