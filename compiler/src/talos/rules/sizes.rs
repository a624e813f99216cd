//! Every manifest in the configuration is under the limit, and can be read.

use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::view::{Declared, Source};
use gitopsc_core::Diagnostic;
use gitopsc_yaml::{Dialect, FileId, Limits, parse};

pub fn check(facts: &Facts<'_>) -> State {
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        for declared in machine.manifests() {
            if let Source::Inline(text) = &declared.source {
                found.extend(too_big(&declared, text.len(), facts.bundles.limit));
                found.extend(unreadable(&declared, text));
            }
        }
    }
    State::Checked(found)
}

/// An error if `declared` is over the limit.
pub fn too_big(declared: &Declared, size: usize, limit: usize) -> Option<Diagnostic> {
    (size > limit).then(|| {
        let message = format!("{} has {size} bytes, and may have {limit}", declared.told());
        let diagnostic = Diagnostic::error(codes::TALOS_MANIFEST_TOO_BIG, message);
        diagnostic.at(declared.span, "").hint(
            "put its objects into the layer that is bundled, which is cut, or raise `talos.limit`",
        )
    })
}

fn unreadable(declared: &Declared, text: &str) -> Option<Diagnostic> {
    let wrong = parse(text, FileId(0), Dialect::Kubectl, &Limits::default()).err()?;
    let first = wrong
        .first()
        .map(|error| error.message.as_str())
        .unwrap_or_default();
    let message = format!("{} is no YAML: {first}", declared.told());
    let diagnostic = Diagnostic::error(codes::TALOS_MANIFEST_INVALID, message);
    Some(
        diagnostic
            .at(declared.span, "")
            .hint("Talos would apply nothing of it"),
    )
}
