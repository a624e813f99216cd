//! Whether a member is still as it was left, told by its metadata alone.
//!
//! The server notes which fields we own. Whoever changes one of them, removes it or takes it over changes our entry,
//! whatever the value. What the entry cannot show, such as a value that came back under our own name, moves the
//! generation, or the resource version of kinds that have none. Then only a look at the object tells whether anything
//! has to be done: a footprint that differs is a suspicion.

use crate::fields::{FieldSet, entry_of};
use crate::observed::generation;
use crate::record::{self, AppliedDigest, FIELD_MANAGER, PART_OF, SYNC};
use gitopsc_core::{EcoString, Json};
use sha2::{Digest as _, Sha256};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash as _, Hasher};

/// What of a live object tells whether it is as it was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footprint {
    uid: EcoString,
    version: EcoString,
    generation: i64,
    /// Our entry among its managed fields.
    owned: Option<u64>,
    applied: Option<AppliedDigest>,
    part_of: EcoString,
    sync: EcoString,
    terminating: bool,
}

/// How a member is not as it was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drift {
    /// It is gone, or has lost the label of its set.
    Gone,
    /// It is another object of the same name, or is being deleted.
    Replaced,
    /// It has lost what marks it as a member, or says that something else was applied.
    Marks,
    /// A field that was ours was changed, removed or taken.
    Fields,
    /// It was changed, perhaps in nothing that is ours.
    Changed,
}

impl Footprint {
    /// That of a live object, of which metadata is enough.
    #[must_use]
    pub fn of(live: &Json) -> Footprint {
        let text = |keys: &[&str]| EcoString::from(live.str_at(keys).unwrap_or_default());
        Footprint {
            uid: text(&["metadata", "uid"]),
            version: text(&["metadata", "resourceVersion"]),
            generation: generation(live),
            owned: entry_of(live, FIELD_MANAGER).map(|entry| hash(&entry.fields)),
            applied: record::applied_to(live),
            part_of: text(&["metadata", "labels", PART_OF]),
            sync: text(&["metadata", "labels", SYNC]),
            terminating: live.at(&["metadata", "deletionTimestamp"]).is_some(),
        }
    }

    /// How `seen` differs from this, which was left; nothing if it does not, or if it was so before this.
    #[must_use]
    pub fn drift_to(&self, seen: &Footprint) -> Option<Drift> {
        if seen.is_before(&self.version) {
            return None;
        }
        if seen.uid != self.uid || seen.terminating {
            return Some(Drift::Replaced);
        }
        if (&seen.sync, &seen.part_of) != (&self.sync, &self.part_of)
            || seen.applied != self.applied
        {
            return Some(Drift::Marks);
        }
        if seen.owned != self.owned {
            return Some(Drift::Fields);
        }
        let is_counted = self.generation > 0;
        let is_same = match is_counted {
            true => seen.generation == self.generation,
            false => seen.version == self.version,
        };
        (!is_same).then_some(Drift::Changed)
    }

    /// The drift that it is gone as of `version`; nothing if it was left after that.
    #[must_use]
    pub fn drift_to_nothing(&self, version: &str) -> Option<Drift> {
        (compare(version, &self.version) == Ordering::Greater).then_some(Drift::Gone)
    }

    /// Whether this is of a state before `version`.
    #[must_use]
    pub fn is_before(&self, version: &str) -> bool {
        compare(&self.version, version) == Ordering::Less
    }

    /// The version at which the object was so.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Drift::Gone => "it is gone, or has lost its label",
            Drift::Replaced => "it is being deleted, or was made again by somebody else",
            Drift::Marks => "it has lost what marks it as a member",
            Drift::Fields => "a field of it was changed, removed or taken over",
            Drift::Changed => "it was changed",
        })
    }
}

/// Resource versions of one kind are in order since Kubernetes 1.35, and were in fact before. Where they are no
/// numbers, what is seen later is later.
fn compare(one: &str, other: &str) -> Ordering {
    match (one.parse::<u128>(), other.parse::<u128>()) {
        (Ok(one), Ok(other)) => one.cmp(&other),
        _ if one == other => Ordering::Equal,
        _ => Ordering::Greater,
    }
}

fn hash(fields: &FieldSet) -> u64 {
    let mut hashing = Hashing(Sha256::new());
    fields.hash(&mut hashing);
    hashing.finish()
}

/// What is hashed, by a function that is the same everywhere.
struct Hashing(Sha256);

impl Hasher for Hashing {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        let first = digest.first_chunk().expect("a digest has 32 bytes");
        u64::from_le_bytes(*first)
    }
}
