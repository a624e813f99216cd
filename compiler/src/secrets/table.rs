//! The encrypted files that a compilation opened, with what their keys are good for.

use crate::memo::FileContent;
use gitopsc_core::{Digest, FileId, Span};
use gitopsc_sops::{Envelope, KeyMaterial};
use gitopsc_yaml::Origins;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An encrypted file that was opened.
#[derive(Clone, Debug)]
pub struct OpenedFile {
    /// Where it is: the beginning of a file, or a value that holds an encrypted file.
    pub place: Span,
    /// The digest of its encrypted bytes.
    pub digest: Digest<FileContent>,
    /// What keys for its secrets are derived from.
    pub key: KeyMaterial,
    /// What lets others derive them.
    pub envelope: Envelope,
}

/// The encrypted files that were opened, found by the origins of secret text.
///
/// The ids in [`Origins`] are those of the running compilation and mean nothing but here: they are no ids of
/// [`crate::FileTable`].
#[derive(Clone, Debug, Default)]
pub struct OpenedFiles(BTreeMap<FileId, Arc<OpenedFile>>);

impl OpenedFiles {
    pub(crate) fn new(files: impl IntoIterator<Item = (FileId, Arc<OpenedFile>)>) -> OpenedFiles {
        OpenedFiles(files.into_iter().collect())
    }

    /// Whether nothing was decrypted: then nothing in the compilation is secret.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, by digest.
    #[must_use]
    pub fn all(&self) -> Vec<&OpenedFile> {
        let mut files: Vec<&OpenedFile> = self.0.values().map(Arc::as_ref).collect();
        files.sort_by_key(|file| (file.digest, file.place));
        files
    }

    /// The same with the places that `renumbered` makes of theirs.
    pub(crate) fn placed(mut self, renumbered: impl Fn(Span) -> Span) -> OpenedFiles {
        for file in self.0.values_mut() {
            let place = renumbered(file.place);
            Arc::make_mut(file).place = place;
        }
        self
    }

    /// The files that a secret came from, in the order in which their keys are joined: that of their digests.
    #[must_use]
    pub fn of(&self, origins: &Origins) -> Vec<&OpenedFile> {
        let mut files: Vec<&OpenedFile> = origins
            .files()
            .filter_map(|file| self.0.get(&file).map(Arc::as_ref))
            .collect();
        files.sort_by_key(|file| file.digest);
        files.dedup_by_key(|file| file.digest);
        files
    }

    /// What keys for a secret of these origins are derived from; nothing if one of its files is not known.
    #[must_use]
    pub fn material(&self, origins: &Origins) -> Option<KeyMaterial> {
        if origins.files().any(|file| !self.0.contains_key(&file)) {
            return None;
        }
        KeyMaterial::of_all(self.of(origins).into_iter().map(|file| &file.key))
    }
}
