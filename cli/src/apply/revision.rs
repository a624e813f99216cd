//! Which commit is applied, and whether it may come after the one before.

use crate::codes;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_host::{History, git_root};
use std::path::Path;

/// The commit that the work tree around `root` stands on; nothing where that is no work tree of Git.
///
/// # Errors
/// A diagnostic, if a later commit than this was `recorded` and going back is not `allowed`.
pub fn of(root: &Path, recorded: &str, allowed: bool) -> Result<EcoString, Box<Diagnostic>> {
    let history = git_root(root).and_then(|root| History::open(&root).ok());
    let Some(history) = history else {
        return Ok(EcoString::new());
    };
    let head = history.head().unwrap_or_default();
    if !allowed && history.is_before(recorded) == Some(true) {
        let message = format!("{recorded} was applied before, which comes after {head}");
        let finding = Diagnostic::error(codes::ROLLBACK_REFUSED, message).refusal();
        return Err(Box::new(
            finding.hint("--rollback applies the earlier one all the same"),
        ));
    }
    Ok(head.into())
}
