//! `$patch`: what a map or list of a patch says about itself.
//!
//! kyaml/yaml/merge2/smpdirective.go. A directive that is obeyed is taken out of the patch.

use super::value_of;
use super::walk::Context;
use gitopsc_yaml::{Mapping, Node, Text};

/// The field that holds a directive.
pub(super) const FIELD: &str = "$patch";

/// What a directive asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// That the resource's value goes.
    Delete,
    /// That the patch's value takes its place.
    Replace,
    /// That both are merged, as without a directive.
    Merge,
    /// Nothing that is known; it has been reported.
    Unknown,
}

/// Takes the directive out of a map that is merged into one.
pub(super) fn take_from_map(fields: &mut Mapping, context: &mut Context<'_>) -> Option<Directive> {
    let at = fields.position(FIELD)?;
    let word = &fields.entries[at].value;
    let Some(directive) = parse(value_of(word)) else {
        context.findings.unknown_directive(word);
        return Some(Directive::Unknown);
    };
    fields.entries.remove(at);
    Some(directive)
}

/// Takes the directive out of a map that the resource does not have; an unknown one stays, and goes unnoticed.
pub(super) fn take_from_new_map(fields: &mut Mapping) -> Option<Directive> {
    let at = fields.position(FIELD)?;
    let directive = parse(value_of(&fields.entries[at].value))?;
    fields.entries.remove(at);
    Some(directive)
}

/// Takes the directive out of a list that is merged into one: an element of its own with nothing else in it.
pub(super) fn take_from_list(
    elements: &mut Vec<Node>,
    context: &mut Context<'_>,
) -> Option<Directive> {
    let fields = elements
        .iter()
        .filter_map(Node::as_mapping)
        .find(|fields| fields.get(FIELD).is_some())?;
    if fields.len() > 1 {
        return None;
    }
    let word = fields.get(FIELD)?;
    let Some(directive) = parse(value_of(word)) else {
        context.findings.unknown_directive(word);
        return Some(Directive::Unknown);
    };
    let text = value_of(word).clone();
    // kyaml takes out every element with this directive, and the empty ones on the way.
    elements.retain(|element| {
        let says_so = element
            .get(FIELD)
            .is_some_and(|word| *value_of(word) == text);
        !says_so && !is_empty(element)
    });
    Some(directive)
}

/// Whether kyaml drops this element from a list that it sets an element in: null or `{}`.
pub(super) fn is_empty(element: &Node) -> bool {
    element.is_null() || element.as_mapping().is_some_and(Mapping::is_empty)
}

fn parse(word: &Text) -> Option<Directive> {
    match word.as_str() {
        "delete" => Some(Directive::Delete),
        "replace" => Some(Directive::Replace),
        "merge" => Some(Directive::Merge),
        _ => None,
    }
}
