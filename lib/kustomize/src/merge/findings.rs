//! What a merge finds: where the patch does not fit, and where Kustomize does what nobody expects.
//!
//! A patch may be applied to a thousand resources: what is wrong with it is said once.

use super::directive;
use super::value_of;
use crate::codes;
use crate::decode::describe;
use gitopsc_core::{Code, Diagnostic, Span};
use gitopsc_yaml::{Node, NodeValue, Text};
use std::collections::BTreeSet;

/// The findings of one patch.
#[derive(Debug, Default)]
pub(super) struct Findings {
    diagnostics: Vec<Diagnostic>,
    seen: BTreeSet<(Code, Span)>,
}

impl Findings {
    /// All of them, in the order they were found.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Adds one, unless its code was found in this place before.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic
            .labels
            .first()
            .map_or(Span::NONE, |label| label.span);
        if self.seen.insert((diagnostic.code, span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The patch has another kind of value than the resource.
    pub(super) fn misfit(&mut self, patch: &Node, value: &Node) {
        let message = format!(
            "the patch has {} where the resource has {}",
            describe(patch),
            describe(value)
        );
        let misfit = Diagnostic::error(codes::PATCH_MISFIT, message);
        let misfit = misfit
            .at(patch.span, "this does not fit")
            .at(value.span, "into this");
        self.push(
            misfit
                .hint("write the same kind of value, or remove the field with a JSON patch first"),
        );
    }

    /// A map has a key that kyaml cannot set a field by.
    pub(super) fn empty_key(&mut self, key: &Node) {
        let misfit = Diagnostic::error(
            codes::PATCH_MISFIT,
            "a map with an empty key cannot be patched",
        );
        self.push(
            misfit
                .at(key.span, "this key")
                .hint("use a JSON patch for this resource"),
        );
    }

    /// A list is merged by keys, and has an element that cannot have any.
    pub(super) fn keyless(&mut self, element: &Node, keys: &[&str]) {
        let message = format!(
            "{} cannot be an element of a list that is merged {}",
            describe(element),
            by(keys)
        );
        let misfit =
            Diagnostic::error(codes::PATCH_MISFIT, message).at(element.span, "this element");
        self.push(misfit.hint("correct the element, or replace the list with a JSON patch"));
    }

    /// A directive that is none of Kustomize's.
    pub(super) fn unknown_directive(&mut self, word: &Node) {
        let misfit = Diagnostic::error(
            codes::PATCH_MISFIT,
            format!("there is no directive `{}`", value_of(word)),
        );
        self.push(
            misfit
                .at(word.span, "this directive")
                .hint("use `delete`, `replace` or `merge`"),
        );
    }

    /// A directive that does nothing.
    pub(super) fn ignored(&mut self, patch: Span, what: &str) {
        let ignored = Diagnostic::warning(
            codes::PATCH_DIRECTIVE_IGNORED,
            format!("Kustomize ignores {what}"),
        );
        let ignored = ignored.at(patch, "this part of the patch changes nothing");
        self.push(ignored.hint("replace it with a JSON patch: `op: replace`"));
    }

    /// An element is lost to another with the same keys.
    pub(super) fn lost_to_another(&mut self, element: &Node, other: &Node, keys: &[&str]) {
        let message = format!(
            "Kustomize drops this element: the list is merged {}, and another has the same",
            by(keys)
        );
        let lost = Diagnostic::warning(codes::LIST_ELEMENT_LOST, message);
        let lost = lost
            .at(element.span, "this one is lost")
            .at(other.span, "this one stays");
        self.push(lost.hint("join them, or make them different"));
    }

    /// An element is lost in a list that is not in order.
    pub(super) fn lost_without_keys(&mut self, element: &Node, keys: &[&str]) {
        let message = format!(
            "Kustomize loses this element: the list is merged {}, which not all of them have",
            by(keys)
        );
        let lost = Diagnostic::warning(codes::LIST_ELEMENT_LOST, message)
            .at(element.span, "this one is lost");
        self.push(lost.hint(format!(
            "write {} on every element, in the resource and in the patch",
            join(keys)
        )));
    }

    /// Warns of the directives in a value of the patch that is taken over as it is.
    pub(super) fn note_copied(&mut self, value: &Node) {
        let mut values = vec![value];
        while let Some(value) = values.pop() {
            match &value.value {
                NodeValue::Scalar(_) => {}
                NodeValue::Sequence(elements) => values.extend(elements),
                NodeValue::Mapping(fields) => {
                    fields
                        .entries
                        .iter()
                        .for_each(|entry| self.note_copied_field(&entry.key));
                    values.extend(fields.entries.iter().map(|entry| &entry.value));
                }
            }
        }
    }

    /// Warns if a field of the patch that is taken over is a directive.
    pub(super) fn note_copied_field(&mut self, key: &Node) {
        let name = value_of(key);
        if is_directive(name) {
            let message =
                format!("Kustomize does not obey `{name}` here and copies it into the resource");
            let copied = Diagnostic::warning(codes::PATCH_DIRECTIVE_COPIED, message)
                .at(key.span, "copied as a field");
            self.push(
                copied.hint("remove the directive, and say what it should do with a JSON patch"),
            );
        }
    }
}

fn is_directive(name: &Text) -> bool {
    let name = name.as_str();
    name.starts_with('$')
        && (name == directive::FIELD
            || name == "$retainKeys"
            || name.starts_with("$setElementOrder/")
            || name.starts_with("$deleteFromPrimitiveList/"))
}

/// By which keys a list is merged, in words.
fn by(keys: &[&str]) -> String {
    match keys {
        [""] => "as a set".to_owned(),
        keys => format!("by {}", join(keys)),
    }
}

fn join(keys: &[&str]) -> String {
    keys.iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(" and ")
}
