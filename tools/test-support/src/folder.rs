//! Folders that are cases, and the files in them.

use crate::expected::expect;
use std::path::{Path, PathBuf};

/// A folder that is a test case.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Folder {
    /// The text of the file `name` in it; nothing if it is not there.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path.join(name)).ok()
    }

    /// Compares `actual` with the file `name` in it; see [`expect`].
    ///
    /// # Errors
    /// How they differ.
    pub fn expect(&self, name: &str, actual: &str) -> Result<(), String> {
        expect(&self.path.join(name), actual)
    }
}

/// The folders in `path`, by name; none if it is not there.
#[must_use]
pub fn folders(path: &Path) -> Vec<Folder> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let folder = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        entry.path().is_dir().then(|| Folder {
            name,
            path: entry.path(),
        })
    };
    let mut folders: Vec<Folder> = entries.filter_map(folder).collect();
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    folders
}

/// All files below `path` with their bytes, by their `/`-separated paths as seen from it.
#[must_use]
pub fn files(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), path.to_owned())];
    while let Some((prefix, directory)) = pending.pop() {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                pending.push((format!("{name}/"), entry.path()));
            } else if let Ok(bytes) = std::fs::read(entry.path()) {
                found.push((name, bytes));
            }
        }
    }
    found.sort();
    found
}
