//! A folder loaded whole: the same state of it for both programs.

use gitopsc_core::tree::MemoryTree;
use gitopsc_core::{Digest, DigestOf};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The names of a kustomization file.
const KUSTOMIZATION_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A folder with all that is in it.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What it is called in the names of tests.
    pub name: String,
    /// Where it is, for a program that reads it there.
    pub root: PathBuf,
    /// What is in it.
    pub files: MemoryTree,
    /// The digest of that.
    pub digest: Digest<Tree>,
    /// The directories that hold a kustomization, by path; `.` for the root.
    pub kustomizations: Vec<String>,
}

impl DigestOf for Tree {
    const LABEL: &'static str = "gitopsc.dev/conformance/tree/v1";
}

/// Something in a folder: the bytes of a file, or the target of a link.
enum Item {
    File(Vec<u8>),
    Link(String),
}

impl Tree {
    /// Loads the folder `root`.
    ///
    /// # Errors
    /// Something in it cannot be read.
    pub fn load(name: &str, root: &Path) -> io::Result<Tree> {
        let mut items = BTreeMap::new();
        collect(root, "", &mut items)?;
        let mut kustomizations: Vec<String> =
            items.keys().filter_map(|path| directory(path)).collect();
        kustomizations.sort();
        kustomizations.dedup();
        let parts = items.iter().flat_map(|(path, item)| match item {
            Item::File(bytes) => [path.as_bytes(), b"file", bytes],
            Item::Link(target) => [path.as_bytes(), b"link", target.as_bytes()],
        });
        let digest = Digest::of_parts(parts);
        let files = items.iter().filter_map(|(path, item)| match item {
            Item::File(bytes) => Some((path, bytes)),
            Item::Link(_) => None,
        });
        let mut tree = MemoryTree::new(files);
        for (path, item) in &items {
            if let Item::Link(target) = item {
                tree = tree.with_link(path, target);
            }
        }
        Ok(Tree {
            name: name.to_owned(),
            root: root.to_owned(),
            files: tree,
            digest,
            kustomizations,
        })
    }
}

fn collect(folder: &Path, prefix: &str, items: &mut BTreeMap<String, Item>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), items)?;
        } else if kind.is_symlink() {
            let target = std::fs::read_link(entry.path())?;
            items.insert(path, Item::Link(target.to_string_lossy().into_owned()));
        } else {
            items.insert(path, Item::File(std::fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// The directory of `path`, if that is a kustomization file.
fn directory(path: &str) -> Option<String> {
    let (directory, name) = path.rsplit_once('/').unwrap_or((".", path));
    KUSTOMIZATION_FILES
        .contains(&name)
        .then(|| directory.to_owned())
}
