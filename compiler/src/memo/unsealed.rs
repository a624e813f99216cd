//! What encrypted files decrypt to: each is told from others, and opened, at most once in a compilation.
//!
//! [`Memo::read`] gives the bytes as they lie in the tree, of which digests of inputs are made, so that these
//! are the same for everyone. Builds ask for [`Memo::content`] and [`Memo::documents`].

use super::{FileContent, Memo, Slot, lock};
use crate::secrets::open::{self, SealedFile};
use crate::secrets::sealed::{self, Sealed};
use crate::secrets::{OpenedFile, OpenedFiles};
use gitopsc_core::{Diagnostic, Digest, FileId, Span, TreePath};
use gitopsc_kustomize::{Content, Parsed, ReadError};
use gitopsc_sops::age_file::inner_name;
use gitopsc_sops::{Decrypted, Envelope, Error, KeyMaterial, Options};
use gitopsc_yaml::Dialect;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

type Opened<T> = OnceLock<Result<T, Box<Diagnostic>>>;

/// What is known of a file beyond its bytes.
#[derive(Default)]
pub(super) struct Unsealed {
    sealed: OnceLock<Option<Sealed>>,
    content: Opened<Content>,
    documents: Opened<SealedDocuments>,
}

/// The documents of an encrypted file.
#[derive(Clone)]
pub(crate) struct SealedDocuments {
    /// Decrypted, or passed through.
    pub(crate) parsed: Arc<Parsed>,
    /// If they are passed through: how many are left out, because nobody can say what they are.
    pub(crate) left_out: Option<usize>,
}

/// What was opened so far, files and values in them.
#[derive(Default)]
pub(super) struct Vault {
    opened: Mutex<BTreeMap<FileId, Arc<OpenedFile>>>,
    values: Mutex<BTreeMap<ValueKey, Arc<OnceLock<Value>>>>,
}

/// A value by its place and content: a place alone may be that of several, as that of a patch is.
type ValueKey = (Span, Digest<FileContent>);

/// What an encrypted file inside a value decrypts to.
type Value = Result<Option<Content>, Box<Diagnostic>>;

impl Memo<'_> {
    /// The content of the file `path`, decrypted if it is encrypted; nothing if it is no file.
    ///
    /// # Errors
    /// As [`Memo::read`], or it cannot be decrypted.
    pub fn content(&self, path: &TreePath) -> Result<Option<Content>, ReadError> {
        let Some(read) = self.read(path)? else {
            return Ok(None);
        };
        let slot = self.slot(path);
        let Some(sealed) = self.sealed(path, &slot, &read) else {
            return Ok(Some(read));
        };
        let opened = slot.unsealed.content.get_or_init(|| {
            let file = sealed_file(sealed, &read);
            let inside = self.inline(Span::new(read.file, 0));
            self.open(path, &file, |keyring, options| {
                open::content(file, inside, keyring, options)
            })
            .map(|opened| opened.unwrap_or_else(|| read.clone()))
        });
        opened.clone().map(Some).map_err(ReadError::Refused)
    }

    /// The documents of the encrypted file `path`, of which `read` is what lies in the tree; nothing if it is
    /// not encrypted. Documents that are passed through as they are were read in `dialect`.
    pub(crate) fn sealed_documents(
        &self,
        path: &TreePath,
        read: &Content,
        dialect: Dialect,
    ) -> Option<Result<SealedDocuments, Box<Diagnostic>>> {
        let slot = self.slot(path);
        let sealed = self.sealed(path, &slot, read)?;
        let file = sealed_file(sealed, read);
        let opened = slot.unsealed.documents.get_or_init(|| {
            let opened = self.open(path, &file, |keyring, options| {
                open::documents(file, keyring, options)
            })?;
            let Some(documents) = opened else {
                return Ok(self.passed(&file, read, Dialect::Kustomize));
            };
            let parsed = Parsed {
                file: read.file,
                documents: Ok(documents),
            };
            Ok(SealedDocuments {
                parsed: Arc::new(parsed),
                left_out: None,
            })
        });
        Some(match opened {
            Ok(passed) if passed.left_out.is_some() && dialect != Dialect::Kustomize => {
                Ok(self.passed(&file, read, dialect))
            }
            opened => opened.clone(),
        })
    }

    /// Opens the encrypted file that a value at `place` holds; nothing if it is none, or is passed through.
    /// `name` is the key of the value.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub(crate) fn value(&self, name: &str, bytes: &[u8], place: Span) -> Value {
        if !gitopsc_sops::may_be_encrypted(bytes) {
            return Ok(None);
        }
        let digest = Digest::of_parts([bytes]);
        let known = (place, digest);
        let once = Arc::clone(lock(&self.vault.values).entry(known).or_default());
        once.get_or_init(|| {
            let options = self.sops_options(None);
            let file = self.inline_anew(place);
            let Some(sealed) = sealed::sealed(name, bytes, file, &options) else {
                return Ok(None);
            };
            let file = SealedFile {
                sealed,
                bytes,
                file,
            };
            let opened = self.decrypted(&file, &options, |keyring, options| {
                open::content(file, file.file, keyring, options)
            })?;
            Ok(opened.map(|decrypted| {
                self.note_opened(file.file, place, digest, decrypted.key, decrypted.envelope);
                decrypted.content
            }))
        })
        .clone()
    }

    /// What was opened so far.
    pub(crate) fn opened_files(&self) -> OpenedFiles {
        let opened = lock(&self.vault.opened);
        OpenedFiles::new(opened.iter().map(|(id, file)| (*id, Arc::clone(file))))
    }

    /// What is to be said of the encrypted files that were passed through, by path.
    pub(crate) fn passed_files(&self) -> Vec<Diagnostic> {
        self.told(|_, slot| {
            let hidden = slot.unsealed.left_out()?;
            let sealed = (*slot.unsealed.sealed.get()?)?;
            let Some(Ok(Some((file, bytes)))) = slot.read.get() else {
                return None;
            };
            let file = SealedFile {
                sealed,
                bytes,
                file: *file,
            };
            Some(open::passing(&file, hidden))
        })
    }

    /// What is to be said of files that were read and seem to be encrypted, and do not say how to decrypt them.
    pub(crate) fn undetected_files(&self) -> Vec<Diagnostic> {
        self.told(|path, slot| {
            let told_apart = matches!(slot.unsealed.sealed.get(), Some(None));
            let Some(Ok(Some((file, bytes)))) = slot.read.get() else {
                return None;
            };
            if told_apart && path.name().and_then(inner_name).is_some() {
                return Some(open::no_age_file(*file));
            }
            let suspicious = told_apart && gitopsc_sops::holds_encrypted_value(bytes);
            // Those that are decrypted in the cluster say how.
            let says_how = || sealed::sealed("", bytes, *file, &self.sops_options(None)).is_some();
            (suspicious && !says_how()).then(|| open::undetected(*file))
        })
    }

    /// How `path` is encrypted, if it is and is not meant to stay so.
    fn sealed(&self, path: &TreePath, slot: &Slot, read: &Content) -> Option<Sealed> {
        *slot.unsealed.sealed.get_or_init(|| {
            let name = path.name().unwrap_or_default();
            let options = self.sops_options(Some(path));
            let sealed = sealed::sealed(name, &read.bytes, read.file, &options)?;
            let raw = || {
                self.parse(read, Dialect::Kustomize)
                    .documents
                    .unwrap_or_default()
            };
            let stays = matches!(sealed, Sealed::Sops(_)) && open::are_for_the_cluster(&raw());
            (!stays).then_some(sealed)
        })
    }

    /// What `open` makes of `file`; nothing if it is passed through.
    fn open<T>(
        &self,
        path: &TreePath,
        file: &SealedFile<'_>,
        open: impl FnOnce(&gitopsc_sops::Keyring, &Options) -> Result<Decrypted<T>, Error>,
    ) -> Result<Option<T>, Box<Diagnostic>> {
        let opened = self.decrypted(file, &self.sops_options(Some(path)), open)?;
        Ok(opened.map(|decrypted| {
            let digest = self
                .digest(path)
                .unwrap_or_else(|| Digest::of_parts([file.bytes]));
            let place = Span::new(file.file, 0);
            self.note_opened(file.file, place, digest, decrypted.key, decrypted.envelope);
            decrypted.content
        }))
    }

    fn decrypted<T>(
        &self,
        file: &SealedFile<'_>,
        options: &Options,
        open: impl FnOnce(&gitopsc_sops::Keyring, &Options) -> Result<Decrypted<T>, Error>,
    ) -> Result<Option<Decrypted<T>>, Box<Diagnostic>> {
        let allowed = self.decryption.allow_encrypted;
        let keyring = match self.decryption.keyring() {
            Some(keyring) => keyring,
            None if allowed => return Ok(None),
            None => Arc::default(),
        };
        match open(&keyring, options) {
            Ok(decrypted) => Ok(Some(decrypted)),
            Err(Error::NoKey { .. }) if allowed => Ok(None),
            Err(error) => Err(Box::new(open::refusal(file, &error))),
        }
    }

    /// The documents of a file that is passed through as it is.
    fn passed(&self, file: &SealedFile<'_>, read: &Content, dialect: Dialect) -> SealedDocuments {
        let mut parsed = self.parse(read, dialect);
        let mut left_out = 0;
        if file.sealed == Sealed::Age {
            parsed.documents = Ok(Vec::new());
            left_out = 1;
        } else if let Ok(documents) = parsed.documents {
            let (shown, hidden) = open::passed_through(documents);
            parsed.documents = Ok(shown);
            left_out = hidden;
        }
        SealedDocuments {
            parsed: Arc::new(parsed),
            left_out: Some(left_out),
        }
    }

    fn note_opened(
        &self,
        file: FileId,
        place: Span,
        digest: Digest<FileContent>,
        key: KeyMaterial,
        envelope: Envelope,
    ) {
        let opened = OpenedFile {
            place,
            digest,
            key,
            envelope,
        };
        lock(&self.vault.opened)
            .entry(file)
            .or_insert_with(|| Arc::new(opened));
    }

    fn sops_options(&self, path: Option<&TreePath>) -> Options {
        let named = &self.decryption.allow_missing_mac;
        Options {
            limits: self.limits,
            allow_missing_mac: path.is_some_and(|path| named.contains(path)),
        }
    }
}

impl Unsealed {
    /// How many documents were left out of a file that was passed through; nothing if it was not.
    fn left_out(&self) -> Option<usize> {
        let documents = match self.documents.get() {
            Some(Ok(documents)) => documents.left_out,
            _ => None,
        };
        let content = match self.content.get() {
            Some(Ok(content)) if content.secret.is_none() => Some(0),
            _ => None,
        };
        documents.or(content)
    }
}

fn sealed_file<'b>(sealed: Sealed, read: &'b Content) -> SealedFile<'b> {
    SealedFile {
        sealed,
        bytes: &read.bytes,
        file: read.file,
    }
}
