//! The mirrors on disk: one folder for each repository and credentials, in it one bare repository or more.
//!
//! A repository that is damaged, or has become a heap of small packs, is not mended but made anew beside the old
//! one, which goes once nobody reads it any more. What is below a folder of mirrors:
//!
//! ```text
//! lock            held for a moment by whoever adds, takes or removes a mirror
//! NAME/lock       held while something is fetched into NAME
//! NAME/3          the repository
//! NAME/3.lease    locked by everybody who reads it; its time is that of the last use
//! NAME/3.bad      there if something of it could not be read
//! NAME/4.new      the next one, until all of it is there
//! removed-*       on their way out
//! ```
//!
//! All locks are the operating system's, so they end with the process that holds them.

mod bound;
mod held;

pub(super) use held::{Held, LARGEST_OBJECT};

use super::attempt::Attempt;
use super::error::SourceError;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

/// A folder of bare mirrors, one a repository and credentials. Several processes may share it.
#[derive(Debug)]
pub struct Mirrors {
    folder: PathBuf,
    limits: Limits,
}

/// What mirrors may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that all mirrors take together; those used longest ago are removed first. Those that are in
    /// use are not, so with very many of them it can be more.
    pub bytes: u64,
    /// Whether `file://` is a source: for tests.
    pub local: bool,
}

impl Default for Limits {
    /// 2 GiB, and no local sources.
    fn default() -> Limits {
        Limits {
            bytes: 2 << 30,
            local: false,
        }
    }
}

/// As long as one lives, the mirror that it is of is not removed.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Locked for as long as it is open.
    _file: Arc<File>,
}

impl Mirrors {
    /// The mirrors in `folder`, which is made, for this user alone, if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(folder: &Path, limits: Limits) -> Result<Mirrors, SourceError> {
        make(folder).map_err(disk("make", folder))?;
        let mirrors = Mirrors {
            folder: folder.to_owned(),
            limits,
        };
        mirrors.clear_away()?;
        Ok(mirrors)
    }

    /// What they may do.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Makes the next fetch into `repository` start afresh: a [`Fault`](gitopsc_core::Fault) showed that something
    /// of it cannot be read.
    pub fn distrust(&self, repository: &Path) {
        if repository.starts_with(&self.folder) {
            // Where nothing can be written, nothing can be fetched either, and that is told then.
            let _ = File::create(repository.with_extension("bad"));
        }
    }

    /// The mirror that is called `name`, for one who fetches into it: whoever else does is waited for.
    ///
    /// # Errors
    /// It was waited for too long, or the disk fails.
    pub(super) fn hold(&self, name: &str, attempt: &Attempt) -> Result<Held, SourceError> {
        let place = self.folder.join(name);
        loop {
            {
                let _alone = self.alone()?;
                make(&place).map_err(disk("make", &place))?;
                if let Some(lock) = lock(&place.join("lock"))? {
                    return Held::current(place, Arc::new(lock));
                }
            }
            thread::sleep(attempt.left()?.min(BETWEEN_LOOKS));
        }
    }

    /// Waits until nobody else adds, takes or removes a mirror. No one does so for long.
    fn alone(&self) -> Result<File, SourceError> {
        let path = self.folder.join("lock");
        let file = open(&path)?;
        file.lock().map_err(disk("lock", &path))?;
        Ok(file)
    }
}

/// How long between two looks at whether another fetch is over.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

impl Lease {
    /// A lease of the repository at `repository`, whose last use this is.
    fn new(repository: &Path) -> Result<Lease, SourceError> {
        let path = lease_of(repository);
        let file = open(&path)?;
        file.lock_shared().map_err(disk("lock", &path))?;
        file.set_modified(SystemTime::now())
            .map_err(disk("write", &path))?;
        Ok(Lease {
            _file: Arc::new(file),
        })
    }
}

fn lease_of(repository: &Path) -> PathBuf {
    repository.with_extension("lease")
}

/// The lock at `path`, unless somebody holds it.
fn lock(path: &Path) -> Result<Option<File>, SourceError> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(disk("lock", path)(error)),
    }
}

fn open(path: &Path) -> Result<File, SourceError> {
    let options = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path);
    options.map_err(disk("open", path))
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn remove(folder: &Path) -> Result<(), SourceError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk("remove", folder)(error)),
        _ => Ok(()),
    }
}

fn disk(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SourceError {
    let path = path.to_owned();
    move |source| SourceError::Disk {
        operation,
        path,
        source,
    }
}
