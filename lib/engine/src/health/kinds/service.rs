//! Services.

use crate::health::live::{Live, line, text};
use crate::health::status::Health;
use ecow::{EcoString, eco_format};

pub(super) fn health(live: &Live<'_>) -> Health {
    if live.text("spec.type") != Some("LoadBalancer") {
        return Health::current("it exists");
    }
    if live.text("spec.clusterIP").is_none() {
        return Health::in_progress("it has no cluster address yet");
    }
    match address(live) {
        Some(address) => Health::current(eco_format!("its load balancer is at {address}")),
        None => Health::in_progress("no load balancer has given it an address yet"),
    }
}

/// The first address that a load balancer or controller has given.
pub(super) fn address(live: &Live<'_>) -> Option<EcoString> {
    let given = live.items("status.loadBalancer.ingress");
    given
        .iter()
        .find_map(|given| text(given, "ip").or_else(|| text(given, "hostname")))
        .map(line)
}
