//! Several files in a folder that others use too.

use crate::names;
use crate::output::error::OutputError;
use crate::output::file::write_beside;
use gitopsc_core::TreePath;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes `files` into the folder `directory`, by their paths in it; what else is in it stays.
///
/// All files are made beside their places first and then put there one by one: an error in writing leaves
/// everything as it was, and each file is whole at any moment. Of two with one path the later one stays.
///
/// # Errors
/// A path leads out of `directory`, or something cannot be written.
///
/// ```
/// use gitopsc_core::TreePath;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let file = (TreePath::new("v1_service_web.yaml"), "kind: Service\n");
/// gitopsc_host::write_files(folder.path(), [file])?;
/// assert!(folder.path().join("v1_service_web.yaml").exists());
/// # Ok(()) }
/// ```
pub fn write_files<B: AsRef<[u8]>>(
    directory: &Path,
    files: impl IntoIterator<Item = (TreePath, B)>,
) -> Result<(), OutputError> {
    let mut staged = Vec::new();
    for (path, bytes) in files {
        let place = place_in(directory, &path)?;
        make_parent(&place, &place)?;
        let (file, target) =
            write_beside(&place, bytes.as_ref()).map_err(|source| OutputError::Write {
                path: place,
                source,
            })?;
        // Closed, since a process can have only so many files open.
        staged.push((file.into_temp_path(), target));
    }
    for (file, target) in staged {
        file.persist(&target).map_err(|failed| OutputError::Write {
            path: target,
            source: failed.error,
        })?;
    }
    Ok(())
}

/// Where the output file `path` belongs on this host.
pub(super) fn place_in(directory: &Path, path: &TreePath) -> Result<PathBuf, OutputError> {
    let within = path.is_within(&TreePath::root()) && !path.is_root();
    let place = within.then(|| names::host_path(directory, path)).flatten();
    place.ok_or_else(|| OutputError::Path { path: path.clone() })
}

/// Makes the folder that `file` belongs in; `shown` is the file in the words of an error.
pub(super) fn make_parent(file: &Path, shown: &Path) -> Result<(), OutputError> {
    let Some(parent) = file.parent() else {
        return Ok(());
    };
    fs::create_dir_all(parent).map_err(|source| OutputError::MakeFolder {
        path: shown.parent().unwrap_or(shown).to_owned(),
        source,
    })
}
