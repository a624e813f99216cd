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

#[cfg(test)]
mod tests {
    use super::Holding;
    use gitopsc_core::ObjectRef;

    fn object(group: &str, kind: &str, namespace: &str, name: &str) -> ObjectRef {
        ObjectRef {
            group: group.into(),
            kind: kind.into(),
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    #[test]
    fn a_namespace_and_the_definitions_of_a_group_hold_what_is_in_them() {
        let staying = object("example.com", "Widget", "shop", "a");
        let holding = Holding::of(std::iter::once(&staying));
        let definitions = ["apiextensions.k8s.io", "CustomResourceDefinition"];
        let cases = [
            (object("", "Namespace", "", "shop"), true),
            (object("", "Namespace", "", "shops"), false),
            (
                object(definitions[0], definitions[1], "", "widgets.example.com"),
                true,
            ),
            (
                object(definitions[0], definitions[1], "", "widgets.example.org"),
                false,
            ),
            (object("", "ConfigMap", "shop", "shop"), false),
        ];
        for (object, holds) in cases {
            let held = holding.holds(&object);
            assert_eq!(held, holds.then_some(&staying), "{object}");
        }
    }
}
