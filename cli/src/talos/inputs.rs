//! The files that `gitopsc talos check` is given beside the cluster.

use crate::arguments::TalosCheckArguments;
use crate::compile::Beside;
use gitopsc_compiler::codes;
use gitopsc_core::{Diagnostic, SourceTree as _, TreePath};
use gitopsc_host::FolderTree;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files, and which of them are what.
pub struct Inputs {
    /// Machine configurations, then patches, then values.
    pub files: Vec<Beside>,
    /// How many there are of the first two.
    pub counts: Counts,
}

/// How many files there are.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Machine configurations.
    pub configurations: usize,
    /// Patches.
    pub patches: usize,
}

impl Inputs {
    /// Reads all of them, and says which cannot be read.
    pub fn read(arguments: &TalosCheckArguments) -> (Inputs, Vec<Diagnostic>) {
        let (mut files, mut unreadable) = (Vec::new(), Vec::new());
        let named = [
            &arguments.machine_config,
            &arguments.config_patch,
            &arguments.values,
        ];
        for path in named.into_iter().flatten() {
            match read(path) {
                Ok(bytes) => files.push(Beside {
                    path: path.clone(),
                    bytes,
                }),
                Err(reason) => unreadable.push(missing(path, &reason)),
            }
        }
        let counts = Counts {
            configurations: arguments.machine_config.len(),
            patches: arguments.config_patch.len(),
        };
        (Inputs { files, counts }, unreadable)
    }
}

fn read(path: &Path) -> Result<Arc<[u8]>, String> {
    let (folder, name) = match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.as_os_str().is_empty() => (PathBuf::from("."), name),
        (Some(parent), Some(name)) => (parent.to_owned(), name),
        _ => return Err("it is no file".to_owned()),
    };
    let tree = FolderTree::new(&folder).map_err(|error| error.to_string())?;
    let bytes = tree
        .read(&TreePath::new(&name.to_string_lossy()))
        .map_err(|fault| fault.reason)?;
    bytes.ok_or_else(|| "it does not exist".to_owned())
}

fn missing(path: &Path, reason: &str) -> Diagnostic {
    let message = format!("{} cannot be read: {reason}", path.display());
    Diagnostic::error(codes::UNREADABLE, message)
        .io()
        .hint("check the path and the permissions")
}
