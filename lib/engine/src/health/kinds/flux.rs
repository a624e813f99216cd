//! Flux: sources, Kustomizations, HelmReleases, images and notifications.
//!
//! Their conditions are those of kstatus, which every kind is asked for first.

use crate::health::expect::Expect;
use crate::health::live::Live;
use crate::health::status::Health;

const READY: Expect = Expect::ready(&["Ready"]);

pub(super) fn health(live: &Live<'_>) -> Health {
    READY.health(live)
}

/// A repository of charts: in a registry it is only an address, and nothing acts on it.
pub(super) fn helm_repository(live: &Live<'_>) -> Health {
    if live.text("spec.type") == Some("oci") {
        return Health::current("it is an address only");
    }
    READY.health(live)
}

/// Whether nothing acts on `live`, so that what is said of it may be old.
pub(super) fn suspended(live: &Live<'_>) -> Option<Health> {
    let is_off = live.flag("spec.suspend")
        || live.annotation("fluxcd.controlplane.io/reconcile") == Some("disabled");
    is_off.then(|| Health::current("it is suspended"))
}
