//! The walk over a resource and its patch: maps, scalars, and what becomes of each value.
//!
//! kyaml/yaml/walk/walk.go and map.go, kyaml/yaml/merge2/merge2.go. A value that only one side has is walked too,
//! but by other rules: see [`Side`].

use super::directive::{self, Directive};
use super::findings::Findings;
use super::list;
use super::value_of;
use crate::edit::quote_if_ambiguous;
use crate::schema::{MergedList, Schema, Shape};
use gitopsc_yaml::{Entry, Mapping, Node, NodeValue, Style, Tag, Text};
use std::collections::HashSet;

/// What a merge needs besides its two values.
pub(super) struct Context<'m> {
    /// How lists merge.
    pub schema: &'m Schema,
    /// Where warnings and misfits go.
    pub findings: &'m mut Findings,
}

/// Which value counts after two were walked together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Neither: the field goes.
    Cleared,
    /// The resource's, changed in place.
    Resource,
    /// The patch's as it now is.
    Patch,
}

/// What became of a value that was walked alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes.
    Cleared,
    /// It stays, changed in place.
    Kept,
}

/// Whose value is walked alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The resource's, which the patch does not name: nulls that are written out stay, directives mean nothing.
    Resource,
    /// The patch's, which takes the place of the resource's or is new: kyaml walks it against itself, so that
    /// nulls go and directives count.
    Patch,
}

/// Merges `patch` into `value`.
pub(super) fn merge(
    value: &mut Node,
    patch: &mut Node,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) -> Outcome {
    if patch.is_null() {
        return Outcome::Cleared;
    }
    if value.is_null() {
        return match adopt(patch, shape, context) {
            Fate::Cleared => Outcome::Cleared,
            Fate::Kept => Outcome::Patch,
        };
    }
    if value.is_null_or_empty() {
        // An empty collection takes over the style of what comes into it.
        value.style = patch.style;
    }
    match (&mut value.value, &mut patch.value) {
        (NodeValue::Mapping(fields), NodeValue::Mapping(patch)) => {
            merge_maps(fields, patch, shape, context)
        }
        (NodeValue::Sequence(elements), NodeValue::Sequence(patch)) => {
            merge_lists(elements, patch, shape, context)
        }
        (NodeValue::Scalar(_), NodeValue::Scalar(_)) => Outcome::Patch,
        _ => {
            context.findings.misfit(patch, value);
            Outcome::Resource
        }
    }
}

/// Walks a value that only one side has, or one that takes the other's place.
pub(super) fn alone(
    value: &mut Node,
    side: Side,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) -> Fate {
    if value.is_null() {
        let is_written = side == Side::Resource && !value_of(value).as_str().is_empty();
        return if is_written {
            Fate::Kept
        } else {
            Fate::Cleared
        };
    }
    let is_patch = side == Side::Patch;
    match &mut value.value {
        NodeValue::Mapping(fields) => {
            if is_patch && directive::take_from_map(fields, context) == Some(Directive::Delete) {
                return Fate::Cleared;
            }
            walk_fields(fields, side, shape, context);
        }
        NodeValue::Sequence(elements) => {
            let Some(rule) = merged_list(shape) else {
                return Fate::Kept;
            };
            if is_patch && directive::take_from_list(elements, context) == Some(Directive::Delete) {
                return Fate::Cleared;
            }
            list::alone(elements, side, &rule, context);
        }
        NodeValue::Scalar(_) => {}
    }
    Fate::Kept
}

/// Walks a value of the patch for which the resource has none.
pub(super) fn adopt(patch: &mut Node, shape: Option<Shape<'_>>, context: &mut Context<'_>) -> Fate {
    if patch.is_null() {
        return Fate::Cleared;
    }
    match &mut patch.value {
        NodeValue::Mapping(fields) => {
            if directive::take_from_new_map(fields) == Some(Directive::Delete) {
                return Fate::Cleared;
            }
            walk_fields(fields, Side::Patch, shape, context);
        }
        NodeValue::Sequence(elements) => {
            if let Some(rule) = merged_list(shape) {
                list::alone(elements, Side::Patch, &rule, context);
                // kyaml puts the elements into a list of its own.
                patch.style = Style::Plain;
            }
        }
        NodeValue::Scalar(_) => {}
    }
    Fate::Kept
}

/// How lists of this shape merge, if they do.
pub(super) fn merged_list(shape: Option<Shape<'_>>) -> Option<MergedList<'_>> {
    shape.and_then(Shape::merged_list)
}

/// The shape of an object that stands where the schema describes nothing, by its kind.
fn embedded<'s>(fields: &Mapping, schema: &'s Schema) -> Option<Shape<'s>> {
    let text = |field: &str| {
        fields
            .get(field)
            .filter(|value| !value.is_null_or_empty())
            .and_then(Node::as_str)
    };
    let (kind, api_version) = (text("kind")?, text("apiVersion")?);
    let is_named = !kind.is_empty() && !api_version.is_empty();
    is_named
        .then(|| schema.shape_of(api_version, kind))
        .flatten()
}

fn merge_maps(
    value: &mut Mapping,
    patch: &mut Mapping,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) -> Outcome {
    let schema = context.schema;
    let shape = shape
        .or_else(|| embedded(value, schema))
        .or_else(|| embedded(patch, schema));
    match directive::take_from_map(patch, context) {
        Some(Directive::Delete) => return Outcome::Cleared,
        Some(Directive::Replace) => {
            walk_fields(patch, Side::Patch, shape, context);
            return Outcome::Patch;
        }
        Some(Directive::Unknown) => {}
        Some(Directive::Merge) | None => merge_fields(value, patch, shape, context),
    }
    Outcome::Resource
}

fn merge_lists(
    value: &mut Vec<Node>,
    patch: &mut Vec<Node>,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) -> Outcome {
    let Some(rule) = merged_list(shape) else {
        return Outcome::Patch;
    };
    match directive::take_from_list(patch, context) {
        Some(Directive::Delete) => return Outcome::Cleared,
        Some(Directive::Replace) => {
            list::alone(patch, Side::Patch, &rule, context);
            return Outcome::Patch;
        }
        Some(Directive::Unknown) => {}
        Some(Directive::Merge) | None => list::merge(value, patch, &rule, context),
    }
    Outcome::Resource
}

/// Walks the fields of a map alone. Of a repeated key only the first is walked.
fn walk_fields(
    fields: &mut Mapping,
    side: Side,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) {
    let shape = shape.or_else(|| embedded(fields, context.schema));
    let mut cleared = Cleared::default();
    for (at, Entry { key, value }) in fields.entries.iter_mut().enumerate() {
        let Some(key) = text_of(key, context) else {
            continue;
        };
        if cleared.has(key) {
            continue;
        }
        let shape = shape.and_then(|shape| shape.field(key.as_str()));
        if alone_in_field(value, side, shape, context) == Fate::Cleared {
            cleared.add(at, key);
        }
    }
    cleared.remove_from(fields);
}

/// Merges the fields of a patch into those of the resource; new ones follow in the order of their names.
fn merge_fields(
    fields: &mut Mapping,
    patch: &mut Mapping,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) {
    let mut named = FieldsByName::of(patch, context);
    let mut cleared = Cleared::default();
    for (at, Entry { key, value }) in fields.entries.iter_mut().enumerate() {
        let Some(key) = text_of(key, context) else {
            continue;
        };
        if cleared.has(key) {
            continue;
        }
        let shape = shape.and_then(|shape| shape.field(key.as_str()));
        let from = match named.take(patch, key) {
            Taken::Absent => None,
            Taken::Now(from) => Some(&mut patch.entries[from].value),
            Taken::Before => continue,
        };
        if merge_field(value, from, shape, context) == Fate::Cleared {
            cleared.add(at, key);
        }
    }
    cleared.remove_from(fields);
    for from in named.left() {
        add_field(fields, &mut patch.entries[from], shape, context);
    }
}

/// Merges one field. A value of the patch that takes the place of the resource's has its style.
fn merge_field(
    value: &mut Node,
    patch: Option<&mut Node>,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) -> Fate {
    let Some(patch) = patch else {
        return alone_in_field(value, Side::Resource, shape, context);
    };
    match merge(value, patch, shape, context) {
        Outcome::Cleared => return Fate::Cleared,
        Outcome::Resource => quote_if_ambiguous(value),
        Outcome::Patch => {
            context.findings.note_copied(patch);
            let style = value.style;
            *value = patch.clone();
            value.style = style;
        }
    }
    Fate::Kept
}

/// Walks the value of one field alone; where it stays, it is set anew.
fn alone_in_field(
    value: &mut Node,
    side: Side,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) -> Fate {
    let fate = alone(value, side, shape, context);
    if fate == Fate::Kept {
        quote_if_ambiguous(value);
    }
    fate
}

fn add_field(
    fields: &mut Mapping,
    new: &mut Entry,
    shape: Option<Shape<'_>>,
    context: &mut Context<'_>,
) {
    let shape = shape.and_then(|shape| shape.field(value_of(&new.key).as_str()));
    if adopt(&mut new.value, shape, context) == Fate::Cleared {
        return;
    }
    let is_new_list = new.value.as_sequence().is_some() && merged_list(shape).is_some();
    let style = if is_new_list {
        Style::Plain
    } else {
        new.key.style
    };
    let key = Node {
        tag: Tag::None,
        style,
        ..new.key.clone()
    };
    context.findings.note_copied_field(&key);
    context.findings.note_copied(&new.value);
    let mut value = new.value.clone();
    quote_if_ambiguous(&mut value);
    fields.entries.push(Entry { key, value });
}

/// The text of a key; an empty one, which kyaml cannot set a field by, is a misfit.
fn text_of<'n>(key: &'n Node, context: &mut Context<'_>) -> Option<&'n Text> {
    let text = value_of(key);
    if text.as_str().is_empty() {
        context.findings.empty_key(key);
        return None;
    }
    Some(text)
}

/// The fields that go, by place and by name: a later field of the same name then stays as it is.
#[derive(Default)]
struct Cleared {
    places: Vec<usize>,
    keys: HashSet<Text>,
}

impl Cleared {
    fn add(&mut self, at: usize, key: &Text) {
        self.places.push(at);
        self.keys.insert(key.clone());
    }

    fn has(&self, key: &Text) -> bool {
        !self.keys.is_empty() && self.keys.contains(key)
    }

    fn remove_from(self, fields: &mut Mapping) {
        if self.places.is_empty() {
            return;
        }
        let mut places = self.places.into_iter().peekable();
        let mut at = 0;
        fields.entries.retain(|_| {
            let goes = places.next_if_eq(&at).is_some();
            at += 1;
            !goes
        });
    }
}

/// The places of a patch's fields in the order of their names, the first of each name, and which of them were taken.
struct FieldsByName(Vec<(usize, bool)>);

enum Taken {
    /// There is none.
    Absent,
    /// It is at this place.
    Now(usize),
    /// It was taken before, by a field of the same name.
    Before,
}

impl FieldsByName {
    fn of(patch: &Mapping, context: &mut Context<'_>) -> FieldsByName {
        let key = |at: usize| value_of(&patch.entries[at].key);
        let named = |at: &usize| text_of(&patch.entries[*at].key, context).is_some();
        let mut places: Vec<usize> = (0..patch.len()).filter(named).collect();
        places.sort_by(|a, b| key(*a).cmp(key(*b)));
        places.dedup_by(|later, first| key(*later) == key(*first));
        FieldsByName(places.into_iter().map(|at| (at, false)).collect())
    }

    fn take(&mut self, patch: &Mapping, key: &Text) -> Taken {
        let order = |(at, _): &(usize, bool)| value_of(&patch.entries[*at].key).cmp(key);
        match self.0.binary_search_by(order) {
            Err(_) => Taken::Absent,
            Ok(found) => {
                let (at, taken) = &mut self.0[found];
                if std::mem::replace(taken, true) {
                    Taken::Before
                } else {
                    Taken::Now(*at)
                }
            }
        }
    }

    /// The places of those that nobody took, by name.
    fn left(self) -> impl Iterator<Item = usize> {
        let left = self.0.into_iter().filter(|(_, taken)| !taken);
        left.map(|(at, _)| at)
    }
}
