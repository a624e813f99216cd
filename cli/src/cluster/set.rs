//! Names of sets, as the command line gives them.

use crate::codes;
use gitopsc_core::Diagnostic;
use gitopsc_engine::applyset::is_set_name;
use gitopsc_reconciler::set::SetName;

/// The set called `name`, whose records are in `namespace`.
pub fn named(name: &str, namespace: &str) -> Result<SetName, Box<Diagnostic>> {
    if !is_set_name(name) {
        let message = format!("`{name}` cannot be the name of a set");
        let hint = "name one with --set: at most 63 letters, digits, `-`, `_` and `.`";
        let diagnostic = Diagnostic::error(codes::SET_UNUSABLE, message).usage();
        return Err(Box::new(diagnostic.hint(hint)));
    }
    Ok(SetName {
        name: name.into(),
        namespace: namespace.into(),
    })
}
