//! What keeps a set from being gone, as diagnostics.

use crate::cluster::findings::{kind_in, no_consent, remaining, stopped};
use crate::codes;
use gitopsc_core::Diagnostic;
use gitopsc_engine::plan::{Action, Deferral};
use gitopsc_reconciler::delete::{Deleted, Prepared};

/// What the plan leaves out, and why.
pub fn of_plan(prepared: &Prepared) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (kind, namespace, why) in prepared.observation.observed.unknown.all() {
        let name = kind_in(kind, namespace);
        let message = format!("{name}: what is there cannot be known: {why}");
        let finding = Diagnostic::error(codes::APPLY_DEFERRED, message);
        findings.push(finding.hint("delete again once it can be read"));
    }
    for step in &prepared.plan.steps {
        if let Action::Defer(Deferral::Prune(_)) = &step.action {
            let message = format!("{}: {}", step.object, step.action);
            findings.push(Diagnostic::warning(codes::APPLY_DEFERRED, message));
        }
    }
    findings.extend(no_consent(&prepared.plan));
    findings
}

/// What the run could not do.
pub fn of_run(deleted: &Deleted) -> Vec<Diagnostic> {
    let stopped = deleted.pruned.stopped.then(|| stopped("delete"));
    let remaining = remaining(&deleted.pruned);
    stopped.into_iter().chain(remaining).collect()
}
