//! The read-only view of a tree of files: the only input of the compiler.

use crate::path::TreePath;
use std::fmt;
use std::sync::Arc;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link with its target as written, `/`-separated.
    Symlink(String),
    /// A Git submodule, a socket, a device: there, but not to be read.
    Other,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name, without a slash.
    pub name: String,
    /// What it is; links are not followed.
    pub entry: Entry,
}

/// A path that is there and could not be read. Absence is no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The path.
    pub path: TreePath,
    /// Why, in the words of the system.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}", self.path, self.reason)
    }
}

impl std::error::Error for Fault {}

/// A tree of files, frozen or not: a folder, a Git tree, a map in memory.
///
/// The three verbs do not follow symbolic links in the last segment of a path; a path whose inner
/// segments are links is the caller's to resolve. What is absent is `None`; what is there and cannot be
/// read is a [`Fault`].
pub trait SourceTree: Sync {
    /// What stands at `path`.
    ///
    /// # Errors
    /// The path is there and cannot be looked at.
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault>;

    /// The names in the directory `path`, ascending by bytes; nothing if it is not a directory.
    ///
    /// # Errors
    /// The directory is there and cannot be listed.
    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault>;

    /// The bytes of the file `path`; nothing if it is not a file.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault>;
}

/// A tree in memory, for tests and generated input.
///
/// ```
/// use gitopsc_core::{tree::MemoryTree, Entry, SourceTree, TreePath};
/// let tree = MemoryTree::new([("apps/web/kustomization.yaml", "namePrefix: a-\n")]);
/// assert_eq!(tree.kind(&TreePath::new("apps")).unwrap(), Some(Entry::Directory));
/// assert_eq!(tree.kind(&TreePath::new("nothing")).unwrap(), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: std::collections::BTreeMap<TreePath, Arc<[u8]>>,
    links: std::collections::BTreeMap<TreePath, String>,
}

impl MemoryTree {
    /// A tree of these files.
    pub fn new<P: AsRef<str>, C: AsRef<[u8]>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> MemoryTree {
        MemoryTree {
            files: files
                .into_iter()
                .map(|(path, content)| (TreePath::new(path.as_ref()), Arc::from(content.as_ref())))
                .collect(),
            links: std::collections::BTreeMap::new(),
        }
    }

    /// The same tree with a symbolic link at `path`.
    #[must_use]
    pub fn with_link(mut self, path: &str, target: &str) -> MemoryTree {
        self.links.insert(TreePath::new(path), target.to_owned());
        self
    }

    fn is_directory(&self, path: &TreePath) -> bool {
        let below = |other: &TreePath| other != path && other.is_within(path);
        path.is_root() || self.files.keys().any(below) || self.links.keys().any(below)
    }
}

impl SourceTree for MemoryTree {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        if let Some(target) = self.links.get(path) {
            return Ok(Some(Entry::Symlink(target.clone())));
        }
        if self.files.contains_key(path) {
            return Ok(Some(Entry::File));
        }
        Ok(self.is_directory(path).then_some(Entry::Directory))
    }

    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault> {
        if self.kind(path)? != Some(Entry::Directory) {
            return Ok(None);
        }
        let depth = path.segments().count();
        let names: std::collections::BTreeSet<&str> = self
            .files
            .keys()
            .chain(self.links.keys())
            .filter(|other| other.is_within(path) && *other != path)
            .filter_map(|other| other.segments().nth(depth))
            .collect();
        let entries = names.into_iter().map(|name| {
            let entry = self.kind(&path.join(name))?.unwrap_or(Entry::Other);
            Ok(DirEntry {
                name: name.to_owned(),
                entry,
            })
        });
        entries.collect::<Result<_, Fault>>().map(Some)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault> {
        Ok(self.files.get(path).cloned())
    }
}
