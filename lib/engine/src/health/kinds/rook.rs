//! Rook. A cluster with warnings is in use; one with errors is not as it was asked to be.

use crate::health::live::{Live, line, text};
use crate::health::phase::Phase;
use crate::health::status::Health;
use ecow::eco_format;
use gitopsc_core::Json;

/// Pools, file systems, object stores and the rest.
pub(super) const OTHER: Phase = Phase::new("status.phase", &["Ready", "Created", "Connected"]);

pub(super) fn cluster(live: &Live<'_>) -> Health {
    let health = OTHER.health(live);
    let ceph = live.text("status.ceph.health");
    let details = match live.at("status.ceph.details") {
        Some(Json::Object(details)) => details
            .iter()
            .find_map(|(_, detail)| text(detail, "message"))
            .map(line),
        _ => None,
    };
    let Some(ceph) = ceph.filter(|ceph| *ceph != "HEALTH_OK") else {
        return health;
    };
    let said = match details {
        Some(details) => eco_format!("{}; Ceph: {} ({details})", health.reason, line(ceph)),
        None => eco_format!("{}; Ceph: {}", health.reason, line(ceph)),
    };
    match health.is_current() && ceph == "HEALTH_ERR" {
        true => Health::in_progress(said),
        false => Health {
            reason: said,
            ..health
        },
    }
}
