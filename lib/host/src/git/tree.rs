//! The files of a revision as a source tree, read from Git's objects without a checkout.
//!
//! Contents are the stored ones: no line endings are converted and no filters run.

use super::error::{GitError, reason, source};
use super::handles::Handles;
use gitopsc_core::{DirEntry, Entry, Fault, SourceTree, TreePath};
use gix::objs::tree::EntryKind;
use gix::{ObjectId, Repository, ThreadSafeRepository};
use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

/// The files of one revision of a Git repository.
///
/// It begins at the root of the repository and cannot be left. Submodules are [`Entry::Other`], as are
/// names and link targets that are no Unicode.
///
/// ```no_run
/// use gitopsc_core::{SourceTree, TreePath};
/// use gitopsc_host::GitTree;
/// let tree = GitTree::open(".".as_ref(), "HEAD~3")?;
/// let readme = tree.read(&TreePath::new("README.md"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct GitTree {
    repository: ThreadSafeRepository,
    handles: Handles<Repository>,
    commit: ObjectId,
    root: ObjectId,
    folders: RwLock<HashMap<ObjectId, Arc<Folder>>>,
}

/// The entries of one tree object, ascending by name.
type Folder = Vec<Item>;

struct Item {
    name: String,
    kind: ItemKind,
    id: ObjectId,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ItemKind {
    File,
    Directory,
    Link,
    Other,
}

impl GitTree {
    /// The files of `revision`, said as to Git (`main`, `HEAD~3`, `origin/main`, a hash), in the repository
    /// at `repository`: a work tree, a linked one, a bare repository or a `.git` folder.
    ///
    /// Nothing but the repository's own configuration is read.
    ///
    /// # Errors
    /// There is no repository or no such revision, or the revision names no files.
    pub fn open(repository: &Path, revision: &str) -> Result<GitTree, GitError> {
        let opened = gix::open_opts(repository, super::options());
        let handle = opened.map_err(|error| GitError::Open {
            repository: repository.to_owned(),
            source: source(&error),
        })?;
        let commit = find_commit(&handle, revision).map_err(|error| GitError::Revision {
            repository: repository.to_owned(),
            revision: revision.to_owned(),
            source: source(&error),
        })?;
        let root = find_root(&handle, commit).map_err(|error| GitError::NoTree {
            repository: repository.to_owned(),
            revision: revision.to_owned(),
            source: source(&error),
        })?;
        Ok(GitTree {
            repository: handle.clone().into_sync(),
            handles: Handles::new(handle),
            commit,
            root,
            folders: RwLock::default(),
        })
    }

    /// The hash of the commit that was named; of a tree, if a tree was.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// What stands at `path`, and its object.
    fn find(&self, path: &TreePath) -> Result<Option<(ItemKind, ObjectId)>, gix::Error> {
        let mut found = (ItemKind::Directory, self.root);
        for segment in path.segments() {
            if found.0 != ItemKind::Directory {
                return Ok(None);
            }
            let folder = self.folder(found.1)?;
            let at = folder.binary_search_by(|item| item.name.as_str().cmp(segment));
            let Ok(at) = at else {
                return Ok(None);
            };
            found = (folder[at].kind, folder[at].id);
        }
        Ok(Some(found))
    }

    fn folder(&self, id: ObjectId) -> Result<Arc<Folder>, gix::Error> {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(&id) {
            return Ok(Arc::clone(folder));
        }
        drop(known);
        let folder = Arc::new(self.with_repository(|repository| items(repository, id))?);
        let mut known = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, Arc::clone(&folder));
        Ok(folder)
    }

    fn blob(&self, id: ObjectId) -> Result<Arc<[u8]>, gix::Error> {
        self.with_repository(|repository| {
            let blob = repository.find_blob(id)?;
            Ok(Arc::from(blob.data.as_slice()))
        })
    }

    fn entry(&self, kind: ItemKind, id: ObjectId) -> Result<Entry, gix::Error> {
        Ok(match kind {
            ItemKind::File => Entry::File,
            ItemKind::Directory => Entry::Directory,
            ItemKind::Other => Entry::Other,
            ItemKind::Link => match std::str::from_utf8(&self.blob(id)?) {
                Ok(target) => Entry::Symlink(target.to_owned()),
                Err(_) => Entry::Other,
            },
        })
    }

    fn entries(&self, folder: &Folder) -> Result<Vec<DirEntry>, gix::Error> {
        let entry = |item: &Item| {
            Ok(DirEntry {
                name: item.name.clone(),
                entry: self.entry(item.kind, item.id)?,
            })
        };
        folder.iter().map(entry).collect()
    }

    fn with_repository<T>(&self, work: impl FnOnce(&Repository) -> T) -> T {
        let made = || Ok::<_, Infallible>(self.repository.to_thread_local());
        match self.handles.with(made, |repository| work(repository)) {
            Ok(done) => done,
        }
    }
}

impl SourceTree for GitTree {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        let kind = || match self.find(path)? {
            None => Ok(None),
            Some((kind, id)) => self.entry(kind, id).map(Some),
        };
        kind().map_err(|error| fault(path, &error))
    }

    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault> {
        let list = || match self.find(path)? {
            Some((ItemKind::Directory, id)) => self.entries(&*self.folder(id)?).map(Some),
            _ => Ok(None),
        };
        list().map_err(|error| fault(path, &error))
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault> {
        let read = || match self.find(path)? {
            Some((ItemKind::File, id)) => self.blob(id).map(Some),
            _ => Ok(None),
        };
        read().map_err(|error| fault(path, &error))
    }
}

fn find_commit(repository: &Repository, revision: &str) -> Result<ObjectId, gix::Error> {
    let named = repository.rev_parse_single(revision)?.object()?;
    Ok(match named.kind {
        gix::object::Kind::Tag => named.peel_tags_to_end()?.id,
        _ => named.id,
    })
}

fn find_root(repository: &Repository, commit: ObjectId) -> Result<ObjectId, gix::Error> {
    Ok(repository.find_object(commit)?.peel_to_tree()?.id)
}

fn items(repository: &Repository, id: ObjectId) -> Result<Folder, gix::Error> {
    let tree = repository.find_tree(id)?;
    let mut items = Vec::new();
    for entry in tree.iter() {
        let entry = entry?;
        let (name, kind) = match std::str::from_utf8(entry.filename()) {
            Ok(name) => (name.to_owned(), kind(entry.mode().kind())),
            Err(_) => (entry.filename().to_string(), ItemKind::Other),
        };
        // Git itself refuses such names; as segments of a path they would mean something else.
        if matches!(name.as_str(), "" | "." | "..") || name.contains('/') {
            continue;
        }
        let id = entry.object_id();
        items.push(Item { name, kind, id });
    }
    // Git's own order takes directories as if their names ended in a slash.
    items.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(items)
}

fn kind(kind: EntryKind) -> ItemKind {
    match kind {
        EntryKind::Blob | EntryKind::BlobExecutable => ItemKind::File,
        EntryKind::Tree => ItemKind::Directory,
        EntryKind::Link => ItemKind::Link,
        EntryKind::Commit => ItemKind::Other,
    }
}

fn fault(path: &TreePath, error: &gix::Error) -> Fault {
    Fault {
        path: path.clone(),
        reason: reason(error),
    }
}
