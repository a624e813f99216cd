//! What a dry run said.

use crate::conflict::Conflict;
use crate::fields::FieldSet;
use gitopsc_core::EcoString;

/// What the server would do with an apply.
#[derive(Clone, Debug, PartialEq)]
pub enum Tried {
    /// It would accept it.
    Accepted {
        /// The fields that would change, as paths, without what records the apply.
        fields: Vec<EcoString>,
        /// Fields of others that had to be taken.
        taken: Vec<Conflict>,
        /// Fields that are left to others.
        left: FieldSet,
        /// Fields that we give up and others keep.
        kept: Vec<Conflict>,
        /// What of the record would change.
        record: Option<Record>,
    },
    /// It can only be accepted once fields are owned in terms of versions that are served. With who owns some in terms of
    /// which other version.
    Unserved(Vec<EcoString>),
    /// Others own fields with other values, and they may not be taken.
    Conflicts(Vec<Conflict>),
    /// Fields of it cannot be changed.
    Immutable {
        /// What the server says.
        why: EcoString,
        /// Whether it accepts the new object under another name; the reason if not.
        copy: Result<(), EcoString>,
    },
    /// It is wrong.
    Invalid(Wrong),
    /// It could not be tried.
    Unknown(EcoString),
}

/// What is wrong with an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// In words.
    pub why: EcoString,
    /// Where in its body, as JSON pointers; empty if nobody says.
    pub at: Vec<EcoString>,
}

impl From<EcoString> for Wrong {
    fn from(why: EcoString) -> Wrong {
        Wrong {
            why,
            at: Vec::new(),
        }
    }
}

/// What of what records an apply is put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The digest of what was applied.
    Digest,
    /// The fields that we own.
    Ownership,
    /// The versions in terms of which these own fields.
    Versions(Vec<EcoString>),
}
