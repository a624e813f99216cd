//! Members of a set that nothing desires, in the order in which they are to go.

use crate::observe::Observation;
use gitopsc_core::ObjectRef;
use gitopsc_engine::graph::KindClass;
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::{Absent, Orphan};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The members that are not in `wanted`, what uses others before what is used. `fate` says what becomes of each as far
/// as its unit decides; nothing if the run leaves it out.
#[must_use]
pub fn of(
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
            });
        }
    }
    absent.sort_by_key(|absent| {
        let class = KindClass::of(&absent.gvk);
        // Custom resources go before whatever finalizes them, which is a workload.
        (
            class != KindClass::Other,
            Reverse(class),
            absent.object.clone(),
        )
    });
    absent
}
