//! PersistentVolumes, and snapshots of volumes.

use crate::health::live::{Live, line};
use crate::health::phase::Phase;
use crate::health::status::Health;

/// Released ones wait for somebody to decide; that is as they were asked to be.
pub(super) const VOLUME: Phase =
    Phase::new("status.phase", &["Available", "Bound", "Released"]).failed(&["Failed"]);

pub(super) fn snapshot(live: &Live<'_>) -> Health {
    if live.flag("status.readyToUse") {
        return Health::current("it is ready to use");
    }
    Health::in_progress(match live.text("status.error.message") {
        Some(message) => line(message),
        None => "it is not ready to use yet".into(),
    })
}
