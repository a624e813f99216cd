//! PersistentVolumeClaims. One that waits for its first consumer is as far as it can come by itself.

use crate::health::live::{Live, line};
use crate::health::rules::Binding;
use crate::health::status::Health;
use ecow::eco_format;

/// How long the controller may take to ask a provisioner, which it does at once unless it waits for a consumer.
const ASKING: i64 = 30;

/// Annotations of a claim that a provisioner was asked for, or that a node was chosen for.
const ASKED: [&str; 3] = [
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
];

pub(super) fn health(live: &Live<'_>) -> Health {
    match live.text("status.phase") {
        Some("Bound") => Health::current("it is bound"),
        Some("Lost") => Health::failed("the volume that it was bound to is gone"),
        Some("Pending") => pending(live),
        Some(phase) => Health::in_progress(eco_format!("it is {}", line(phase))),
        None => Health::in_progress("it has not been looked at yet"),
    }
}

fn pending(live: &Live<'_>) -> Health {
    let is_asked = ASKED.iter().any(|name| live.annotation(name).is_some());
    if is_asked || live.text("spec.volumeName").is_some() {
        return Health::in_progress("it waits for its volume");
    }
    let binding = live
        .text("spec.storageClassName")
        .and_then(|class| live.rules.binding(class));
    match binding {
        Some(Binding::FirstConsumer) => Health::current("it waits for the first pod that wants it"),
        Some(Binding::Immediate) => Health::in_progress("it waits for a provisioner"),
        None => live.at_first(
            ASKING,
            "it is not bound",
            "it is not bound: it waits for the first pod that wants it, or its class is missing",
        ),
    }
}
