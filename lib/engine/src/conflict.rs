//! Conflicts of a server-side apply: who owns what was about to be set, and what is done about it.
//!
//! Conflicts are told from other refusals by the reasons that the server gives. Managers are named in messages
//! alone (apimachinery, managedfields/internal/conflict.go); one that cannot be read is nobody's to take from.

use crate::fields::{FieldPath, FieldSet, ManagedEntry, Operation, entries};
use crate::record::{AppliedDigest, FIELD_MANAGER, applied_to};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::json::read_json;
use std::collections::BTreeMap;
use std::fmt;

/// What is done about fields that others own: `gitopsc.dev/conflicts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// What is ours is taken back, anything else fails.
    #[default]
    Mine,
    /// It fails.
    Fail,
    /// All is taken.
    Take,
    /// The fields are left to the others.
    Yield,
}

/// One field that another manager owns, with another value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Who owns it; empty if the message could not be read.
    pub manager: EcoString,
    /// How they came to it.
    pub operation: Operation,
    /// Through which subresource; empty for the object itself.
    pub subresource: EcoString,
    /// The field: as the server writes it, and once it is resolved as a path of ours.
    pub field: EcoString,
}

/// What is done about the conflicts of one apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It is sent again, forced: this is what is taken, and from whom.
    Force(Vec<Conflict>),
    /// It is sent again without these fields, which are left to their owners.
    Leave(FieldSet, Vec<Conflict>),
    /// It fails because of these.
    Refuse(Vec<Conflict>),
}

impl Policy {
    /// The policy that is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Policy> {
        Some(match text {
            "mine" => Policy::Mine,
            "fail" => Policy::Fail,
            "take" => Policy::Take,
            "yield" => Policy::Yield,
            _ => return None,
        })
    }
}

/// The conflicts that a `Status` names; nothing if it is not about conflicts of an apply.
///
/// ```
/// use gitopsc_engine::conflict::conflicts_in;
/// use gitopsc_yaml::json::read_json;
/// let status = r#"{"kind":"Status","reason":"Conflict","details":{"causes":[{
///   "reason":"FieldManagerConflict","field":".spec.replicas",
///   "message":"conflict with \"kubectl\" with subresource \"scale\" using apps/v1"}]}}"#;
/// let found = conflicts_in(&read_json(status).unwrap());
/// assert_eq!(found[0].to_string(), ".spec.replicas of kubectl (scale)");
/// ```
#[must_use]
pub fn conflicts_in(status: &Json) -> Vec<Conflict> {
    let causes = status
        .get("details")
        .and_then(|details| details.get("causes"));
    let Some(Json::Array(causes)) = causes else {
        return Vec::new();
    };
    let text = |cause: &Json, field: &str| {
        let text = cause.get(field).and_then(Json::as_plain_str);
        EcoString::from(text.unwrap_or_default())
    };
    let conflicts = causes
        .iter()
        .filter(|cause| text(cause, "reason") == "FieldManagerConflict");
    let conflicts = conflicts.map(|cause| {
        let owner = owner_in(&text(cause, "message")).unwrap_or_default();
        Conflict {
            manager: owner.manager,
            operation: owner.operation,
            subresource: owner.subresource,
            field: text(cause, "field"),
        }
    });
    conflicts.collect()
}

/// What is done about `conflicts` that an apply met on `live`, when `desired` is the digest of what it sent. Fields are
/// named in it as everywhere else, where they can be read.
#[must_use]
pub fn resolve(
    conflicts: Vec<Conflict>,
    policy: Policy,
    live: &Json,
    desired: &AppliedDigest,
) -> Resolution {
    let entries = entries(live);
    let paths = paths_of(&entries);
    let named = |conflicts: Vec<Conflict>| {
        let conflicts = conflicts.into_iter();
        conflicts.map(|of| of.named(&paths)).collect()
    };
    let applied = applied_to(live);
    match policy {
        Policy::Take => Resolution::Force(named(conflicts)),
        Policy::Fail => Resolution::Refuse(named(conflicts)),
        Policy::Yield => match fields_of(&conflicts, &paths) {
            Some(fields) => Resolution::Leave(fields, named(conflicts)),
            None => Resolution::Refuse(named(conflicts)),
        },
        // Somebody changed what we had applied just so.
        Policy::Mine if applied.as_ref() == Some(desired) => Resolution::Force(named(conflicts)),
        Policy::Mine => {
            let ours = entries
                .iter()
                .find(|entry| entry.is_apply_of(FIELD_MANAGER));
            let is_ours = |conflict: &Conflict| {
                let path = paths.get(conflict.field.as_str());
                let held = path
                    .zip(ours)
                    .is_some_and(|(path, ours)| ours.fields.contains(path));
                let edited = applied.is_some() && conflict.operation == Operation::Update;
                held || edited && !conflict.manager.is_empty()
            };
            if conflicts.iter().all(is_ours) {
                return Resolution::Force(named(conflicts));
            }
            let others = conflicts.into_iter().filter(|conflict| !is_ours(conflict));
            Resolution::Refuse(named(others.collect()))
        }
    }
}

/// The fields of `conflicts`; nothing if one of them cannot be read.
fn fields_of(conflicts: &[Conflict], paths: &Paths) -> Option<FieldSet> {
    let fields = conflicts
        .iter()
        .map(|conflict| paths.get(conflict.field.as_str()).cloned());
    let fields: Vec<FieldPath> = fields.collect::<Option<_>>()?;
    Some(FieldSet::of(fields))
}

type Paths = BTreeMap<String, FieldPath>;

/// The owned paths by the text in which the server names them: that text alone does not tell a dot in a name
/// from one between names.
fn paths_of(entries: &[ManagedEntry]) -> Paths {
    let paths = entries.iter().flat_map(|entry| entry.fields.paths());
    paths.map(|path| (path.server_text(), path)).collect()
}

struct Owner {
    manager: EcoString,
    operation: Operation,
    subresource: EcoString,
}

impl Default for Owner {
    fn default() -> Owner {
        Owner {
            manager: EcoString::new(),
            operation: Operation::Apply,
            subresource: EcoString::new(),
        }
    }
}

/// `conflict with "MANAGER"[ with subresource "NAME"][ using VERSION[ at TIME]]`; a version is given for Updates.
fn owner_in(message: &str) -> Option<Owner> {
    let (manager, rest) = quoted(message.strip_prefix("conflict with ")?)?;
    let (subresource, rest) = match rest.strip_prefix(" with subresource ") {
        Some(rest) => quoted(rest)?,
        None => (EcoString::new(), rest),
    };
    let operation = if rest.starts_with(" using ") {
        Operation::Update
    } else {
        Operation::Apply
    };
    Some(Owner {
        manager,
        operation,
        subresource,
    })
}

/// The quoted text at the beginning, and what follows.
fn quoted(text: &str) -> Option<(EcoString, &str)> {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    let (inside, rest) = text.split_at(end?.0 + 1);
    match read_json(inside).ok()? {
        Json::String(inside) => Some((inside, rest)),
        _ => None,
    }
}

impl Conflict {
    /// The same with its field as a path of ours, if it is one of `paths`.
    fn named(mut self, paths: &Paths) -> Conflict {
        if let Some(path) = paths.get(self.field.as_str()) {
            self.field = path.to_string().into();
        }
        self
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manager = match self.manager.as_str() {
            "" => "an unknown manager",
            manager => manager,
        };
        write!(f, "{} of {manager}", self.field)?;
        if self.subresource.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", self.subresource)
    }
}
