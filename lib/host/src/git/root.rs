//! Where a Git work tree begins.

use std::fs;
use std::path::{Path, PathBuf};

/// The nearest directory from `directory` upwards that holds `.git`; `directory` is absolute.
///
/// `.git` is a folder with a `HEAD`, as Git makes it, or a file, as in submodules and linked work trees.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let folder = tempfile::tempdir()?;
/// let below = folder.path().join("cluster/apps");
/// std::fs::create_dir_all(&below)?;
/// std::fs::write(folder.path().join(".git"), "gitdir: ../elsewhere\n")?;
/// assert_eq!(gitopsc_host::git_root(&below).as_deref(), Some(folder.path()));
/// # Ok(()) }
/// ```
#[must_use]
pub fn git_root(directory: &Path) -> Option<PathBuf> {
    let mut upwards = directory.ancestors();
    upwards
        .find(|candidate| holds_git(candidate))
        .map(Path::to_path_buf)
}

fn holds_git(directory: &Path) -> bool {
    let git = directory.join(".git");
    match fs::metadata(&git) {
        Ok(found) if found.is_dir() => fs::symlink_metadata(git.join("HEAD")).is_ok(),
        found => found.is_ok_and(|found| found.is_file()),
    }
}
