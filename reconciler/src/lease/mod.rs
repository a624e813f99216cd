//! Leases: one run at a time on a set, with a record of what it last was for; one leader among replicas.

mod body;
mod contest;
mod held;
mod taken;

pub use contest::Contest;
pub use held::Held;
pub use taken::{Wait, take};

use crate::api::{Api, ApiError, Collection, List, Resource};
use crate::set::SetName;
use body::{kind, read_of};
use gitopsc_core::EcoString;
use gitopsc_engine::applyset::SET;
use std::collections::BTreeSet;

/// What the set last was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The last commit that was applied, where one was known.
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
    /// The UID of the Sync that was last worked for.
    pub sync: Option<EcoString>,
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
    look_at(api, &Contest::of_set(set, None)).await
}

/// Reads the lease that `contest` is about without taking it.
///
/// # Errors
/// It cannot be read.
pub async fn look_at(api: &Api, contest: &Contest) -> Result<Read, ApiError> {
    let at = Resource::of(&kind(), &contest.namespace, &contest.name);
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
    /// Another run has been at work since the lease was read.
    #[error("another run has changed the set {set} since this was planned")]
    Changed {
        /// The set.
        set: EcoString,
    },
    /// It could not be read or written.
    #[error("the lease {name}")]
    Api {
        /// Its name, which is that of its set.
        name: EcoString,
        /// Why.
        source: Box<ApiError>,
    },
}
