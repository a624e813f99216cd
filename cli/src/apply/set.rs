//! Which set, as the command line and the directory say.

use crate::arguments::SetArguments;
use crate::cluster::set::named;
use gitopsc_compiler::Compilation;
use gitopsc_core::Diagnostic;
use gitopsc_reconciler::set::SetName;
use std::path::Path;

/// The set that `arguments` name, or else the directory.
pub fn name(
    arguments: &SetArguments,
    compilation: &Compilation,
    root: &Path,
) -> Result<SetName, Box<Diagnostic>> {
    let directory = root.join(compilation.root.as_str());
    let of_directory = directory
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let given = arguments.set.clone();
    let name = given.or(of_directory).unwrap_or_default();
    named(&name, &arguments.records.set_namespace)
}
