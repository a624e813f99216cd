//! A set: what one `gitopsc apply` manages, and where its records are.

use gitopsc_core::EcoString;
use gitopsc_core::ObjectRef;
use gitopsc_engine::applyset::{self, ApplySetId};
use gitopsc_engine::conflict;
use gitopsc_engine::plan::{Adopting, Budget};
use std::time::Duration;

/// Names a set and the namespace of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetName {
    /// Its name.
    pub name: EcoString,
    /// The namespace of its parents and of its lease.
    pub namespace: EcoString,
}

impl SetName {
    /// The name of the parent of `unit`.
    #[must_use]
    pub fn parent(&self, unit: &str) -> EcoString {
        applyset::parent_name(&self.name, unit)
    }

    /// The ApplySet of `unit`.
    #[must_use]
    pub fn apply_set(&self, unit: &str) -> ApplySetId {
        ApplySetId::of_parent(&self.parent(unit), &self.namespace, "ConfigMap", "")
    }
}

/// How a set is applied.
#[derive(Clone, Debug)]
pub struct Options {
    /// The set.
    pub set: SetName,
    /// The UID of the Sync that it is applied for; nothing if somebody calls for it.
    pub sync: Option<EcoString>,
    /// The namespace of objects that name none.
    pub default_namespace: EcoString,
    /// The layers that are managed; those that are not are known and never written.
    pub layers: Vec<EcoString>,
    /// The units that are managed; none means all of the layers.
    pub units: Vec<EcoString>,
    /// What may be taken over.
    pub adopting: Adopting,
    /// What may be recreated by name.
    pub recreate: Vec<ObjectRef>,
    /// Units whose directory is still there but no unit any more, and whose members may be pruned all the same.
    pub prune_units: Vec<EcoString>,
    /// What is done about conflicts where nothing else is said.
    pub conflicts: conflict::Policy,
    /// How much may be pruned unasked.
    pub budget: Budget,
    /// The digest of the consent that was given.
    pub approved: Option<EcoString>,
    /// How long an object may take to become ready.
    pub timeout: Duration,
    /// How long a first creation may wait for soft needs.
    pub wait: Duration,
    /// Whether to wait until everything is ready.
    pub wait_ready: bool,
    /// How many requests may be under way at once.
    pub in_flight: usize,
    /// How sure the plan is to be.
    pub trying: Trying,
}

/// How sure a plan is to be before anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trying {
    /// What differs is only compared: nothing but reads.
    Nothing,
    /// The server is asked of what differs.
    Changes,
    /// The server is asked of what is to be made too, where it can be.
    Everything,
}
