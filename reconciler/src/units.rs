//! The units of a set, told by the ApplySets that their members are in.

use crate::set::SetName;
use gitopsc_core::EcoString;
use gitopsc_engine::applyset::Membership;
use gitopsc_engine::observed::Live;
use std::collections::BTreeMap;

/// What is said in place of a unit of a member that has the label of the set alone.
pub const NO_UNIT: &str = "(no unit)";
/// What is said in place of a unit that neither the tree nor a parent has.
const UNKNOWN: &str = "(a unit that nobody knows)";

/// The units of a set by the ids of their ApplySets.
#[derive(Clone, Debug)]
pub struct Units {
    set: EcoString,
    by_id: BTreeMap<EcoString, EcoString>,
}

impl Units {
    /// Those of `set` that are named in `units`.
    #[must_use]
    pub fn new(set: &SetName, units: impl IntoIterator<Item = EcoString>) -> Units {
        let units = units.into_iter();
        let by_id = units.map(|unit| (set.apply_set(&unit).as_str().into(), unit));
        Units {
            set: set.name.clone(),
            by_id: by_id.collect(),
        }
    }

    /// The unit that `live` is in; nothing if it is in no ApplySet of the set.
    #[must_use]
    pub fn unit_of(&self, live: &Live) -> Option<EcoString> {
        match live.membership(&self.set) {
            Membership::Ours(id) => {
                let unit = self.by_id.get(id).cloned();
                Some(unit.unwrap_or_else(|| UNKNOWN.into()))
            }
            Membership::Other { .. } | Membership::None => None,
        }
    }
}
