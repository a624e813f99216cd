//! A layout as a whole: making it, finding it, its names.

use super::artifact::{self, Artifact, Stored};
use super::blob::BlobDigest;
use super::document::{Index, LAYOUT};
use super::error::StoreError;
use super::garbage::{self, Collected};
use crate::output::write_file;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that is an OCI image layout.
///
/// ```
/// use gitopsc_host::oci::{Artifact, Layout, Part};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let part = |text: &str| Part {
///     media_type: "text/plain".to_owned(),
///     title: None,
///     bytes: text.as_bytes().to_vec(),
/// };
/// let artifact = Artifact { kind: Some("text/plain".to_owned()), config: part("{}"), layers: vec![part("hello")] };
///
/// let layout = Layout::create(&folder.path().join("store"))?;
/// let stored = layout.put("latest", &artifact)?;
/// assert_eq!(layout.names()?, [("latest".to_owned(), stored.digest)]);
/// assert_eq!(layout.get(stored.digest)?, artifact);
/// // What is there is not written again.
/// assert_eq!(layout.put("latest", &artifact)?.written, 0);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Layout {
    directory: PathBuf,
}

impl Layout {
    /// The layout at `directory`, which is made if nothing is there.
    ///
    /// # Errors
    /// There is something else, or it cannot be written.
    pub fn create(directory: &Path) -> Result<Layout, StoreError> {
        if let Some(layout) = Layout::find(directory)? {
            return Ok(layout);
        }
        let is_empty = match fs::read_dir(directory) {
            Ok(entries) => only_unfinished(entries),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if !is_empty {
            let directory = directory.to_owned();
            return Err(StoreError::Foreign { directory });
        }
        let blobs = directory.join("blobs").join("sha256");
        fs::create_dir_all(&blobs).map_err(failed("make", &blobs))?;
        // The last: without it, what is there is no layout, and is begun again.
        write_file(&directory.join("oci-layout"), LAYOUT.as_bytes())?;
        let directory = directory.to_owned();
        Ok(Layout { directory })
    }

    /// The layout that is at `directory`.
    ///
    /// # Errors
    /// There is none, or one of another version.
    pub fn open(directory: &Path) -> Result<Layout, StoreError> {
        Layout::find(directory)?.ok_or_else(|| StoreError::None {
            directory: directory.to_owned(),
        })
    }

    /// Stores `artifact` and lets `name` name it. All other names stay as they are.
    ///
    /// # Errors
    /// Something cannot be written, or the index is none; all names are as they were then.
    pub fn put(&self, name: &str, artifact: &Artifact) -> Result<Stored, StoreError> {
        let _lock = self.lock()?;
        let before = self.index()?;
        let (descriptor, written) = artifact::put(&self.directory, artifact)?;
        let digest = descriptor.digest;
        let mut index = before.clone().unwrap_or_else(Index::empty);
        index.set(name, descriptor, artifact.kind.as_deref());
        let bytes = index.bytes();
        let changed = before.is_none_or(|before| before.bytes() != bytes);
        if changed {
            write_file(&self.index_path(), &bytes)?;
        }
        Ok(Stored {
            digest,
            written,
            changed,
        })
    }

    /// All names with the digests of the manifests that they name, by name.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn names(&self) -> Result<Vec<(String, BlobDigest)>, StoreError> {
        let names = self.index()?.map(|index| index.names());
        let names = names.unwrap_or_default().into_iter();
        Ok(names.map(|(name, entry)| (name, entry.digest)).collect())
    }

    /// The artifact whose manifest has this digest; every digest in it was checked.
    ///
    /// # Errors
    /// A part of it is not there, or damaged.
    pub fn get(&self, digest: BlobDigest) -> Result<Artifact, StoreError> {
        artifact::get(&self.directory, digest)
    }

    /// Deletes the blobs that nothing names, and what was left of writing by who was killed.
    ///
    /// # Errors
    /// What is named cannot be read, so that it is not known what has to stay; or something cannot be deleted.
    pub fn collect_garbage(&self) -> Result<Collected, StoreError> {
        let _lock = self.lock()?;
        let index = self.index()?;
        let entries = index.and_then(|index| index.descriptors());
        garbage::collect(&self.directory, entries.unwrap_or_default())
    }

    fn find(directory: &Path) -> Result<Option<Layout>, StoreError> {
        let path = directory.join("oci-layout");
        let bytes = match fs::read(&path) {
            Err(error) if is_absent(&error) => return Ok(None),
            bytes => bytes.map_err(failed("read", &path))?,
        };
        let said: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let version = said.get("imageLayoutVersion");
        let version = version.and_then(|version| version.as_str());
        let directory = directory.to_owned();
        match version {
            Some("1.0.0") => Ok(Some(Layout { directory })),
            other => Err(StoreError::Version {
                directory,
                version: other.unwrap_or("unknown").to_owned(),
            }),
        }
    }

    fn index_path(&self) -> PathBuf {
        self.directory.join("index.json")
    }

    /// The index; nothing if nothing was stored yet.
    fn index(&self) -> Result<Option<Index>, StoreError> {
        let path = self.index_path();
        let bytes = match fs::read(&path) {
            Err(error) if is_absent(&error) => return Ok(None),
            bytes => bytes.map_err(failed("read", &path))?,
        };
        match Index::read(&bytes) {
            Some(index) => Ok(Some(index)),
            None => Err(StoreError::Damaged {
                path,
                what: "it is no index".to_owned(),
            }),
        }
    }

    /// Keeps other processes from writing until it is dropped, where the system has such a thing.
    fn lock(&self) -> Result<File, StoreError> {
        let path = self.directory.join("oci-layout");
        let file = File::open(&path).map_err(failed("read", &path))?;
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)
            .map_err(|error| failed("lock", &path)(error.into()))?;
        Ok(file)
    }
}

/// Whether there is nothing but what the making of a layout leaves when it is killed.
fn only_unfinished(entries: fs::ReadDir) -> bool {
    entries.into_iter().all(|entry| {
        let name = entry.map(|entry| entry.file_name()).unwrap_or_default();
        let name = name.to_string_lossy();
        name == "blobs" || name.starts_with(crate::output::TEMPORARY)
    })
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io {
        doing,
        path,
        source,
    }
}
