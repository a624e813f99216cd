//! One folder in the place of another, in one step where the system has one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A new folder beside `directory` that is gone again unless it is kept.
pub(super) fn beside(directory: &Path) -> io::Result<TempDir> {
    let (parent, name) = match (directory.parent(), directory.file_name()) {
        (Some(parent), Some(name)) => (parent, name),
        _ => return Err(io::ErrorKind::ResourceBusy.into()),
    };
    // Short enough that the random part still fits into a name.
    let name: String = name.to_string_lossy().chars().take(40).collect();
    tempfile::Builder::new()
        .prefix(&format!(".{name}.gitopsc-"))
        .tempdir_in(parent)
}

/// Puts `new` in the place of `directory`; returns where the folder is now that was there.
///
/// Where two folders can be exchanged in one step, every look at `directory` finds the old or the new one.
/// Elsewhere there is a moment in which it finds nothing.
pub(super) fn put(new: TempDir, directory: &Path) -> io::Result<Option<PathBuf>> {
    match fs::metadata(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::rename(new.path(), directory)?;
            let _ = new.keep();
            return Ok(None);
        }
        found => fs::set_permissions(new.path(), found?.permissions())?,
    }
    match exchange(new.path(), directory) {
        Ok(()) => Ok(Some(new.keep())),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => move_aside(new, directory),
        Err(error) => Err(error),
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(new: &Path, directory: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, new, CWD, directory, RenameFlags::EXCHANGE) {
        // What old kernels and some file systems say to a flag they do not know.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::Unsupported.into()),
        done => Ok(done?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn move_aside(new: TempDir, directory: &Path) -> io::Result<Option<PathBuf>> {
    let aside = beside(directory)?.keep();
    // Windows moves a folder only to where nothing is.
    fs::remove_dir(&aside)?;
    fs::rename(directory, &aside)?;
    if let Err(error) = fs::rename(new.path(), directory) {
        fs::rename(&aside, directory)?;
        return Err(error);
    }
    let _ = new.keep();
    Ok(Some(aside))
}

#[cfg(test)]
mod tests {
    use super::{beside, move_aside, put};
    use std::fs;

    #[test]
    fn both_ways_leave_the_new_folder_and_return_the_old() {
        for way in [put, move_aside] {
            let parent = tempfile::tempdir().unwrap();
            let directory = parent.path().join("out");
            fs::create_dir(&directory).unwrap();
            fs::write(directory.join("old"), "").unwrap();
            let new = beside(&directory).unwrap();
            fs::write(new.path().join("new"), "").unwrap();
            let old = way(new, &directory).unwrap().unwrap();
            assert!(directory.join("new").exists() && !directory.join("old").exists());
            assert!(old.join("old").exists());
            fs::remove_dir_all(old).unwrap();
            assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
        }
    }
}
