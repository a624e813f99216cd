//! What takes others with it when it is deleted: a Namespace, and the definition of a kind.

use gitopsc_core::{EcoString, ObjectRef};
use std::collections::BTreeMap;

/// Where objects are that are to stay, each place with one of them.
#[derive(Debug, Default)]
pub(super) struct Holding {
    namespaces: BTreeMap<EcoString, ObjectRef>,
    groups: BTreeMap<EcoString, ObjectRef>,
}

impl Holding {
    /// Where the objects of `staying` are.
    pub(super) fn of<'o>(staying: impl Iterator<Item = &'o ObjectRef>) -> Holding {
        let mut holding = Holding::default();
        for object in staying {
            let namespace = holding.namespaces.entry(object.namespace.clone());
            namespace.or_insert_with(|| object.clone());
            let group = holding.groups.entry(object.group.clone());
            group.or_insert_with(|| object.clone());
        }
        holding
    }

    /// An object that would go with `object`.
    pub(super) fn holds(&self, object: &ObjectRef) -> Option<&ObjectRef> {
        match (object.group.as_str(), object.kind.as_str()) {
            ("", "Namespace") => self.namespaces.get(&object.name),
            ("apiextensions.k8s.io", "CustomResourceDefinition") => {
                // Its name is that of the kind in paths and the group. Which kind that is its metadata does not tell.
                let (_, group) = object.name.split_once('.')?;
                self.groups.get(group)
            }
            _ => None,
        }
    }
}
