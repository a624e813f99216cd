//! What happens while a plan is carried out, as it happens: lines for people, or one event a line for programs.

use super::plan;
use crate::arguments::ApplyFormat;
use gitopsc_core::ObjectRef;
use gitopsc_core::words::counted;
use gitopsc_engine::plan::{Action, Deferral, Plan, Skip, Step};
use gitopsc_reconciler::apply::{Applied, Prepared};
use gitopsc_reconciler::delete::Deleted;
use gitopsc_reconciler::execute::Outcome;
use gitopsc_reconciler::progress::Progress;
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::Instant;

/// Tells what happens on standard output.
pub struct Teller {
    format: ApplyFormat,
    /// The kind of events.
    kind: &'static str,
    started: Instant,
}

impl Teller {
    pub fn new(format: ApplyFormat, kind: &'static str) -> Teller {
        Teller {
            format,
            kind,
            started: Instant::now(),
        }
    }

    /// Shows the plan.
    pub fn plan(&mut self, plan: &Plan) {
        match self.format {
            ApplyFormat::Text => write(&plan::text(plan)),
            ApplyFormat::Json => {
                let steps: Vec<Value> = plan.steps.iter().map(step).collect();
                let consent = plan.consent.digest.as_ref().map(|digest| digest.as_str());
                self.event("plan", json!({ "steps": steps, "consent": consent }));
            }
        }
    }

    /// Tells that something happened.
    pub fn tell(&mut self, progress: &Progress) {
        match self.format {
            ApplyFormat::Text => {
                if let Some(line) = line(progress) {
                    write(&line);
                }
            }
            ApplyFormat::Json => {
                let (name, value) = event(progress);
                self.event(name, value);
            }
        }
    }

    /// Ends with how a deletion went.
    pub fn deleted(&mut self, plan: &Plan, deleted: &Deleted) {
        let pruned = &deleted.pruned;
        let (gone, remaining) = (pruned.gone.len(), pruned.remains.len());
        let (stopped, whole) = (pruned.stopped, deleted.whole);
        let stays = |step: &&Step| match &step.action {
            Action::Skip(skip) => !matches!(skip, Skip::NotOurs(_)),
            action => matches!(action, Action::Defer(Deferral::Prune(_))),
        };
        let kept = plan.steps.iter().filter(stays).count();
        match self.format {
            ApplyFormat::Json => self.event(
                "summary",
                json!({
                    "pruned": gone, "kept": kept, "remaining": remaining,
                    "stopped": stopped, "whole": whole,
                }),
            ),
            ApplyFormat::Text => {
                let mut parts = vec![format!("{} deleted", counted(gone, "object"))];
                let others = [(kept, "kept"), (remaining, "not gone")];
                let others = others.iter().filter(|(count, _)| *count > 0);
                parts.extend(others.map(|(count, what)| format!("{count} {what}")));
                let set = match whole {
                    true => "the set is gone",
                    false => "the records of the set stay",
                };
                self.end(stopped, &format!("{}; {set}", parts.join(", ")));
            }
        }
    }

    /// Ends with how an apply went.
    pub fn applied(&mut self, prepared: &Prepared, applied: &Applied) {
        let outcomes = applied.settled.outcomes.values();
        let count = |is: fn(&Outcome) -> bool| outcomes.clone().filter(|of| is(of)).count();
        let written = count(|of| matches!(of, Outcome::Written));
        let failed = count(|of| matches!(of, Outcome::Failed(_)));
        let blocked = count(|of| matches!(of, Outcome::Blocked(_)));
        let unready = applied.settled.unready.len() + applied.settled.lacking.len();
        let pruned = applied.pruned.gone.len();
        let unchanged = prepared.desired.len() - written - failed - blocked;
        let stopped = applied.settled.stopped || applied.pruned.stopped;
        match self.format {
            ApplyFormat::Json => self.event(
                "summary",
                json!({
                    "written": written, "unchanged": unchanged, "pruned": pruned,
                    "failed": failed, "blocked": blocked, "unready": unready, "stopped": stopped,
                }),
            ),
            ApplyFormat::Text => {
                let mut parts = vec![
                    format!("{} applied", counted(written, "object")),
                    format!("{unchanged} unchanged"),
                    format!("{pruned} pruned"),
                ];
                let bad = [
                    (failed, "failed"),
                    (blocked, "blocked"),
                    (unready, "not ready"),
                ];
                let bad = bad.iter().filter(|(count, _)| *count > 0);
                parts.extend(bad.map(|(count, what)| format!("{count} {what}")));
                self.end(stopped, &parts.join(", "));
            }
        }
    }

    fn end(&self, stopped: bool, told: &str) {
        let stopped = if stopped { "stopped: " } else { "" };
        let seconds = self.started.elapsed().as_secs_f64();
        write(&format!("{stopped}{told} in {seconds:.1} s\n"));
    }

    fn event(&self, name: &str, value: Value) {
        let mut event = json!({
            "apiVersion": "gitopsc.dev/v1alpha1", "kind": self.kind, "event": name,
        });
        if let (Value::Object(event), Value::Object(value)) = (&mut event, value) {
            event.extend(value);
        }
        write(&format!("{event}\n"));
    }
}

/// Nobody may be reading any more: the work goes on, and its exit status tells how it ended.
fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

fn line(progress: &Progress) -> Option<String> {
    Some(match progress {
        Progress::Done(step) => format!("{:9} {}\n", done(step), step.object),
        Progress::Failed { step, why } => format!("{:9} {}: {why}\n", "failed", step.object),
        Progress::Is { object, health } => {
            format!("{:9} {object}: {}\n", health.status.word(), health.reason)
        }
        Progress::Blocked { object, by, .. } => {
            format!("{:9} {object}: blocked by {by}\n", "waits")
        }
        Progress::Remains { object, why } => format!("{:9} {object}: {why}\n", "remains"),
        Progress::Recording { .. } | Progress::Begins(_) | Progress::Gone(_) => return None,
    })
}

fn done(step: &Step) -> &'static str {
    match step.action.word() {
        "create" => "created",
        "patch" => "patched",
        "adopt" => "adopted",
        "move" => "moved",
        "repair" => "repaired",
        "recreate" => "recreated",
        "prune" => "pruned",
        _ => "done",
    }
}

fn event(progress: &Progress) -> (&'static str, Value) {
    match progress {
        Progress::Recording { what } => ("recording", json!({ "what": what.as_str() })),
        Progress::Begins(of) => ("begins", step(of)),
        Progress::Done(of) => ("done", step(of)),
        Progress::Failed { step: of, why } => {
            let mut value = step(of);
            value["why"] = json!(why.as_str());
            ("failed", value)
        }
        Progress::Is { object: of, health } => (
            "health",
            json!({ "object": object(of), "status": health.status.word(), "reason": health.reason.as_str() }),
        ),
        Progress::Blocked {
            object: of,
            unit,
            by,
        } => (
            "blocked",
            json!({ "object": object(of), "unit": unit.as_str(), "by": by.as_str() }),
        ),
        Progress::Gone(of) => ("gone", json!({ "object": object(of) })),
        Progress::Remains { object: of, why } => (
            "remains",
            json!({ "object": object(of), "why": why.as_str() }),
        ),
    }
}

fn step(step: &Step) -> Value {
    let given_up = step.given_up.iter();
    let given_up = given_up
        .map(|field| json!({ "field": field.path.to_string(), "why": field.why.to_string() }));
    json!({
        "object": object(&step.object),
        "unit": step.unit.as_str(),
        "action": step.action.word(),
        "reason": step.action.to_string(),
        "givenUp": given_up.collect::<Vec<_>>(),
    })
}

fn object(object: &ObjectRef) -> Value {
    json!({
        "group": object.group.as_str(), "kind": object.kind.as_str(),
        "namespace": object.namespace.as_str(), "name": object.name.as_str(),
    })
}
