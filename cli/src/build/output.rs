//! Where manifests go: standard output, a file, a folder.

use super::documents::{self, Printed, Shown};
use super::names;
use crate::codes;
use gitopsc_compiler::{Compilation, Meaning, Unit};
use gitopsc_core::{Diagnostic, Manifest, TreePath};
use gitopsc_host::{OutputError, write_file, write_files, write_folder};
use rayon::prelude::*;
use std::error::Error as _;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes the manifests of `compilation` to `path`, or to standard output; gives what is to be told of it.
///
/// A stream or a single file holds `ordered`, all of them in the order of the output. A pipe that is closed by its
/// reader is no error.
pub fn write(
    path: Option<&Path>,
    compilation: &Compilation,
    ordered: &[&Manifest],
    shown: &Shown<'_>,
) -> Option<Diagnostic> {
    let Some(path) = path else {
        return stream(ordered, shown);
    };
    match compilation.meaning {
        Meaning::Cluster => cluster(path, compilation, shown),
        _ if path.is_dir() => folder(path, compilation, shown),
        _ => file(path, ordered, shown),
    }
}

fn stream(manifests: &[&Manifest], shown: &Shown<'_>) -> Option<Diagnostic> {
    let written = documents::write(manifests, shown, &mut io::stdout().lock());
    written.err().and_then(|error| unprinted(&error))
}

/// Writes `text` to standard output; gives what is to be told of it.
pub fn print(text: &[u8]) -> Option<Diagnostic> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text).and_then(|()| stdout.flush());
    written.err().and_then(|error| unprinted(&error))
}

/// What is to be told of a standard output that takes no more; a pipe that its reader closed is no error.
pub fn unprinted(error: &io::Error) -> Option<Diagnostic> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return None;
    }
    let message = format!("cannot write to standard output: {error}");
    let diagnostic = Diagnostic::error(codes::OUTPUT_FAILED, message).io();
    Some(diagnostic.hint("check the space that is left where it goes"))
}

fn file(path: &Path, manifests: &[&Manifest], shown: &Shown<'_>) -> Option<Diagnostic> {
    let mut text = Vec::new();
    documents::write(manifests, shown, &mut text).expect("memory takes every byte");
    write_file(path, &text).err().map(|error| unwritten(&error))
}

/// A file for each manifest of a lone kustomization, beside what else is in the folder.
fn folder(path: &Path, compilation: &Compilation, shown: &Shown<'_>) -> Option<Diagnostic> {
    let files = files(compilation, shown, |_, name| TreePath::new(name));
    write_files(path, files)
        .err()
        .map(|error| unwritten(&error))
}

/// What is told of an output in a layer.
pub fn in_a_layer(path: &Path) -> Diagnostic {
    let message = format!("{} lies in a layer", path.display());
    let diagnostic = Diagnostic::error(codes::OUTPUT_REFUSED, message).refusal();
    diagnostic.hint("the next run would take what is written there for manifests: name a place beside the layers")
}

/// A folder for each unit of a cluster, in a folder that holds nothing else.
///
/// Whoever follows the folder would delete what is no longer in it, so what only failed must not vanish.
fn cluster(path: &Path, compilation: &Compilation, shown: &Shown<'_>) -> Option<Diagnostic> {
    if compilation.failed() && holds_anything(path) {
        return Some(not_whole(path));
    }
    let files = files(compilation, shown, |unit, name| unit.path.0.join(name));
    match write_folder(path, files) {
        Err(error) => Some(unwritten(&error)),
        Ok(written) => written.left_behind.as_deref().map(left_behind),
    }
}

/// The files of all manifests, each turned into text, by what `place` makes of unit and name.
fn files(
    compilation: &Compilation,
    shown: &Shown<'_>,
    place: impl Fn(&Unit, &str) -> TreePath,
) -> Vec<(TreePath, Printed)> {
    let mut named: Vec<(TreePath, &Manifest)> = Vec::new();
    for unit in &compilation.units {
        let files = names::in_order(&unit.manifests).into_iter();
        named.extend(files.map(|(name, manifest)| (place(unit, &name), manifest)));
    }
    let file =
        |(path, manifest): (TreePath, &Manifest)| (path, documents::text(&[manifest], shown));
    named.into_par_iter().map(file).collect()
}

fn holds_anything(path: &Path) -> bool {
    std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some())
}

fn not_whole(path: &Path) -> Diagnostic {
    let message = format!(
        "{} holds an earlier output, and what failed now would vanish from it",
        path.display()
    );
    Diagnostic::error(codes::OUTPUT_REFUSED, message)
        .refusal()
        .hint("correct the errors, or name a folder that is empty or does not exist")
}

/// What is to be told of an output that was not written.
pub fn unwritten(error: &OutputError) -> Diagnostic {
    let reason = error.source().map(|reason| format!(": {reason}"));
    let message = format!("{error}{}", reason.unwrap_or_default());
    let refused = matches!(
        error,
        OutputError::Foreign { .. } | OutputError::Current { .. }
    );
    let diagnostic = if refused {
        Diagnostic::error(codes::OUTPUT_REFUSED, message).refusal()
    } else {
        Diagnostic::error(codes::OUTPUT_FAILED, message).io()
    };
    diagnostic.hint(error.hint())
}

/// What is to be told of an earlier folder that could not be deleted.
pub fn left_behind(folder: &Path) -> Diagnostic {
    let message = format!("what was there before is now in {}", folder.display());
    Diagnostic::warning(codes::OUTPUT_LEFT_BEHIND, message)
        .io()
        .hint("delete it; it could not be deleted here")
}
