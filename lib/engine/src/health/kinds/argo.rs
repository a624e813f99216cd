//! Argo CD, Argo Rollouts, Argo Workflows and Argo Events.

use crate::health::expect::Expect;
use crate::health::live::{Live, line};
use crate::health::phase::Phase;
use crate::health::status::Health;
use ecow::{EcoString, eco_format};

pub(super) const APPLICATION_SET: Expect = Expect::ready(&["ResourcesUpToDate"])
    .failed(&["ErrorOccurred"])
    .waits(&["RolloutProgressing"]);

/// Workflows, analyses and experiments: they run once.
pub(super) const RUN: Phase = Phase::new("status.phase", &["Succeeded", "Successful"]).failed(&[
    "Failed",
    "Error",
    "Inconclusive",
]);

pub(super) const CRON_WORKFLOW: Expect =
    Expect::ready(&[]).failed(&["SpecError", "SubmissionError"]);

pub(super) const EVENT_BUS: Expect = Expect::ready(&["Configured", "Deployed"]);
pub(super) const EVENT_SOURCE: Expect = Expect::ready(&["SourcesProvided", "Deployed"]);
pub(super) const SENSOR: Expect =
    Expect::ready(&["DependenciesProvided", "TriggersProvided", "Deployed"]);

/// A Rollout: its phase, once the controller has seen the workload that it refers to.
pub(super) fn rollout(live: &Live<'_>) -> Health {
    const PHASE: Phase = Phase::new("status.phase", &["Healthy"]).failed(&["Degraded"]);
    let workload = live.annotation("rollout.argoproj.io/workload-generation");
    let seen = live.text("status.workloadObservedGeneration");
    let is_new = live.at("spec.workloadRef").is_some() && workload.is_some() && workload != seen;
    if is_new {
        return Health::in_progress("its controller has not seen the last change of its workload");
    }
    PHASE.health(live)
}

/// An Application: its operation, then what is in Git against what is there, then the health of what it holds.
pub(super) fn application(live: &Live<'_>) -> Health {
    if let Some(invalid) = live
        .conditions()
        .find(|told| told.kind == "InvalidSpecError")
    {
        return Health::failed(line(invalid.message));
    }
    let with = |said: EcoString, message: &str| match live.text(message) {
        Some(message) => eco_format!("{said}: {}", line(message)),
        None => said,
    };
    match live.text("status.operationState.phase") {
        Some("Running" | "Terminating") => {
            return Health::in_progress(with(
                "a sync runs".into(),
                "status.operationState.message",
            ));
        }
        Some("Failed" | "Error") if live.text("status.sync.status") != Some("Synced") => {
            return Health::failed(with(
                "the last sync failed".into(),
                "status.operationState.message",
            ));
        }
        _ => {}
    }
    match live.text("status.sync.status") {
        Some("Synced") => {}
        Some(sync) => return Health::in_progress(eco_format!("it is {}", line(sync))),
        None => return Health::in_progress("Argo CD has not looked at it yet"),
    }
    let health = live.text("status.health.status").unwrap_or("Unknown");
    let said = with(
        eco_format!("its objects are {}", line(health)),
        "status.health.message",
    );
    match health {
        "Healthy" | "Suspended" => Health::current(said),
        "Degraded" => Health::failed(said),
        _ => Health::in_progress(said),
    }
}
