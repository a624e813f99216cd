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
    /// Whether it is that of a set, by which the set is found.
    pub(super) is_of_set: bool,
    /// How long a holder counts without renewing.
    pub(super) lasts: Duration,
    /// How often a holder renews.
    pub(super) renews: Duration,
    /// How often the others look whether it is free.
    pub(super) looks: Duration,
}

impl Contest {
    /// Who may work on `set`. A run that loses its place has to be begun again, so it is given time.
    #[must_use]
    pub fn of_set(set: &SetName) -> Contest {
        Contest {
            namespace: set.namespace.clone(),
            name: set.name.clone(),
            is_of_set: true,
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
            is_of_set: false,
            lasts: Duration::from_secs(12),
            renews: Duration::from_secs(3),
            looks: Duration::from_secs(1),
        }
    }
}
