//! The files of one directory, put together.

use super::file::PlainFile;
use crate::codes;
use gitopsc_core::{Diagnostic, Manifest, ObjectRef, Severity, Span};
use gitopsc_kustomize::sort;
use std::collections::BTreeMap;

/// What a plain directory amounts to.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Whether manifests lie in it: it is a unit then.
    pub is_unit: bool,
    /// Whether anything else lies in it that was read.
    pub holds_others: bool,
    /// Its manifests, in Kustomize's order.
    pub manifests: Vec<Manifest>,
    /// What was found, of the unit if it is one.
    pub diagnostics: Vec<Diagnostic>,
}

/// Puts `files`, all of one directory, together; `broken_links` are what its links are wrong in.
///
/// What cannot be parsed fails the unit, or is a warning where no manifest lies beside it. What cannot be
/// read is an error either way.
#[must_use]
pub fn directory(files: Vec<PlainFile>, broken_links: &[Diagnostic]) -> Directory {
    let is_unit = files.iter().any(|file| file.holds_manifest);
    let mut diagnostics: Vec<Diagnostic> = broken_links.to_vec();
    let mut others = Vec::new();
    let mut manifests = Vec::new();
    for file in files {
        diagnostics.extend(file.broken);
        diagnostics.extend(file.diagnostics);
        manifests.extend(file.manifests);
        if let Some(what) = file.other {
            let name = file.path.name().unwrap_or_default();
            others.push((file.place, format!("{name} ({what})")));
        }
    }
    let severity = if is_unit {
        Severity::Error
    } else {
        Severity::Warning
    };
    for diagnostic in &mut diagnostics {
        if diagnostic.class == gitopsc_core::Class::Input && fails_only_units(diagnostic) {
            diagnostic.severity = severity;
        }
    }
    diagnostics.extend(twice(&manifests));
    diagnostics.extend(skipped(&others));
    Directory {
        is_unit,
        holds_others: !others.is_empty(),
        manifests: in_order(manifests),
        diagnostics,
    }
}

fn in_order(manifests: Vec<Manifest>) -> Vec<Manifest> {
    let ranks = sort::ranks(&sort::FIRST, &sort::LAST);
    sort::sort(manifests, &ranks, |manifest| {
        let object = &manifest.object;
        (manifest.gvk.clone(), &object.namespace, &object.name)
    })
}

fn fails_only_units(diagnostic: &Diagnostic) -> bool {
    [
        codes::FILE_UNPARSABLE,
        codes::LINK_CIRCLE,
        codes::LINK_DANGLING,
    ]
    .contains(&diagnostic.code)
}

fn twice(manifests: &[Manifest]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&ObjectRef, &Manifest> = BTreeMap::new();
    let mut found = Vec::new();
    for manifest in manifests {
        match first.get(&manifest.object) {
            None => {
                first.insert(&manifest.object, manifest);
            }
            Some(other) => found.push(
                Diagnostic::error(
                    codes::DUPLICATE_OBJECT,
                    format!("{} is there twice", manifest.object),
                )
                .at(manifest.span, "the second one")
                .at(other.span, "the first one")
                .hint("remove one, or give it another name or namespace"),
            ),
        }
    }
    found
}

/// One note on all files that are no manifests.
fn skipped(others: &[(Span, String)]) -> Option<Diagnostic> {
    let ((place, first), rest) = others.split_first()?;
    let (rest, are) = match rest {
        [] => (String::new(), "is not a manifest and is"),
        [(_, second)] => (format!(" and {second}"), "are not manifests and are"),
        _ => (
            format!(" and {} other files here", rest.len()),
            "are not manifests and are",
        ),
    };
    let message = format!("{first}{rest} {are} not built");
    Some(Diagnostic::note(codes::NOT_A_MANIFEST, message).at(*place, ""))
}
