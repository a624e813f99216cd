//! Why workloads do not get ready: their pods tell.

use super::UnitStatus;
use crate::api::{Api, Kind, Kinds};
use crate::at_once::at_once;
use crate::pods;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::graph::KindClass;
use std::collections::BTreeMap;

/// How many workloads are looked into at once.
const AT_ONCE: usize = 8;

/// Adds to the health of each workload that is not as it should be what its pods say.
pub(super) async fn explain(api: &Api, kinds: &Kinds, units: &mut BTreeMap<EcoString, UnitStatus>) {
    let Some(of) = kinds.preferred("", "Pod") else {
        return;
    };
    let questions = unready(kinds, units).into_iter().map(|(object, kind)| {
        let (api, of) = (api.clone(), of.clone());
        async move {
            let said = pods::explain(&api, &kind, &of, &object).await;
            (object, said)
        }
    });
    at_once(AT_ONCE, questions, |(object, said)| {
        // Whoever may not read pods still knows that the workload is not ready.
        if let Ok(Some(said)) = said {
            add(units, &object, &said);
        }
    })
    .await;
}

fn unready(kinds: &Kinds, units: &BTreeMap<EcoString, UnitStatus>) -> Vec<(ObjectRef, Kind)> {
    let unready = units.values().flat_map(UnitStatus::not_current);
    let kind = |object: &ObjectRef| kinds.preferred(&object.group, &object.kind).cloned();
    let known = unready.filter_map(|(object, _)| Some((object.clone(), kind(object)?)));
    known
        .filter(|(_, kind)| KindClass::of(&kind.gvk) == KindClass::Workload)
        .collect()
}

fn add(units: &mut BTreeMap<EcoString, UnitStatus>, object: &ObjectRef, said: &EcoString) {
    let members = units
        .values_mut()
        .filter_map(|unit| unit.members.get_mut(object));
    for member in members {
        let reason = &mut member.health.reason;
        reason.push_str("; ");
        reason.push_str(said);
    }
}
