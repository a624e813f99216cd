//! Finding, decoding and checking a kustomization file.
//!
//! api/internal/target/kusttarget.go (`Load`), api/types/kustomization.go.

use super::Kustomization;
use crate::codes;
use crate::decode::{Decode, Decoder, Mode};
use crate::documents::syntax_error;
use crate::files::Parsed;
use crate::load::{Directory, LoadError, Loader};
use crate::report::Report;
use gitopsc_core::{Diagnostic, FileId, Span, TreePath};
use gitopsc_yaml::{Limits, Node};

/// The names a kustomization file may have.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization file that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name in the directory.
    pub name: &'static str,
    /// Its id in spans.
    pub file: FileId,
    /// Its path, links resolved.
    pub path: TreePath,
}

/// The kustomization file of `directory`; `named` is the entry that led here.
///
/// A file that load restrictions forbid counts as absent, as in Kustomize.
pub fn find(
    loader: &Loader<'_>,
    directory: &Directory,
    named: Span,
    report: &mut Report,
) -> Option<Found> {
    let mut found: Vec<Found> = Vec::new();
    for name in FILE_NAMES {
        match loader.read_plain(directory, name) {
            Ok(content) => found.push(Found {
                name,
                file: content.file,
                path: directory.path().join(name),
            }),
            Err(
                error @ (LoadError::Fault(_) | LoadError::Refused(_) | LoadError::Encrypted(_)),
            ) => report.push(error.diagnostic(named)),
            Err(_) => {}
        }
    }
    match found.as_slice() {
        [] => report.push(missing(named)),
        [_] => return found.pop(),
        [first, second, ..] => report.push(several(first, second)),
    }
    None
}

fn missing(named: Span) -> Diagnostic {
    let message = "this directory holds no kustomization file";
    Diagnostic::error(codes::KUSTOMIZATION_MISSING, message)
        .at(named, "named here")
        .hint(format!(
            "add a {} there, or name its files one by one",
            FILE_NAMES[0]
        ))
}

fn several(first: &Found, second: &Found) -> Diagnostic {
    let message = format!(
        "there are two kustomization files in one directory: {} and {}",
        first.name, second.name
    );
    Diagnostic::error(codes::KUSTOMIZATION_AMBIGUOUS, message)
        .at(Span::new(first.file, 0), "one")
        .at(Span::new(second.file, 0), "and another")
        .hint("keep one of them")
}

/// Reads the kustomization file of `directory`: every mistake in it is reported, and nothing is returned if there is one.
pub fn read(
    loader: &Loader<'_>,
    directory: &Directory,
    named: Span,
    limits: &Limits,
    report: &mut Report,
) -> Option<(Kustomization, Found)> {
    let before = report.errors();
    let found = find(loader, directory, named, report)?;
    let parsed = loader.configuration(directory, found.name, limits).ok()?;
    let root = root_node(&parsed, report)?;
    let mut decoder = Decoder::new(report, "kustomization file", Mode::Strict);
    let mut kustomization = Kustomization::decode(root, &mut decoder)?;
    check_kind(&kustomization, root, report);
    warn_deprecated(root, report);
    join_deprecated(&mut kustomization);
    (report.errors() == before).then_some((kustomization, found))
}

/// What the kustomization file holds, if it is YAML and not empty.
fn root_node<'p>(parsed: &'p Parsed, report: &mut Report) -> Option<&'p Node> {
    let documents = match &parsed.documents {
        Ok(documents) => documents,
        Err(errors) => {
            report.extend(errors.iter().map(syntax_error));
            return None;
        }
    };
    let root = documents.first().map(|document| &document.root);
    let root = root.filter(|root| !is_empty(root));
    if root.is_none() {
        report.push(empty(Span::new(parsed.file, 0)));
    }
    root
}

/// Whether nothing but apiVersion and kind is set.
fn is_empty(root: &Node) -> bool {
    let names_type =
        |key: &str| key.eq_ignore_ascii_case("apiVersion") || key.eq_ignore_ascii_case("kind");
    match root.as_mapping() {
        None => root.is_null(),
        Some(mapping) => mapping.entries.iter().all(|entry| {
            entry.value.is_null() || names_type(entry.key.as_str().unwrap_or_default())
        }),
    }
}

fn empty(start: Span) -> Diagnostic {
    Diagnostic::error(
        codes::KUSTOMIZATION_EMPTY,
        "this kustomization file is empty",
    )
    .at(start, "")
    .hint("add `resources`, or remove the file")
}

fn check_kind(kustomization: &Kustomization, root: &Node, report: &mut Report) {
    let kind = kustomization
        .kind
        .as_ref()
        .filter(|kind| !kind.value.is_empty());
    if let Some(kind) =
        kind.filter(|kind| kind.value != "Kustomization" && kind.value != "Component")
    {
        let message = format!(
            "a kustomization file is of kind Kustomization or Component, not {}",
            kind.value
        );
        let diagnostic =
            Diagnostic::error(codes::KUSTOMIZATION_KIND, message).at(kind.span.0, "this kind");
        report.push(diagnostic.hint(hint_for_foreign_kind(root)));
        return;
    }
    let (name, wanted) = match kustomization.is_component() {
        true => ("Component", "kustomize.config.k8s.io/v1alpha1"),
        false => ("Kustomization", "kustomize.config.k8s.io/v1beta1"),
    };
    let version = kustomization
        .api_version
        .as_ref()
        .filter(|version| !version.value.is_empty());
    if let Some(version) = version.filter(|version| version.value != wanted) {
        let message = format!(
            "the apiVersion of a {name} is {wanted}, not {}",
            version.value
        );
        let diagnostic = Diagnostic::error(codes::KUSTOMIZATION_KIND, message)
            .at(version.span.0, "this version");
        report.push(diagnostic.hint(format!("write `apiVersion: {wanted}`")));
    }
}

fn hint_for_foreign_kind(root: &Node) -> &'static str {
    let version = root
        .get("apiVersion")
        .and_then(Node::as_str)
        .unwrap_or_default();
    if version.starts_with("kustomize.toolkit.fluxcd.io/") {
        return "this is Flux's own object; give the file another name and list it under `resources`";
    }
    "write `kind: Kustomization`"
}

/// The deprecated fields and what is to be used instead.
const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

fn warn_deprecated(root: &Node, report: &mut Report) {
    let entries = root
        .as_mapping()
        .map_or(&[][..], |mapping| &mapping.entries);
    for (field, instead) in DEPRECATED {
        let used = entries.iter().find(|entry| {
            entry
                .key
                .as_str()
                .is_some_and(|key| key.eq_ignore_ascii_case(field))
                && !entry.value.is_null()
        });
        if let Some(entry) = used {
            let message = format!("`{field}` is deprecated");
            let diagnostic =
                Diagnostic::warning(codes::DEPRECATED_FIELD, message).at(entry.key.span, "");
            report.push(diagnostic.hint(format!("use `{instead}`")));
        }
    }
}

/// api/types/kustomization.go, `FixKustomization`.
fn join_deprecated(kustomization: &mut Kustomization) {
    kustomization
        .resources
        .extend(kustomization.bases.take().unwrap_or_default());
    kustomization
        .images
        .extend(kustomization.image_tags.take().unwrap_or_default());
}
