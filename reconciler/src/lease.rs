//! The lease of a set: one run at a time, and a record of what it last was for.

use crate::api::{Api, ApiError, Class, Collection, Kind, Resource};
use crate::set::SetName;
use gitopsc_core::{EcoString, Gvk, Json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const REVISION: &str = "gitopsc.dev/revision";
const DIGEST: &str = "gitopsc.dev/graph";
/// How long a holder counts without renewing.
const SECONDS: i64 = 30;
/// How often a holder renews.
pub const RENEW: Duration = Duration::from_secs(10);

/// Who holds the lease, and what the set last was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The commit that was applied, where it is known.
    pub revision: EcoString,
    /// The digest of the graph that was applied.
    pub digest: EcoString,
}

/// What was read of a lease: its record, and the version that it was read at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// What the set last was.
    pub record: Record,
    /// Who is at work.
    pub holder: Option<EcoString>,
    /// How often it was given back: a run that ended meanwhile shows in it.
    runs: i64,
}

/// Reads the lease of `set` without taking it.
///
/// # Errors
/// It cannot be read.
pub async fn read(api: &Api, set: &SetName) -> Result<Read, ApiError> {
    let at = Resource::of(&kind(), &set.namespace, &set.name);
    let lease = api.get(&at).await?;
    Ok(lease.as_ref().map(read_of).unwrap_or_default())
}

fn read_of(lease: &Json) -> Read {
    Read {
        record: record_of(lease),
        holder: holder_of(lease),
        runs: runs_of(lease),
    }
}

/// How often the lease was taken.
fn runs_of(lease: &Json) -> i64 {
    match lease.at(&["spec", "leaseTransitions"]) {
        Some(Json::Int(runs)) => *runs,
        _ => 0,
    }
}

/// A lease that is held.
#[derive(Debug)]
pub struct Held {
    at: Resource,
    lease: Json,
}

/// A lease that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another run holds it.
    #[error("{holder} is at work on the set {set}")]
    Taken {
        /// The other.
        holder: EcoString,
        /// The set.
        set: EcoString,
    },
    /// Another run has been at work since the plan was made.
    #[error("another run has changed the set {set} since this was planned")]
    Changed {
        /// The set.
        set: EcoString,
    },
    /// It could not be read or written.
    #[error("the lease of the set {set}")]
    Api {
        /// The set.
        set: EcoString,
        /// Why.
        source: Box<ApiError>,
    },
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
    let started = std::time::Instant::now();
    // By whom and when it was last seen renewed, by our own clock: others' clocks may be wrong.
    let mut last_seen: Option<(EcoString, std::time::Instant)> = None;
    loop {
        let lease = api.get(&at).await.map_err(failed)?;
        let held_by = lease.as_ref().and_then(holder_of);
        let renewed = lease.as_ref().map(version_of).unwrap_or_default();
        let is_free = match (&held_by, &last_seen) {
            (None, _) => true,
            (Some(_), Some((seen, at))) if *seen == renewed => at.elapsed() >= lasts(),
            (Some(_), _) => {
                last_seen = Some((renewed, std::time::Instant::now()));
                false
            }
        };
        if is_free {
            if lease.as_ref().map_or(0, runs_of) != read.runs {
                return Err(LeaseError::Changed {
                    set: set.name.clone(),
                });
            }
            let body = held(set, holder, lease.as_ref());
            let written = match &lease {
                None => {
                    api.create(&Collection::of(&kind(), &set.namespace), &body)
                        .await
                }
                Some(_) => api.replace(&at, &body).await,
            };
            match written {
                Ok(lease) => return Ok(Held { at, lease }),
                // Another was faster.
                Err(error) if error.class() == Class::Stale => {}
                Err(error) => return Err(failed(error)),
            }
        }
        if started.elapsed() >= patience {
            return Err(LeaseError::Taken {
                holder: held_by.unwrap_or_else(|| "another run".into()),
                set: set.name.clone(),
            });
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

impl Held {
    /// Says that we are still at work.
    ///
    /// # Errors
    /// It cannot be written; of class stale if it is another's now.
    pub async fn renew(&mut self, api: &Api) -> Result<(), ApiError> {
        let body = self
            .lease
            .with(&["spec", "renewTime"], Json::string(time_now()));
        self.lease = api.replace(&self.at, &body).await?;
        Ok(())
    }

    /// Gives the lease back, with a record of what the set is now if the run was whole.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn give_back(self, api: &Api, record: Option<&Record>) -> Result<(), ApiError> {
        let mut body = self.lease.without(&["spec", "holderIdentity"]);
        if let Some(record) = record {
            let entries = [(REVISION, &record.revision), (DIGEST, &record.digest)];
            for (name, value) in entries {
                let path = ["metadata", "annotations", name];
                body = match value.is_empty() {
                    true => body.without(&path),
                    false => body.with(&path, Json::string(value.clone())),
                };
            }
        }
        api.replace(&self.at, &body).await.map(drop)
    }
}

fn lasts() -> Duration {
    Duration::from_secs(SECONDS.unsigned_abs())
}

fn held(set: &SetName, holder: &str, lease: Option<&Json>) -> Json {
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
    let now = time_now();
    let spec = Json::object([
        ("holderIdentity", Json::string(holder)),
        ("leaseDurationSeconds", Json::Int(SECONDS)),
        ("acquireTime", Json::string(now.clone())),
        ("renewTime", Json::string(now)),
        ("leaseTransitions", Json::Int(lease.map_or(0, runs_of) + 1)),
    ]);
    base.with(&["spec"], spec)
}

fn holder_of(lease: &Json) -> Option<EcoString> {
    let holder = lease.str_at(&["spec", "holderIdentity"]);
    holder.filter(|name| !name.is_empty()).map(EcoString::from)
}

fn version_of(lease: &Json) -> EcoString {
    lease
        .str_at(&["metadata", "resourceVersion"])
        .unwrap_or_default()
        .into()
}

fn record_of(lease: &Json) -> Record {
    let annotation = |name: &str| {
        let value = lease.str_at(&["metadata", "annotations", name]);
        EcoString::from(value.unwrap_or_default())
    };
    Record {
        revision: annotation(REVISION),
        digest: annotation(DIGEST),
    }
}

/// The time with microseconds, as a Lease has it.
fn time_now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let text = gitopsc_engine::timestamp::Timestamp(seconds).to_string();
    format!(
        "{}.{:06}Z",
        text.trim_end_matches('Z'),
        since.subsec_micros()
    )
}

fn kind() -> Kind {
    Kind {
        gvk: Gvk::parse("coordination.k8s.io/v1", "Lease"),
        plural: "leases".into(),
        namespaced: true,
    }
}
