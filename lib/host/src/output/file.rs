//! One file in the place of another.

use crate::output::error::OutputError;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of files begin that are not in their places yet.
pub(crate) const TEMPORARY: &str = ".gitopsc-";

/// Writes `bytes` to the file `path`: it then holds them all, or what it held before.
///
/// The bytes are on the disk before the file is replaced. Permissions are kept, and a symbolic link to a
/// file stays one. What is no file, such as a pipe or `/dev/null`, is written to as it is.
///
/// # Errors
/// The file or the folder that it is in cannot be written.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("manifests.yaml");
/// gitopsc_host::write_file(&path, b"a: 1\n")?;
/// assert_eq!(std::fs::read(&path)?, b"a: 1\n");
/// # Ok(()) }
/// ```
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let write = || match fs::metadata(path) {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            OpenOptions::new().write(true).open(path)?.write_all(bytes)
        }
        _ => {
            let (file, target) = write_beside(path, bytes)?;
            file.as_file().sync_all()?;
            file.persist(target)?;
            Ok(())
        }
    };
    write().map_err(|source| OutputError::Write {
        path: path.to_owned(),
        source,
    })
}

/// A file with `bytes` beside the one that it is to replace, and where that is: at `path`, or where a
/// link there leads to.
pub(crate) fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<(NamedTempFile, PathBuf)> {
    let existing = existing(path)?;
    let target = existing.as_ref().map_or(path, |(target, _)| target);
    let folder = match target.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Err(io::ErrorKind::IsADirectory.into()),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    if existing.is_none() {
        like_any_file(&mut builder);
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some((_, permissions)) = &existing {
        file.as_file().set_permissions(permissions.clone())?;
    }
    Ok((file, target.to_owned()))
}

/// The file that `path` leads to, if there is one, and its permissions.
fn existing(path: &Path) -> io::Result<Option<(PathBuf, Permissions)>> {
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    if !found.is_file() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if found.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is write-protected",
        ));
    }
    Ok(Some((fs::canonicalize(path)?, found.permissions())))
}

/// Gives the file the permissions that the user wants for new files; else only they could read it.
#[cfg(unix)]
fn like_any_file(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn like_any_file(_: &mut tempfile::Builder<'_, '_>) {}
