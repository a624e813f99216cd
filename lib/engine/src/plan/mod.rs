//! What is to be done to make a cluster equal to a graph, and why: data, decided without a cluster.
//!
//! [`suspects`] names the objects of which looking is not enough; for each of them one dry run says what an apply
//! would do. [`make`] then writes the [`Plan`]: the same for the same inputs. It is carried out by the reconciler,
//! which alone writes.

mod budget;
mod claims;
mod consent;
mod decide;
mod guard;
mod holding;
mod prune;
mod step;
mod tried;

pub use budget::Budget;
pub use claims::{Claims, Owner};
pub use consent::Consent;
pub use decide::{Adopting, is_recorded, is_suspect};
pub use prune::{Absent, NeededBy, Orphan};
pub use step::{Action, Deferral, Need, Plan, Refusal, Skip, Step};
pub use tried::{Record, Tried, Wrong};

use crate::applyset::ApplySetId;
use crate::fields::FieldSet;
use crate::graph::NodeId;
use crate::normalise::Normalised;
use crate::observed::Observed;
use crate::policy::Policy;
use crate::record::AppliedDigest;
use crate::rules::{KindSelector, Left};
use gitopsc_core::{EcoString, Gvk, ObjectRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One object as it is to be.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Its node in the graph.
    pub node: NodeId,
    /// Its name, with the namespace that it will have.
    pub object: ObjectRef,
    /// Group, version, kind.
    pub gvk: Gvk,
    /// Its normalised body as Git has it, without what marks it as a member: what makes it where it is not there.
    pub whole: Arc<Normalised>,
    /// The same without what is left to others: what is compared, and applied where it is there.
    pub body: Arc<Normalised>,
    /// What is left to others.
    pub left: Left,
    /// The digest of `body`.
    pub applied: AppliedDigest,
    /// Its unit.
    pub unit: EcoString,
    /// The ApplySet of its unit.
    pub apply_set: ApplySetId,
    /// What Git says may be done to it.
    pub policy: Policy,
    /// What holds it out of every plan, such as an engine that describes it.
    pub refused: Option<EcoString>,
    /// Whether something of the graph makes its kind.
    pub kind_is_made: bool,
    /// Whether it is done when it has run, and nobody misses it then.
    pub runs_once: bool,
    /// Whether just this has run to its end before, so that it is not missed.
    pub has_run: bool,
}

impl Desired {
    /// What of `entry`, which we own, has to be nobody's before an apply of `body`.
    #[must_use]
    pub fn hand_over(&self, entry: &FieldSet) -> FieldSet {
        let (whole, body) = (self.whole.body(), self.body.body());
        self.left.hand_over(entry, whole, body)
    }
}

/// All that a plan is decided on.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'i> {
    /// The set.
    pub set: &'i str,
    /// The ApplySets of all of its units that are known, in the tree or by their parents.
    pub units: &'i BTreeSet<ApplySetId>,
    /// The objects that are managed, in an order that keeps every edge.
    pub desired: &'i [Desired],
    /// What was read.
    pub observed: &'i Observed,
    /// Whether what is to be made is tried too.
    pub try_making: bool,
    /// What dry runs of the suspects said.
    pub tried: &'i BTreeMap<NodeId, Tried>,
    /// Which objects may be taken over.
    pub adopting: &'i Adopting,
    /// What may be recreated by name.
    pub recreate: &'i [ObjectRef],
    /// Members of the set that nothing desires, in the order in which they are to go.
    pub absent: &'i [Absent],
    /// Kinds whose objects go only with consent, besides those that always do.
    pub protected: &'i [KindSelector],
    /// What takes claims with it.
    pub claims: &'i Claims,
    /// Units of which everything stays that does not say otherwise itself.
    pub keeping: &'i BTreeSet<EcoString>,
    /// How much may be pruned unasked.
    pub budget: Budget,
    /// The digest of the consent that was given.
    pub approved: Option<&'i str>,
}

/// The objects that a dry run must be made of, in order.
pub fn suspects<'i>(inputs: &Inputs<'i>) -> impl Iterator<Item = &'i Desired> {
    let inputs = *inputs;
    let desired = inputs.desired.iter();
    desired.filter(move |object| is_suspect(object, &inputs))
}

/// The plan.
#[must_use]
pub fn make(inputs: &Inputs<'_>) -> Plan {
    let applies = inputs.desired.iter();
    let mut steps: Vec<Step> = applies.map(|object| decide::step(object, inputs)).collect();
    let prunes = prune::steps(inputs, &steps);
    let consent = consent::given(&prunes, inputs.approved);
    steps.extend(prunes.into_iter().map(|prune| prune.step));
    Plan { steps, consent }
}
