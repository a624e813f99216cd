//! Jobs: done is what counts, so a running one is not yet as it was asked to be.

use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

pub(super) fn health(live: &Live<'_>) -> Health {
    let is = |kind| live.condition(kind).filter(|told| told.is_true());
    // FailureTarget and SuccessCriteriaMet come first, while pods still end (KEP-3998, KEP-3939).
    if let Some(failed) = is("Failed").or_else(|| is("FailureTarget")) {
        return Health::failed(failed.says());
    }
    if is("Complete").is_some() {
        return Health::current("it is complete");
    }
    if live.flag("spec.suspend") {
        return match is("Suspended") {
            Some(_) => Health::current("it is suspended"),
            None => Health::in_progress("it is being suspended"),
        };
    }
    if live.text("status.startTime").is_none() {
        return Health::in_progress("it has not started yet");
    }
    let active = live.count("status.active");
    let succeeded = live.count("status.succeeded");
    let failed = live.count("status.failed");
    let wanted = match live.int("spec.completions") {
        Some(wanted) => eco_format!(" of {wanted}"),
        None => "".into(),
    };
    Health::in_progress(eco_format!(
        "it runs: {succeeded}{wanted} done, {active} active, {failed} failed"
    ))
}
