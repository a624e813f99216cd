//! The memo: each path of the source tree is asked for at most once in a compilation.
//!
//! What was answered first is what everybody sees, so that a compilation is a function of one state of
//! the tree even while files change. An answer that follows from another is not asked for: what a listing
//! shows, what a read proves.
//!
//! Ids of files are given in the order in which threads happen to ask. Nothing in a build may depend on
//! them, and at the end [`crate::files`] renumbers all spans by path; so the result does not depend on the
//! number of threads.

mod record;
mod unsealed;

pub use record::Recorded;

use crate::secrets::Decryption;
use gitopsc_core::links::{self, Lead};
use gitopsc_core::{
    Digest, DigestOf, DirEntry, EcoString, Entry, Fault, FileId, SourceTree, Span, TreePath,
};
use gitopsc_kustomize::{Bytes, Content, Parsed, ReadError};
use gitopsc_yaml::{Dialect, Document, Limits, ParseError};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use unsealed::{Unsealed, Vault};

/// The lowest id of text that stands inside a value of another file.
const FIRST_INLINE: u32 = 1 << 31;

/// Marks the digest of a file's bytes.
#[derive(Clone, Copy, Debug)]
pub struct FileContent;

impl DigestOf for FileContent {
    const LABEL: &'static str = "gitopsc.dev/file/v1";
}

/// A path that spans may point to.
#[derive(Clone, Debug)]
pub(crate) struct KnownFile {
    /// Its id during the compilation.
    pub(crate) id: FileId,
    /// The path.
    pub(crate) path: TreePath,
    /// Its bytes, if it was read.
    pub(crate) bytes: Option<Arc<[u8]>>,
}

/// A source tree that answers each question once and remembers.
pub struct Memo<'t> {
    tree: &'t dyn SourceTree,
    root: Option<EcoString>,
    limits: Limits,
    slots: RwLock<Slots>,
    next_file: AtomicU32,
    inlines: Mutex<Inlines>,
    decryption: &'t Decryption<'t>,
    vault: Vault,
}

/// A file's id and its bytes.
type FileBytes = (FileId, Arc<[u8]>);
type Answer<T> = OnceLock<Result<Option<T>, Fault>>;

/// What is known, by path.
#[derive(Default)]
struct Slots {
    /// For look-ups only, which are many.
    by_path: HashMap<TreePath, Arc<Slot>>,
    /// All of them, as they came.
    all: Vec<(TreePath, Arc<Slot>)>,
}

/// All that is known of one path.
#[derive(Default)]
struct Slot {
    kind: Answer<Entry>,
    list: Answer<Arc<[DirEntry]>>,
    read: Answer<FileBytes>,
    id: OnceLock<FileId>,
    digest: OnceLock<Digest<FileContent>>,
    parsed: Mutex<ParsedOnce>,
    configuration: OnceLock<Arc<Parsed>>,
    unsealed: Unsealed,
}

/// The documents of a file, kept as long as somebody is expected to ask for them.
#[derive(Default)]
struct ParsedOnce {
    documents: Option<Arc<Parsed>>,
    expected: u32,
}

/// Places of values that hold text which was parsed on its own.
#[derive(Default)]
struct Inlines {
    ids: BTreeMap<Span, FileId>,
    places: Vec<Span>,
}

impl<'t> Memo<'t> {
    /// A memo of `tree` that knows nothing yet; `root` is the absolute path of the tree's root, where it has one.
    #[must_use]
    pub fn new(
        tree: &'t dyn SourceTree,
        root: Option<EcoString>,
        limits: Limits,
        decryption: &'t Decryption<'t>,
    ) -> Memo<'t> {
        Memo {
            tree,
            root,
            limits,
            slots: RwLock::default(),
            next_file: AtomicU32::new(0),
            inlines: Mutex::default(),
            decryption,
            vault: Vault::default(),
        }
    }

    /// Where `path` leads once its links are followed.
    ///
    /// # Errors
    /// Something on the way is there and cannot be looked at.
    pub fn follow(&self, path: &TreePath) -> Result<Lead, Fault> {
        links::follow(|path| self.kind(path), self.root.as_deref(), path)
    }

    /// Where `relative` leads, seen from `directory`, to which no link leads, once its links are followed.
    ///
    /// # Errors
    /// As [`Memo::follow`].
    pub fn follow_from(&self, directory: &TreePath, relative: &str) -> Result<Lead, Fault> {
        let kind = |path: &TreePath| self.kind(path);
        links::follow_from(kind, self.root.as_deref(), directory, relative)
    }

    /// What stands at `path`; links are not followed.
    ///
    /// # Errors
    /// It is there and cannot be looked at.
    pub fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        let slot = self.slot(path);
        slot.kind
            .get_or_init(|| match self.implied_kind(path, &slot) {
                Some(known) => Ok(known),
                None => self.tree.kind(path),
            })
            .clone()
    }

    /// The names in the directory `path`, ascending by bytes; nothing if it is no directory.
    ///
    /// # Errors
    /// It is there and cannot be listed.
    pub fn list(&self, path: &TreePath) -> Result<Option<Arc<[DirEntry]>>, Fault> {
        let ask = || {
            let mut entries = self.tree.list(path)?;
            if let Some(entries) = &mut entries {
                entries.sort_by(|a, b| a.name.cmp(&b.name));
            }
            Ok(entries.map(Arc::from))
        };
        self.slot(path).list.get_or_init(ask).clone()
    }

    /// The content of the file `path` as it lies in the tree; nothing if it is no file.
    ///
    /// # Errors
    /// It is there and cannot be read, or it was there and is gone.
    pub fn read(&self, path: &TreePath) -> Result<Option<Content>, Fault> {
        let slot = self.slot(path);
        let answer = slot.read.get_or_init(|| self.read_now(path, &slot));
        let content = |(file, bytes): &FileBytes| Content {
            file: *file,
            bytes: Bytes::Plain(Arc::clone(bytes)),
            secret: None,
        };
        Ok(answer.clone()?.as_ref().map(content))
    }

    /// The documents of the file `path` in Kustomize's dialect, decrypted if it is encrypted.
    ///
    /// They are kept while [`Memo::expect`] foretold more questions; the last one gets the only
    /// reference. Whoever comes unexpected has them parsed anew from the remembered bytes.
    ///
    /// # Errors
    /// As [`Memo::content`].
    pub fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, ReadError> {
        let Some(content) = self.read(path)? else {
            return Ok(None);
        };
        if let Some(opened) = self.sealed_documents(path, &content, Dialect::Kustomize) {
            let parsed = opened.map(|documents| Some(documents.parsed));
            return parsed.map_err(ReadError::Refused);
        }
        let slot = self.slot(path);
        let mut once = lock(&slot.parsed);
        let documents = match once.documents.take() {
            Some(documents) => documents,
            None => Arc::new(self.parse(&content, Dialect::Kustomize)),
        };
        once.expected = once.expected.saturating_sub(1);
        if once.expected > 0 {
            once.documents = Some(Arc::clone(&documents));
        }
        Ok(Some(documents))
    }

    /// Foretells `times` more questions for the documents of `path`.
    pub fn expect(&self, path: &TreePath, times: u32) {
        let slot = self.slot(path);
        let mut once = lock(&slot.parsed);
        once.expected = once.expected.saturating_add(times);
    }

    /// Parses the expected file `path` ahead of the first question for its documents.
    pub fn prepare(&self, path: &TreePath) {
        let Ok(Some(content)) = self.read(path) else {
            return;
        };
        if self
            .sealed_documents(path, &content, Dialect::Kustomize)
            .is_some()
        {
            return;
        }
        let slot = self.slot(path);
        let mut once = lock(&slot.parsed);
        if once.expected > 0 && once.documents.is_none() {
            once.documents = Some(Arc::new(self.parse(&content, Dialect::Kustomize)));
        }
    }

    /// The documents of the kustomization file `path`, whose content is `content`.
    pub fn configuration(&self, path: &TreePath, content: &Content) -> Arc<Parsed> {
        let slot = self.slot(path);
        let parse = || Arc::new(Parsed::configuration(content, &self.limits));
        Arc::clone(slot.configuration.get_or_init(parse))
    }

    /// The documents of `content`.
    #[must_use]
    pub fn parse(&self, content: &Content, dialect: Dialect) -> Parsed {
        Parsed {
            file: content.file,
            documents: parse_bytes(content, dialect, &self.limits),
        }
    }

    /// An id for text that stands at `within`; the same for the same place.
    pub fn inline(&self, within: Span) -> FileId {
        let mut inlines = lock(&self.inlines);
        if let Some(id) = inlines.ids.get(&within) {
            return *id;
        }
        let next = u32::try_from(inlines.places.len()).unwrap_or(0);
        let id = FileId(FIRST_INLINE.saturating_add(next));
        inlines.places.push(within);
        inlines.ids.insert(within, id);
        id
    }

    /// A new id for text that stands at `within`, whatever else stands there.
    fn inline_anew(&self, within: Span) -> FileId {
        let mut inlines = lock(&self.inlines);
        let next = u32::try_from(inlines.places.len()).unwrap_or(0);
        inlines.places.push(within);
        FileId(FIRST_INLINE.saturating_add(next))
    }

    /// The digest of the file `path`; nothing if it was not read.
    pub(crate) fn digest(&self, path: &TreePath) -> Option<Digest<FileContent>> {
        let slot = self.slot(path);
        let Some(Ok(Some((_, bytes)))) = slot.read.get() else {
            return None;
        };
        Some(*slot.digest.get_or_init(|| Digest::of_parts([bytes])))
    }

    /// The index into [`Memo::inline_places`] of the id of a text inside a value.
    pub(crate) fn inline_index(file: FileId) -> Option<usize> {
        let index = file.0.checked_sub(FIRST_INLINE)?;
        (file != FileId::NONE).then_some(index as usize)
    }

    /// The places of all texts inside values.
    pub(crate) fn inline_places(&self) -> Vec<Span> {
        lock(&self.inlines).places.clone()
    }

    /// A place for a diagnostic about `path` as a whole, be it a file, a directory, or unreadable.
    pub(crate) fn place(&self, path: &TreePath) -> Span {
        Span::new(self.id(&self.slot(path)), 0)
    }

    /// All paths that spans may point to, by path.
    pub(crate) fn known_files(&self) -> Vec<KnownFile> {
        self.told(|path, slot| {
            let bytes = match slot.read.get() {
                Some(Ok(Some((_, bytes)))) => Some(Arc::clone(bytes)),
                _ => None,
            };
            Some(KnownFile {
                id: *slot.id.get()?,
                path: path.clone(),
                bytes,
            })
        })
    }

    /// What `tell` has to say of what is known, by path.
    fn told<T>(&self, tell: impl Fn(&TreePath, &Slot) -> Option<T>) -> Vec<T> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let told =
            |(path, slot): &'_ (TreePath, Arc<Slot>)| Some((path.clone(), tell(path, slot)?));
        let mut told: Vec<(TreePath, T)> = slots.all.iter().filter_map(told).collect();
        told.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        told.into_iter().map(|(_, told)| told).collect()
    }

    fn id(&self, slot: &Slot) -> FileId {
        *slot
            .id
            .get_or_init(|| FileId(self.next_file.fetch_add(1, Ordering::Relaxed)))
    }

    fn slot(&self, path: &TreePath) -> Arc<Slot> {
        if let Some(slot) = self.known_slot(path) {
            return slot;
        }
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let Slots { by_path, all } = &mut *slots;
        let slot = by_path.entry(path.clone()).or_insert_with(|| {
            let slot = Arc::<Slot>::default();
            all.push((path.clone(), Arc::clone(&slot)));
            slot
        });
        Arc::clone(slot)
    }

    fn known_slot(&self, path: &TreePath) -> Option<Arc<Slot>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.by_path.get(path).cloned()
    }

    /// What stands at `path` as far as earlier answers tell.
    fn implied_kind(&self, path: &TreePath, slot: &Slot) -> Option<Option<Entry>> {
        if let Some(Ok(Some(_))) = slot.read.get() {
            return Some(Some(Entry::File));
        }
        if let Some(Ok(Some(_))) = slot.list.get() {
            return Some(Some(Entry::Directory));
        }
        let parent = self.known_slot(&path.parent()?)?;
        let Some(Ok(Some(entries))) = parent.list.get() else {
            return None;
        };
        let name = path.name()?;
        let found = entries.binary_search_by(|entry| entry.name.as_str().cmp(name));
        Some(found.ok().map(|at| entries[at].entry.clone()))
    }

    fn read_now(&self, path: &TreePath, slot: &Slot) -> Result<Option<FileBytes>, Fault> {
        let known = match slot.kind.get() {
            Some(Ok(kind)) => Some(kind.clone()),
            _ => self.implied_kind(path, slot),
        };
        if matches!(&known, Some(kind) if *kind != Some(Entry::File)) {
            return Ok(None);
        }
        match (self.tree.read(path)?, known) {
            (Some(bytes), _) => Ok(Some((self.id(slot), bytes))),
            (None, Some(Some(_))) => Err(Fault {
                path: path.clone(),
                reason: "it was there a moment ago and is gone".to_owned(),
            }),
            (None, _) => Ok(None),
        }
    }
}

fn parse_bytes(
    content: &Content,
    dialect: Dialect,
    limits: &Limits,
) -> Result<Vec<Document>, Vec<ParseError>> {
    match std::str::from_utf8(&content.bytes) {
        Ok(text) => gitopsc_yaml::parse(text, content.file, dialect, limits),
        Err(error) => Err(vec![ParseError::syntax(
            Span::new(
                content.file,
                u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX),
            ),
            "this byte is not UTF-8".to_owned(),
        )]),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
