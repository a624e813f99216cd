//! Which files are looked at: all of the source tree but what Git keeps for itself or ignores, and templates.

use crate::check::finding::Finding;
use crate::discover::walk::{CHART_FILE, unreadable};
use crate::memo::Memo;
use crate::options::Options;
use gitopsc_core::{DirEntry, Entry, TreePath};
use rayon::prelude::*;

/// The folder of a chart whose files are no YAML yet.
const TEMPLATES: &str = "templates";

/// What one directory holds.
#[derive(Default)]
struct Listed {
    files: Vec<TreePath>,
    below: Vec<TreePath>,
    found: Option<Finding>,
}

/// All files below the root of the tree, by path, and what cannot be listed.
pub(crate) fn all(memo: &Memo<'_>, options: &Options<'_>) -> (Vec<TreePath>, Vec<Finding>) {
    let (mut files, mut found) = (Vec::new(), Vec::new());
    let mut level = vec![TreePath::root()];
    while !level.is_empty() {
        let list = |directory: TreePath| list(memo, options, &directory);
        let listed: Vec<Listed> = level.into_par_iter().map(list).collect();
        level = Vec::new();
        for one in listed {
            files.extend(one.files);
            found.extend(one.found);
            level.extend(one.below);
        }
    }
    files.sort();
    (files, found)
}

/// The files that the compilation read.
pub(crate) fn known(memo: &Memo<'_>) -> Vec<TreePath> {
    let read = memo.known_files().into_iter();
    read.filter(|file| file.bytes.is_some())
        .map(|file| file.path)
        .collect()
}

/// Whether `path` is named as YAML, or as a kustomization.
pub(crate) fn is_yaml(path: &TreePath) -> bool {
    let name = path.name().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("yaml" | "yml")) || name == "Kustomization"
}

fn list(memo: &Memo<'_>, options: &Options<'_>, directory: &TreePath) -> Listed {
    let mut listed = Listed::default();
    let entries = match memo.list(directory) {
        Ok(entries) => entries.unwrap_or_default(),
        Err(fault) => {
            listed.found = Some(Finding::whole(unreadable(memo, &fault)));
            return listed;
        }
    };
    let chart = entries.iter().any(|entry| entry.name == CHART_FILE);
    for DirEntry { name, entry } in entries.iter() {
        let path = directory.join(name);
        let is_directory = *entry == Entry::Directory;
        let ignored = options
            .ignored
            .is_some_and(|ignored| ignored(&path, is_directory));
        match entry {
            _ if ignored || name == ".git" => {}
            Entry::Directory if chart && name == TEMPLATES => {}
            Entry::Directory => listed.below.push(path),
            Entry::File => listed.files.push(path),
            Entry::Symlink(_) | Entry::Other => {}
        }
    }
    listed
}
