//! cert-manager: certificates, requests, orders and challenges.

use crate::health::expect::{Expect, stale};
use crate::health::live::Live;
use crate::health::phase::Phase;
use crate::health::status::Health;

/// Requests for a certificate.
pub(super) const REQUEST: Expect = Expect::ready(&["Ready"])
    .failed(&["Denied", "InvalidRequest"])
    .fatal(&["Failed", "Denied"]);

/// ACME orders and challenges.
pub(super) const ACME: Phase = Phase::new("status.state", &["valid", "ready"])
    .failed(&["invalid", "expired", "errored"])
    .message("status.reason");

/// A certificate that is still good is Current while a new one is on its way. After a failure cert-manager tries
/// again in an hour at the earliest, which is no use to wait for.
pub(super) fn certificate(live: &Live<'_>) -> Health {
    let Some(ready) = live.condition("Ready") else {
        return Health::in_progress("cert-manager has not looked at it yet");
    };
    if ready.is_stale(live.generation()) {
        return stale(&ready);
    }
    if ready.is_true() {
        return Health::current("Ready is True");
    }
    match live.condition("Issuing") {
        Some(issuing) if issuing.is_false() && issuing.reason == "Failed" => {
            Health::failed(issuing.says())
        }
        Some(issuing) if issuing.is_true() => Health::in_progress(issuing.says()),
        _ => Health::in_progress(ready.says()),
    }
}
