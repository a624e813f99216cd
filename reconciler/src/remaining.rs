//! Which parents a run leaves, and what they say then: no member may be where nobody looks for it.

use crate::api::{Api, ApiError};
use crate::parents::{self, Parent, Parents, Scope};
use crate::progress::Progress;
use crate::set::SetName;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::plan::Absent;
use gitopsc_engine::unknown::Unknown;
use std::collections::BTreeSet;

/// Adds to `left` where those of `absent` are that are not `gone`.
pub fn add_absent<'a>(
    left: &mut Parents,
    absent: impl Iterator<Item = &'a Absent>,
    gone: &BTreeSet<ObjectRef>,
) {
    for absent in absent.filter(|absent| !gone.contains(&absent.object)) {
        let parent = left.entry(absent.from.unit().clone()).or_default();
        parent.scope.add(&absent.object);
    }
}

/// Adds to `left` where members of `unit` may be that could not be read: whether they are gone nobody knows.
pub fn add_unknown(left: &mut Parents, unit: &EcoString, before: &Parent, unknown: &Unknown) {
    let mut kept = Scope::default();
    for kind in &before.scope.kinds {
        for (place, _) in unknown.of(kind) {
            let namespaces = before.scope.namespaces.iter();
            let namespaces = namespaces.filter(|name| place.is_empty() || *name == place);
            let namespaces: Vec<_> = namespaces.cloned().collect();
            if place.is_empty() || !namespaces.is_empty() {
                kept.kinds.insert(kind.clone());
                kept.namespaces.extend(namespaces);
            }
        }
    }
    if !kept.kinds.is_empty() {
        let scope = &mut left.entry(unit.clone()).or_default().scope;
        *scope = scope.widened(&kept);
    }
}

/// Writes those of `left` that differ from `before`, and removes those that are not in it.
///
/// # Errors
/// One of them cannot be written.
pub async fn write(
    api: &Api,
    set: &SetName,
    before: &Parents,
    left: &Parents,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), ApiError> {
    for (unit, says) in left {
        if before.get(unit) != Some(says) {
            tell(Progress::Recording { what: unit.clone() });
            parents::write(api, set, unit, says).await?;
        }
    }
    for unit in before.keys().filter(|unit| !left.contains_key(*unit)) {
        tell(Progress::Recording { what: unit.clone() });
        parents::remove(api, set, unit).await?;
    }
    Ok(())
}
