//! Which of several replicas acts: the one that holds a lease.
//!
//! A replica that dies is followed once its lease has not been renewed for as long as it lasts, by the clock of who
//! waits; one that ends gives the lease back and is followed at once. Two may act at once for the blink in which one
//! has not noticed: what the former one still writes is drift, and the next one reverts it.

use crate::api::Api;
use crate::lease::{self, Contest, Last, LeaseError};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// How long a replica waits before it asks again for a lease of which it could not be told.
const AGAIN: Duration = Duration::from_secs(2);

/// Does `work` once `replica` leads, and again after it has lost the lead; ends when `stop` says so and what was begun has
/// ended. What `work` is handed says when it is to end. `failed` is told why the lease could not be had, each time.
pub async fn lead<F: Future<Output = ()>>(
    api: &Api,
    contest: &Contest,
    replica: &str,
    stop: &watch::Receiver<bool>,
    mut work: impl FnMut(watch::Receiver<bool>) -> F,
    mut failed: impl FnMut(&LeaseError),
) {
    let mut stopped = stop.clone();
    loop {
        let taken = tokio::select! {
            taken = take(api, contest, replica) => taken,
            // Nobody can ask any more: then there is nobody to work for.
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        let mut held = match taken {
            Ok(held) => held,
            Err(error) => {
                failed(&error);
                tokio::select! {
                    () = tokio::time::sleep(AGAIN) => continue,
                    _ = stopped.wait_for(|stop| *stop) => return,
                }
            }
        };
        held.keep_while(api, stop, &mut work).await;
        // Who cannot give it back is followed a little later.
        let _ = held.give_back(api, Last::AsBefore).await;
        if *stop.borrow() {
            return;
        }
    }
}

/// Waits until the lease is free, however long that takes, and takes it.
async fn take(api: &Api, contest: &Contest, replica: &str) -> Result<lease::Held, LeaseError> {
    loop {
        let read = lease::look_at(api, contest).await;
        let read = read.map_err(|source| LeaseError::Api {
            name: contest.name.clone(),
            source: Box::new(source),
        })?;
        match lease::take(api, contest, replica, &read, Duration::MAX, |_| {}).await {
            // Another one led and ended meanwhile; there is no plan here that would be out of date.
            Err(LeaseError::Changed { .. }) => {}
            taken => return taken,
        }
    }
}
