//! Where a build takes place: the source root, and the target seen from it.
//!
//! The source root is the one given, else the Git root above the target, else the target itself.

use crate::folder::FolderTree;
use crate::git::git_root;
use crate::names;
use gitopsc_core::TreePath;
use std::io;
use std::path::{Path, PathBuf};

/// The source tree of a build and the directory in it that is meant.
///
/// ```
/// use gitopsc_core::TreePath;
/// use gitopsc_host::Place;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let repository = tempfile::tempdir()?;
/// let web = repository.path().join("cluster/apps/web");
/// std::fs::create_dir_all(&web)?;
/// std::fs::write(repository.path().join(".git"), "gitdir: ../elsewhere\n")?;
/// let place = Place::find(&web, None)?;
/// assert_eq!(place.target, TreePath::new("cluster/apps/web"));
/// assert_eq!(place.git_root.as_deref(), Some(place.tree.root()));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Place {
    /// The source root.
    pub tree: FolderTree,
    /// The directory meant, in the source tree.
    pub target: TreePath,
    /// The root of the Git work tree that the directory lies in, whether or not it is the source root.
    pub git_root: Option<PathBuf>,
}

/// A directory cannot be built from.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// A given directory is not there, is none, or cannot be looked at.
    #[error("cannot open the directory {}", path.display())]
    Open {
        /// The path as given.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The directory meant lies outside of the given source root.
    #[error("{} is not within the source root {}", directory.display(), source_root.display())]
    Outside {
        /// The directory as given.
        directory: PathBuf,
        /// The source root as given.
        source_root: PathBuf,
    },
    /// The way from the source root to the directory has names that are no Unicode.
    #[error("the path of {} is not UTF-8", directory.display())]
    NotUnicode {
        /// The directory as given.
        directory: PathBuf,
    },
}

impl Place {
    /// The place of `directory`, with the source root that was given, if one was.
    ///
    /// Symbolic links in both paths are followed first, as Kustomize does: a link to a cluster in another
    /// repository means that repository.
    ///
    /// # Errors
    /// One of the two cannot be opened, or `directory` lies outside of `source_root`.
    pub fn find(directory: &Path, source_root: Option<&Path>) -> Result<Place, PlaceError> {
        let meant = open(directory)?;
        let git_root = git_root(meant.root());
        let tree = match (source_root, &git_root) {
            (Some(given), _) => open(given)?,
            (None, Some(git_root)) => open(git_root)?,
            (None, None) => meant.clone(),
        };
        let below = meant.root().strip_prefix(tree.root());
        let below = below.map_err(|_| PlaceError::Outside {
            directory: directory.to_owned(),
            source_root: source_root.unwrap_or(tree.root()).to_owned(),
        })?;
        let target = names::tree_path(below).ok_or_else(|| PlaceError::NotUnicode {
            directory: directory.to_owned(),
        })?;
        Ok(Place {
            tree,
            target,
            git_root,
        })
    }
}

fn open(path: &Path) -> Result<FolderTree, PlaceError> {
    FolderTree::new(path).map_err(|source| PlaceError::Open {
        path: path.to_owned(),
        source,
    })
}
