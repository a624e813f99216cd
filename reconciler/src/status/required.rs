//! How what units require is, as far as their records name it.

use super::UnitStatus;
use crate::api::{Api, Kinds};
use crate::at_once::at_once;
use crate::observe;
use crate::parents::Parents;
use gitopsc_core::EcoString;
use gitopsc_engine::health::Rules;
use std::collections::BTreeMap;
use std::sync::Arc;

const AT_ONCE: usize = 16;

/// Adds to each of `units` what it requires.
pub(super) async fn add(
    api: &Api,
    kinds: &Kinds,
    rules: &Rules,
    parents: &Parents,
    units: &mut BTreeMap<EcoString, UnitStatus>,
) {
    let rules = Arc::new(rules.clone());
    let all = parents.iter();
    let all = all.flat_map(|(unit, parent)| parent.requires.iter().map(move |of| (unit, of)));
    let reads = all.enumerate().map(|(at, (unit, required))| {
        let (api, kinds, rules) = (api.clone(), kinds.clone(), Arc::clone(&rules));
        let (unit, required) = (unit.clone(), required.clone());
        async move {
            let looked = observe::read_required(&api, &kinds, &required, &rules).await;
            (at, (unit, required.object, looked.health()))
        }
    });
    let mut read = BTreeMap::new();
    at_once(AT_ONCE, reads, |(at, found)| drop(read.insert(at, found))).await;
    for (unit, object, health) in read.into_values() {
        let unit = units.entry(unit).or_default();
        unit.required.push((object, health));
    }
}
