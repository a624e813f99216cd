//! A folder as a source tree.

use gitopsc_core::{DirEntry, Entry, Fault, SourceTree, TreePath};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder of the host, entered at its root.
pub struct FolderTree {
    root: PathBuf,
}

impl FolderTree {
    /// The tree of this folder.
    pub fn new(root: &Path) -> std::io::Result<FolderTree> {
        let root = root.canonicalize()?;
        if !root.is_dir() { return Err(ErrorKind::NotADirectory.into()); }
        Ok(FolderTree { root })
    }
    /// Root.
    pub fn root(&self) -> &Path { &self.root }
    /// Text.
    pub fn root_text(&self) -> String { self.root.to_string_lossy().into_owned() }

    fn host(&self, path: &TreePath) -> PathBuf {
        self.root.join(path.as_str())
    }
}

fn fault(path: &TreePath, error: &std::io::Error) -> Fault {
    Fault {
        path: path.clone(),
        reason: error.to_string(),
    }
}

fn absent<T>(path: &TreePath, result: std::io::Result<T>) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(fault(path, &error)),
    }
}

fn entry(path: &Path, kind: std::fs::FileType) -> Entry {
    if kind.is_symlink() {
        let target = std::fs::read_link(path).unwrap_or_default();
        Entry::Symlink(target.to_string_lossy().into_owned())
    } else if kind.is_dir() {
        Entry::Directory
    } else if kind.is_file() {
        Entry::File
    } else {
        Entry::Other
    }
}

impl SourceTree for FolderTree {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        let host = self.host(path);
        let found = absent(path, host.symlink_metadata())?;
        Ok(found.map(|data| entry(&host, data.file_type())))
    }

    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault> {
        let Some(listing) = absent(path, std::fs::read_dir(self.host(path)))? else {
            return Ok(None);
        };
        let mut entries = Vec::new();
        for found in listing {
            let found = found.map_err(|error| fault(path, &error))?;
            let kind = found.file_type().map_err(|error| fault(path, &error))?;
            entries.push(DirEntry {
                name: found.file_name().to_string_lossy().into_owned(),
                entry: entry(&found.path(), kind),
            });
        }
        Ok(Some(entries))
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault> {
        Ok(absent(path, std::fs::read(self.host(path)))?.map(Arc::from))
    }
}

/// Git root.
pub fn git_root(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|path| path.join(".git").exists()).map(Path::to_owned)
}
