//! Of what nothing can be known now: kinds, everywhere or in single namespaces.

use crate::observed::{GroupKind, kind_of};
use gitopsc_core::{EcoString, ObjectRef};
use std::collections::BTreeMap;

/// Kinds of which nothing can be known now, everywhere or in single namespaces, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown(BTreeMap<GroupKind, Places>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Places {
    everywhere: Option<EcoString>,
    namespaces: BTreeMap<EcoString, EcoString>,
}

impl Unknown {
    /// Adds that nothing can be known of `kind`, for `why`.
    pub fn add(&mut self, kind: GroupKind, why: EcoString) {
        let places = self.0.entry(kind).or_default();
        places.everywhere.get_or_insert(why);
    }

    /// The same of `kind` in `namespace`; without one, as where the kind has none, everywhere.
    pub fn add_in(&mut self, kind: GroupKind, namespace: EcoString, why: EcoString) {
        if namespace.is_empty() {
            return self.add(kind, why);
        }
        let places = self.0.entry(kind).or_default();
        places.namespaces.entry(namespace).or_insert(why);
    }

    /// Why nothing can be known of `object`.
    #[must_use]
    pub fn why(&self, object: &ObjectRef) -> Option<&EcoString> {
        let places = self.0.get(&kind_of(object))?;
        let everywhere = places.everywhere.as_ref();
        everywhere.or_else(|| places.namespaces.get(&object.namespace))
    }

    /// Where nothing can be known of `kind`, and why: in namespaces, or in an empty one for everywhere.
    pub fn of<'u>(&'u self, kind: &GroupKind) -> impl Iterator<Item = (&'u str, &'u EcoString)> {
        self.0.get(kind).into_iter().flat_map(Places::all)
    }

    /// All of it: kind, namespace or an empty one for everywhere, and why.
    pub fn all(&self) -> impl Iterator<Item = (&GroupKind, &str, &EcoString)> {
        let kinds = self.0.iter();
        kinds.flat_map(|(kind, places)| places.all().map(move |(place, why)| (kind, place, why)))
    }
}

impl Places {
    fn all(&self) -> impl Iterator<Item = (&str, &EcoString)> {
        let everywhere = self.everywhere.iter().map(|why| ("", why));
        let single = self.namespaces.iter();
        let single = single.filter(|_| self.everywhere.is_none());
        everywhere.chain(single.map(|(namespace, why)| (namespace.as_str(), why)))
    }
}

#[cfg(test)]
mod tests {
    use super::Unknown;
    use gitopsc_core::ObjectRef;

    #[test]
    fn what_is_unknown_in_one_namespace_is_known_in_others() {
        let map = |namespace: &str| ObjectRef {
            kind: "ConfigMap".into(),
            namespace: namespace.into(),
            ..ObjectRef::default()
        };
        let kind = ("".into(), "ConfigMap".into());
        let mut unknown = Unknown::default();
        unknown.add_in(kind, "closed".into(), "forbidden".into());
        assert!(unknown.why(&map("closed")).is_some());
        assert_eq!(unknown.why(&map("open")), None);
        unknown.add(("".into(), "ConfigMap".into()), "down".into());
        assert_eq!(unknown.why(&map("open")).unwrap(), "down");
        assert_eq!(unknown.all().count(), 1);
    }
}
