//! Waking whoever leads: an annotation on the Sync, whose value is another one each time.

use crate::api::{Api, ApiError, Resource, retry};
use crate::resources::{PUSHED, sync_kind};
use crate::stamp::stamp;
use gitopsc_engine::reconcile::SyncKey;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How soon after one write to a Sync the next one follows. What comes in between is one.
const APART: Duration = Duration::from_secs(1);
/// How long a write is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Marks the Syncs that `asked` names, until nobody asks any more. However often one is named, at most one write to it is
/// under way, and at most one more follows.
pub async fn wake(api: Api, mut asked: mpsc::Receiver<SyncKey>) {
    let mut writes = JoinSet::new();
    // The Syncs that are being marked, and whether they were named again meanwhile.
    let mut marking: BTreeMap<SyncKey, bool> = BTreeMap::new();
    loop {
        tokio::select! {
            asked = asked.recv() => match asked {
                None => return,
                Some(key) => match marking.get_mut(&key) {
                    Some(again) => *again = true,
                    None => {
                        marking.insert(key.clone(), false);
                        writes.spawn(mark(api.clone(), key));
                    }
                },
            },
            Some(marked) = writes.join_next() => {
                let key = marked.expect("marking neither panics nor is cancelled");
                match marking.get_mut(&key) {
                    Some(again) if *again => {
                        *again = false;
                        writes.spawn(mark(api.clone(), key));
                    }
                    _ => drop(marking.remove(&key)),
                }
            }
        }
    }
}

async fn mark(api: Api, key: SyncKey) -> SyncKey {
    let at = Resource::of(&sync_kind(), &key.namespace, &key.name);
    // To the microsecond, so that no two replicas write the same.
    let stamp = stamp(SystemTime::now());
    let written: Result<_, ApiError> =
        retry::with_retry(PATIENCE, || api.annotate(&at, PUSHED, &stamp)).await;
    match written {
        Ok(()) => tracing::info!(sync = %key, "woken by a webhook"),
        Err(error) => {
            tracing::warn!(sync = %key, error = %error.chain(), "it cannot be woken; it is looked at at its interval");
        }
    }
    tokio::time::sleep(APART).await;
    key
}
