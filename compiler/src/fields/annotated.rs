//! `gitopsc.dev/ignore-fields`: pointers with commas or lines between them, on an object or for all of a unit.

use crate::codes;
use crate::compilation::Unit;
use gitopsc_core::{Diagnostic, Span};
use gitopsc_engine::rules::{Pointer, PointerError, annotation_of, listed};

/// The name of the annotation, without the prefix of all settings.
const SETTING: &str = "ignore-fields";

impl Unit {
    /// The fields that are left to others of all its objects that say nothing themselves. What cannot be read is left
    /// out; a diagnostic says so.
    #[must_use]
    pub fn ignored_fields(&self) -> Option<Vec<Pointer>> {
        let text = self.settings.get(SETTING)?;
        Some(listed(text).0)
    }
}

/// What is wrong with the annotations of `units` and their objects. They are warnings: Kustomize builds such a tree.
pub(crate) fn invalid(units: &[Unit]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for unit in units {
        if let Some(text) = unit.settings.get(SETTING) {
            found.extend(warnings(text, &unit.path.to_string(), Span::NONE));
        }
        for manifest in &unit.manifests {
            if let Some(text) = annotation_of(&manifest.body) {
                found.extend(warnings(text, &manifest.object.to_string(), manifest.span));
            }
        }
    }
    found
}

fn warnings(text: &str, whose: &str, place: Span) -> impl Iterator<Item = Diagnostic> {
    listed(text).1.into_iter().map(move |error| {
        let message = format!("gitopsc.dev/ignore-fields of {whose}: {error}");
        let finding = Diagnostic::warning(codes::FIELD_RULE_INVALID, message).at(place, "");
        finding.hint(hint(&error))
    })
}

/// What can be done about a text that is no pointer.
pub(crate) fn hint(error: &PointerError) -> &'static str {
    match error {
        PointerError::Slash(_) => "write a JSON pointer, such as /spec/replicas",
        PointerError::Identity(_) => "name a field of it, such as /spec/replicas",
    }
}
