//! A whole folder in the place of an earlier one: all of the output or nothing.
//!
//! The folder belongs to the output. A new one is made beside it and takes its place in one step, so
//! nothing of an earlier output stays mixed in, and whoever looks, or is killed, finds the old or the new.
//! What gitopsc did not write is never deleted: a folder that holds such things is refused. A process that
//! is killed leaves `.NAME.gitopsc-...` beside the folder, which can be deleted.
//!
//! Nothing is forced to the disk, which would take seconds for thousands of files: after a loss of power
//! the output is made again.

use crate::output::error::OutputError;
use crate::output::files::{make_parent, place_in};
use crate::output::marker::{self, MARKER};
use crate::output::swap;
use gitopsc_core::TreePath;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many files the folder now holds, without the list of them.
    pub files: usize,
    /// Where the earlier folder is now, if it could not be deleted.
    pub left_behind: Option<PathBuf>,
}

/// Writes a folder at `directory` that holds exactly `files`, by their paths in it, and a list of them.
///
/// The folder, and the way to it, is made where it is missing. One that is there must be empty or hold
/// nothing but an earlier output; it is replaced. A symbolic link to it stays.
///
/// # Errors
/// The folder holds something else, it cannot be replaced, or a file cannot be written. What was there
/// before still is.
///
/// ```
/// use gitopsc_core::TreePath;
/// use gitopsc_host::write_folder;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let out = folder.path().join("out");
/// write_folder(&out, [(TreePath::new("apps/web/service.yaml"), "kind: Service\n")])?;
/// write_folder(&out, [(TreePath::new("apps/shop/service.yaml"), "kind: Service\n")])?;
/// assert!(out.join("apps/shop/service.yaml").exists() && !out.join("apps/web").exists());
/// # Ok(()) }
/// ```
pub fn write_folder<B: AsRef<[u8]>>(
    directory: &Path,
    files: impl IntoIterator<Item = (TreePath, B)>,
) -> Result<Written, OutputError> {
    let failed = |source| OutputError::Replace {
        directory: directory.to_owned(),
        source,
    };
    let real = real(directory)?;
    refuse_foreign(&real, directory)?;
    let new = swap::beside(&real).map_err(failed)?;
    let files = fill(new.path(), &real, files)?;
    let old = swap::put(new, &real).map_err(failed)?;
    Ok(Written {
        files,
        left_behind: old.filter(|old| !discard(old)),
    })
}

/// The path of `directory` without symbolic links; the way to it is made.
fn real(directory: &Path) -> Result<PathBuf, OutputError> {
    let failed = |source| OutputError::Replace {
        directory: directory.to_owned(),
        source,
    };
    match fs::canonicalize(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        real => return real.map_err(failed),
    }
    let absolute = std::path::absolute(directory).map_err(failed)?;
    make_parent(&absolute, &absolute)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => Ok(fs::canonicalize(parent).map_err(failed)?.join(name)),
        _ => Err(failed(io::ErrorKind::InvalidInput.into())),
    }
}

/// Refuses the folder `real` if it is not only an earlier output, or if the user is in it; `named` is how
/// the user calls it.
fn refuse_foreign(real: &Path, named: &Path) -> Result<(), OutputError> {
    let entries = marker::foreign(real)?;
    if !entries.is_empty() {
        return Err(OutputError::Foreign {
            directory: named.to_owned(),
            entries,
        });
    }
    let current = std::env::current_dir().and_then(fs::canonicalize);
    match current {
        Ok(current) if current.starts_with(real) => Err(OutputError::Current {
            directory: named.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Writes `files` and the list of them into the folder `new`, which is to become `directory`; returns how
/// many.
fn fill<B: AsRef<[u8]>>(
    new: &Path,
    directory: &Path,
    files: impl IntoIterator<Item = (TreePath, B)>,
) -> Result<usize, OutputError> {
    let mut written = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for (path, bytes) in files {
        if path.as_str() == MARKER || path.as_str().contains(['\n', '\r']) {
            return Err(OutputError::Path { path });
        }
        let (place, shown) = (place_in(new, &path)?, place_in(directory, &path)?);
        if let Some(folder) = path.parent()
            && folders.insert(folder)
        {
            make_parent(&place, &shown)?;
        }
        write_new(&place, bytes.as_ref()).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => OutputError::Twice { path: path.clone() },
            _ => OutputError::Write {
                path: shown,
                source,
            },
        })?;
        written.insert(path);
    }
    let list = marker::text(&written);
    write_new(&new.join(MARKER), list.as_bytes()).map_err(|source| OutputError::Write {
        path: directory.join(MARKER),
        source,
    })?;
    Ok(written.len())
}

fn write_new(place: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create_new(place)?.write_all(bytes)
}

/// Deletes the earlier output; not if something else came into it meanwhile. Whether it is gone.
fn discard(old: &Path) -> bool {
    let ours = marker::foreign(old).is_ok_and(|foreign| foreign.is_empty());
    ours && fs::remove_dir_all(old).is_ok()
}
