//! Steps: what is done to one object, and why.

use super::Consent;
use super::tried::{Record, Wrong};
use crate::conflict::Conflict;
use crate::fields::FieldSet;
use crate::graph::NodeId;
use crate::policy::{HANDS_OFF, KEEP};
use crate::rules::GivenUp;
use gitopsc_core::words::some_of;
use gitopsc_core::{EcoString, Gvk, ObjectRef};
use std::fmt;

/// What is to be done, in order: applies in an order that keeps every edge, then prunes in reverse.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// What the steps that need consent come to.
    pub consent: Consent,
}

impl Plan {
    /// The steps that write, some of them once what is being deleted is gone.
    pub fn writes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action.writes())
    }

    /// Whether nothing is to be done and nothing was refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_skip = |step: &Step| matches!(step.action, Action::Skip(_));
        self.steps.iter().all(is_skip)
    }
}

/// What is done to one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The object.
    pub object: ObjectRef,
    /// Group, version, kind.
    pub gvk: Gvk,
    /// The unit that wants it, or last had it.
    pub unit: EcoString,
    /// Its node in the graph; nothing if the graph does not have it.
    pub node: Option<NodeId>,
    /// What, and why.
    pub action: Action,
    /// What of Git is left to others.
    pub given_up: Vec<GivenUp>,
    /// What left Git and stays, because others own it too.
    pub kept: Vec<Conflict>,
}

/// What is done, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It is made.
    Create {
        /// What the server will make of it cannot be known yet, for this.
        estimated: Option<Need>,
    },
    /// It is changed.
    Patch {
        /// The fields that change, as paths.
        fields: Vec<EcoString>,
        /// From whom fields are taken.
        taken: Vec<Conflict>,
        /// Fields that are left to others.
        left: FieldSet,
    },
    /// It was not ours, and becomes so.
    Adopt {
        /// Whose it was.
        from: EcoString,
        /// The fields that change, as paths.
        fields: Vec<EcoString>,
        /// From whom fields are taken.
        taken: Vec<Conflict>,
        /// Whether what its former owner set and Git lacks goes, with the owner's marks.
        whole: bool,
    },
    /// It moves here from another ApplySet of the set.
    Move {
        /// The fields that change beside, as paths.
        fields: Vec<EcoString>,
    },
    /// Its values are right, and what records that we own them is not.
    Repair {
        /// What of the record.
        record: Record,
    },
    /// It is deleted and made again.
    Recreate {
        /// What the server says cannot be changed.
        why: EcoString,
    },
    /// It is deleted.
    Prune {
        /// What it would take with it, or why somebody must agree.
        consent: Option<Need>,
    },
    /// Nothing.
    Skip(Skip),
    /// Nothing until something else has happened.
    Defer(Deferral),
    /// Nothing, because it would be wrong.
    Refuse(Refusal),
}

/// A sentence that says what is needed.
pub type Need = EcoString;

/// Why nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// It is as it should be.
    Unchanged,
    /// It is made once, and there.
    CreateOnly,
    /// An annotation says so.
    Disabled,
    /// It ran, and its manifest is what it was then.
    Ran,
    /// It left the graph, and an annotation says that it stays.
    Kept,
    /// This stays, and would go with it.
    Holds(ObjectRef),
    /// It carries our label, and is not ours.
    NotOurs(EcoString),
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deferral {
    /// It is being deleted; then it is made.
    Terminating(EcoString),
    /// Nobody can say now what is there of its kind.
    Unknown(EcoString),
    /// The server has no such kind, and nothing here makes it.
    NoKind,
    /// Nothing of the unit is pruned as long as this is so.
    Prune(EcoString),
}

/// Why it would be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another owns it.
    Owner(EcoString),
    /// Others own fields with other values.
    Conflict(Vec<Conflict>),
    /// The server will not have it.
    Invalid(Wrong),
    /// It cannot be changed, and may not be made again.
    Immutable(EcoString),
    /// Another engine describes it.
    Engine(EcoString),
    /// Somebody must agree first, for this.
    Consent(Need),
}

impl Action {
    /// Its word, never renamed.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Action::Create { .. } => "create",
            Action::Patch { .. } => "patch",
            Action::Adopt { .. } => "adopt",
            Action::Move { .. } => "move",
            Action::Repair { .. } => "repair",
            Action::Recreate { .. } => "recreate",
            Action::Prune { .. } => "prune",
            Action::Skip(_) => "skip",
            Action::Defer(_) => "defer",
            Action::Refuse(_) => "refuse",
        }
    }

    /// Whether it writes to the object, or waits until it is gone.
    #[must_use]
    pub fn writes(&self) -> bool {
        match self {
            Action::Defer(deferral) => matches!(deferral, Deferral::Terminating(_)),
            Action::Skip(_) | Action::Refuse(_) => false,
            _ => true,
        }
    }
}

/// The reason in words, without the object.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Create { estimated: None } => f.write_str("it is not there"),
            Action::Create {
                estimated: Some(need),
            } => write!(f, "estimated, because {need}"),
            Action::Patch { fields, taken, .. } => {
                write_list(f, fields)?;
                write_taken(f, taken)
            }
            Action::Adopt {
                from,
                fields,
                taken,
                ..
            } => {
                write!(f, "from {from}")?;
                write_also(f, fields)?;
                write_taken(f, taken)
            }
            Action::Move { fields } => {
                f.write_str("from another unit of the set")?;
                write_also(f, fields)
            }
            Action::Repair {
                record: Record::Digest,
            } => f.write_str("only what records the last apply differs"),
            Action::Repair {
                record: Record::Ownership,
            } => f.write_str("only the ownership of fields differs"),
            Action::Repair {
                record: Record::Versions(owners),
            } => {
                f.write_str("fields are owned at a version that is not served any more: by ")?;
                write_list(f, owners)
            }
            Action::Recreate { why } => write!(f, "it cannot be changed: {why}"),
            Action::Prune { consent: None } => f.write_str("nothing wants it any more"),
            Action::Prune {
                consent: Some(need),
            } => write!(f, "nothing wants it any more; {need}"),
            Action::Skip(skip) => skip.fmt(f),
            Action::Defer(deferral) => deferral.fmt(f),
            Action::Refuse(refusal) => refusal.fmt(f),
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Skip::Unchanged => f.write_str("it is as it should be"),
            Skip::CreateOnly => f.write_str("it is made once, and is there"),
            Skip::Disabled => f.write_str(HANDS_OFF),
            Skip::Ran => f.write_str("it ran, and has not changed since"),
            Skip::Kept => write!(f, "nothing wants it any more; {KEEP}"),
            Skip::Holds(held) => write!(f, "{held} stays, and would go with it"),
            Skip::NotOurs(why) => write!(f, "it carries our label, and is not ours: {why}"),
        }
    }
}

impl fmt::Display for Deferral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Deferral::Terminating(what) if what.is_empty() => f.write_str("it is being deleted"),
            Deferral::Terminating(what) => write!(f, "it is being deleted, and waits for {what}"),
            Deferral::Unknown(why) => write!(f, "what is there cannot be known: {why}"),
            Deferral::NoKind => f.write_str("the server has no such kind, and no unit makes it"),
            Deferral::Prune(why) => write!(f, "no unit has it; not pruned while {why}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Owner(owner) => write!(f, "it belongs to {owner}"),
            Refusal::Conflict(conflicts) => {
                f.write_str("others own ")?;
                let last = conflicts.len().saturating_sub(1);
                conflicts.iter().enumerate().try_for_each(|(at, conflict)| {
                    let end = if at == last { "" } else { ", " };
                    write!(f, "{conflict}{end}")
                })
            }
            Refusal::Invalid(wrong) => write!(f, "the server refuses it: {}", wrong.why),
            Refusal::Immutable(why) => write!(f, "it cannot be changed: {why}"),
            Refusal::Engine(why) => f.write_str(why),
            Refusal::Consent(need) => write!(f, "somebody must agree: {need}"),
        }
    }
}

/// How many fields are named before the rest is counted.
const NAMED: usize = 5;

fn write_list(f: &mut fmt::Formatter<'_>, fields: &[EcoString]) -> fmt::Result {
    f.write_str(&some_of(fields, NAMED))
}

fn write_also(f: &mut fmt::Formatter<'_>, fields: &[EcoString]) -> fmt::Result {
    if fields.is_empty() {
        return Ok(());
    }
    f.write_str(", changing ")?;
    write_list(f, fields)
}

fn write_taken(f: &mut fmt::Formatter<'_>, taken: &[Conflict]) -> fmt::Result {
    taken
        .iter()
        .try_for_each(|conflict| write!(f, "; taken: {conflict}"))
}

#[cfg(test)]
mod tests {
    use super::{Action, Deferral};

    #[test]
    fn what_is_being_deleted_is_waited_for_and_what_is_unknown_is_not() {
        let writes = |deferral| Action::Defer(deferral).writes();
        assert!(writes(Deferral::Terminating("a finalizer".into())));
        assert!(!writes(Deferral::Unknown("no answer".into())));
        assert!(!writes(Deferral::NoKind));
    }
}
