//! The lease of a set: one run at a time, and a record of what it last was for.

mod held;

pub use held::{Held, take};

use crate::api::{Api, ApiError, Kind, Resource};
use crate::set::SetName;
use gitopsc_core::{EcoString, Gvk, Json};

const REVISION: &str = "gitopsc.dev/revision";
const DIGEST: &str = "gitopsc.dev/graph";

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

fn holder_of(lease: &Json) -> Option<EcoString> {
    let holder = lease.str_at(&["spec", "holderIdentity"]);
    holder.filter(|name| !name.is_empty()).map(EcoString::from)
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

fn kind() -> Kind {
    Kind {
        gvk: Gvk::parse("coordination.k8s.io/v1", "Lease"),
        plural: "leases".into(),
        namespaced: true,
    }
}
