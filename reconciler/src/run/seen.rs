//! How the loop is seen from outside: it answers what it is asked, on pages that somebody else serves.

use super::work::Work;
use crate::http::{self, Limits, ListenError};
use crate::metrics::{Ask, Metrics, Pages, Pulse, SyncState};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long the loop may take to answer before it counts as stuck.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Serves metrics, probes and the state of Syncs at `address`, with a task in `tasks`.
pub(super) async fn listen(
    address: SocketAddr,
    metrics: &Arc<Metrics>,
    pulse: &Pulse,
    tasks: &mut JoinSet<()>,
) -> Result<(), ListenError> {
    let listener = http::bind(address).await?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening for metrics");
    }
    let pages = Pages::new(Arc::clone(metrics), pulse.clone());
    let answer = move |request| {
        let pages = pages.clone();
        async move { pages.answer(request).await }
    };
    tasks.spawn(http::serve(listener, Limits::default(), answer));
    Ok(())
}

impl Work {
    /// Tells how all Syncs are, once it knows which there are.
    pub(super) fn answer(&self, ask: Ask) {
        let states = || {
            let known = self.known.iter();
            let states = known.map(|(key, known)| SyncState::new(key, &known.status));
            states.collect()
        };
        // Whoever asked may be gone.
        let _ = ask.send(self.is_listed.then(states));
    }
}
