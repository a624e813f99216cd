//! What the reconciler counts and measures, and how it is seen from outside: metrics, probes, the state of the Syncs.
//!
//! There is a bounded number of series: labels are the namespace and the name of a Sync, and fixed words. What is counted
//! of a Sync goes when the Sync goes. Nothing here decides anything.

mod labels;
mod page;
mod pulse;
mod requests;
#[cfg(test)]
mod tests;

pub use labels::{Ending, Part};
pub use page::Pages;
pub use pulse::{Ask, Pulse, State, SyncState};

use crate::api::Requests;
use crate::hook::Forge;
use crate::resources::{Counts, SyncStatus};
use gitopsc_engine::reconcile::SyncKey;
use labels::{Delivery, Of, OfHealth, OfPart, OfResult, Version};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use requests::OfServer;
use std::time::Duration;

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    applies: Family<OfResult, Counter>,
    took: Family<OfPart, Histogram>,
    drifts: Family<Of, Counter>,
    fetch_failures: Family<Of, Counter>,
    objects: Family<OfHealth, Gauge>,
    ready: Family<Of, Gauge>,
    deliveries: Family<Delivery, Counter>,
    waiting: Gauge,
    leads: Gauge,
}

/// Upper bounds of durations, in seconds: from a fetch of nothing to an apply that waits long.
const SECONDS: [f64; 12] = [
    0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1800.0,
];

impl Metrics {
    /// Nothing counted yet. What is asked of the API server is counted in `requests`; `version` is that of the program.
    #[must_use]
    pub fn new(requests: Requests, version: &'static str) -> Metrics {
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut metrics = Metrics {
            registry: Registry::with_prefix("gitopsc"),
            applies: Family::default(),
            took: Family::new_with_constructor(histogram),
            drifts: Family::default(),
            fetch_failures: Family::default(),
            objects: Family::default(),
            ready: Family::default(),
            deliveries: Family::default(),
            waiting: Gauge::default(),
            leads: Gauge::default(),
        };
        metrics.register_syncs();
        metrics.register_process(requests, version);
        metrics
    }

    fn register_syncs(&mut self) {
        let registry = &mut self.registry;
        let applies = self.applies.clone();
        registry.register("applies", "Applies that ended, by how", applies);
        registry.register_with_unit(
            "phase",
            "How long fetching, building and applying took",
            Unit::Seconds,
            self.took.clone(),
        );
        let drifts = self.drifts.clone();
        registry.register(
            "drift_reverts",
            "Objects that somebody else changed and that were put back by themselves",
            drifts,
        );
        let failures = self.fetch_failures.clone();
        registry.register(
            "fetch_failures",
            "Looks at the source that failed",
            failures,
        );
        let objects = self.objects.clone();
        registry.register(
            "objects",
            "Objects that are desired, by how they are",
            objects,
        );
        let ready = self.ready.clone();
        registry.register("sync_ready", "Whether the Sync is ready: 1 or 0", ready);
    }

    fn register_process(&mut self, requests: Requests, version: &'static str) {
        let registry = &mut self.registry;
        let deliveries = self.deliveries.clone();
        registry.register(
            "webhook_deliveries",
            "Webhooks that came in, by who sent them and what was answered",
            deliveries,
        );
        let waiting = self.waiting.clone();
        registry.register("queue_length", "What waits for a worker", waiting);
        let leads = self.leads.clone();
        registry.register("leader", "Whether this replica acts: 1 or 0", leads);
        let build = Info::new(Version { version });
        registry.register("build", "The version that runs", build);
        registry.register_collector(Box::new(OfServer(requests)));
    }

    /// All of it as OpenMetrics text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let encoded = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        encoded.expect("a text takes whatever is written to it");
        text
    }

    /// A `part` of the work on a Sync is over, and took so long.
    pub fn took(&self, key: &SyncKey, part: Part, time: Duration) {
        let of = OfPart::new(key, part);
        self.took.get_or_create(&of).observe(time.as_secs_f64());
    }

    /// An apply has ended so.
    pub fn applied(&self, key: &SyncKey, result: Ending) {
        self.applies
            .get_or_create(&OfResult::new(key, result))
            .inc();
    }

    /// An object that somebody had changed was put back.
    pub fn put_back(&self, key: &SyncKey) {
        self.drifts.get_or_create(&Of::new(key)).inc();
    }

    /// The source could not be read.
    pub fn fetch_failed(&self, key: &SyncKey) {
        self.fetch_failures.get_or_create(&Of::new(key)).inc();
    }

    /// A Sync is as `status` has it.
    pub fn is(&self, key: &SyncKey, status: &SyncStatus) {
        for (health, count) in labels::healths(status.counts.unwrap_or_default()) {
            let of = OfHealth::new(key, health);
            self.objects.get_or_create(&of).set(count);
        }
        let mut conditions = status.conditions.iter();
        let is_ready = conditions.any(|of| of.kind == "Ready" && of.status == "True");
        let ready = self.ready.get_or_create(&Of::new(key));
        ready.set(i64::from(is_ready));
    }

    /// A Sync is gone, and with it all that was counted of it.
    pub fn forget(&self, key: &SyncKey) {
        for result in Ending::ALL {
            self.applies.remove(&OfResult::new(key, result));
        }
        for part in Part::ALL {
            self.took.remove(&OfPart::new(key, part));
        }
        for (health, _) in labels::healths(Counts::default()) {
            self.objects.remove(&OfHealth::new(key, health));
        }
        let of = Of::new(key);
        self.drifts.remove(&of);
        self.fetch_failures.remove(&of);
        self.ready.remove(&of);
    }

    /// A webhook was answered with this HTTP status; nobody's, if it is not known to be signed.
    pub fn delivered(&self, forge: Option<Forge>, status: u16) {
        let of = Delivery::new(forge, status);
        self.deliveries.get_or_create(&of).inc();
    }

    /// So much waits for a worker.
    pub fn waits(&self, count: usize) {
        self.waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Whether this replica acts now.
    pub fn leads(&self, leads: bool) {
        self.leads.set(i64::from(leads));
    }
}
