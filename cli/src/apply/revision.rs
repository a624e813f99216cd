//! Which commit is applied, and whether it may come after the one before.

use crate::codes;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_host::{History, Relation, git_root};
use std::path::Path;

/// A commit that may be applied.
#[derive(Debug, Default, PartialEq)]
pub struct Revision {
    /// What is to be recorded of it.
    pub recorded: EcoString,
    /// What there is to say of how it comes to the one before.
    pub finding: Option<Diagnostic>,
}

/// The commit that the work tree around `root` stands on, after the one that was `recorded` before, which is empty where
/// none was. Anything goes where going back is `allowed`.
///
/// # Errors
/// A diagnostic, if a later commit than this was recorded.
pub fn of(root: &Path, recorded: &str, allowed: bool) -> Result<Revision, Box<Diagnostic>> {
    let history = git_root(root).and_then(|root| History::open(&root).ok());
    let head = history.as_ref().and_then(History::head);
    if recorded.is_empty() || allowed {
        return Ok(Revision::plain(head.as_deref().unwrap_or_default()));
    }
    match (history, head) {
        (Some(history), Some(head)) => after(recorded, &head, history.relation(recorded)),
        _ => Ok(outside(recorded)),
    }
}

fn after(recorded: &str, head: &str, relation: Relation) -> Result<Revision, Box<Diagnostic>> {
    let finding = match relation {
        Relation::Same | Relation::After => return Ok(Revision::plain(head)),
        Relation::Before => {
            let message = format!("{recorded} was applied before, which comes after {head}");
            let finding = Diagnostic::error(codes::ROLLBACK_REFUSED, message).refusal();
            let hint = "--rollback applies the earlier one all the same";
            return Err(Box::new(finding.hint(hint)));
        }
        Relation::Apart => {
            let message = format!(
                "{recorded} was applied before, and {head} does not come after it: what it changed is undone"
            );
            let finding = Diagnostic::warning(codes::REVISION_APART, message);
            finding.hint(
                "merge it or rebase on it, unless it was replaced on purpose; --rollback says so",
            )
        }
        Relation::Unknown => {
            let message = format!(
                "{recorded} was applied before, and whether {head} comes after it is not known: the repository does not have all that lies between"
            );
            let finding = Diagnostic::warning(codes::REVISION_UNKNOWN, message);
            finding.hint("fetch the whole history (`git fetch --unshallow`, `fetch-depth: 0`); if the commit was removed on purpose, --rollback says so")
        }
    };
    Ok(Revision {
        recorded: head.into(),
        finding: Some(finding),
    })
}

/// What is applied outside of Git leaves recorded which commit was the last.
fn outside(recorded: &str) -> Revision {
    let message = format!(
        "{recorded} was applied before, and whether this comes after it is not known: it is not in a work tree of Git"
    );
    let finding = Diagnostic::warning(codes::REVISION_UNKNOWN, message);
    let hint = "apply from a clone of the repository; --rollback forgets the commit";
    Revision {
        recorded: recorded.into(),
        finding: Some(finding.hint(hint)),
    }
}

impl Revision {
    fn plain(head: &str) -> Revision {
        Revision {
            recorded: head.into(),
            finding: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Revision, after, outside};
    use crate::codes;
    use gitopsc_host::Relation;

    #[test]
    fn only_what_comes_before_is_refused_and_only_what_comes_after_goes_without_a_word() {
        for relation in [Relation::Same, Relation::After] {
            assert_eq!(after("a", "b", relation), Ok(Revision::plain("b")));
        }
        let refused = after("a", "b", Relation::Before).unwrap_err();
        assert_eq!(refused.code, codes::ROLLBACK_REFUSED);
        for (relation, code) in [
            (Relation::Apart, codes::REVISION_APART),
            (Relation::Unknown, codes::REVISION_UNKNOWN),
        ] {
            let revision = after("a", "b", relation).unwrap();
            assert_eq!(revision.recorded, "b");
            assert_eq!(revision.finding.unwrap().code, code);
        }
    }

    #[test]
    fn outside_of_git_the_last_commit_stays_recorded() {
        let revision = outside("a");
        assert_eq!(revision.recorded, "a");
        assert_eq!(revision.finding.unwrap().code, codes::REVISION_UNKNOWN);
    }
}
