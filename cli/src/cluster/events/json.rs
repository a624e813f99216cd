//! What happens, as events for programs; their schema is docs/reference/schemas/events.schema.json.

use super::summary::{Summary, Tally};
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::plan::{Plan, Step};
use gitopsc_reconciler::progress::Progress;
use serde_json::{Value, json};

/// An event of `kind` called `name` that has `what`, as one line.
pub fn line(kind: &str, (name, what): (&str, Value)) -> String {
    let mut event = json!({
        "apiVersion": "gitopsc.dev/v1alpha1", "kind": kind, "event": name,
    });
    if let (Value::Object(event), Value::Object(what)) = (&mut event, what) {
        event.extend(what);
    }
    format!("{event}\n")
}

/// What is to be done.
pub fn plan(plan: &Plan) -> (&'static str, Value) {
    let steps: Vec<Value> = plan.steps.iter().map(step).collect();
    let consent = plan.consent.digest.as_ref().map(|digest| digest.as_str());
    ("plan", json!({ "steps": steps, "consent": consent }))
}

/// What happened.
pub fn progress(progress: &Progress) -> (&'static str, Value) {
    match progress {
        Progress::Recording { what } => ("recording", json!({ "what": what.as_str() })),
        Progress::Held(wait) => (
            "held",
            json!({
                "by": wait.holder.as_str(), "since": wait.since.as_deref(), "renewedAt": wait.renewed.as_deref(),
                "atMost": wait.at_most.as_secs_f64().ceil(), "lasts": wait.lasts.as_secs(),
            }),
        ),
        Progress::Begins(of) => ("begins", step(of)),
        Progress::Done(of) => ("done", step(of)),
        Progress::Failed { step: of, why } => {
            let mut value = step(of);
            value["why"] = json!(why.as_str());
            ("failed", value)
        }
        Progress::Waits { object: of, why } => (
            "waits",
            json!({ "object": object(of), "why": why.as_str() }),
        ),
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

/// How an apply ended.
pub fn applied(summary: &Summary) -> (&'static str, Value) {
    let counts = |tally: &Tally| {
        json!({
            "written": tally.written, "unchanged": tally.unchanged, "pruned": tally.pruned,
            "failed": tally.failed, "blocked": tally.blocked, "undone": tally.undone,
            "unready": tally.unready, "remaining": tally.remaining,
        })
    };
    ("summary", whole(summary, counts))
}

/// How a deletion ended; `is_whole` if nothing of the set is left.
pub fn deleted(summary: &Summary, is_whole: bool) -> (&'static str, Value) {
    let counts = |tally: &Tally| {
        json!({
            "pruned": tally.pruned, "kept": tally.kept, "remaining": tally.remaining,
        })
    };
    let mut value = whole(summary, counts);
    value["whole"] = json!(is_whole);
    ("summary", value)
}

fn whole(summary: &Summary, counts: impl Fn(&Tally) -> Value) -> Value {
    let of_unit = |(unit, tally): (&EcoString, &Tally)| {
        let mut value = counts(tally);
        value["unit"] = json!(unit.as_str());
        value
    };
    let units: Vec<Value> = summary.units.iter().map(of_unit).collect();
    let mut value = counts(&summary.total());
    value["stopped"] = json!(summary.stopped);
    value["units"] = json!(units);
    value
}

fn step(step: &Step) -> Value {
    let given_up = step.given_up.iter();
    let given_up = given_up
        .map(|field| json!({ "field": field.path.to_string(), "why": field.why.to_string() }));
    let kept = step.kept.iter();
    let kept = kept.map(|of| json!({ "field": of.field.as_str(), "by": of.manager.as_str() }));
    json!({
        "object": object(&step.object),
        "unit": step.unit.as_str(),
        "action": step.action.word(),
        "reason": step.action.to_string(),
        "givenUp": given_up.collect::<Vec<_>>(),
        "kept": kept.collect::<Vec<_>>(),
    })
}

fn object(object: &ObjectRef) -> Value {
    json!({
        "group": object.group.as_str(), "kind": object.kind.as_str(),
        "namespace": object.namespace.as_str(), "name": object.name.as_str(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::summary::{Summary, Tally};
    use super::{applied, deleted, line, plan, progress};
    use gitopsc_engine::plan::{Action, Consent, Plan};
    use gitopsc_test_support::workspace;
    use std::collections::BTreeMap;

    #[test]
    fn events_keep_to_their_schema() {
        let path = workspace().join("docs/reference/schemas/events.schema.json");
        let schema = std::fs::read_to_string(path).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let step = samples::step("made", Action::Create { estimated: None });
        let of_steps = plan(&Plan {
            steps: vec![step],
            consent: Consent::default(),
        });
        let summary = Summary {
            units: BTreeMap::from([("apps/web".into(), Tally::default())]),
            stopped: true,
        };
        let mut lines = vec![
            line("ApplyEvent", of_steps),
            line("ApplyEvent", applied(&summary)),
            line("DeleteEvent", deleted(&summary, true)),
        ];
        let told = samples::all();
        lines.extend(told.iter().map(|of| line("ApplyEvent", progress(of))));
        for line in lines {
            let event = serde_json::from_str(&line).unwrap();
            if let Err(error) = validator.validate(&event) {
                panic!("{error}\n{line}");
            }
            // Nothing is let through that the schema does not know.
            let mut more = event;
            more["more"] = "more".into();
            assert!(!validator.is_valid(&more), "{line}");
        }
    }
}
