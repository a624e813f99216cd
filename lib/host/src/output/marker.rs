//! The list of what an output wrote into its folder.
//!
//! By it the next output tells its own files from others'. It is written last, so a folder with it is
//! whole.

use crate::folder::FolderTree;
use crate::output::error::OutputError;
use gitopsc_core::{Entry, Fault, SourceTree, TreePath};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// The file that lists what was written beside it, one path a line.
pub const MARKER: &str = ".gitopsc-output";

/// How the first line begins, in every version of gitopsc.
const WRITTEN_BY: &str = "# Written by gitopsc";

/// The text of the list of `files`.
pub(super) fn text(files: &BTreeSet<TreePath>) -> String {
    let mut text =
        format!("{WRITTEN_BY}. The next output into this folder replaces the files listed here.");
    for file in files {
        text.push('\n');
        text.push_str(file.as_str());
    }
    text.push('\n');
    text
}

/// All in `directory` that no earlier output wrote, ascending; nothing if `directory` is not there.
pub(super) fn foreign(directory: &Path) -> Result<Vec<String>, OutputError> {
    let look = || {
        let tree = FolderTree::new(directory)?;
        let foreign = listed(&tree).and_then(|listed| foreign_to(&tree, &listed));
        foreign.map_err(io::Error::other)
    };
    match look() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        found => found.map_err(|source| OutputError::Look {
            directory: directory.to_owned(),
            source,
        }),
    }
}

/// The files that the list in `tree` names, and the list itself; nothing if there is no such list.
fn listed(tree: &FolderTree) -> Result<BTreeSet<TreePath>, Fault> {
    let marker = TreePath::new(MARKER);
    let Some(bytes) = tree.read(&marker)? else {
        return Ok(BTreeSet::new());
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    if !lines
        .next()
        .is_some_and(|line| line.starts_with(WRITTEN_BY))
    {
        return Ok(BTreeSet::new());
    }
    let files = lines.map(TreePath::new).chain([marker]);
    Ok(files.collect())
}

fn foreign_to(tree: &FolderTree, listed: &BTreeSet<TreePath>) -> Result<Vec<String>, Fault> {
    let folders = folders_of(listed);
    let mut foreign = Vec::new();
    let mut pending = vec![TreePath::root()];
    while let Some(folder) = pending.pop() {
        for entry in tree.list(&folder)?.unwrap_or_default() {
            let path = folder.join(&entry.name);
            match entry.entry {
                Entry::File if listed.contains(&path) => {}
                Entry::Directory if folders.contains(&path) => pending.push(path),
                Entry::Directory => foreign.push(format!("{path}/")),
                _ => foreign.push(path.to_string()),
            }
        }
    }
    foreign.sort_unstable();
    Ok(foreign)
}

/// All folders that hold one of `files`, at any depth.
fn folders_of(files: &BTreeSet<TreePath>) -> BTreeSet<TreePath> {
    let mut folders = BTreeSet::new();
    for file in files {
        let mut folder = file.parent();
        while let Some(next) = folder {
            folder = next.parent();
            if !folders.insert(next) {
                break;
            }
        }
    }
    folders
}
