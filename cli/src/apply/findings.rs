//! What went wrong with an apply, as diagnostics at the places of the objects.

use crate::cluster::findings::{no_consent, remaining, stopped};
use crate::codes;
use gitopsc_core::{Code, Diagnostic, Span};
use gitopsc_engine::graph::{ManifestGraph, NodeId};
use gitopsc_engine::plan::{Action, Deferral, Refusal, Step};
use gitopsc_reconciler::apply::{Applied, Prepared};
use gitopsc_reconciler::execute::Outcome;

/// What the plan leaves out, and why.
pub fn of_plan(prepared: &Prepared, graph: &ManifestGraph) -> Vec<Diagnostic> {
    let steps = prepared.plan.steps.iter();
    let mut findings: Vec<Diagnostic> = steps.filter_map(|step| left_out(step, graph)).collect();
    findings.extend(no_consent(&prepared.plan));
    findings
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
        findings.push(stopped("apply"));
    }
    findings.extend(remaining(&applied.pruned));
    findings
}

fn place(node: Option<NodeId>, graph: &ManifestGraph) -> Span {
    node.map_or(Span::NONE, |node| graph.node(node).span)
}
