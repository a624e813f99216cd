//! How what units require is, as far as their records name it.

use super::UnitStatus;
use crate::api::{Api, Kinds};
use crate::observe;
use crate::parents::Parents;
use gitopsc_core::EcoString;
use gitopsc_engine::health::Rules;
use std::collections::BTreeMap;

/// Adds to each of `units` what it requires.
pub(super) async fn add(
    api: &Api,
    kinds: &Kinds,
    rules: &Rules,
    parents: &Parents,
    units: &mut BTreeMap<EcoString, UnitStatus>,
) {
    for (unit, parent) in parents {
        for required in &parent.requires {
            let looked = observe::read_required(api, kinds, required, rules).await;
            let unit = units.entry(unit.clone()).or_default();
            let object = required.object.clone();
            unit.required.push((object, looked.health()));
        }
    }
}
