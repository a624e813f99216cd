//! Who takes finalizers off live objects: without its operator, an object with a finalizer is never gone.
//!
//! A finalizer names its operator by a domain, and a custom resource by its group. Who has to do with that group is told
//! by what is there: the unit with its CustomResourceDefinitions, and the units with a role that may write the status or
//! the finalizers of its objects. A definition takes all of its objects with it, those that are nobody's members too, so
//! that it needs the operator as well.

use super::kinds::is_builtin_group;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use gitopsc_core::Json;
use gitopsc_engine::graph::{Edge, Force, NodeId, Reason, Wait};
use std::collections::{BTreeMap, BTreeSet};

const RBAC: &str = "rbac.authorization.k8s.io";
const DEFINITION: (&str, &str) = ("apiextensions.k8s.io", "CustomResourceDefinition");
/// Finalizers that Kubernetes itself takes off.
const BUILTIN: [&str; 2] = ["foregroundDeletion", "orphan"];

/// The units that operate on the objects of a group, by the group.
type Operators<'c> = BTreeMap<&'c str, BTreeSet<usize>>;

/// Edges from what has a finalizer, and from definitions, to what takes it off.
pub(super) fn edges(index: &Index<'_>) -> Vec<Edge> {
    let operators = operators(index);
    let mut built_in: BTreeMap<usize, Vec<Member<'_>>> = BTreeMap::new();
    for member in index.members() {
        if is_builtin_group(&member.gvk().group) {
            built_in.entry(member.unit).or_default().push(*member);
        }
    }
    let mut edges = Vec::new();
    for member in index.members() {
        let (groups, force) = match group_of(*member) {
            Some(group) => (BTreeSet::from([group]), Force::Soft),
            None => (groups(*member, &operators), Force::Hard),
        };
        let units: BTreeSet<usize> = (groups.iter())
            .flat_map(|group| operators.get(group).into_iter().flatten())
            .copied()
            .collect();
        let operating = units.iter().filter_map(|unit| built_in.get(unit)).flatten();
        // What is finalized by the same operator is no part of it.
        let operating = operating.filter(|other| match force {
            Force::Hard => groups.is_disjoint(&self::groups(**other, &operators)),
            Force::Soft => other.template().is_some(),
        });
        edges.extend(operating.map(|other| edge(member.id, other.id, force)));
    }
    edges
}

fn edge(from: NodeId, to: NodeId, force: Force) -> Edge {
    Edge::new(from, to, Reason::Finalizer, Wait::Ready, force)
}

fn operators<'c>(index: &Index<'c>) -> Operators<'c> {
    let mut operators = Operators::new();
    let mut add = |group: &'c str, unit: usize| {
        operators.entry(group).or_default().insert(unit);
    };
    for definition in index.of_kind(DEFINITION) {
        if let Some(group) = group_of(definition) {
            add(group, definition.unit);
        }
    }
    for kind in ["ClusterRole", "Role"] {
        for role in index.of_kind((RBAC, kind)) {
            for group in operated_on(role) {
                add(group, role.unit);
            }
        }
    }
    operators
}

/// The group of the kind that a definition defines: its name ends with it.
fn group_of<'c>(definition: Member<'c>) -> Option<&'c str> {
    let (group, kind) = DEFINITION;
    let name = definition.object().name.as_str();
    let (_, of) = name.split_once('.')?;
    definition.is(group, kind).then_some(of)
}

/// The groups of whose objects a role may write the status or the finalizers.
fn operated_on<'c>(role: Member<'c>) -> Vec<&'c str> {
    let texts = |rule: &'c Json, field: &str| {
        let items = path::items(rule, &[field]).iter();
        items.filter_map(Json::as_plain_str).collect::<Vec<_>>()
    };
    let mut groups = Vec::new();
    for rule in path::items(role.body(), &["rules"]) {
        let writes = |verb: &&str| matches!(*verb, "*" | "update" | "patch");
        let is_control = |of: &&str| of.ends_with("/status") || of.ends_with("/finalizers");
        if texts(rule, "verbs").iter().any(writes)
            && texts(rule, "resources").iter().any(is_control)
        {
            let named = texts(rule, "apiGroups").into_iter();
            groups.extend(named.filter(|group| *group != "*" && !is_builtin_group(group)));
        }
    }
    groups
}

/// The groups whose operators take finalizers off `member`.
fn groups<'c>(member: Member<'c>, operators: &Operators<'c>) -> BTreeSet<&'c str> {
    let finalizers = path::items(member.body(), &["metadata", "finalizers"]).iter();
    let finalizers = finalizers.filter_map(Json::as_plain_str);
    let finalizers: Vec<&str> = finalizers.filter(|name| !BUILTIN.contains(name)).collect();
    if finalizers.is_empty() {
        return BTreeSet::new();
    }
    let own = member.gvk().group.as_str();
    let is_meant = |group: &&str| {
        let mut domains = finalizers.iter().map(|name| domain(name));
        **group == *own || domains.any(|domain| is_of(domain, group) || is_of(group, domain))
    };
    operators.keys().copied().filter(is_meant).collect()
}

/// The part of a finalizer's name that says whose it is.
fn domain(finalizer: &str) -> &str {
    finalizer
        .split_once('/')
        .map_or(finalizer, |(domain, _)| domain)
}

/// Whether the domain `name` is `of`, or lies in it.
fn is_of(name: &str, of: &str) -> bool {
    let rest = name.strip_suffix(of);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
