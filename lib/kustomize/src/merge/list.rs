//! Merging lists by key, where every element has its keys: in one pass, however long they are.
//!
//! kyaml/yaml/walk/associative_sequence.go. What the keys do not tell apart is left to [`odd_list`], which
//! does step by step what kyaml does; on lists that are in order both give the same, which a test checks.

use super::odd_list;
use super::walk::{self, Context, Fate, Outcome, Side};
use super::{NO_TEXT, value_of};
use crate::schema::MergedList;
use gitopsc_yaml::{Node, Tag, Text};
use std::collections::HashMap;

/// Merges the elements of a patch into those of the resource. Those of the patch come first.
pub(super) fn merge(
    elements: &mut Vec<Node>,
    patch: &mut Vec<Node>,
    rule: &MergedList<'_>,
    context: &mut Context<'_>,
) {
    walk_list(elements, Sources::Both(patch), rule, context);
}

/// Walks the elements of a list that only one side has.
pub(super) fn alone(
    elements: &mut Vec<Node>,
    side: Side,
    rule: &MergedList<'_>,
    context: &mut Context<'_>,
) {
    walk_list(elements, Sources::One(side), rule, context);
}

/// What is walked together with the elements of a list.
pub(super) enum Sources<'p> {
    /// Those of a patch.
    Both(&'p mut Vec<Node>),
    /// Nothing.
    One(Side),
}

impl Sources<'_> {
    /// Whose list it is, if there is only one.
    pub(super) fn side(&self) -> Option<Side> {
        match self {
            Sources::Both(_) => None,
            Sources::One(side) => Some(*side),
        }
    }

    /// The elements of the patch, if there are two lists.
    pub(super) fn patch(&self) -> &[Node] {
        match self {
            Sources::Both(patch) => patch,
            Sources::One(_) => &[],
        }
    }
}

fn walk_list(
    elements: &mut Vec<Node>,
    sources: Sources<'_>,
    rule: &MergedList<'_>,
    context: &mut Context<'_>,
) {
    if elements.is_empty() && sources.patch().is_empty() {
        return;
    }
    let all = || elements.iter().chain(sources.patch());
    let is_set = rule.keys.is_empty();
    if is_set && all().all(|element| !element.is_null() && element.as_text().is_some()) {
        *elements = unite(elements, sources.patch());
        return;
    }
    match usable_keys(&rule.keys, all) {
        Some(keys) => keyed(elements, sources, &keys, rule, context),
        None => odd_list::walk(elements, &sources, rule, context),
    }
}

/// The keys that all elements have, if the others are in none of them.
fn usable_keys<'k, 'n, I: Iterator<Item = &'n Node>>(
    keys: &[&'k str],
    all: impl Fn() -> I,
) -> Option<Vec<&'k str>> {
    let mut usable = Vec::with_capacity(keys.len());
    for key in keys {
        let mut has = all().map(|element| !key_text(element, key).as_str().is_empty());
        let first = has.next()?;
        if has.any(|has| has != first) {
            return None;
        }
        if first {
            usable.push(*key);
        }
    }
    (!usable.is_empty()).then_some(usable)
}

/// The text of a key of an element; empty if it has none.
pub(super) fn key_text<'n>(element: &'n Node, key: &str) -> &'n Text {
    element
        .get(key)
        .filter(|value| !value.is_null_or_empty())
        .map_or(&NO_TEXT, value_of)
}

/// The elements with the same keys.
struct Group {
    /// The first of the patch.
    patch: Option<usize>,
    /// The first of the resource, and the last.
    resource: Option<(usize, usize)>,
    is_cleared: bool,
}

/// Groups elements by key, in the order in which kyaml sees them: those of the patch first.
struct Groups {
    groups: Vec<Group>,
    /// The group of each element of the resource.
    of_resource: Vec<usize>,
    /// The group of each element of the patch.
    of_patch: Vec<usize>,
}

impl Groups {
    fn of(elements: &[Node], patch: &[Node], keys: impl Fn(&Node) -> Vec<Text>) -> Groups {
        let mut found = Groups {
            groups: Vec::new(),
            of_resource: Vec::new(),
            of_patch: Vec::new(),
        };
        let mut by_keys: HashMap<Vec<Text>, usize> =
            HashMap::with_capacity(elements.len() + patch.len());
        for (at, element) in patch.iter().enumerate() {
            let group = found.group(keys(element), &mut by_keys);
            found.groups[group].patch.get_or_insert(at);
            found.of_patch.push(group);
        }
        for (at, element) in elements.iter().enumerate() {
            let group = found.group(keys(element), &mut by_keys);
            found.groups[group].resource.get_or_insert((at, at)).1 = at;
            found.of_resource.push(group);
        }
        found
    }

    fn group(&mut self, keys: Vec<Text>, by_keys: &mut HashMap<Vec<Text>, usize>) -> usize {
        let group = *by_keys.entry(keys).or_insert(self.groups.len());
        if group == self.groups.len() {
            self.groups.push(Group {
                patch: None,
                resource: None,
                is_cleared: false,
            });
        }
        group
    }
}

fn keyed(
    elements: &mut Vec<Node>,
    mut sources: Sources<'_>,
    keys: &[&str],
    rule: &MergedList<'_>,
    context: &mut Context<'_>,
) {
    let keys_of = |element: &Node| {
        keys.iter()
            .map(|key| key_text(element, key).clone())
            .collect()
    };
    let mut groups = Groups::of(elements, sources.patch(), keys_of);
    note_repeated(elements, sources.patch(), &groups, keys, context);
    for group in &mut groups.groups {
        let resource = group.resource.map(|(first, _)| &mut elements[first]);
        group.is_cleared =
            walk_element(resource, group.patch, &mut sources, rule, context) == Fate::Cleared;
    }
    *elements = gather(
        std::mem::take(elements),
        sources.patch(),
        &groups,
        keys.len() > 1,
    );
}

/// Walks the first element of each side with the same keys.
fn walk_element(
    resource: Option<&mut Node>,
    patch: Option<usize>,
    sources: &mut Sources<'_>,
    rule: &MergedList<'_>,
    context: &mut Context<'_>,
) -> Fate {
    let shape = rule.elements;
    let (patch, side) = match sources {
        Sources::Both(elements) => (patch.map(|at| &mut elements[at]), Side::Resource),
        Sources::One(side) => (None, *side),
    };
    match (resource, patch) {
        (Some(resource), None) => walk::alone(resource, side, shape, context),
        (None, Some(patch)) => {
            let fate = walk::adopt(patch, shape, context);
            if fate == Fate::Kept {
                context.findings.note_copied(patch);
            }
            fate
        }
        (Some(resource), Some(patch)) => match walk::merge(resource, patch, shape, context) {
            Outcome::Cleared => Fate::Cleared,
            Outcome::Resource => Fate::Kept,
            // kyaml puts the resource's element back over the patch's when it joins the lists.
            Outcome::Patch => {
                context
                    .findings
                    .ignored(patch.span, "`$patch: replace` of a list element");
                Fate::Kept
            }
        },
        (None, None) => Fate::Kept,
    }
}

/// The elements that stay, in kyaml's order: with one key that of the groups; with several what is new comes
/// first and the resource's own follow as they were. Of the resource's with the same keys the last one stays.
fn gather(
    elements: Vec<Node>,
    patch: &[Node],
    groups: &Groups,
    has_several_keys: bool,
) -> Vec<Node> {
    let mut elements: Vec<Option<Node>> = elements.into_iter().map(Some).collect();
    let mut gathered = Vec::with_capacity(groups.groups.len());
    for group in groups.groups.iter().filter(|group| !group.is_cleared) {
        match (group.resource, group.patch) {
            (Some((_, last)), _) if !has_several_keys => gathered.extend(elements[last].take()),
            (None, Some(at)) => gathered.push(patch[at].clone()),
            _ => {}
        }
    }
    for (at, element) in elements.iter_mut().enumerate().filter(|_| has_several_keys) {
        let group = &groups.groups[groups.of_resource[at]];
        if !group.is_cleared && group.resource.is_some_and(|(_, last)| last == at) {
            gathered.extend(element.take());
        }
    }
    gathered
}

/// Warns of elements that are lost because another has the same keys: of the resource's the last one stays, of the
/// patch's the first.
fn note_repeated(
    elements: &[Node],
    patch: &[Node],
    groups: &Groups,
    keys: &[&str],
    context: &mut Context<'_>,
) {
    let stays = |group: usize| groups.groups[group].resource.map(|(_, last)| last);
    for (at, group) in groups.of_resource.iter().enumerate() {
        if let Some(other) = stays(*group).filter(|other| *other != at) {
            context
                .findings
                .lost_to_another(&elements[at], &elements[other], keys);
        }
    }
    for (at, group) in groups.of_patch.iter().enumerate() {
        if let Some(other) = groups.groups[*group].patch.filter(|other| *other != at) {
            context
                .findings
                .lost_to_another(&patch[at], &patch[other], keys);
        }
    }
}

/// Merges sets of scalars, such as finalizers: kyaml takes the tag away from each value that it sets anew.
fn unite(elements: &[Node], patch: &[Node]) -> Vec<Node> {
    let groups = Groups::of(elements, patch, |element| vec![value_of(element).clone()]);
    let value = |group: &Group| {
        let (value, is_set_anew) = match group.resource {
            Some((first, last)) => (&elements[last], first == last && group.patch.is_none()),
            None => (&patch[group.patch?], true),
        };
        let mut value = value.clone();
        if is_set_anew && !value_of(&value).as_str().is_empty() {
            value.tag = Tag::None;
        }
        Some(value)
    };
    groups.groups.iter().filter_map(value).collect()
}
