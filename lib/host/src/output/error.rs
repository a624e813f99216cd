//! What keeps output from being written, and what to do about it.

use gitopsc_core::TreePath;
use gitopsc_core::words::some_of;
use std::io;
use std::path::PathBuf;

/// How many entries a message names.
const SHOWN: usize = 5;

/// Output was not written; what was there before still is.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder for files cannot be made.
    #[error("cannot make the folder {}", path.display())]
    MakeFolder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is in the folder cannot be told.
    #[error("cannot look through {}", directory.display())]
    Look {
        /// The folder.
        directory: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds what no earlier output into it wrote.
    #[error("{} holds what gitopsc did not write: {}", directory.display(), some_of(entries, SHOWN))]
    Foreign {
        /// The folder.
        directory: PathBuf,
        /// All that is foreign in it; folders end in a slash.
        entries: Vec<String>,
    },
    /// The folder is the current one or holds it, and would be gone from under the user.
    #[error("{} is the current directory or holds it, and cannot be replaced", directory.display())]
    Current {
        /// The folder.
        directory: PathBuf,
    },
    /// No new folder can be put in the place of the old one.
    #[error("cannot put a new folder in the place of {}", directory.display())]
    Replace {
        /// The folder.
        directory: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No file of the output can have this path: it leads out of the folder, or has a name that this host
    /// does not allow or that gitopsc needs.
    #[error("no file of the output can be called {path}")]
    Path {
        /// The path in the output.
        path: TreePath,
    },
    /// Two files of the output would be one on this host.
    #[error("two files of the output would both be {path}")]
    Twice {
        /// The path in the output.
        path: TreePath,
    },
}

impl OutputError {
    /// What the user can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            OutputError::Write { .. } | OutputError::MakeFolder { .. } => {
                "check the permissions and the space that is left, or name another output"
            }
            OutputError::Look { .. } => {
                "check that it is a folder and its permissions, or name another one"
            }
            OutputError::Foreign { .. } => {
                "name a folder that is empty or does not exist, or move these files away"
            }
            OutputError::Current { .. } => "name a folder in it",
            OutputError::Replace { .. } => {
                "name a folder in it: the output is made beside the folder and takes its place, \
                 which a mount point or a write-protected parent does not allow"
            }
            OutputError::Path { .. } => "rename the unit or the object that the file is for",
            OutputError::Twice { .. } => {
                "rename one of the units or objects; many hosts do not tell capital letters from small ones"
            }
        }
    }
}
