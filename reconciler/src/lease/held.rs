//! Holding a lease: taking it, renewing it, giving it back.
//!
//! The answer to any of these may be lost although it was done. So what is found instead of what was expected is held
//! against what was sent: a holding is told by its holder and the time at which it began.

use super::{DIGEST, LeaseError, REVISION, Read, Record, holder_of, kind, runs_of};
use crate::api::{Api, ApiError, Class, Collection, Resource, retry};
use crate::set::SetName;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::timestamp::Timestamp;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a holder counts without renewing.
const LASTS: Duration = Duration::from_secs(30);
/// How often a holder renews.
const RENEW: Duration = Duration::from_secs(10);
/// How often it is looked whether the lease is free.
const LOOK: Duration = Duration::from_millis(500);
/// How often one write finds that another one of ours was done before it.
const RELOOKS: usize = 5;

/// A lease that is held.
#[derive(Debug)]
pub struct Held {
    at: Resource,
    lease: Json,
}

/// Takes the lease of `set` for `holder`, waiting up to `patience` for another run to end. `read` is what was read of it
/// when the plan was made.
///
/// # Errors
/// See [`LeaseError`].
pub async fn take(
    api: &Api,
    set: &SetName,
    holder: &str,
    read: &Read,
    patience: Duration,
) -> Result<Held, LeaseError> {
    let at = Resource::of(&kind(), &set.namespace, &set.name);
    let failed = |source| LeaseError::Api {
        set: set.name.clone(),
        source: Box::new(source),
    };
    let started = Instant::now();
    let holding = holding(holder, read.runs + 1);
    let mut other = Other::default();
    let mut failures = 0;
    loop {
        let lease = api.get(&at).await.map_err(failed)?;
        let is_ours = |lease: &Json| is_same(lease.get("spec"), Some(&holding));
        if let Some(lease) = lease.clone().filter(is_ours) {
            return Ok(Held { at, lease });
        }
        if other.is_gone(lease.as_ref()) {
            if lease.as_ref().map_or(0, runs_of) != read.runs {
                return Err(LeaseError::Changed {
                    set: set.name.clone(),
                });
            }
            let body = with_holding(set, &holding, lease.as_ref());
            let error = match write(api, &at, set, lease.is_some(), &body).await {
                Ok(lease) => return Ok(Held { at, lease }),
                Err(error) => error,
            };
            failures += 1;
            let left = retry::RECORDS.saturating_sub(started.elapsed());
            match retry::after(&error, failures, left) {
                // It may have been done all the same.
                Some(wait) => {
                    tokio::time::sleep(wait).await;
                    continue;
                }
                // Another was faster.
                None if error.class() == Class::Stale => {}
                None => return Err(failed(error)),
            }
        }
        if started.elapsed() >= patience {
            let holder = lease.as_ref().and_then(holder_of);
            return Err(LeaseError::Taken {
                holder: holder.unwrap_or_else(|| "another run".into()),
                set: set.name.clone(),
            });
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// By whom and when a lease was last seen renewed, by our own clock: others' clocks may be wrong.
#[derive(Default)]
struct Other(Option<(EcoString, Instant)>);

impl Other {
    /// Whether nobody holds the lease, or somebody who has not renewed it for too long.
    fn is_gone(&mut self, lease: Option<&Json>) -> bool {
        let Some(lease) = lease.filter(|lease| holder_of(lease).is_some()) else {
            return true;
        };
        let version = lease.str_at(&["metadata", "resourceVersion"]);
        let version = version.unwrap_or_default();
        match &self.0 {
            Some((seen, since)) if seen == version => since.elapsed() >= LASTS,
            _ => {
                self.0 = Some((version.into(), Instant::now()));
                false
            }
        }
    }
}

async fn write(
    api: &Api,
    at: &Resource,
    set: &SetName,
    is_there: bool,
    body: &Json,
) -> Result<Json, ApiError> {
    if is_there {
        return api.replace(at, body).await;
    }
    let within = Collection::of(&kind(), &set.namespace);
    api.create(&within, body).await
}

impl Held {
    /// Renews the lease as long as this is polled; ends when it is another's.
    pub async fn keep(&mut self, api: &Api) {
        loop {
            tokio::time::sleep(RENEW).await;
            let renewed = self.write(api, |lease| {
                lease.with(&["spec", "renewTime"], Json::string(time_now()))
            });
            if renewed
                .await
                .is_err_and(|error| error.class() == Class::Stale)
            {
                return;
            }
        }
    }

    /// Gives the lease back, with a record of what the set is now if the run was whole. That it is another's by now is no
    /// error: then there is nothing to give back.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn give_back(mut self, api: &Api, record: Option<&Record>) -> Result<(), ApiError> {
        let given = self.write(api, |lease| given_back(lease, record));
        match given.await {
            Err(error) if error.class() != Class::Stale => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes what `change` makes of the lease, as long as it is ours.
    async fn write(&mut self, api: &Api, change: impl Fn(&Json) -> Json) -> Result<(), ApiError> {
        let mut looks = 0;
        loop {
            let body = change(&self.lease);
            let replaced = retry::with_retry(retry::RECORDS, || api.replace(&self.at, &body));
            let error = match replaced.await {
                Ok(lease) => {
                    self.lease = lease;
                    return Ok(());
                }
                Err(error) => error,
            };
            looks += 1;
            if error.class() != Class::Stale || looks > RELOOKS {
                return Err(error);
            }
            match api.get(&self.at).await? {
                Some(lease) if is_same(lease.get("spec"), self.lease.get("spec")) => {
                    self.lease = lease;
                }
                _ => return Err(error),
            }
        }
    }
}

/// Whether these are of the same holding, renewed or not.
fn is_same(one: Option<&Json>, other: Option<&Json>) -> bool {
    let of = |spec: Option<&Json>, key: &str| spec?.str_at(&[key]).map(EcoString::from);
    let is_same = |key: &str| of(one, key).is_some() && of(one, key) == of(other, key);
    is_same("holderIdentity") && is_same("acquireTime")
}

/// A holding that begins now.
fn holding(holder: &str, runs: i64) -> Json {
    let now = time_now();
    let seconds = i64::try_from(LASTS.as_secs()).unwrap_or(i64::MAX);
    Json::object([
        ("holderIdentity", Json::string(holder)),
        ("leaseDurationSeconds", Json::Int(seconds)),
        ("acquireTime", Json::string(now.clone())),
        ("renewTime", Json::string(now)),
        ("leaseTransitions", Json::Int(runs)),
    ])
}

fn with_holding(set: &SetName, holding: &Json, lease: Option<&Json>) -> Json {
    let base = lease.cloned().unwrap_or_else(|| {
        let metadata = Json::object([
            ("name", Json::string(set.name.clone())),
            ("namespace", Json::string(set.namespace.clone())),
        ]);
        Json::object([
            ("apiVersion", Json::string("coordination.k8s.io/v1")),
            ("kind", Json::string("Lease")),
            ("metadata", metadata),
        ])
    });
    base.with(&["spec"], holding.clone())
}

fn given_back(lease: &Json, record: Option<&Record>) -> Json {
    let mut body = lease.without(&["spec", "holderIdentity"]);
    let Some(record) = record else {
        return body;
    };
    for (name, value) in [(REVISION, &record.revision), (DIGEST, &record.digest)] {
        let path = ["metadata", "annotations", name];
        body = match value.is_empty() {
            true => body.without(&path),
            false => body.with(&path, Json::string(value.clone())),
        };
    }
    body
}

/// The time with microseconds, as a Lease has it.
fn time_now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let text = Timestamp(seconds).to_string();
    format!(
        "{}.{:06}Z",
        text.trim_end_matches('Z'),
        since.subsec_micros()
    )
}
