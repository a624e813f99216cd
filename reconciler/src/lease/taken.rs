//! Taking a lease, or waiting until it is free.
//!
//! The answer may be lost although it was taken. So what is found instead is held against what was sent: a holding is
//! told by its holder and the time at which it began.

use super::body::{holder_of, holding, is_same, kind, read_of, version_of, with_holding};
use super::{Contest, Held, LeaseError, Read};
use crate::api::{Api, ApiError, Class, Collection, Resource, retry};
use gitopsc_core::{EcoString, Json};
use std::time::{Duration, Instant};

/// A wait for somebody who has the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Who has it.
    pub holder: EcoString,
    /// Since when, if the lease says it.
    pub since: Option<EcoString>,
    /// When it was last renewed, if the lease says it.
    pub renewed: Option<EcoString>,
    /// How long it is waited for at most.
    pub at_most: Duration,
    /// How long whoever has it counts without renewing it.
    pub lasts: Duration,
}

/// Takes the lease that `contest` is about for `holder`, waiting up to `patience` for another one to end, of which `tell`
/// hears. `read` is what was read of it when the plan was made.
///
/// # Errors
/// See [`LeaseError`].
pub async fn take(
    api: &Api,
    contest: &Contest,
    holder: &str,
    read: &Read,
    patience: Duration,
    mut tell: impl FnMut(Wait),
) -> Result<Held, LeaseError> {
    let at = Resource::of(&kind(), &contest.namespace, &contest.name);
    let held = |lease| Held {
        at: at.clone(),
        lease,
        renews: contest.renews,
    };
    let failed = |source| LeaseError::Api {
        name: contest.name.clone(),
        source: Box::new(source),
    };
    let started = Instant::now();
    let holding = holding(contest, holder, read.runs + 1);
    let mut other = Other::default();
    let (mut failures, mut told) = (0, None);
    loop {
        let lease = api.get(&at).await.map_err(failed)?;
        let is_ours = |lease: &Json| is_same(lease.get("spec"), Some(&holding));
        if let Some(lease) = lease.clone().filter(is_ours) {
            return Ok(held(lease));
        }
        if other.is_gone(lease.as_ref(), contest.lasts) {
            if !is_as(read, lease.as_ref()) {
                return Err(LeaseError::Changed {
                    set: contest.name.clone(),
                });
            }
            let body = with_holding(contest, &holding, lease.as_ref());
            let error = match write(api, &at, contest, lease.is_some(), &body).await {
                Ok(lease) => return Ok(held(lease)),
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
                set: contest.name.clone(),
            });
        }
        let left = patience.saturating_sub(started.elapsed());
        let wait = lease.and_then(|lease| wait_for(&lease, contest, left));
        if let Some(wait) = wait.filter(|wait| told.as_ref() != Some(&wait.holder)) {
            told = Some(wait.holder.clone());
            tell(wait);
        }
        tokio::time::sleep(contest.looks).await;
    }
}

/// The wait for whoever has `lease`, for as long as is `left`.
fn wait_for(lease: &Json, contest: &Contest, left: Duration) -> Option<Wait> {
    let time = |key| lease.str_at(&["spec", key]).map(EcoString::from);
    Some(Wait {
        holder: holder_of(lease)?,
        since: time("acquireTime"),
        renewed: time("renewTime"),
        at_most: left,
        lasts: contest.lasts,
    })
}

/// Whether the set still is what was `read` of it. What is written here replaces just this lease, so that holds for as
/// long as it is held.
fn is_as(read: &Read, lease: Option<&Json>) -> bool {
    let now = lease.map(read_of).unwrap_or_default();
    now.runs == read.runs && now.record == read.record
}

/// By whom and when a lease was last seen renewed, by our own clock: others' clocks may be wrong.
#[derive(Default)]
struct Other(Option<(EcoString, Instant)>);

impl Other {
    /// Whether nobody holds the lease, or somebody who has not renewed it for too long.
    fn is_gone(&mut self, lease: Option<&Json>, lasts: Duration) -> bool {
        let Some(lease) = lease.filter(|lease| holder_of(lease).is_some()) else {
            return true;
        };
        let version = version_of(lease);
        match &self.0 {
            Some((seen, since)) if *seen == version => since.elapsed() >= lasts,
            _ => {
                self.0 = Some((version, Instant::now()));
                false
            }
        }
    }
}

async fn write(
    api: &Api,
    at: &Resource,
    contest: &Contest,
    is_there: bool,
    body: &Json,
) -> Result<Json, ApiError> {
    if is_there {
        return api.replace(at, body).await;
    }
    let within = Collection::of(&kind(), &contest.namespace);
    api.create(&within, body).await
}

#[cfg(test)]
mod tests {
    use super::{Read, is_as, read_of};
    use gitopsc_core::Json;

    #[test]
    fn a_lease_is_as_it_was_read_only_with_the_same_runs_and_record() {
        let lease = |runs: i64, revision: &str| {
            let annotations = Json::object([("gitopsc.dev/revision", Json::string(revision))]);
            let metadata = Json::object([("annotations", annotations)]);
            let spec = Json::object([("leaseTransitions", Json::Int(runs))]);
            Json::object([("metadata", metadata), ("spec", spec)])
        };
        let read = read_of(&lease(1, "a"));
        assert!(is_as(&read, Some(&lease(1, "a"))));
        assert!(!is_as(&read, Some(&lease(2, "a"))), "another run has ended");
        // The set was deleted, and another one made.
        assert!(!is_as(&read, Some(&lease(1, "b"))));
        assert!(!is_as(&read, None));
        assert!(is_as(&Read::default(), None));
    }
}
