//! Counting replicas: the sentences that workloads share.

use crate::health::status::Health;
use ecow::{EcoString, eco_format};

/// Says that fewer than `wanted` are as they should be; nothing if there are enough.
pub(super) fn fewer(have: i64, wanted: i64, how: &str) -> Option<Health> {
    (have < wanted).then(|| Health::in_progress(eco_format!("{} {how}", of(have, wanted))))
}

/// Says that there are more than `wanted`; nothing if there are not.
pub(super) fn surplus(have: i64, wanted: i64) -> Option<Health> {
    (have > wanted).then(|| {
        let left = have.saturating_sub(wanted);
        let verb = if left == 1 {
            "replica has"
        } else {
            "replicas have"
        };
        Health::in_progress(eco_format!("{left} old {verb} to end"))
    })
}

/// `2 of 3 replicas are`, with its verb.
pub(super) fn of(have: i64, wanted: i64) -> EcoString {
    match wanted {
        1 => eco_format!("{have} of 1 replica is"),
        _ => eco_format!("{have} of {wanted} replicas are"),
    }
}
