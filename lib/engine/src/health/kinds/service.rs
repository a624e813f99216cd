//! Services.

use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

pub(super) fn health(live: &Live<'_>) -> Health {
    if live.text("spec.type") != Some("LoadBalancer") {
        return Health::current("it is there");
    }
    if live.text("spec.clusterIP").is_none() {
        return Health::in_progress("it has no cluster address yet");
    }
    match live.items("status.loadBalancer.ingress") {
        [] => Health::in_progress("no load balancer has given it an address yet"),
        [first, ..] => {
            let address = first.get("ip").or_else(|| first.get("hostname"));
            let address = address.and_then(|address| address.as_plain_str());
            Health::current(match address {
                Some(address) => eco_format!("its load balancer is at {address}"),
                None => "its load balancer has an address".into(),
            })
        }
    }
}
