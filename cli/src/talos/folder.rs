//! The folder of the bundles: where it is, and what lies in it.

use super::choice::unusable;
use crate::codes;
use crate::compile::{Compiled, is_in_a_layer};
use gitopsc_compiler::bundle::{Index, index};
use gitopsc_compiler::talos::settings::Problem;
use gitopsc_core::{Diagnostic, SourceTree as _, TreePath};
use gitopsc_host::FolderTree;
use std::path::{Path, PathBuf};

/// The folder that was named, or that `gitopsc.yaml` names.
pub fn named(given: Option<&Path>, compiled: &Compiled<'_>) -> Option<PathBuf> {
    let compilation = compiled.compilation;
    let cluster = compiled.paths.root.join(compilation.root.as_str());
    let set = compilation.talos.output.as_ref();
    let set = set.map(|output| cluster.join(TreePath::new(&output.text).as_str()));
    given.map(Path::to_owned).or(set)
}

/// The folder to write to.
///
/// # Errors
/// There is none, or it lies in a layer.
pub fn to_write(given: Option<&Path>, compiled: &Compiled<'_>) -> Result<PathBuf, Box<Diagnostic>> {
    let Some(output) = named(given, compiled) else {
        return Err(unusable(&Problem {
            message: "nothing says where the bundles go".to_owned(),
            hint: "name a folder with --output, or as `talos.output` in gitopsc.yaml".to_owned(),
        }));
    };
    if is_in_a_layer(&output, compiled) {
        let problem = Problem::in_a_layer(&output.display().to_string());
        return Err(unusable(&problem));
    }
    Ok(output)
}

/// The index of what lies in `folder`; nothing if there is none.
///
/// # Errors
/// It cannot be read, or is that of another layer.
pub fn index(folder: &Path, layer: &str) -> Result<Option<Index>, Box<Diagnostic>> {
    let Ok(tree) = FolderTree::new(folder) else {
        return Ok(None);
    };
    let path = folder.join(index::FILE);
    let unreadable = |reason: &str| {
        let message = format!("{} cannot be understood: {reason}", path.display());
        refused(
            message,
            "delete the folder to cut the bundles anew, or name another",
        )
    };
    let bytes = tree
        .read(&TreePath::new(index::FILE))
        .map_err(|fault| unreadable(&fault.reason))?;
    let Some(bytes) = bytes else { return Ok(None) };
    let index = Index::read(&bytes).map_err(|reason| unreadable(&reason))?;
    if index.layer == layer {
        return Ok(Some(index));
    }
    let message = format!(
        "{} holds the bundles of the layer `{}`",
        folder.display(),
        index.layer
    );
    Err(refused(
        message,
        "name another folder: each layer has one of its own",
    ))
}

fn refused(message: String, hint: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::BUNDLE_INDEX_UNUSABLE, message).refusal();
    Box::new(diagnostic.hint(hint))
}
