//! Look-ups in the generated tables.

use super::builtin::{DEFINITIONS, FIELDS, KINDS, LISTS, OWN, SCOPES, VALUES};
use gitopsc_core::Gvk;

/// Whether objects of `gvk` have a namespace; nothing if the table does not say.
pub(super) fn is_namespaced(gvk: &Gvk) -> Option<bool> {
    let wanted = (gvk.kind.as_str(), gvk.group.as_str(), gvk.version.as_str());
    let found =
        SCOPES.binary_search_by(|(kind, group, version, _)| (*kind, *group, *version).cmp(&wanted));
    found.ok().map(|at| SCOPES[at].3)
}

/// The definition of whole objects of a kind.
pub(super) fn of_kind(group: &str, version: &str, kind: &str) -> Option<u16> {
    let wanted = (kind, group, version);
    let found =
        KINDS.binary_search_by(|(kind, group, version, _)| (*kind, *group, *version).cmp(&wanted));
    found.ok().map(|at| KINDS[at].3)
}

/// The definition called `name`.
pub(super) fn definition(name: &str) -> Option<u16> {
    let found = DEFINITIONS.binary_search(&name).ok()?;
    u16::try_from(found).ok()
}

/// The name of `shape`, if it is a definition.
pub(super) fn name(shape: u16) -> Option<&'static str> {
    DEFINITIONS.get(usize::from(shape)).copied()
}

/// Whether `shape` is a definition of one of Kustomize's own kinds.
pub(super) fn is_own(shape: u16) -> bool {
    OWN.binary_search(&shape).is_ok()
}

/// The shape of the field `name` of `shape`.
pub(super) fn field(shape: u16, name: &str) -> Option<u16> {
    let first = FIELDS.partition_point(|(of, _, _)| *of < shape);
    let fields = FIELDS[first..].iter().take_while(|(of, _, _)| *of == shape);
    let mut named = fields.filter(|(_, field, _)| *field == name);
    if let Some((_, _, found)) = named.next() {
        return Some(*found);
    }
    let values = VALUES.iter().find(|(of, _)| *of == shape);
    values.map(|(_, values)| *values)
}

/// The keys of a merged list and the shape of its elements.
pub(super) fn merged_list(shape: u16) -> Option<(&'static [&'static str], u16)> {
    let found = LISTS
        .binary_search_by_key(&shape, |(list, _, _)| *list)
        .ok()?;
    let (_, keys, elements) = LISTS[found];
    Some((keys, elements))
}

#[cfg(test)]
mod tests {
    use super::super::builtin::{DEFINITIONS, FIELDS, KINDS, LISTS, OWN, SCOPES, VALUES};

    #[test]
    fn all_tables_ascend_as_look_ups_need_it() {
        assert!(SCOPES.is_sorted_by(|a, b| (a.0, a.1, a.2) < (b.0, b.1, b.2)));
        assert!(KINDS.is_sorted_by(|a, b| (a.0, a.1, a.2) < (b.0, b.1, b.2)));
        assert!(DEFINITIONS.is_sorted_by(|a, b| a < b));
        assert!(OWN.is_sorted_by(|a, b| a < b));
        assert!(FIELDS.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
        assert!(VALUES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(LISTS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
