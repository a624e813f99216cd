//! The lease of a set: one run at a time, and a record of what it last was for.

mod body;
mod held;

pub use held::Held;

use crate::api::{Api, ApiError, Class, Collection, List, Resource};
use crate::set::SetName;
use body::{holder_of, kind, read_of, runs_of, version_of};
use gitopsc_core::EcoString;
use gitopsc_engine::applyset::SET;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a holder counts without renewing.
const LASTS: Duration = Duration::from_secs(30);

/// What the set last was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The commit that was applied, where it is known.
    pub revision: EcoString,
    /// The digest of the graph that was applied.
    pub digest: EcoString,
}

/// What a run leaves recorded of the set.
#[derive(Clone, Copy, Debug)]
pub enum Last<'r> {
    /// What was recorded before.
    AsBefore,
    /// Nothing, because the set is not whole any more.
    Forgotten,
    /// This.
    Is(&'r Record),
}

/// What was read of a lease.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// What the set last was.
    pub record: Record,
    /// When the record was made.
    pub recorded: Option<EcoString>,
    /// Who is at work.
    pub holder: Option<EcoString>,
    /// When the last one who was at work said so.
    pub renewed: Option<EcoString>,
    /// Whether there is a lease at all.
    pub exists: bool,
    /// How often it was taken: a run that ended meanwhile shows in it.
    pub runs: i64,
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

/// The sets that have a lease in `namespace`.
///
/// # Errors
/// They cannot be listed.
pub async fn sets(api: &Api, namespace: &str) -> Result<BTreeSet<EcoString>, ApiError> {
    let list = List::all(Collection::of(&kind(), namespace)).labelled(SET);
    let mut sets = BTreeSet::new();
    api.list(&list.metadata(), |lease| {
        let name = lease.str_at(&["metadata", "labels", SET]);
        sets.extend(name.map(EcoString::from));
    })
    .await?;
    Ok(sets)
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
            (Some(_), Some((seen, at))) if *seen == renewed => at.elapsed() >= LASTS,
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
            let body = body::held(set, holder, lease.as_ref());
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
