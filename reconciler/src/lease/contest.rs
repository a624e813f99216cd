//! What a lease is about, and how long its holder counts.

use crate::set::SetName;
use gitopsc_core::EcoString;
use std::time::Duration;

/// A lease that several may want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// The namespace of the lease.
    pub namespace: EcoString,
    /// Its name.
    pub name: EcoString,
    /// What works under it.
    pub(super) of: Of,
    /// How long a holder counts without renewing.
    pub(super) lasts: Duration,
    /// How often a holder renews.
    pub(super) renews: Duration,
    /// How often the others look whether it is free.
    pub(super) looks: Duration,
}

/// What works under a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A run on a set, which is found by the lease.
    Set {
        /// The UID of the Sync that it is done for. A run that somebody calls for leaves recorded whose the set is.
        sync: Option<EcoString>,
    },
    /// One of several replicas.
    Replicas,
}

impl Contest {
    /// Who may work on `set`, for the Sync with the UID `sync` if it is done for one. A run that loses its place has to be
    /// begun again, so it is given time.
    #[must_use]
    pub fn of_set(set: &SetName, sync: Option<&EcoString>) -> Contest {
        Contest {
            namespace: set.namespace.clone(),
            name: set.name.clone(),
            of: Of::Set {
                sync: sync.cloned(),
            },
            lasts: Duration::from_secs(30),
            renews: Duration::from_secs(10),
            looks: Duration::from_millis(500),
        }
    }

    /// Which replica acts. Another one is ready to go on at once, so it is not waited for long.
    #[must_use]
    pub fn of_replicas(namespace: &str, name: &str) -> Contest {
        Contest {
            namespace: namespace.into(),
            name: name.into(),
            of: Of::Replicas,
            lasts: Duration::from_secs(12),
            renews: Duration::from_secs(3),
            looks: Duration::from_secs(1),
        }
    }
}
