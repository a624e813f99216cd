//! What went wrong with an apply, as diagnostics at the places of the objects.

use crate::codes;
use gitopsc_core::{Code, Diagnostic, Span};
use gitopsc_engine::graph::{ManifestGraph, NodeId};
use gitopsc_engine::plan::{Action, Deferral, Refusal, Step};
use gitopsc_reconciler::api::{ApiError, Class, ConnectError};
use gitopsc_reconciler::apply::{Applied, ApplyError, Prepared};
use gitopsc_reconciler::execute::Outcome;
use gitopsc_reconciler::lease::LeaseError;
use std::error::Error;

/// The system gives no means to wait for several things at once.
pub fn no_runtime(error: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("cannot start: {error}");
    Box::new(Diagnostic::error(codes::THREADS_UNAVAILABLE, message).io())
}

/// There is no way to a cluster.
pub fn no_connection(error: &ConnectError) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::CLUSTER_UNREACHABLE, chain(error)).io();
    Box::new(diagnostic.hint(
        "name a kubeconfig with --kubeconfig or KUBECONFIG, and one of its contexts with --context",
    ))
}

/// The server did not answer what everything depends on.
pub fn unreachable(error: &ApiError) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::CLUSTER_UNREACHABLE, error.chain()).io();
    Box::new(match error.class() {
        Class::Unauthorized => diagnostic.hint("the server does not know these credentials"),
        Class::Forbidden => diagnostic.hint("the records of the set have to be readable and writable: ConfigMaps and Leases in its namespace"),
        _ => diagnostic,
    })
}

/// The plan could not be carried out.
pub fn of_apply(error: &ApplyError) -> Box<Diagnostic> {
    match error {
        ApplyError::Records(error) => unreachable(error),
        ApplyError::Lease(LeaseError::Api { source, .. }) => unreachable(source),
        ApplyError::Lease(error) => {
            let finding = Diagnostic::error(codes::SET_HELD, error.to_string()).refusal();
            Box::new(finding.hint("apply again once it has ended"))
        }
    }
}

/// Nobody agreed.
pub fn not_confirmed(interactive: bool) -> Diagnostic {
    let message = "nothing was applied, because nobody agreed";
    let diagnostic = Diagnostic::error(codes::NOT_CONFIRMED, message).refusal();
    if interactive {
        return diagnostic;
    }
    diagnostic.hint("--yes applies without asking")
}

/// What the plan leaves out, and why.
pub fn of_plan(prepared: &Prepared, graph: &ManifestGraph) -> Vec<Diagnostic> {
    let steps = prepared.plan.steps.iter();
    let mut findings: Vec<Diagnostic> = steps.filter_map(|step| left_out(step, graph)).collect();
    if let Some(digest) = prepared.plan.consent.digest.as_ref()
        && !prepared.plan.consent.given
    {
        let needing = prepared
            .plan
            .steps
            .iter()
            .filter(|step| needs_consent(step));
        let message = match needing.count() {
            1 => "1 step needs consent".to_owned(),
            count => format!("{count} steps need consent"),
        };
        let finding = Diagnostic::error(codes::CONSENT_NEEDED, message).refusal();
        findings.push(finding.hint(format!("--approve {digest} consents to just these")));
    }
    findings
}

fn needs_consent(step: &Step) -> bool {
    matches!(step.action, Action::Refuse(Refusal::Consent(_)))
}

fn left_out(step: &Step, graph: &ManifestGraph) -> Option<Diagnostic> {
    let message = format!("{}: {}", step.object, step.action);
    let finding = match &step.action {
        Action::Refuse(Refusal::Invalid(_)) => Diagnostic::error(codes::APPLY_FAILED, message),
        Action::Refuse(Refusal::Immutable(_)) => {
            Diagnostic::error(codes::APPLY_REFUSED, message).refusal()
        }
        Action::Refuse(Refusal::Owner(_)) => {
            let finding = Diagnostic::error(codes::APPLY_REFUSED, message).refusal();
            finding.hint("--adopt takes it over")
        }
        Action::Refuse(Refusal::Conflict(_)) => {
            let finding = Diagnostic::error(codes::APPLY_REFUSED, message).refusal();
            finding.hint("gitopsc.dev/conflicts: take, or --conflicts=take, takes the fields; yield leaves them")
        }
        Action::Refuse(Refusal::Engine(_)) => {
            Diagnostic::error(codes::APPLY_REFUSED, message).refusal()
        }
        Action::Defer(Deferral::Unknown(_) | Deferral::NoKind) => {
            Diagnostic::error(codes::APPLY_DEFERRED, message)
        }
        Action::Defer(Deferral::Prune(_)) => Diagnostic::warning(codes::APPLY_DEFERRED, message),
        _ => return None,
    };
    Some(finding.at(place(step.node, graph), ""))
}

/// What the run could not do.
pub fn of_run(prepared: &Prepared, graph: &ManifestGraph, applied: &Applied) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (desired, step) in prepared.desired.iter().zip(&prepared.plan.steps) {
        // What the plan refused or deferred is told already.
        let is_told = matches!(step.action, Action::Refuse(_) | Action::Defer(_));
        let mut say = |code: Code, message: String| {
            let finding = Diagnostic::error(code, message);
            findings.push(finding.at(place(Some(desired.node), graph), ""));
        };
        match applied.settled.outcomes.get(&desired.node) {
            Some(Outcome::Failed(why)) if !is_told => {
                say(codes::APPLY_FAILED, format!("{}: {why}", desired.object));
            }
            Some(Outcome::Blocked(by)) if !is_told => {
                say(
                    codes::APPLY_BLOCKED,
                    format!("{} is blocked by {by}", desired.object),
                );
            }
            _ => {}
        }
        if let Some(health) = applied.settled.unready.get(&desired.node) {
            say(codes::NOT_READY, format!("{} is {health}", desired.object));
        }
    }
    if applied.settled.stopped || applied.pruned.stopped {
        let message = "the work was stopped before it was done";
        let finding = Diagnostic::error(codes::APPLY_STOPPED, message);
        findings.push(finding.hint("apply again: what was done is not done twice"));
    }
    for (object, why) in &applied.pruned.remains {
        let message = format!("{object} is not gone: {why}");
        findings.push(Diagnostic::error(codes::PRUNE_FAILED, message));
    }
    findings
}

fn place(node: Option<NodeId>, graph: &ManifestGraph) -> Span {
    node.map_or(Span::NONE, |node| graph.node(node).span)
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
