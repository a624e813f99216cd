//! The rules of kinds: [`table`] says which kind has which, the other modules are the rules of a family each.

mod argo;
mod autoscaler;
mod budget;
mod cert_manager;
mod claim;
mod cloudnative_pg;
mod daemon_set;
mod definition;
mod deployment;
mod flux;
mod gateway;
mod ingress;
mod job;
mod kubevirt;
mod kyverno;
mod pod;
mod replica_set;
mod replicas;
mod rook;
mod service;
mod stateful_set;
mod table;
mod volume;
mod webhook;

pub(super) use table::rule;

use super::expect::Expect;
use super::live::Live;
use super::phase::Phase;
use super::status::Health;

/// How the health of a kind is told, behind what holds for every kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// It is well as soon as it is there: nothing acts on it, or nothing says how that went.
    Exists,
    /// By these conditions.
    Conditions(Expect),
    /// By one word.
    Phase(Phase),
    /// By its fields.
    Fields(fn(&Live<'_>) -> Health),
    /// By its fields, unless it is suspended: then nothing acts on it, and what it says may be old.
    Suspendable(fn(&Live<'_>) -> Health),
}

impl Rule {
    /// What the rule says of `live`.
    pub(super) fn health(&self, live: &Live<'_>) -> Health {
        match self {
            Rule::Exists => Health::current("it exists"),
            Rule::Conditions(expect) => expect.health(live),
            Rule::Phase(phase) => phase.health(live),
            Rule::Fields(health) | Rule::Suspendable(health) => health(live),
        }
    }

    /// That `live` is suspended, if that can be and is so.
    pub(super) fn suspended(&self, live: &Live<'_>) -> Option<Health> {
        match self {
            Rule::Suspendable(_) => flux::suspended(live),
            _ => None,
        }
    }
}
