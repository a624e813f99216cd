//! From the directory that the user names to a source tree and a target in it.

use crate::codes;
use gitopsc_core::{Diagnostic, TreePath};
use crate::folder::{FolderTree, git_root};
use gitopsc_kustomize::remote;
use std::io;
use std::path::{Path, PathBuf};

/// A source tree and what is to be built in it.
pub struct Source {
    /// The tree.
    pub tree: FolderTree,
    /// The directory to build.
    pub target: TreePath,
    /// The work tree of Git that holds it.
    pub git_root: Option<PathBuf>,
}

/// Finds `directory` on this host. The root of its tree is `source_root`, else that of its Git work tree,
/// else the directory itself.
///
/// # Errors
/// What the user named is not there, is no directory, or lies outside of `source_root`.
pub fn locate(directory: &Path, source_root: Option<&Path>) -> Result<Source, Box<Diagnostic>> {
    let target = open(directory)?;
    let git_root = git_root(target.root());
    let tree = match source_root {
        Some(root) => Some(open(root)?),
        None => git_root.as_deref().map(open).transpose()?,
    };
    let Some(tree) = tree else {
        return Ok(Source {
            tree: target,
            target: TreePath::root(),
            git_root: None,
        });
    };
    let Ok(below) = target.root().strip_prefix(tree.root()) else {
        return Err(Box::new(outside(directory, &tree)));
    };
    let target = below
        .components()
        .map(|component| component.as_os_str().to_string_lossy())
        .fold(TreePath::root(), |path, name| path.join(&name));
    Ok(Source {
        tree,
        target,
        git_root,
    })
}

fn open(directory: &Path) -> Result<FolderTree, Box<Diagnostic>> {
    FolderTree::new(directory).map_err(|error| Box::new(unusable(directory, &error)))
}

fn unusable(directory: &Path, error: &io::Error) -> Diagnostic {
    let shown = directory.display();
    if remote::classify(&directory.to_string_lossy()).is_some() {
        let message = format!("`{shown}` is remote, and nothing is fetched");
        return Diagnostic::error(codes::TARGET_UNUSABLE, message)
            .usage()
            .hint("clone the repository, and name the directory in the clone");
    }
    let (message, hint) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("`{shown}` does not exist"),
            "name a directory with a kustomization or a cluster",
        ),
        io::ErrorKind::NotADirectory => (
            format!("`{shown}` is not a directory"),
            "name the directory that holds the kustomization",
        ),
        _ => {
            let message = format!("`{shown}` cannot be read: {error}");
            let diagnostic = Diagnostic::error(codes::TARGET_UNUSABLE, message);
            return diagnostic.io().hint("check its permissions");
        }
    };
    Diagnostic::error(codes::TARGET_UNUSABLE, message).usage().hint(hint)
}

fn outside(directory: &Path, tree: &FolderTree) -> Diagnostic {
    let message = format!(
        "`{}` is not below {}, the root of the source",
        directory.display(),
        tree.root().display()
    );
    Diagnostic::error(codes::TARGET_UNUSABLE, message)
        .usage()
        .hint("let --source-root name a directory above it")
}
