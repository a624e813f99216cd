//! The units of a set, told by the ApplySets that their members are in.

use crate::set::SetName;
use gitopsc_core::EcoString;
use gitopsc_engine::applyset::{ApplySetId, Membership};
use gitopsc_engine::observed::Live;
use std::collections::{BTreeMap, BTreeSet};

/// What is said in place of a unit of a member that has the label of the set alone.
pub const NO_UNIT: &str = "(no unit)";

/// The units of a set by the ids of their ApplySets.
#[derive(Clone, Debug)]
pub struct Units {
    set: EcoString,
    by_id: BTreeMap<ApplySetId, EcoString>,
}

impl Units {
    /// Those of `set` that are named in `units`.
    #[must_use]
    pub fn new(set: &SetName, units: impl IntoIterator<Item = EcoString>) -> Units {
        let units = units.into_iter();
        let by_id = units.map(|unit| (set.apply_set(&unit), unit));
        Units {
            set: set.name.clone(),
            by_id: by_id.collect(),
        }
    }

    /// The ids of their ApplySets.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<ApplySetId> {
        self.by_id.keys().cloned().collect()
    }

    /// The unit that `live` is in, which carries the label of the set; [`NO_UNIT`] if it has lost the one of its ApplySet.
    /// Nothing if it is in an ApplySet of none of the units: then it is of another set, which has the same name and its
    /// records elsewhere.
    #[must_use]
    pub fn unit_of(&self, live: &Live) -> Option<EcoString> {
        match live.membership(&self.set) {
            Membership::Ours(id) => self.by_id.get(id).cloned(),
            Membership::Other { .. } | Membership::None => Some(NO_UNIT.into()),
        }
    }
}
