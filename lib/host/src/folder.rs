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

/// Files with fewer bytes than this, as most have, are read in one call.
const SMALL: usize = 4 << 10;

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
        self.answer(path, |host| match open(host)? {
            Some((file, len)) => contents(file, len).map(Some),
            None => Ok(None),
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

/// The file at `host` and how many bytes it has; nothing if something else is there, be it a link to a file.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn open(host: &Path) -> io::Result<Option<(File, u64)>> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    // Asking what stands there before opening it would look the path up twice.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match openat(CWD, host, OFlags::RDONLY | flags, Mode::empty()) {
        Ok(opened) => File::from(opened),
        // A link, a socket, or a directory that may not be listed cannot be opened so, and is no file.
        Err(error) if is_absence(&error.into()) || fs::symlink_metadata(host)?.is_file() => {
            return Err(error.into());
        }
        Err(_) => return Ok(None),
    };
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}

/// The file at `host` and how many bytes it has; nothing if something else is there, be it a link to a file.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn open(host: &Path) -> io::Result<Option<(File, u64)>> {
    let metadata = fs::symlink_metadata(host)?;
    if !metadata.is_file() {
        return Ok(None);
    }
    Ok(Some((File::open(host)?, metadata.len())))
}

/// All that is in `file`, which had `len` bytes a moment ago.
fn contents(file: File, len: u64) -> io::Result<Arc<[u8]>> {
    let len = match usize::try_from(len) {
        Ok(fits) if len <= MAX_FILE => fits,
        _ => return Err(io::Error::new(ErrorKind::FileTooLarge, "larger than 4 GiB")),
    };
    if len < SMALL {
        small(file, len)
    } else {
        large(file, len)
    }
}

/// With room for more than `file` has, one call tells its bytes and its end.
fn small(mut file: File, len: usize) -> io::Result<Arc<[u8]>> {
    let mut room = [0; SMALL];
    let filled = read(&mut file, &mut room)?;
    if filled == len {
        return Ok(Arc::from(&room[..filled]));
    }
    rest(file, &room[..filled])
}

/// Reads `file` to where its bytes stay.
fn large(mut file: File, len: usize) -> io::Result<Arc<[u8]>> {
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, len).collect();
    let place = Arc::get_mut(&mut bytes).expect("nobody else has it yet");
    let filled = fill(&mut file, place)?;
    if filled < len {
        return Ok(Arc::from(&bytes[..filled]));
    }
    let mut more = [0; 1];
    match read(&mut file, &mut more)? {
        0 => Ok(bytes),
        _ => rest(file, &[&bytes[..], &more].concat()),
    }
}

/// `begun` and all that is left in `file`.
fn rest(file: File, begun: &[u8]) -> io::Result<Arc<[u8]>> {
    let mut bytes = begun.to_vec();
    // `take` keeps the standard library from asking for the size again.
    file.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// Fills `place` as far as `file` goes.
fn fill(file: &mut File, place: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < place.len() {
        match read(file, &mut place[filled..])? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

/// One reading that was not interrupted.
fn read(file: &mut File, place: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(place) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SMALL, contents};
    use std::fs::File;

    #[test]
    fn a_file_is_read_whole_whatever_its_size_was_a_moment_ago() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |len: usize| contents(File::open(file.path()).unwrap(), len as u64);
        for size in [0, 5, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL] {
            let text = vec![b'a'; size];
            std::fs::write(file.path(), &text).unwrap();
            for len in [0, 3, size.saturating_sub(1), size, size + 1, 4 * SMALL] {
                assert_eq!(&*read(len).unwrap(), text, "{size} {len}");
            }
        }
        assert!(read(1 << 33).is_err());
    }
}
