//! PersistentVolumeClaims.

use crate::health::live::{Live, line};
use crate::health::status::Health;
use ecow::eco_format;

pub(super) fn health(live: &Live<'_>) -> Health {
    match live.text("status.phase") {
        Some("Bound") => Health::current("it is bound"),
        Some("Lost") => Health::failed("the volume that it was bound to is gone"),
        Some(phase) => Health::in_progress(eco_format!("it is not bound: {}", line(phase))),
        None => Health::in_progress("it has not been looked at yet"),
    }
}
