//! Writing Events, beside everything else: whoever tells something waits for nothing.

use super::body::{Notice, body};
use super::gate::Gate;
use crate::api::{Api, Collection, Kind, retry};
use gitopsc_core::{EcoString, Gvk};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc;

/// How many notices wait at most. Further ones are lost.
const WAITING: usize = 256;
/// How long one is tried to be written.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where notices go. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Events(mpsc::Sender<Notice>);

impl Events {
    /// Where notices go, and where they come out.
    #[must_use]
    pub fn new() -> (Events, mpsc::Receiver<Notice>) {
        let (sender, notices) = mpsc::channel(WAITING);
        (Events(sender), notices)
    }

    /// Tells `notice`, if there is room for it.
    pub fn tell(&self, notice: Notice) {
        if self.0.try_send(notice).is_err() {
            tracing::debug!("an event is lost: too many wait to be written");
        }
    }
}

/// Writes what comes out of `notices` as reported by `instance`, until nobody tells anything any more.
pub async fn write(api: Api, instance: EcoString, mut notices: mpsc::Receiver<Notice>) {
    let (started, mut gate) = (Instant::now(), Gate::default());
    let kind = event_kind();
    while let Some(notice) = notices.recv().await {
        if !gate.lets(&notice, started.elapsed()) {
            continue;
        }
        let within = Collection::of(&kind, &notice.key.namespace);
        let event = body(&notice, &instance, SystemTime::now());
        let written = retry::with_retry(PATIENCE, || api.create(&within, &event));
        if let Err(error) = written.await {
            tracing::debug!(sync = %notice.key, error = %error.chain(), "an event cannot be written");
        }
    }
}

fn event_kind() -> Kind {
    Kind {
        gvk: Gvk::parse("events.k8s.io/v1", "Event"),
        plural: "events".into(),
        namespaced: true,
    }
}
