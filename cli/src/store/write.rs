//! Storing what was compiled.

use super::{name, unusable};
use crate::build::print;
use crate::codes;
use crate::compile::{Compiled, Outcome, is_in_a_layer};
use gitopsc_compiler::Meaning;
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::store::{self, Blobs};
use gitopsc_core::Diagnostic;
use gitopsc_host::oci::{Artifact, Layout, Part};
use std::path::Path;

/// Stores what was compiled in the folder `directory`, unless anything of it failed, and prints its digest.
pub fn write(directory: &Path, compiled: &Compiled<'_>, findings: &mut Vec<Diagnostic>) -> Outcome {
    let compilation = compiled.compilation;
    let unusable = findings.iter().any(Diagnostic::is_error);
    if compilation.meaning == Meaning::Nothing || compilation.failed() || unusable {
        return Outcome::HeldBack;
    }
    let derived = derive(compilation, compiled.pool);
    let cycles = derived.diagnostics.into_iter().filter(Diagnostic::is_error);
    let before = findings.len();
    findings.extend(cycles);
    if findings.len() > before {
        return Outcome::HeldBack;
    }
    let stored = match store::write(compilation, &derived.graph) {
        Err(problem) => Err(unsealed(&problem)),
        Ok((blobs, root)) => put(directory, compiled, blobs).map(|()| root),
    };
    let failure = match stored {
        Err(problem) => Some(problem),
        Ok(root) => print(format!("{root}\n").as_bytes()),
    };
    match failure {
        None => Outcome::Written,
        Some(failure) => {
            findings.push(failure);
            Outcome::Unwritable
        }
    }
}

fn put(directory: &Path, compiled: &Compiled<'_>, blobs: Blobs) -> Result<(), Diagnostic> {
    if is_in_a_layer(directory, compiled) {
        let message = format!("{} lies in a layer", directory.display());
        let refused = Diagnostic::error(codes::STORE_UNUSABLE, message).refusal();
        return Err(refused.hint("a store is no manifest: name a folder beside the layers"));
    }
    let layout = Layout::create(directory).map_err(|error| unusable(&error))?;
    let units = blobs.units.into_iter();
    let artifact = Artifact {
        kind: Some(store::KIND.to_owned()),
        config: Part {
            media_type: store::GRAPH.to_owned(),
            title: None,
            bytes: blobs.graph,
        },
        layers: units
            .map(|(path, bytes)| Part {
                media_type: store::UNIT.to_owned(),
                title: Some(path.0.as_str().to_owned()),
                bytes,
            })
            .collect(),
    };
    let stored = layout.put(
        &name::of(&compiled.paths.root, &compiled.compilation.root),
        &artifact,
    );
    stored.map(|_| ()).map_err(|error| unusable(&error))
}

fn unsealed(problem: &store::Unsealable) -> Diagnostic {
    let diagnostic = Diagnostic::error(codes::STORE_UNUSABLE, problem.to_string());
    diagnostic.hint("this is a mistake of gitopsc; nothing was stored, since it would be readable")
}
