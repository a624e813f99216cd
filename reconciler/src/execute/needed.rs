//! What is not deleted yet because something that is not gone may need it: to be finalized, or to be in.

use crate::api::Kinds;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::plan::{Absent, Step};
use std::collections::BTreeMap;

/// What objects that are not gone may need, each need with one of them.
#[derive(Debug, Default)]
pub(super) struct Needed {
    namespaces: BTreeMap<EcoString, ObjectRef>,
    /// The units that have the definition of a custom resource: most likely its controller is there too.
    units: BTreeMap<EcoString, ObjectRef>,
}

impl Needed {
    /// What those of `absent` may need that `remain`.
    pub(super) fn by<'o>(
        remain: impl Iterator<Item = &'o ObjectRef>,
        absent: &[Absent],
        kinds: &Kinds,
    ) -> Needed {
        let definitions = definitions(absent);
        let mut needed = Needed::default();
        for object in remain {
            let namespace = needed.namespaces.entry(object.namespace.clone());
            namespace.or_insert_with(|| object.clone());
            let kind = kinds.preferred(&object.group, &object.kind);
            let definition = kind.map(|kind| format!("{}.{}", kind.plural, object.group));
            if let Some(unit) = definition.and_then(|name| definitions.get(name.as_str())) {
                let unit = needed.units.entry((*unit).clone());
                unit.or_insert_with(|| object.clone());
            }
        }
        needed
    }

    /// Why what `step` would delete stays.
    pub(super) fn why(&self, step: &Step) -> Option<EcoString> {
        let object = &step.object;
        let is_namespace = object.group.is_empty() && object.kind == "Namespace";
        let inside = is_namespace.then(|| self.namespaces.get(&object.name));
        let by = inside.flatten().or_else(|| self.units.get(&step.unit))?;
        Some(format!("{by} is not gone, and may need it").into())
    }
}

/// The units of the CustomResourceDefinitions of `absent`, by their names: those of their kinds in paths and the groups.
fn definitions(absent: &[Absent]) -> BTreeMap<&str, &EcoString> {
    let is_definition = |object: &ObjectRef| {
        object.group == "apiextensions.k8s.io" && object.kind == "CustomResourceDefinition"
    };
    let definitions = absent.iter().filter(|absent| is_definition(&absent.object));
    definitions
        .map(|absent| (absent.object.name.as_str(), absent.from.unit()))
        .collect()
}
