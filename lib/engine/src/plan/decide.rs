//! The step for one object of the graph.

use super::guard::why_protected;
use super::step::{Action, Deferral, Need, Refusal, Skip, Step};
use super::tried::{Record, Tried};
use super::{Desired, Inputs};
use crate::applyset::Membership;
use crate::conflict::Conflict;
use crate::fields::{FieldPath, covers};
use crate::marks::foreign_owner;
use crate::observed::{Live, Observed};
use gitopsc_core::{EcoString, Json, ObjectRef};
use std::collections::BTreeSet;

/// Which objects that belong to others may be taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adopting {
    /// Whatever belongs to another.
    pub all: bool,
    /// These objects.
    pub objects: BTreeSet<ObjectRef>,
    /// All objects of these units.
    pub units: BTreeSet<EcoString>,
}

impl Adopting {
    /// Whether whatever `unit` has may be taken over.
    #[must_use]
    pub fn takes_unit(&self, unit: &EcoString) -> bool {
        self.units.contains(unit)
    }

    /// Whether `desired` may be taken over.
    #[must_use]
    pub fn allows(&self, desired: &Desired) -> bool {
        self.all || self.objects.contains(&desired.object) || self.units.contains(&desired.unit)
    }
}

/// Whether looking at the live object is not enough to know what an apply would do.
#[must_use]
pub fn is_suspect(desired: &Desired, inputs: &Inputs<'_>) -> bool {
    match before_trying(desired, inputs) {
        Before::Decided(_) => false,
        Before::Try(_) => true,
    }
}

/// Whether `live` is a member of `set`, in the unit of `desired`, and the last apply was of just this, as far as that is
/// recorded: of an empty list or map the server keeps no owner, so that somebody may have filled it since.
#[must_use]
pub fn is_recorded(desired: &Desired, live: &Live, set: &str) -> bool {
    let body = desired.body.body();
    let is_empty = |path: &FieldPath| match path.value(body) {
        Some(Json::Array(items)) => items.is_empty(),
        Some(Json::Object(fields)) => fields.is_empty(),
        _ => false,
    };
    let is_of_this = live.membership(set) == Membership::Ours(desired.apply_set.as_str())
        && live.applied() == Some(desired.applied);
    is_of_this
        && match live.own_entry().map(|own| covers(&own.fields, body)) {
            Some(Err(missing)) => missing.iter().all(is_empty),
            covered => covered.is_some(),
        }
}

/// The same, and nobody can have changed what it sets.
fn is_applied(desired: &Desired, live: &Live, set: &str) -> bool {
    let own = live.own_entry();
    is_recorded(desired, live, set)
        && own.is_some_and(|own| covers(&own.fields, desired.body.body()).is_ok())
}

pub(super) fn step(desired: &Desired, inputs: &Inputs<'_>) -> Step {
    let action = match before_trying(desired, inputs) {
        Before::Decided(action) => action,
        Before::Try(why) => match inputs.tried.get(&desired.node) {
            Some(tried) => after_trying(desired, inputs, why, tried),
            None => Action::Defer(Deferral::Unknown("it was not tried".into())),
        },
    };
    Step {
        object: desired.object.clone(),
        gvk: desired.gvk.clone(),
        unit: desired.unit.clone(),
        node: Some(desired.node),
        kept: kept(&action, inputs.tried.get(&desired.node)),
        action,
        given_up: desired.left.fields().to_vec(),
    }
}

/// What others keep of what `action` gives up, as far as that was `tried`.
fn kept(action: &Action, tried: Option<&Tried>) -> Vec<Conflict> {
    let gives_up = matches!(
        action,
        Action::Patch { .. } | Action::Move { .. } | Action::Repair { .. }
    );
    match tried {
        Some(Tried::Accepted { kept, .. }) if gives_up => kept.clone(),
        _ => Vec::new(),
    }
}

enum Before {
    Decided(Action),
    Try(Why),
}

/// Why an object that is there may have to be written.
enum Why {
    /// It is ours, and not as we left it.
    Changed,
    /// It is ours, in another unit's ApplySet.
    Moved,
    /// It is not ours.
    Found(EcoString),
    /// It is not there.
    Missing,
}

fn before_trying(desired: &Desired, inputs: &Inputs<'_>) -> Before {
    let observed = inputs.observed;
    let live = observed.get(&desired.object);
    let policy = desired.policy.clone();
    let policy = policy.with_live(live.map(Live::object));
    let decided = if let Some(engine) = &desired.refused {
        Action::Refuse(Refusal::Engine(engine.clone()))
    } else if policy.hands_off {
        Action::Skip(Skip::Disabled)
    } else if let Some(why) = observed.why_unknown(&desired.object) {
        Action::Defer(Deferral::Unknown(why.clone()))
    } else if !observed.has_kind(&desired.object) {
        without_kind(desired)
    } else {
        match live {
            None if desired.has_run => Action::Skip(Skip::Ran),
            None if inputs.try_making => return Before::Try(Why::Missing),
            None => Action::Create {
                estimated: without_namespace(desired, observed),
            },
            Some(live) if live.is_terminating() => {
                Action::Defer(Deferral::Terminating(live.waits_for()))
            }
            Some(_) if is_namespace_leaving(desired, observed) => {
                Action::Defer(Deferral::Terminating("its namespace".into()))
            }
            Some(_) if policy.create_only => Action::Skip(Skip::CreateOnly),
            Some(live) => return looked_at(desired, live, inputs),
        }
    };
    Before::Decided(decided)
}

/// What cannot be known of an object whose namespace is not there yet.
fn without_namespace(desired: &Desired, observed: &Observed) -> Option<Need> {
    let is_absent = observed
        .absent_namespaces
        .contains(&desired.object.namespace);
    is_absent.then(|| "its namespace is not there yet".into())
}

/// Whether the object goes because its namespace does, be it marked already or not.
fn is_namespace_leaving(desired: &Desired, observed: &Observed) -> bool {
    let namespace = ObjectRef {
        group: EcoString::new(),
        kind: "Namespace".into(),
        namespace: EcoString::new(),
        name: desired.object.namespace.clone(),
    };
    observed.get(&namespace).is_some_and(Live::is_terminating)
}

fn without_kind(desired: &Desired) -> Action {
    if !desired.kind_is_made {
        return Action::Defer(Deferral::NoKind);
    }
    Action::Create {
        estimated: Some("its kind is not there yet".into()),
    }
}

fn looked_at(desired: &Desired, live: &Live, inputs: &Inputs<'_>) -> Before {
    let refuse = |owner: EcoString| Before::Decided(Action::Refuse(Refusal::Owner(owner)));
    let may_adopt = inputs.adopting.allows(desired);
    let of_another = |owner: String| match may_adopt {
        true => Before::Try(Why::Found(owner.into())),
        false => refuse(owner.into()),
    };
    match live.membership(inputs.set) {
        _ if is_applied(desired, live, inputs.set) => {
            Before::Decided(Action::Skip(Skip::Unchanged))
        }
        Membership::Ours(id) if id == desired.apply_set.as_str() => Before::Try(Why::Changed),
        Membership::Ours(id) if inputs.units.contains(id) => Before::Try(Why::Moved),
        // Its label of the set was taken away; no other set has an ApplySet of this id.
        Membership::Other { id, .. } if id == desired.apply_set.as_str() => {
            Before::Try(Why::Changed)
        }
        Membership::Ours(_) => of_another(format!("another set called {}", inputs.set)),
        Membership::Other { set: Some(set), .. } => of_another(format!("the set {set}")),
        Membership::Other { id, set: None } => of_another(format!("the ApplySet {id}")),
        Membership::None => {
            let owner = foreign_owner(live.object(), desired.whole.body(), &|_| false);
            match owner.map(|owner| EcoString::from(owner.to_string())) {
                Some(owner) if !may_adopt => refuse(owner),
                Some(owner) => Before::Try(Why::Found(owner)),
                None => Before::Try(Why::Found(live.managers())),
            }
        }
    }
}

fn after_trying(desired: &Desired, inputs: &Inputs<'_>, why: Why, tried: &Tried) -> Action {
    match tried {
        Tried::Accepted {
            fields,
            taken,
            left,
            record,
            kept: _,
        } => match (why, record) {
            (Why::Missing, _) => Action::Create { estimated: None },
            (Why::Found(from), _) => Action::Adopt {
                from,
                fields: fields.clone(),
                taken: taken.clone(),
                whole: inputs.adopting.allows(desired),
            },
            (Why::Moved, _) => Action::Move {
                fields: fields.clone(),
            },
            (Why::Changed, _) if !fields.is_empty() || !taken.is_empty() => Action::Patch {
                fields: fields.clone(),
                taken: taken.clone(),
                left: left.clone(),
            },
            (Why::Changed, Some(record)) => Action::Repair {
                record: record.clone(),
            },
            (Why::Changed, None) => Action::Skip(Skip::Unchanged),
        },
        Tried::Unserved(owners) => Action::Repair {
            record: Record::Versions(owners.clone()),
        },
        Tried::Conflicts(conflicts) => Action::Refuse(Refusal::Conflict(conflicts.clone())),
        Tried::Invalid(why) => Action::Refuse(Refusal::Invalid(why.clone())),
        Tried::Immutable { why, copy } => immutable(desired, inputs, why, copy),
        Tried::Unknown(need) if matches!(why, Why::Missing) => Action::Create {
            estimated: Some(need.clone()),
        },
        Tried::Unknown(why) => Action::Defer(Deferral::Unknown(why.clone())),
    }
}

/// A change that the server does not allow: deleting and making again is a last resort that somebody must allow.
fn immutable(
    desired: &Desired,
    inputs: &Inputs<'_>,
    why: &EcoString,
    copy: &Result<(), EcoString>,
) -> Action {
    let by_name = inputs.recreate.contains(&desired.object);
    let by_annotation = desired.policy.recreate;
    let refuse = |hint: &str| {
        let text = format!("{why}; {hint}");
        Action::Refuse(Refusal::Immutable(text.into()))
    };
    if by_name {
        return Action::Recreate { why: why.clone() };
    }
    if !by_annotation {
        return refuse("gitopsc.dev/recreate: \"true\" would let it be deleted and made again");
    }
    let live = inputs.observed.get(&desired.object);
    if let Some(why) = live.and_then(|live| why_protected(&desired.object, live, inputs)) {
        return refuse(&format!(
            "{why}; it is recreated only if --recreate names it"
        ));
    }
    match copy {
        Ok(()) => Action::Recreate { why: why.clone() },
        Err(refused) => refuse(&format!(
            "it cannot be known whether it could be made again ({refused}); --recreate would do it"
        )),
    }
}
