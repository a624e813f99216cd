//! Which set, as the command line and the directory say.

use crate::arguments::SetArguments;
use crate::codes;
use gitopsc_compiler::Compilation;
use gitopsc_core::Diagnostic;
use gitopsc_engine::applyset::is_set_name;
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
    if !is_set_name(&name) {
        let message = format!("`{name}` cannot be the name of a set");
        let hint = "name one with --set: at most 63 letters, digits, `-`, `_` and `.`";
        return Err(Box::new(
            Diagnostic::error(codes::SET_UNUSABLE, message)
                .usage()
                .hint(hint),
        ));
    }
    Ok(SetName {
        name: name.into(),
        namespace: arguments.set_namespace.as_str().into(),
    })
}
