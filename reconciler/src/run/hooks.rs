//! Webhooks beside the loop: who listens, what the loop hears of it, and what is told of it.

use super::Shared;
use super::known::Known;
use super::work::Work;
use crate::api::Api;
use crate::hook::{self, Receiver, Table};
use crate::http::{self, Limits, ListenError};
use crate::metrics::Metrics;
use crate::resources::{PUSHED, Sync};
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::SyncKey;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// How many deliveries wait to be passed on before further ones are turned away.
const DELIVERIES: usize = 256;

/// Listens for webhooks at `address`, with tasks in `tasks`, and gives the table of those that there are. It needs no
/// lead: whoever hears of a push marks the Sync.
pub(super) async fn listen(
    address: SocketAddr,
    api: &Api,
    only: &EcoString,
    metrics: &Arc<Metrics>,
    tasks: &mut JoinSet<()>,
) -> Result<Arc<Table>, ListenError> {
    let listener = http::bind(address).await?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening for webhooks");
    }
    let table = Arc::new(Table::default());
    let (sender, asked) = mpsc::channel(DELIVERIES);
    let receiver = Receiver::new(Arc::clone(&table), sender, hook::WITHIN);
    let metrics = Arc::clone(metrics);
    let answer = move |request| {
        let (receiver, metrics) = (receiver.clone(), Arc::clone(&metrics));
        async move {
            let (forge, answer) = receiver.answer(request).await;
            metrics.delivered(forge, answer.status().as_u16());
            answer
        }
    };
    tasks.spawn(http::serve(listener, Limits::default(), answer));
    tasks.spawn(hook::wake(api.clone(), asked));
    let keep = hook::keep(api.clone(), only.clone(), Arc::clone(&table));
    tasks.spawn(keep);
    Ok(table)
}

/// Until the path of some Sync has become another one.
pub(super) async fn changed(changes: &mut Option<watch::Receiver<()>>) {
    if let Some(changes) = changes
        && changes.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

impl Work {
    /// Tells the paths that have become others.
    pub(super) fn on_hooks(&mut self) {
        let known = self.known.iter();
        let is_other =
            |key: &SyncKey, known: &Known| path_of(&self.shared, key, known) != known.hook;
        let others = known.filter(|(key, known)| is_other(key, known));
        let others: Vec<SyncKey> = others.map(|(key, _)| key.clone()).collect();
        others.into_iter().for_each(|key| self.report_soon(key));
    }
}

/// Whether a webhook has marked the Sync between these two.
pub(super) fn is_pushed(before: &Sync, now: &Sync) -> bool {
    let mark = |sync: &Sync| sync.metadata.annotations.as_ref()?.get(PUSHED).cloned();
    mark(before) != mark(now)
}

/// The path that webhooks of the Sync are sent to. As long as its token was not looked for, it is the one before.
pub(super) fn path_of(shared: &Shared, key: &SyncKey, known: &Known) -> Option<String> {
    let hooks = shared.hooks.as_ref()?;
    known.sync.spec.webhook.as_ref()?;
    match hooks.path_of(key) {
        None => known.hook.clone(),
        Some(path) => path.map(|path| path.to_string()),
    }
}
