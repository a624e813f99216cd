//! One question put to both programs, and how their answers compare.

use crate::build::{Answer, build, one_thread};
use crate::case::{Question, lines};
use crate::real::{self, Real};
use crate::tree::Tree;
use gitopsc_test_support::difference;
use gitopsc_test_support::oracle::Runner;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How two answers compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both print the same.
    Same,
    /// Both refuse.
    BothRefuse,
    /// They do not agree.
    Differ(Disagreement, String),
}

/// In what way two answers do not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// Both print, but not the same.
    Text,
    /// Only ours refuses.
    OnlyOursRefuses,
    /// Only the real one refuses.
    OnlyRealRefuses,
    /// Ours refuses without saying why.
    Silent,
    /// Ours panics.
    Panic,
}

impl Verdict {
    /// Agreement of either kind.
    ///
    /// # Errors
    /// How they differ.
    pub fn agreement(self) -> Result<(), String> {
        match self {
            Verdict::Same | Verdict::BothRefuse => Ok(()),
            Verdict::Differ(_, how) => Err(how),
        }
    }
}

/// Asks both programs.
///
/// # Errors
/// The real one cannot be asked.
pub fn verdict(kustomize: &Runner, tree: &Tree, question: &Question) -> Result<Verdict, String> {
    let real = real::ask(kustomize, tree, question)?;
    let Ok(ours) = catch_unwind(AssertUnwindSafe(|| ours(tree, question))) else {
        return Ok(Verdict::Differ(
            Disagreement::Panic,
            "ours panics".to_owned(),
        ));
    };
    Ok(match (real, ours) {
        (Real::Printed(real), Answer::Printed(ours)) if real == ours => Verdict::Same,
        (Real::Printed(real), Answer::Printed(ours)) => {
            Verdict::Differ(Disagreement::Text, difference(&real, &ours))
        }
        (Real::Refused(_), Answer::Refused(findings)) if !findings.is_empty() => {
            Verdict::BothRefuse
        }
        (Real::Refused(_), Answer::Refused(_)) => Verdict::Differ(
            Disagreement::Silent,
            "refused without an error that says why".to_owned(),
        ),
        (Real::Printed(_), Answer::Refused(findings)) => {
            let how = format!("only ours refuses:\n{}", lines(&findings));
            Verdict::Differ(Disagreement::OnlyOursRefuses, how)
        }
        (Real::Refused(why), Answer::Printed(_)) => {
            let how = format!("only the real one refuses:\n{why}");
            Verdict::Differ(Disagreement::OnlyRealRefuses, how)
        }
    })
}

/// Our answer.
#[must_use]
pub fn ours(tree: &Tree, question: &Question) -> Answer {
    build(
        &tree.files,
        &question.directory,
        question.options.clone(),
        &one_thread(),
    )
}
