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
pub async fn wake(api: Api, asked: mpsc::Receiver<SyncKey>) {
    let mark = |key: SyncKey| {
        let api = api.clone();
        async move {
            mark(&api, &key).await;
            tokio::time::sleep(APART).await;
            key
        }
    };
    one_by_one(asked, mark).await;
}

/// Does `mark` for each key that is `asked` for, and once more if it was asked for meanwhile.
async fn one_by_one<M, F>(mut asked: mpsc::Receiver<SyncKey>, mark: M)
where
    M: Fn(SyncKey) -> F,
    F: Future<Output = SyncKey> + Send + 'static,
{
    let mut marks = JoinSet::new();
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
                        marks.spawn(mark(key));
                    }
                },
            },
            Some(marked) = marks.join_next() => {
                let key = marked.expect("marking neither panics nor is cancelled");
                match marking.get_mut(&key) {
                    Some(again) if *again => {
                        *again = false;
                        marks.spawn(mark(key));
                    }
                    _ => drop(marking.remove(&key)),
                }
            }
        }
    }
}

async fn mark(api: &Api, key: &SyncKey) {
    let at = Resource::of(&sync_kind(), &key.namespace, &key.name);
    // To the microsecond, so that no two replicas write the same.
    let stamp = stamp(SystemTime::now());
    let written: Result<(), ApiError> =
        retry::with_retry(PATIENCE, || api.annotate(&at, PUSHED, &stamp)).await;
    match written {
        Ok(()) => tracing::info!(sync = %key, "woken by a webhook"),
        Err(error) => {
            tracing::warn!(sync = %key, error = %error.chain(), "it cannot be woken; it is looked at at its interval");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::one_by_one;
    use gitopsc_engine::reconcile::SyncKey;
    use std::sync::Arc;
    use tokio::sync::{Semaphore, mpsc};

    fn key(name: &str) -> SyncKey {
        SyncKey {
            namespace: "n".into(),
            name: name.into(),
        }
    }

    #[test]
    fn a_thousand_calls_while_one_write_is_under_way_cause_one_more() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(async {
            let (asks, asked) = mpsc::channel(1);
            let (began, mut begun) = mpsc::unbounded_channel();
            let gate = Arc::new(Semaphore::new(0));
            let held = Arc::clone(&gate);
            let mark = move |key: SyncKey| {
                let (began, held) = (began.clone(), Arc::clone(&held));
                async move {
                    began.send(key.name.clone()).unwrap();
                    held.acquire().await.unwrap().forget();
                    key
                }
            };
            let work = async {
                asks.send(key("a")).await.unwrap();
                assert_eq!(begun.recv().await.as_deref(), Some("a"));
                for _ in 0..1000 {
                    asks.send(key("a")).await.unwrap();
                }
                // Another one does not wait for it.
                asks.send(key("b")).await.unwrap();
                assert_eq!(begun.recv().await.as_deref(), Some("b"));
                gate.add_permits(2);
                assert_eq!(begun.recv().await.as_deref(), Some("a"));
                gate.add_permits(1);
                // It is done: the next call is a new one.
                asks.send(key("c")).await.unwrap();
                assert_eq!(begun.recv().await.as_deref(), Some("c"));
                assert!(begun.try_recv().is_err());
            };
            tokio::select! {
                () = one_by_one(asked, mark) => unreachable!("it is asked on and on"),
                () = work => {}
            }
        });
    }
}
