//! What Git ignores in a work tree: the rules of all `.gitignore` files on the way down from its root,
//! of `.git/info/exclude`, and of the user's own file.
//!
//! Rules are read when a path is first asked for, never by walking the tree. Tracked files are never
//! ignored, as with Git; the index is read when the first path is found to match a rule.

use super::error::{GitError, reason, source};
use super::handles::Handles;
use crate::folder::FolderTree;
use crate::names;
use gitopsc_core::{Fault, TreePath};
use gix::bstr::BStr;
use gix::ignore::Search;
use gix::index::entry::Mode;
use gix::open::{Permissions, permissions};
use gix::sec::Permission;
use gix::worktree::Stack;
use gix::worktree::stack::state::ignore::Source;
use gix::{Repository, ThreadSafeRepository};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Whose Git configuration counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// That of the repository alone.
    OfRepository,
    /// Also that of the system and of the user, found by `HOME` and `XDG_CONFIG_HOME`, with the user's
    /// file of ignored paths.
    OfUser,
}

/// What Git ignores, for the paths of one [`FolderTree`].
///
/// ```no_run
/// use gitopsc_core::TreePath;
/// use gitopsc_host::{Configuration, FolderTree, Ignored};
/// let tree = FolderTree::new("/home/me/infrastructure".as_ref())?;
/// let git = Ignored::open(tree.root(), &tree, Configuration::OfUser)?;
/// let ignored = |path: &TreePath, directory: bool| git.is_ignored(path, directory);
/// # let _ = ignored;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Ignored {
    repository: ThreadSafeRepository,
    handles: Handles<Rules>,
    work_tree: TreePath,
    source_root: TreePath,
    tracked: OnceLock<Option<gix::worktree::Index>>,
    faults: Mutex<BTreeMap<TreePath, String>>,
}

/// The rules that hold in the directory that was asked for last.
struct Rules {
    repository: Repository,
    stack: Stack,
}

impl Ignored {
    /// What is ignored in the work tree at `git_root`, told for paths of `tree`.
    ///
    /// # Errors
    /// There is no repository, or the rules outside of the work tree cannot be read.
    pub fn open(
        git_root: &Path,
        tree: &FolderTree,
        configuration: Configuration,
    ) -> Result<Ignored, GitError> {
        let cannot_open = |source| GitError::Open {
            repository: git_root.to_owned(),
            source,
        };
        let real = fs::canonicalize(git_root).map_err(|error| cannot_open(error.into()))?;
        let opened = gix::open_opts(&real, options(configuration));
        let repository = opened.map_err(|error| cannot_open(source(&error)))?;
        let shared = repository.clone().into_sync();
        let rules = rules(repository).map_err(|error| GitError::Ignored {
            repository: git_root.to_owned(),
            source: source(&error),
        })?;
        Ok(Ignored {
            repository: shared,
            handles: Handles::new(rules),
            work_tree: absolute(&real),
            source_root: absolute(tree.root()),
            tracked: OnceLock::new(),
            faults: Mutex::default(),
        })
    }

    /// Whether Git ignores `path`, which is a `directory` or not: it matches the rules and is neither
    /// tracked nor, being a directory, holds what is tracked. Outside of the work tree nothing is ignored.
    #[must_use]
    pub fn is_ignored(&self, path: &TreePath, directory: bool) -> bool {
        let absolute = self.source_root.join(path.as_str());
        if absolute == self.work_tree || !absolute.is_within(&self.work_tree) {
            return false;
        }
        let relative = absolute.relative_to(&self.work_tree);
        match self.matches(&relative, directory) {
            Ok(matches) => matches && !self.is_tracked(&relative, directory),
            Err(error) => {
                self.remember(path.parent().unwrap_or_else(TreePath::root), error);
                false
            }
        }
    }

    /// What could not be read so far: directories whose rules are unknown, so that nothing in them was
    /// taken as ignored, and the index, without which nothing is known to be tracked.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = |(path, reason): (&TreePath, &String)| Fault {
            path: path.clone(),
            reason: reason.clone(),
        };
        faults.iter().map(fault).collect()
    }

    fn matches(&self, relative: &TreePath, directory: bool) -> Result<bool, String> {
        let mode = if directory { Mode::DIR } else { Mode::FILE };
        let made = || {
            let made = rules(self.repository.to_thread_local());
            made.map_err(|error| reason(&error))
        };
        let matches = self.handles.with(made, |rules| {
            let (stack, objects) = (&mut rules.stack, &rules.repository.objects);
            let place = stack.at_path(Path::new(relative.as_str()), Some(mode), objects);
            place.map(|place| place.is_excluded())
        })?;
        matches.map_err(|error| error.to_string())
    }

    fn is_tracked(&self, relative: &TreePath, directory: bool) -> bool {
        let Some(index) = self.tracked.get_or_init(|| self.read_index()) else {
            return false;
        };
        let path: &BStr = relative.as_str().into();
        if directory {
            index.path_is_directory(path)
        } else {
            index.entry_range(path).is_some()
        }
    }

    fn read_index(&self) -> Option<gix::worktree::Index> {
        let index = self.repository.to_thread_local().try_index();
        index.unwrap_or_else(|error| {
            let git = self.work_tree.join(".git");
            self.remember(git.relative_to(&self.source_root), reason(&error));
            None
        })
    }

    fn remember(&self, path: TreePath, reason: String) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.entry(path).or_insert(reason);
    }
}

/// How the repository is opened to find the rules.
fn options(configuration: Configuration) -> gix::open::Options {
    let options = super::options();
    if configuration == Configuration::OfRepository {
        return options;
    }
    let mut permissions = Permissions::isolated();
    permissions.env.home = Permission::Allow;
    permissions.env.xdg_config_home = Permission::Allow;
    permissions.config = permissions::Config {
        env: false,
        ..permissions::Config::all()
    };
    options.permissions(permissions)
}

fn rules(repository: Repository) -> Result<Rules, gix::Error> {
    // An index would be asked for `.gitignore` files that a sparse checkout left out.
    let no_index = gix::index::State::new(repository.object_hash());
    let source = Source::WorktreeThenIdMappingIfNotSkipped;
    // The library would take the root itself for ignored by a `*` outside of the work tree, and with it
    // all that a `.gitignore` takes back. This rule matches the root alone.
    let not_the_root = Search::from_overrides(["!/"], Default::default());
    let stack = repository.excludes(&no_index, Some(not_the_root), source)?;
    let stack = stack.detach();
    Ok(Rules { repository, stack })
}

/// A real path of this host as a path below the root of all file systems.
fn absolute(path: &Path) -> TreePath {
    TreePath::new(&names::path_text(path))
}
