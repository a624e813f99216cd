//! What a dry run said.

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
        /// Whether our entry of owned fields would change.
        ownership: bool,
    },
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
    Invalid(EcoString),
    /// It could not be tried.
    Unknown(EcoString),
}

/// A field that another manager owns with another value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The field, as a path.
    pub field: EcoString,
    /// The manager.
    pub manager: EcoString,
}
