//! The comparison that `test` makes: maps and lists by their parts, scalars by their JSON text.

use super::value::{Kind, Member, Null, Value};
use gitopsc_core::EcoString;
use std::collections::BTreeMap;

type Members = BTreeMap<EcoString, Member>;

/// Pairs of values that are still to be compared.
type Pending<'v> = Vec<(&'v Value, &'v Value)>;

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Different,
    /// A null in a list was come to; Kustomize crashes here.
    Crash,
}

/// Compares `found` in the document with the `expected` value of an operation.
pub(super) fn compare(found: &Value, expected: &Value) -> Comparison {
    let mut pending = vec![(found, expected)];
    while let Some((found, expected)) = pending.pop() {
        match step(found, expected, &mut pending) {
            Comparison::Equal => {}
            other => return other,
        }
    }
    Comparison::Equal
}

/// Compares two values but for their parts, which it puts on the list.
fn step<'v>(found: &'v Value, expected: &'v Value, pending: &mut Pending<'v>) -> Comparison {
    let equal = match (&found.kind, &expected.kind) {
        (Kind::Map(found), Kind::Map(expected)) => return members(found, expected, pending),
        (Kind::Null(Null::Copied), Kind::Map(expected)) => expected.is_empty(),
        (Kind::List(found), Kind::List(expected)) => {
            if found.len() == expected.len() {
                pending.extend(found.iter().zip(expected).rev());
            }
            found.len() == expected.len()
        }
        (Kind::Null(Null::Read), _) | (_, Kind::Null(Null::Read)) => return Comparison::Crash,
        (Kind::Null(Null::Given), Kind::Null(Null::Given)) => true,
        _ => found.raw().is_some() && found.raw() == expected.raw(),
    };
    if equal {
        Comparison::Equal
    } else {
        Comparison::Different
    }
}

fn members<'v>(found: &'v Members, expected: &'v Members, pending: &mut Pending<'v>) -> Comparison {
    if !found.keys().eq(expected.keys()) {
        return Comparison::Different;
    }
    for (member, other) in found.values().zip(expected.values()) {
        match (is_read_null(&member.value), is_read_null(&other.value)) {
            (true, true) => {}
            (false, false) => pending.push((&member.value, &other.value)),
            _ => return Comparison::Different,
        }
    }
    Comparison::Equal
}

fn is_read_null(value: &Value) -> bool {
    matches!(value.kind, Kind::Null(Null::Read))
}
