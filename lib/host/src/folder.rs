//! A folder of this host as a source tree.
//!
//! It does not remember anything: the compiler's memo does. It must not know what is in the files.

use crate::names;
use gitopsc_core::{DirEntry, Entry, Fault, SourceTree, TreePath};
use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes that a file may have: places in it are told in 32 bits.
const MAX_FILE: u64 = u32::MAX as u64;

/// A folder of this host.
///
/// It may be left upwards by `..`, as bases outside of it are. Names that are no Unicode are listed as
/// [`Entry::Other`], with U+FFFD for what cannot be said; so are links with such a target.
///
/// ```
/// use gitopsc_core::{Entry, SourceTree, TreePath};
/// use gitopsc_host::FolderTree;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("a.yaml"), "a: 1\n")?;
/// let tree = FolderTree::new(folder.path())?;
/// assert_eq!(tree.kind(&TreePath::new("a.yaml"))?, Some(Entry::File));
/// assert_eq!(tree.read(&TreePath::new("a.yaml"))?.as_deref(), Some(&b"a: 1\n"[..]));
/// assert_eq!(tree.read(&TreePath::new("b.yaml"))?, None);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct FolderTree {
    root: PathBuf,
}

impl FolderTree {
    /// The folder `root`, with all symbolic links in its path followed.
    ///
    /// # Errors
    /// Nothing is there, it is no folder, or it cannot be looked at.
    pub fn new(root: &Path) -> io::Result<FolderTree> {
        let root = fs::canonicalize(root)?;
        if !fs::metadata(&root)?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        Ok(FolderTree { root })
    }

    /// The real, absolute path of the folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The same as text, `/`-separated on every host; what is no Unicode is replaced.
    #[must_use]
    pub fn root_text(&self) -> String {
        names::path_text(&self.root)
    }

    /// Where `path` is on this host; nothing if no file of this host can have such a name.
    #[must_use]
    pub fn host_path(&self, path: &TreePath) -> Option<PathBuf> {
        names::host_path(&self.root, path)
    }

    fn answer<T>(
        &self,
        path: &TreePath,
        look: impl FnOnce(&Path) -> io::Result<Option<T>>,
    ) -> Result<Option<T>, Fault> {
        let Some(host) = self.host_path(path) else {
            return Ok(None);
        };
        match look(&host) {
            Err(error) if is_absence(&error) => Ok(None),
            answer => answer.map_err(|error| Fault {
                path: path.clone(),
                reason: error.to_string(),
            }),
        }
    }
}

impl SourceTree for FolderTree {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        self.answer(path, |host| {
            let file_type = fs::symlink_metadata(host)?.file_type();
            entry(file_type, || host.to_path_buf()).map(Some)
        })
    }

    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault> {
        self.answer(path, list)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault> {
        self.answer(path, |host| {
            let metadata = fs::symlink_metadata(host)?;
            if !metadata.is_file() {
                return Ok(None);
            }
            read(host, metadata.len()).map(Some)
        })
    }
}

/// Whether `error` says that nothing is there: no such name, no such directory, no possible name.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
    )
}

fn entry(file_type: FileType, host: impl FnOnce() -> PathBuf) -> io::Result<Entry> {
    Ok(if file_type.is_symlink() {
        names::link_text(fs::read_link(host())?).map_or(Entry::Other, Entry::Symlink)
    } else if file_type.is_dir() {
        Entry::Directory
    } else if file_type.is_file() {
        Entry::File
    } else {
        Entry::Other
    })
}

fn list(host: &Path) -> io::Result<Option<Vec<DirEntry>>> {
    // Listing would follow a link.
    if !fs::symlink_metadata(host)?.is_dir() {
        return Ok(None);
    }
    let mut entries = Vec::new();
    for found in fs::read_dir(host)? {
        match dir_entry(&found?) {
            Err(error) if is_absence(&error) => {}
            entry => entries.push(entry?),
        }
    }
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(entries))
}

fn dir_entry(found: &fs::DirEntry) -> io::Result<DirEntry> {
    Ok(match found.file_name().into_string() {
        Ok(name) => DirEntry {
            name,
            entry: entry(found.file_type()?, || found.path())?,
        },
        Err(name) => DirEntry {
            name: name.to_string_lossy().into_owned(),
            entry: Entry::Other,
        },
    })
}

/// The bytes of the file at `host`, which had `len` bytes a moment ago, read to where they stay.
fn read(host: &Path, len: u64) -> io::Result<Arc<[u8]>> {
    let len = match usize::try_from(len) {
        Ok(fits) if len <= MAX_FILE => fits,
        _ => return Err(io::Error::new(ErrorKind::FileTooLarge, "larger than 4 GiB")),
    };
    let mut file = File::open(host)?;
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, len).collect();
    let place = Arc::get_mut(&mut bytes).expect("nobody else has it yet");
    let filled = fill(&mut file, place)?;
    let mut rest = Vec::new();
    if filled == len {
        // `take` keeps the standard library from asking for the size again.
        file.take(MAX_FILE).read_to_end(&mut rest)?;
    }
    if filled == len && rest.is_empty() {
        return Ok(bytes);
    }
    Ok([&bytes[..filled], &rest].concat().into())
}

fn fill(file: &mut File, place: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < place.len() {
        match file.read(&mut place[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_file_is_read_whole_whatever_its_size_was_a_moment_ago() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a: 1\n").unwrap();
        for len in [0, 3, 5, 9] {
            assert_eq!(&*read(file.path(), len).unwrap(), b"a: 1\n", "{len}");
        }
        assert!(read(file.path(), 1 << 33).is_err());
    }
}
