//! Sending: a bounded number at once, tried again with pauses, and dropped in the end.

use super::request::{Outgoing, request};
use super::told::Told;
use crate::api::Api;
use crate::resources::{Notify, SecretReference};
use crate::secrets::{self, Entries};
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::{SyncKey, backoff};
use gitopsc_host::host_certificates;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// How many are handed over at most before further ones are lost, and how many wait to be sent.
const WAITING: usize = 256;
/// How many are sent at once.
const AT_ONCE: usize = 8;
/// How often one is tried: for about four minutes, as the pauses double.
const TRIES: u32 = 9;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Something to be told to somebody.
#[derive(Clone, Debug)]
pub struct Item {
    /// Whom to.
    pub notify: Notify,
    /// The URL of the repository.
    pub source: EcoString,
    /// What.
    pub told: Told,
}

/// Where items go. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Notices(mpsc::Sender<Item>);

impl Notices {
    /// Where items go, and where they come out.
    #[must_use]
    pub fn new() -> (Notices, mpsc::Receiver<Item>) {
        let (sender, items) = mpsc::channel(WAITING);
        (Notices(sender), items)
    }

    /// Sends `item`, if there is room for it.
    pub fn send(&self, item: Item) {
        if let Err(error) = self.0.try_send(item) {
            dropped(&error.into_inner(), "too many wait");
        }
    }
}

/// Reads the Secrets that are named.
pub trait Secrets: Clone + Send + Sync + 'static {
    /// The entries of the Secret that `reference` names in the namespace of the Sync `key`, or why there are none.
    fn read(
        &self,
        key: &SyncKey,
        reference: &SecretReference,
    ) -> impl Future<Output = Result<Entries, String>> + Send;
}

impl Secrets for Api {
    async fn read(&self, key: &SyncKey, reference: &SecretReference) -> Result<Entries, String> {
        secrets::read(self, &key.namespace, &reference.name).await
    }
}

/// Sends what comes out of `items`, until nothing more can come and all of it is sent or dropped. What is newer takes the place of what is not sent yet to the
/// same address of the same revision.
///
/// # Panics
/// The process has no provider of cryptography for TLS.
pub async fn deliver(secrets: impl Secrets, mut items: mpsc::Receiver<Item>) {
    // Most Syncs name nobody: then nothing is set up.
    let Some(first) = items.recv().await else {
        return;
    };
    let agent = tokio::task::spawn_blocking(agent).await;
    let agent = agent.expect("making a client neither panics nor is cancelled");
    let mut outbox = Outbox::default();
    outbox.put(first);
    let mut is_open = true;
    while is_open || !outbox.is_empty() {
        outbox.launch(&agent, &secrets);
        let due = outbox.due();
        tokio::select! {
            item = items.recv(), if is_open => match item {
                Some(item) => outbox.put(item),
                None => is_open = false,
            },
            Some(sent) = outbox.sends.join_next() => {
                outbox.on_sent(sent.expect("sending neither panics nor is cancelled"));
            }
            () = sleep_until(due) => {}
        }
    }
}

fn agent() -> Agent {
    let certificates = host_certificates();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates));
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(TIMEOUT))
        // What the environment says is the command line's matter.
        .proxy(None)
        .http_status_as_error(false)
        // What signs in is not handed on to who is named by an answer.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent("gitopsc");
    config.build().new_agent()
}

/// A Sync, whom of its list, and which revision.
type Place = (SyncKey, Notify, String);

#[derive(Default)]
struct Outbox {
    waiting: BTreeMap<Place, Waiting>,
    flying: BTreeSet<Place>,
    sends: JoinSet<Sent>,
}

struct Waiting {
    item: Item,
    failures: u32,
    due: Instant,
}

struct Sent {
    item: Item,
    failures: u32,
    outcome: Result<(), Failure>,
}

/// Why something was not sent.
enum Failure {
    /// It may be later.
    Later(String),
    /// It never will be.
    Never(String),
}

impl Outbox {
    fn put(&mut self, item: Item) {
        let place = place_of(&item);
        if self.waiting.len() >= WAITING && !self.waiting.contains_key(&place) {
            return dropped(&item, "too many wait");
        }
        let waiting = Waiting {
            item,
            failures: 0,
            due: Instant::now(),
        };
        self.waiting.insert(place, waiting);
    }

    fn launch(&mut self, agent: &Agent, secrets: &impl Secrets) {
        let now = Instant::now();
        while self.sends.len() < AT_ONCE {
            let mut waiting = self.waiting.iter();
            let next = waiting.find(|(at, of)| of.due <= now && !self.flying.contains(at));
            let Some(place) = next.map(|(place, _)| place.clone()) else {
                return;
            };
            let Some(Waiting { item, failures, .. }) = self.waiting.remove(&place) else {
                return;
            };
            self.flying.insert(place);
            let (agent, secrets) = (agent.clone(), secrets.clone());
            self.sends.spawn(async move {
                let outcome = send(agent, &secrets, &item).await;
                Sent {
                    item,
                    failures,
                    outcome,
                }
            });
        }
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.flying.is_empty()
    }

    fn due(&self) -> Option<Instant> {
        let waiting = self.waiting.iter();
        let waiting = waiting.filter(|(place, _)| !self.flying.contains(*place));
        let due = waiting.map(|(_, of)| of.due).min();
        due.filter(|_| self.sends.len() < AT_ONCE)
    }

    fn on_sent(&mut self, sent: Sent) {
        let place = place_of(&sent.item);
        self.flying.remove(&place);
        let failures = sent.failures + 1;
        match sent.outcome {
            Ok(()) => {}
            Err(Failure::Never(why)) => dropped(&sent.item, &why),
            Err(Failure::Later(why)) if failures >= TRIES => dropped(&sent.item, &why),
            Err(Failure::Later(why)) => {
                tracing::debug!(sync = %sent.item.told.key, why, failures, "not told yet");
                let waiting = Waiting {
                    item: sent.item,
                    failures,
                    due: Instant::now() + backoff(failures, 0),
                };
                // What came meanwhile is newer.
                self.waiting.entry(place).or_insert(waiting);
            }
        }
    }
}

async fn send(agent: Agent, secrets: &impl Secrets, item: &Item) -> Result<(), Failure> {
    let entries = match &item.notify.secret_ref {
        None => Entries::new(),
        Some(named) => {
            let entries = secrets.read(&item.told.key, named).await;
            entries.map_err(Failure::Later)?
        }
    };
    let outgoing = request(&item.notify, &entries, &item.source, &item.told);
    let outgoing = outgoing.map_err(|error| Failure::Never(error.to_string()))?;
    let Some(outgoing) = outgoing else {
        return Ok(());
    };
    let posted = tokio::task::spawn_blocking(move || post(&agent, &outgoing));
    posted
        .await
        .expect("sending neither panics nor is cancelled")
}

fn post(agent: &Agent, outgoing: &Outgoing) -> Result<(), Failure> {
    let mut request = agent.post(outgoing.url.as_str());
    for (name, value) in &outgoing.headers {
        request = request.header(*name, value.as_str());
    }
    let request = request.header("content-type", "application/json");
    let answer = request.send(outgoing.body.as_str());
    let status = answer.map_err(unanswered)?.status();
    match status.as_u16() {
        _ if status.is_success() => Ok(()),
        408 | 429 | 500.. => Err(Failure::Later(format!("the answer is {status}"))),
        _ => Err(Failure::Never(format!("the answer is {status}"))),
    }
}

/// Why there is no answer, without the URL, which may be a secret.
fn unanswered(error: ureq::Error) -> Failure {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Failure::Never("its address is no URL".to_owned())
        }
        ureq::Error::HostNotFound => Failure::Later("its host is not known".to_owned()),
        ureq::Error::Timeout(_) => Failure::Later("there is no answer in time".to_owned()),
        ureq::Error::Io(error) => Failure::Later(error.to_string()),
        _ => Failure::Later("the connection cannot be made".to_owned()),
    }
}

fn place_of(item: &Item) -> Place {
    let told = &item.told;
    (
        told.key.clone(),
        item.notify.clone(),
        told.revision.commit.clone(),
    )
}

fn dropped(item: &Item, why: &str) {
    let (key, kind) = (&item.told.key, item.notify.kind);
    tracing::warn!(sync = %key, ?kind, why, "what became of it is not told");
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
