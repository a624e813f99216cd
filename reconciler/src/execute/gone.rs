//! Waiting until an object that is being deleted is gone.

use crate::api::{Api, ApiError, Resource};
use gitopsc_core::EcoString;
use gitopsc_engine::observed::Live;
use std::time::Duration;
use tokio::time::Instant;

/// How soon it is looked again at first, and how late at most.
const FIRST: Duration = Duration::from_millis(20);
const LAST: Duration = Duration::from_secs(2);
/// What is looked at only so often takes long.
const LONG: Duration = Duration::from_secs(1);

/// Waits until the object with `uid` is gone, or until `until`, or until `is_stopped`; then gives what it waits for, which
/// it says to `waits` before, when that takes long or changes.
pub(super) async fn until_gone(
    api: &Api,
    at: &Resource,
    uid: &str,
    until: Instant,
    is_stopped: &(dyn Fn() -> bool + Sync),
    waits: &(dyn Fn(&EcoString) + Sync),
) -> Result<Option<EcoString>, ApiError> {
    let mut wait = FIRST;
    let mut told = None;
    loop {
        let live = api.get_metadata(at).await?.map(Live::new);
        let Some(live) = live.filter(|live| live.uid() == uid) else {
            return Ok(None);
        };
        let why = waits_for(&live);
        if Instant::now() >= until || is_stopped() {
            return Ok(Some(why));
        }
        if wait >= LONG && told.as_ref() != Some(&why) {
            waits(&why);
            told = Some(why);
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LAST);
    }
}

fn waits_for(live: &Live) -> EcoString {
    match live.waits_for() {
        nothing if nothing.is_empty() => "it is still being deleted".into(),
        what => ecow::eco_format!("it is being deleted, and waits for {what}"),
    }
}
