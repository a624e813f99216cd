//! What becomes of members that nothing desires any more.

use super::Inputs;
use super::consent;
use super::guard::why_protected;
use super::holding::Holding;
use super::step::{Action, Deferral, Need, Refusal, Skip, Step};
use crate::graph::{Reason, Wait};
use crate::observed::Live;
use crate::policy::{self, Policy};
use gitopsc_core::{EcoString, Gvk, ObjectRef};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A member of the set that nothing desires.
#[derive(Clone, Debug, PartialEq)]
pub struct Absent {
    /// Its name.
    pub object: ObjectRef,
    /// Group, version, kind.
    pub gvk: Gvk,
    /// What was read of it.
    pub live: Live,
    /// The unit whose ApplySet it is in.
    pub from: Orphan,
    /// Members that nothing desires either and that need it: they go first.
    pub needed_by: Vec<NeededBy>,
}

/// Who needs an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededBy {
    /// Who.
    pub object: ObjectRef,
    /// Why.
    pub reason: Reason,
    /// How much.
    pub wait: Wait,
}

impl NeededBy {
    /// Whether it keeps what it needs as long as it is there itself; where it only comes later, it only goes first.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.wait != Wait::Order
    }
}

/// As in "X needs it (namespace)".
impl fmt::Display for NeededBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} needs it ({})", self.object, self.reason)
    }
}

/// The unit that a member was of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Orphan {
    /// A unit that is still there.
    Unit(EcoString),
    /// A unit that is gone.
    Gone(EcoString),
    /// Nothing of the unit, or of the whole, is to be pruned, for this.
    Held {
        /// The unit.
        unit: EcoString,
        /// Why.
        why: EcoString,
    },
    /// Whatever is pruned of it needs consent, for this.
    Asking {
        /// The unit.
        unit: EcoString,
        /// Why.
        why: EcoString,
    },
}

impl Orphan {
    /// The unit.
    #[must_use]
    pub fn unit(&self) -> &EcoString {
        match self {
            Orphan::Unit(unit) | Orphan::Gone(unit) => unit,
            Orphan::Held { unit, .. } | Orphan::Asking { unit, .. } => unit,
        }
    }
}

/// A step of pruning, and what it needs.
pub(super) struct Prune {
    pub(super) step: Step,
    pub(super) uid: EcoString,
    /// Why somebody must agree.
    pub(super) need: Option<Need>,
}

pub(super) fn steps(inputs: &Inputs<'_>, applies: &[Step]) -> Vec<Prune> {
    let absent = inputs.absent.iter();
    let mut prunes: Vec<Prune> = absent.map(|absent| of(absent, inputs)).collect();
    keep_what_holds(&mut prunes);
    over_budget(inputs, applies, &mut prunes);
    let is_given = inputs.approved.is_some() && inputs.approved == consent::of(&prunes).as_deref();
    if !is_given {
        prunes.iter_mut().for_each(refuse_without_consent);
    }
    keep_what_is_needed(inputs.absent, &mut prunes);
    prunes
}

fn of(absent: &Absent, inputs: &Inputs<'_>) -> Prune {
    let action = action(absent, inputs);
    let need = match &action {
        Action::Prune { consent } => consent.clone(),
        _ => None,
    };
    Prune {
        uid: absent.live.uid().into(),
        need,
        step: Step {
            object: absent.object.clone(),
            gvk: absent.gvk.clone(),
            unit: absent.from.unit().clone(),
            node: None,
            action,
            given_up: Vec::new(),
            kept: Vec::new(),
        },
    }
}

impl Absent {
    /// Whether it is to go, sooner or later: it is ours, and nothing says that it stays. Of the units in `keeping` all
    /// stays that does not say otherwise itself.
    #[must_use]
    pub fn goes(&self, keeping: &BTreeSet<EcoString>) -> bool {
        self.stays(keeping).is_none() && !matches!(self.from, Orphan::Held { .. })
    }

    /// Why nothing is done to it.
    fn stays(&self, keeping: &BTreeSet<EcoString>) -> Option<Skip> {
        let keeps = keeping.contains(self.from.unit());
        let said = Policy::of(self.live.object(), &policy::of_unit(keeps));
        if let Some(why) = self.live.why_not_ours() {
            return Some(Skip::NotOurs(why));
        }
        if said.hands_off {
            return Some(Skip::Disabled);
        }
        said.keep.then_some(Skip::Kept)
    }
}

fn action(absent: &Absent, inputs: &Inputs<'_>) -> Action {
    let live = &absent.live;
    if let Some(skip) = absent.stays(inputs.keeping) {
        return Action::Skip(skip);
    }
    if live.is_terminating() {
        return Action::Defer(Deferral::Terminating(live.waits_for()));
    }
    let protected = why_protected(&absent.object, live, inputs);
    let asking = match &absent.from {
        Orphan::Held { why, .. } => return Action::Defer(Deferral::Prune(why.clone())),
        Orphan::Asking { why, .. } => Some(why.clone()),
        Orphan::Unit(_) | Orphan::Gone(_) => None,
    };
    let why: Vec<EcoString> = asking.into_iter().chain(protected).collect();
    Action::Prune {
        consent: (!why.is_empty()).then(|| why.join("; ").into()),
    }
}

/// What would take something with it that stays, stays too.
fn keep_what_holds(prunes: &mut [Prune]) {
    let stays = |prune: &&Prune| {
        matches!(
            prune.step.action,
            Action::Skip(Skip::Kept | Skip::Disabled) | Action::Defer(Deferral::Prune(_))
        )
    };
    let staying = prunes.iter().filter(stays).map(|prune| &prune.step.object);
    let holding = Holding::of(staying);
    let pruned = |prune: &&mut Prune| matches!(prune.step.action, Action::Prune { .. });
    for prune in prunes.iter_mut().filter(pruned) {
        if let Some(held) = holding.holds(&prune.step.object) {
            prune.step.action = Action::Skip(Skip::Holds(held.clone()));
            prune.need = None;
        }
    }
}

/// What goes beyond a budget needs consent, all of it.
fn over_budget(inputs: &Inputs<'_>, applies: &[Step], prunes: &mut [Prune]) {
    let mut members: BTreeMap<&EcoString, usize> = BTreeMap::new();
    for step in applies {
        *members.entry(&step.unit).or_default() += 1;
    }
    let pruned = |prune: &&Prune| matches!(prune.step.action, Action::Prune { .. });
    let total = prunes.iter().filter(pruned).count();
    let whole = total + applies.len();
    let set_is_over = !inputs.budget.allows_set(total, whole);
    let mut of_unit: BTreeMap<EcoString, usize> = BTreeMap::new();
    for prune in prunes.iter().filter(pruned) {
        *of_unit.entry(prune.step.unit.clone()).or_default() += 1;
    }
    for (at, absent) in inputs.absent.iter().enumerate() {
        let Some(prune) = prunes.get_mut(at).filter(|prune| pruned(&&**prune)) else {
            continue;
        };
        let count = of_unit.get(&prune.step.unit).copied().unwrap_or_default();
        let left = members.get(&prune.step.unit).copied().unwrap_or_default();
        // A unit that left as a whole counts against the set alone.
        let stays = matches!(absent.from, Orphan::Unit(_));
        let why = if set_is_over {
            Some(format!("{total} of {whole} objects of the set would go"))
        } else if stays && !inputs.budget.allows_unit(count, count + left) {
            Some(format!(
                "{count} of {} objects of the unit would go",
                count + left
            ))
        } else {
            None
        };
        if let (Some(why), None) = (why, &prune.need) {
            let why = EcoString::from(why);
            prune.need = Some(why.clone());
            prune.step.action = Action::Prune { consent: Some(why) };
        }
    }
}

/// What is needed by something that is to go, and may not go yet, stays as well.
fn keep_what_is_needed(absent: &[Absent], prunes: &mut [Prune]) {
    let mut waiting: BTreeSet<&ObjectRef> = BTreeSet::new();
    for (absent, prune) in absent.iter().zip(prunes) {
        let by = (absent.needed_by.iter()).find(|by| by.holds() && waiting.contains(&by.object));
        if let (Action::Prune { .. }, Some(by)) = (&prune.step.action, by) {
            prune.step.action = Action::Defer(Deferral::Prune(ecow::eco_format!("{by}")));
        }
        if let Action::Refuse(_) | Action::Defer(Deferral::Prune(_)) = &prune.step.action {
            waiting.insert(&absent.object);
        }
    }
}

fn refuse_without_consent(prune: &mut Prune) {
    if let Some(need) = &prune.need {
        prune.step.action = Action::Refuse(Refusal::Consent(need.clone()));
    }
}
