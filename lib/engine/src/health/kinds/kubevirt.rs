//! KubeVirt: machines and the disks that are imported for them.

use crate::health::expect::Expect;
use crate::health::live::{Live, line};
use crate::health::phase::Phase;
use crate::health::status::Health;
use ecow::eco_format;

const READY: Expect = Expect::ready(&["Ready"]);

/// KubeVirt itself, and CDI: `Available` is what their operators say last.
pub(super) const OPERATED: Expect = Expect::ready(&["Available"]);

/// A disk that waits for a pod to use it is as far as it can come.
pub(super) const DATA_VOLUME: Phase = Phase::new(
    "status.phase",
    &["Succeeded", "WaitForFirstConsumer", "PendingPopulation"],
)
.failed(&["Failed"]);

pub(super) fn machine(live: &Live<'_>) -> Health {
    let status = live.text("status.printableStatus");
    let is_off = live.text("spec.runStrategy") == Some("Halted")
        || live.at("spec.running") == Some(&gitopsc_core::Json::Bool(false));
    match status {
        Some("Stopped") if is_off => Health::current("it is stopped, as asked"),
        Some("CrashLoopBackOff") => Health::failed("it ends again and again"),
        _ => {
            let ready = READY.health(live);
            match status {
                Some(status) if !ready.is_current() => {
                    Health::in_progress(eco_format!("it is {}; {}", line(status), ready.reason))
                }
                _ => ready,
            }
        }
    }
}

pub(super) fn instance(live: &Live<'_>) -> Health {
    match live.text("status.phase") {
        Some("Succeeded") => Health::current("it has ended as it should"),
        Some("Failed") => Health::failed("it has failed"),
        _ => READY.health(live),
    }
}
