//! From the directory that the user names to a source tree and a target in it.

use crate::codes;
use gitopsc_core::Diagnostic;
use gitopsc_host::{Place, PlaceError};
use gitopsc_kustomize::remote;
use std::io;
use std::path::Path;

/// Finds `directory` on this host.
///
/// # Errors
/// Why nothing can be built there.
pub fn locate(directory: &Path, source_root: Option<&Path>) -> Result<Place, Box<Diagnostic>> {
    Place::find(directory, source_root).map_err(|error| Box::new(unusable(&error)))
}

fn unusable(error: &PlaceError) -> Diagnostic {
    match error {
        PlaceError::Open { path, source } => unopened(path, source),
        PlaceError::Outside { .. } => usage(
            error.to_string(),
            "let --source-root name a directory above it",
        ),
        PlaceError::NotUnicode { .. } => {
            usage(error.to_string(), "rename it, or the folder it is in")
        }
    }
}

fn unopened(path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    if remote::classify(&path.to_string_lossy()).is_some() {
        return usage(
            format!("`{shown}` is remote, and nothing is fetched"),
            "clone the repository, and name the directory in the clone",
        );
    }
    match error.kind() {
        io::ErrorKind::NotFound => usage(
            format!("`{shown}` does not exist"),
            "name a directory with a kustomization or a cluster",
        ),
        io::ErrorKind::NotADirectory => usage(
            format!("`{shown}` is not a directory"),
            "name the directory that holds the kustomization",
        ),
        _ => {
            let message = format!("`{shown}` cannot be read: {error}");
            let diagnostic = Diagnostic::error(codes::TARGET_UNUSABLE, message);
            diagnostic.io().hint("check its permissions")
        }
    }
}

fn usage(message: String, hint: &str) -> Diagnostic {
    Diagnostic::error(codes::TARGET_UNUSABLE, message)
        .usage()
        .hint(hint)
}
