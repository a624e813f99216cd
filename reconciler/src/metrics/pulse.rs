//! Asking the loop how it is: who answers is alive, and what it answers is the state of the Syncs.

use crate::resources::SyncStatus;
use gitopsc_engine::reconcile::SyncKey;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many may ask at once.
const ASKING: usize = 8;

/// One Sync, for people and programs.
#[derive(Clone, Debug, Serialize)]
pub struct SyncState {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What was last said of it.
    pub status: SyncStatus,
}

impl SyncState {
    /// `status` as that of `key`.
    #[must_use]
    pub fn new(key: &SyncKey, status: &SyncStatus) -> SyncState {
        SyncState {
            namespace: key.namespace.to_string(),
            name: key.name.to_string(),
            status: status.clone(),
        }
    }
}

/// How the loop is.
#[derive(Clone, Debug)]
pub enum State {
    /// There is none: another replica acts.
    Rests,
    /// It does not answer.
    Stuck,
    /// It has not seen yet which Syncs there are.
    Begins,
    /// It goes round, and these are its Syncs.
    Runs(Vec<SyncState>),
}

/// A question to the loop: nothing is answered as long as it does not know which Syncs there are.
pub type Ask = oneshot::Sender<Option<Vec<SyncState>>>;

/// Whoever wants to know how the loop is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pulse {
    asked: Arc<Mutex<Option<mpsc::Sender<Ask>>>>,
    patience: Duration,
}

impl Pulse {
    /// No loop has begun yet. One that takes longer than `patience` to answer counts as stuck.
    #[must_use]
    pub fn new(patience: Duration) -> Pulse {
        Pulse {
            asked: Arc::default(),
            patience,
        }
    }

    /// A loop begins, which answers what it is asked until it drops this.
    #[must_use]
    pub fn begin(&self) -> mpsc::Receiver<Ask> {
        let (sender, asked) = mpsc::channel(ASKING);
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        asked
    }

    /// How the loop is.
    pub async fn feel(&self) -> State {
        let sender = self.asked.lock();
        let sender = sender.unwrap_or_else(PoisonError::into_inner).clone();
        let Some(sender) = sender.filter(|sender| !sender.is_closed()) else {
            return State::Rests;
        };
        let asked = async {
            let (ask, answer) = oneshot::channel();
            sender.send(ask).await.ok()?;
            answer.await.ok()
        };
        match tokio::time::timeout(self.patience, asked).await {
            Err(_) => State::Stuck,
            // It has ended meanwhile.
            Ok(None) => State::Rests,
            Ok(Some(None)) => State::Begins,
            Ok(Some(Some(syncs))) => State::Runs(syncs),
        }
    }
}
