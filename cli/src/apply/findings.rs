//! What went wrong with an apply, as diagnostics at the places of the objects.

use super::{former, place};
use crate::cluster::findings::{no_consent, remaining, stopped};
use crate::codes;
use crate::compile::Compiled;
use gitopsc_core::words::some_of;
use gitopsc_core::{Code, Diagnostic, EcoString, Span};
use gitopsc_engine::graph::{ManifestGraph, NodeId};
use gitopsc_engine::plan::{Action, Deferral, Refusal, Step};
use gitopsc_reconciler::apply::{Applied, Prepared};
use gitopsc_reconciler::execute::Outcome;
use std::collections::BTreeMap;

/// What the plan leaves out, and why.
pub fn of_plan(
    prepared: &Prepared,
    graph: &ManifestGraph,
    compiled: &Compiled<'_>,
) -> Vec<Diagnostic> {
    let places = Places {
        graph,
        values: place::of(compiled, graph, &wrong_in_plan(prepared)),
    };
    let steps = prepared.plan.steps.iter();
    let mut findings: Vec<Diagnostic> = steps.filter_map(|step| left_out(step, &places)).collect();
    findings.extend(unpruned(prepared));
    findings.extend(prepared.former.iter().map(former::finding));
    findings.extend(no_consent(&prepared.plan));
    findings
}

/// Where the server says that an object is wrong.
fn wrong_in_plan(prepared: &Prepared) -> place::Pointers {
    let steps = prepared.plan.steps.iter();
    let wrong = steps.filter_map(|step| match &step.action {
        Action::Refuse(Refusal::Invalid(wrong)) => Some((step.node?, wrong.at.clone())),
        _ => None,
    });
    wrong.collect()
}

/// What is not pruned for now, by unit and reason.
fn unpruned(prepared: &Prepared) -> Vec<Diagnostic> {
    let mut counts: BTreeMap<(&EcoString, &EcoString), usize> = BTreeMap::new();
    for step in &prepared.plan.steps {
        if let Action::Defer(Deferral::Prune(why)) = &step.action {
            *counts.entry((&step.unit, why)).or_default() += 1;
        }
    }
    let warning = |((unit, why), count): (_, usize)| {
        let message = match count {
            1 => format!("1 object of {unit} is not pruned while {why}"),
            count => format!("{count} objects of {unit} are not pruned while {why}"),
        };
        Diagnostic::warning(codes::APPLY_DEFERRED, message).at(Span::NONE, "")
    };
    counts.into_iter().map(warning).collect()
}

fn left_out(step: &Step, places: &Places<'_>) -> Option<Diagnostic> {
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
        _ => return None,
    };
    Some(places.add(finding, step.node))
}

/// What the run could not do.
pub fn of_run(
    prepared: &Prepared,
    graph: &ManifestGraph,
    applied: &Applied,
    compiled: &Compiled<'_>,
) -> Vec<Diagnostic> {
    let places = Places {
        graph,
        values: place::of(compiled, graph, &applied.settled.wrong),
    };
    let mut findings = Vec::new();
    for (desired, step) in prepared.desired.iter().zip(&prepared.plan.steps) {
        // What the plan refused or deferred is told already, but for what was waited for in vain.
        let is_told = match &step.action {
            Action::Defer(deferral) => !matches!(deferral, Deferral::Terminating(_)),
            action => matches!(action, Action::Refuse(_)),
        };
        let mut say = |code: Code, message: String| {
            let finding = Diagnostic::error(code, message);
            findings.push(places.add(finding, Some(desired.node)));
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
    let rewritten = applied.settled.rewritten.iter();
    findings.extend(rewritten.map(|(node, fields)| {
        let object = graph.node(*node).object();
        let object = object.expect("only objects are applied");
        let fields = some_of(fields, FIELDS);
        let message = format!("{object}: something in the cluster rewrites {fields} as it is applied");
        let finding = Diagnostic::warning(codes::FIELD_REWRITTEN, message);
        let hint = "an admission webhook or policy does that; have in Git what it makes of it, or leave the field to it with gitopsc.dev/ignore-fields";
        places.add(finding.hint(hint), Some(*node))
    }));
    findings.extend(applied.settled.lacking.iter().map(|lacking| {
        let (unit, object, health) = (&lacking.unit, &lacking.object, &lacking.health);
        let message = format!("{unit} requires {object} ({health})");
        Diagnostic::error(codes::NOT_READY, message).at(Span::NONE, "")
    }));
    if applied.settled.stopped || applied.pruned.stopped {
        findings.push(stopped("apply"));
    }
    findings.extend(remaining(&applied.pruned));
    findings
}

/// How many fields are named before the rest is counted.
const FIELDS: usize = 5;

/// Where things stand: the values of an object that are wrong, or else the object.
struct Places<'p> {
    graph: &'p ManifestGraph,
    values: BTreeMap<NodeId, Vec<Span>>,
}

impl Places<'_> {
    fn add(&self, finding: Diagnostic, node: Option<NodeId>) -> Diagnostic {
        let Some(node) = node else {
            return finding.at(Span::NONE, "");
        };
        // Its lines may be what nobody is to see in a log.
        let is_secret = (self.graph.node(node).gvk())
            .is_some_and(|gvk| gvk.group.is_empty() && gvk.kind == "Secret");
        let finding = if is_secret {
            finding.discreetly()
        } else {
            finding
        };
        match self.values.get(&node).map(Vec::as_slice) {
            None | Some([]) => finding.at(self.graph.node(node).span, ""),
            Some(spans) => spans
                .iter()
                .fold(finding, |finding, span| finding.at(*span, "")),
        }
    }
}
