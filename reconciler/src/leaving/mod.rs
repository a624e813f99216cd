//! What leaves: members of a set that nothing desires, the order in which they go, and the claims that would go too.
//!
//! More than the lists of members tell is read only if something is to go or to be made again.

mod bodies;
mod claims;
mod order;

use crate::api::{Api, Kinds};
use crate::observe::Observation;
use crate::set::SetName;
use gitopsc_compiler::Compilation;
use gitopsc_core::{EcoString, Gvk, ObjectRef};
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::{Absent, Claims, Orphan};
use rayon::ThreadPool;
use std::collections::BTreeSet;

/// The members that are not in `wanted`. `fate` says what becomes of each as far as its unit decides; nothing if the run
/// leaves it out.
#[must_use]
pub fn absent(
    observation: &Observation,
    wanted: &BTreeSet<ObjectRef>,
    fate: &dyn Fn(&ObjectRef, &Live) -> Option<Orphan>,
) -> Vec<Absent> {
    let mut absent = Vec::new();
    for (object, gvk) in &observation.members {
        let Some(live) = observation.observed.get(object) else {
            continue;
        };
        if wanted.contains(object) {
            continue;
        }
        if let Some(from) = fate(object, live) {
            absent.push(Absent {
                object: object.clone(),
                gvk: gvk.clone(),
                live: live.clone(),
                from,
                needed_by: Vec::new(),
            });
        }
    }
    absent
}

/// A live object that is to go, for good or to be made again.
#[derive(Clone, Debug)]
pub struct Gone {
    /// Its name.
    pub object: ObjectRef,
    /// Group, version, kind.
    pub gvk: Gvk,
    /// What was read of it.
    pub live: Live,
}

/// Where and by what rules it is looked.
#[derive(Clone, Copy)]
pub struct Looking<'l> {
    /// The cluster.
    pub api: &'l Api,
    /// Its kinds.
    pub kinds: &'l Kinds,
    /// The set.
    pub set: &'l SetName,
    /// Units of which everything stays that does not say otherwise itself.
    pub keeping: &'l BTreeSet<EcoString>,
    /// The tree, if there is one: what it says of references and of units counts.
    pub compilation: Option<&'l Compilation>,
    /// Where edges are derived.
    pub pool: &'l ThreadPool,
}

/// `absent` in the order in which it is to go, what needs others first, and the claims that would go with it or with
/// what is `made_again`.
pub async fn look(
    looking: Looking<'_>,
    absent: Vec<Absent>,
    made_again: Vec<Gone>,
) -> (Vec<Absent>, Claims) {
    let going = absent.iter().filter(|of| of.goes(looking.keeping));
    let going = going.map(|of| Gone {
        object: of.object.clone(),
        gvk: of.gvk.clone(),
        live: of.live.clone(),
    });
    let going: Vec<Gone> = going.chain(made_again).collect();
    if going.is_empty() {
        return (absent, Claims::default());
    }
    let bodies = bodies::read(looking, &going).await;
    let claims = claims::read(looking, &going, &bodies).await;
    (order::order(looking, absent, &bodies), claims)
}
