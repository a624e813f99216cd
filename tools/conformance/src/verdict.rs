//! One question put to both programs, and how their answers compare.

use crate::build::{Answer, build, one_thread};
use crate::case::{Question, lines};
use crate::real::{self, Real};
use crate::tree::Tree;
use gitopsc_test_support::difference;
use gitopsc_test_support::oracle::Runner;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How the real program refuses a generator that is a program of its own, and native in ours.
const WITHOUT_KSOPS: &str = "unable to load external plugin 'ksops'";

/// How two answers compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both print the same.
    Same,
    /// Both refuse.
    BothRefuse,
    /// The real one would need a program for what ours does itself.
    NeedsProgram,
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
            Verdict::Same | Verdict::BothRefuse | Verdict::NeedsProgram => Ok(()),
            Verdict::Differ(_, how) => Err(how),
        }
    }
}

/// Asks both programs.
///
/// # Errors
/// The real one cannot be asked.
pub fn verdict(kustomize: &Runner, tree: &Tree, question: &Question) -> Result<Verdict, String> {
    let ours = ours(tree, question);
    let real = real::ask(kustomize, tree, question)?;
    Ok(compare(real, ours))
}

/// Whether both programs still disagree in the way `kind`. The real one is only asked if our answer allows it.
#[must_use]
pub fn still(kind: Disagreement, kustomize: &Runner, tree: &Tree, question: &Question) -> bool {
    let ours = ours(tree, question);
    let possible = match (kind, &ours) {
        (Disagreement::Text | Disagreement::OnlyRealRefuses, Ok(Answer::Printed(_))) => true,
        (Disagreement::OnlyOursRefuses, Ok(Answer::Refused(_))) => true,
        (Disagreement::Silent, Ok(Answer::Refused(findings))) => findings.is_empty(),
        (kind, Err(Panicked)) => return kind == Disagreement::Panic,
        _ => false,
    };
    if !possible {
        return false;
    }
    let verdict = real::ask(kustomize, tree, question).map(|real| compare(real, ours));
    matches!(verdict, Ok(Verdict::Differ(found, _)) if found == kind)
}

fn compare(real: Real, ours: Result<Answer, Panicked>) -> Verdict {
    let (kind, how) = match (real, ours) {
        (_, Err(Panicked)) => (Disagreement::Panic, "ours panics".to_owned()),
        (Real::Printed(real), Ok(Answer::Printed(ours))) if real == ours => return Verdict::Same,
        (Real::Printed(real), Ok(Answer::Printed(ours))) => {
            (Disagreement::Text, difference(&real, &ours))
        }
        (Real::Refused(_), Ok(Answer::Refused(findings))) if !findings.is_empty() => {
            return Verdict::BothRefuse;
        }
        (Real::Refused(_), Ok(Answer::Refused(_))) => {
            let how = "refused without an error that says why".to_owned();
            (Disagreement::Silent, how)
        }
        (Real::Printed(_), Ok(Answer::Refused(findings))) => {
            let how = format!("only ours refuses:\n{}", lines(&findings));
            (Disagreement::OnlyOursRefuses, how)
        }
        (Real::Refused(why), Ok(Answer::Printed(_))) if why.contains(WITHOUT_KSOPS) => {
            return Verdict::NeedsProgram;
        }
        (Real::Refused(why), Ok(Answer::Printed(_))) => {
            let how = format!("only the real one refuses:\n{why}");
            (Disagreement::OnlyRealRefuses, how)
        }
    };
    Verdict::Differ(kind, how)
}

/// Our build panicked; the message went to standard error.
struct Panicked;

/// Our answer.
fn ours(tree: &Tree, question: &Question) -> Result<Answer, Panicked> {
    let build = || {
        let options = question.options.clone();
        build(&tree.files, &question.directory, options, &one_thread())
    };
    catch_unwind(AssertUnwindSafe(build)).map_err(|_| Panicked)
}
